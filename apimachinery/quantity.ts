// Resource quantities: parsing, canonical form, comparison. Upstream: k8s.io/apimachinery/pkg/api/resource/quantity.go.

/** What upstream says of any text that is no quantity. */
export const QUANTITY_FORMAT =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"

type Format = 'DecimalSI' | 'BinarySI' | 'DecimalExponent'

/** value = nano / 10^9, exactly (upstream rounds up below nano). */
interface Quantity {
  nano: bigint
  format: Format
}

const decimal: Record<string, number> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }
const binary: Record<string, number> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 }
const decimalSuffixes = ['', 'k', 'M', 'G', 'T', 'P', 'E']
const belowOne = ['n', 'u', 'm']
const NANO = 10n ** 9n
const MAX = (2n ** 63n - 1n) * NANO

/** Parses a quantity; undefined when the text is none. */
export const parseQuantity = (text: string): Quantity | undefined => {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d+))?$/.exec(text)
  if (!match) return undefined
  const [, sign = '', whole = '', fraction = '', suffix = '', exponent] = match
  if (whole === '' && fraction === '') return undefined
  const digits = BigInt(whole + fraction || '0')
  let format: Format = 'DecimalSI'
  let numerator = digits * NANO
  let power = -fraction.length
  if (exponent !== undefined) {
    format = 'DecimalExponent'
    power += Number(exponent)
  } else if (suffix in binary) {
    format = 'BinarySI'
    numerator <<= BigInt(binary[suffix] as number)
  } else power += decimal[suffix] ?? 0
  if (Math.abs(power) > 400) return undefined
  let nano = power >= 0 ? numerator * 10n ** BigInt(power) : divideUp(numerator, 10n ** BigInt(-power))
  if (nano > MAX) nano = MAX
  return { nano: sign === '-' ? -nano : nano, format }
}

const divideUp = (numerator: bigint, denominator: bigint): bigint => (numerator + denominator - 1n) / denominator

const CANONICAL = /^[1-9]\d?\d?(?:[numkMGTPE]|[KMGTPE]i)?$/

/** The canonical text of a quantity's text: `1000m` becomes `1`. Undefined when the text is none. */
export const canonicalQuantity = (text: string): string | undefined => {
  if (CANONICAL.test(text) || text === '0') return text
  const quantity = parseQuantity(text)
  return quantity && formatQuantity(quantity)
}

/** The shortest exact text, in the quantity's own format. */
export const formatQuantity = ({ nano, format }: Quantity): string => {
  if (nano === 0n) return '0'
  const sign = nano < 0n ? '-' : ''
  const size = nano < 0n ? -nano : nano
  if (format === 'BinarySI') {
    const whole = size / NANO
    if (size % NANO === 0n && whole >= 1024n) return sign + binaryText(whole)
    if (size % NANO === 0n) return sign + String(whole)
  }
  return sign + (format === 'DecimalExponent' ? exponentText(size) : decimalText(size))
}

const binaryText = (whole: bigint): string => {
  let value = whole
  let suffix = ''
  for (const next of Object.keys(binary)) {
    if (value % 1024n !== 0n) break
    value /= 1024n
    suffix = next
  }
  return `${value}${suffix}`
}

const thousands = (nano: bigint): { mantissa: bigint; power: number } => {
  let mantissa = nano
  let power = -9
  while (mantissa % 1000n === 0n && power < 18) {
    mantissa /= 1000n
    power += 3
  }
  return { mantissa, power }
}

const decimalText = (nano: bigint): string => {
  const { mantissa, power } = thousands(nano)
  return `${mantissa}${power < 0 ? belowOne[(power + 9) / 3] : decimalSuffixes[power / 3]}`
}

const exponentText = (nano: bigint): string => {
  const { mantissa, power } = thousands(nano)
  return power === 0 ? String(mantissa) : `${mantissa}e${power}`
}

/** Below zero, zero or above, as the first is less than, equal to or more than the second; both must be quantities. */
export const compareQuantities = (first: string, second: string): number => {
  const difference = (parseQuantity(first)?.nano ?? 0n) - (parseQuantity(second)?.nano ?? 0n)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}
