// Canonical text and numbers of the types that encode themselves: integers, base64, times, durations, quantities, IntOrString, raw values.
import type { TypeSchema } from '../../openapi/schema-set.ts'
import type { Value } from '../../apimachinery/kube-object.ts'
import { QUANTITY_FORMAT, canonicalQuantity } from '../../apimachinery/quantity.ts'
import { canonicalMicroTime, canonicalTime, formatDuration, parseDuration } from '../../apimachinery/time.ts'

/** A value that does not fit its type; the message is the Go type's name. */
export class TypeMismatch extends Error {}

/** A value whose own decoder refused it; the message is that decoder's, without a field. */
export class LeafError extends TypeMismatch {}

/** Canonical form of one leaf. Throws TypeMismatch for a value of the wrong JSON type, LeafError for a malformed one. */
export const canonicalLeaf = (type: TypeSchema, raw: Value): Value => {
  switch (type.kind) {
    case 'int':
      return canonicalInteger(type, raw)
    case 'float':
      if (typeof raw === 'number') return raw
      if (typeof raw === 'bigint') return Number(raw)
      break
    case 'bytes':
      if (typeof raw === 'string') return canonicalBase64(raw)
      break
    case 'time':
      if (typeof raw === 'string') return textOf(canonicalTime(raw))
      throw new TypeMismatch('string')
    case 'microTime':
      if (typeof raw === 'string') return textOf(canonicalMicroTime(raw))
      throw new TypeMismatch('string')
    case 'duration':
      if (typeof raw === 'string') return canonicalDuration(raw)
      throw new TypeMismatch('string')
    case 'quantity':
      return quantityText(raw)
    case 'intOrString':
      if (typeof raw === 'string') return raw
      if (isInteger(raw, 32)) return raw
      throw new TypeMismatch('int32')
    default:
      return raw
  }
  throw new TypeMismatch(type.goName)
}

const isInteger = (raw: Value, bits: number): raw is number =>
  typeof raw === 'number' && Number.isInteger(raw) && (bits > 32 || (raw >= -(2 ** (bits - 1)) && raw < 2 ** (bits - 1)))

const canonicalInteger = (type: TypeSchema, raw: Value): Value => {
  if (typeof raw === 'number' && Number.isInteger(raw)) {
    const low = type.unsigned ? 0 : -(2 ** (type.bits - 1))
    const high = type.unsigned ? 2 ** type.bits : 2 ** (type.bits - 1)
    if (raw >= low && raw < high) return raw
  }
  if (typeof raw === 'bigint' && type.bits === 64 && BigInt.asIntN(64, raw) === raw) return raw
  throw new TypeMismatch(type.goName)
}

const textOf = (outcome: { text: string } | { error: string }): string => {
  if ('error' in outcome) throw new LeafError(outcome.error)
  return outcome.text
}

const canonicalDuration = (raw: string): string => {
  const parsed = parseDuration(raw)
  if (typeof parsed === 'object') throw new LeafError(parsed.error)
  return formatDuration(parsed)
}

const quantityText = (raw: Value): string => {
  const text = typeof raw === 'string' ? raw.trim() : typeof raw === 'number' || typeof raw === 'bigint' ? String(raw) : ''
  const result = canonicalQuantity(text)
  if (result === undefined) throw new LeafError(QUANTITY_FORMAT)
  return result
}

/** Base64 as Go's standard decoder takes it (line breaks allowed), written back without them. */
const canonicalBase64 = (raw: string): string => {
  const text = /[\r\n]/.test(raw) ? raw.replaceAll(/[\r\n]/g, '') : raw
  if (text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)) return text
  const bad = raw.search(/[^A-Za-z0-9+/\r\n]/)
  throw new LeafError(`illegal base64 data at input byte ${bad >= 0 && raw[bad] !== '=' ? bad : paddingFault(raw)}`)
}

const paddingFault = (raw: string): number => {
  const equals = raw.indexOf('=')
  if (equals < 0) return raw.length - (raw.length % 4 === 1 ? 1 : 0)
  const position = equals % 4
  if (position < 2) return equals
  return position === 2 && raw[equals + 1] !== '=' ? equals + 1 : Math.min(raw.length, equals + (position === 2 ? 2 : 1))
}
