// The CRC-32 of two texts in a row from those of each, without reading them again: products of polynomials over GF(2), as zlib does it.

const POLYNOMIAL = 0xedb88320
const ONE = 0x80000000

/** a times b modulo the polynomial, bits reflected. */
const product = (a: number, b: number): number => {
  let [result, factor] = [0, b]
  for (let bit = ONE; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) result ^= factor
    factor = (factor & 1) === 0 ? factor >>> 1 : (factor >>> 1) ^ POLYNOMIAL
  }
  return result >>> 0
}

/** x to the power of 8 times 2^n, for each n. */
const powers: readonly number[] = (() => {
  const found = [product(product(ONE >>> 4, ONE >>> 2), ONE >>> 2)]
  for (let n = 1; n < 53; n++) found.push(product(found[n - 1] as number, found[n - 1] as number))
  return found
})()

/** CRC of a first text and a second one of `length` bytes behind it. */
export const crc32Combine = (first: number, second: number, length: number): number => {
  let shift = ONE
  for (let n = 0, rest = length; rest > 0; n++, rest = Math.floor(rest / 2)) if (rest % 2 === 1) shift = product(powers[n] as number, shift)
  return (product(shift, first) ^ second) >>> 0
}
