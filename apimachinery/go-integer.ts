// Integers in texts as Go's strconv reads them, in time that does not grow with what is out of range anyway.

const SIGNED = /^[+-]?0*(\d+)$/
const UNSIGNED = /^0*(\d+)$/
/** No integer of 64 bits has more digits. */
const MOST_DIGITS = 20

export type IntegerFault = 'invalid syntax' | 'value out of range'

/** ParseInt and Atoi, or ParseUint, to base 10. */
export const parseGoInteger = (text: string, bits = 64, unsigned = false): bigint | IntegerFault => {
  const digits = (unsigned ? UNSIGNED : SIGNED).exec(text)?.[1]
  if (digits === undefined) return 'invalid syntax'
  if (digits.length > MOST_DIGITS) return 'value out of range'
  const value = text.startsWith('-') ? -BigInt(digits) : BigInt(digits)
  return (unsigned ? BigInt.asUintN(bits, value) : BigInt.asIntN(bits, value)) === value ? value : 'value out of range'
}
