// Canonical text and numbers of the types that encode themselves: integers, base64, times, durations, quantities, IntOrString, raw values.

import { writeJson } from '../../apimachinery/json-write.ts'
import type { Value, ValueMap } from '../../apimachinery/kube-object.ts'
import { canonicalQuantity } from '../../apimachinery/quantity.ts'
import { canonicalMicroTime, canonicalTime, formatDuration, parseDuration } from '../../apimachinery/time.ts'
import type { TypeSchema } from '../../openapi/schema-set.ts'

/** A value that does not fit its type; the message is the Go type's name. */
export class TypeMismatch extends Error {}

/** A value whose own decoder refused it; the message is that decoder's, without a field. */
export class LeafError extends TypeMismatch {}

/** One of a list's elements that does not fit. */
export class ElementMismatch extends TypeMismatch {
  readonly element: Value
  constructor(goName: string, element: Value) {
    super(goName)
    this.element = element
  }
}

/** Go takes numbers for bytes too. */
const bytesOf = (raw: readonly Value[]): string => {
  const bytes = raw.map((element) => {
    if (element === null) return 0
    if (typeof element === 'number' && Number.isInteger(element) && element >= 0 && element <= 0xff) return element
    throw new ElementMismatch('uint8', element)
  })
  return Buffer.from(bytes).toString('base64')
}

/** Canonical form of one leaf. Throws TypeMismatch for a value of the wrong JSON type, LeafError for a malformed one. */
export const canonicalLeaf = (type: TypeSchema, raw: Value): Value => {
  switch (type.kind) {
    case 'int':
      return canonicalInteger(type, raw)
    case 'float':
      if (typeof raw === 'number' && Number.isFinite(raw)) return raw
      if (typeof raw === 'bigint' && Number.isFinite(Number(raw))) return Number(raw)
      break
    case 'bytes':
      if (typeof raw === 'string') return canonicalBase64(raw)
      if (Array.isArray(raw)) return bytesOf(raw)
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
      if (isFiniteTree(raw)) return raw
      throw new LeafError('json: unsupported value: a number is out of range')
  }
  throw new TypeMismatch(type.goName)
}

/** Whether JSON can say a value: a literal past the largest double was read as an infinity. */
const isFiniteTree = (value: Value): boolean => {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null) return true
  for (const key in value) if (!isFiniteTree((value as ValueMap)[key] as Value)) return false
  return true
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

const textOf = (outcome: { text: string | null } | { error: string }): Value => {
  if ('error' in outcome) throw new LeafError(outcome.error)
  return outcome.text
}

const canonicalDuration = (raw: string): string => {
  const parsed = parseDuration(raw)
  if (typeof parsed === 'object') throw new LeafError(parsed.error)
  return formatDuration(parsed)
}

/** Go trims the text as written, so only spaces that stand in JSON unescaped. */
const OUTER_SPACE =
  /^[ \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+|[ \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/g

const quantityText = (raw: Value): Value => {
  const text =
    typeof raw === 'string'
      ? raw.replaceAll(OUTER_SPACE, '')
      : typeof raw === 'number' || typeof raw === 'bigint'
        ? String(raw)
        : writeJson(raw)
  return textOf(canonicalQuantity(text))
}

/** Base64 as Go's standard decoder takes it (line breaks allowed), written back without them. */
const canonicalBase64 = (raw: string): string => {
  const text = /[\r\n]/.test(raw) ? raw.replaceAll(/[\r\n]/g, '') : raw
  if (text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text))
    return text.endsWith('=') ? Buffer.from(text, 'base64').toString('base64') : text
  throw new LeafError(`illegal base64 data at input byte ${base64Fault(Buffer.from(raw))}`)
}

const isBreak = (byte: number | undefined): boolean => byte === 10 || byte === 13
const isBase64 = (byte: number): boolean => /[A-Za-z0-9+/]/.test(String.fromCharCode(byte))
const PADDING = 61

/** Where Go's decoder stops in bytes it refuses: encoding/base64's decodeQuantum. */
const base64Fault = (bytes: Buffer): number => {
  const pastBreaks = (from: number): number => {
    let at = from
    while (isBreak(bytes[at])) at++
    return at
  }
  let taken = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number
    if (isBreak(byte)) continue
    if (isBase64(byte)) {
      taken = (taken + 1) % 4
      continue
    }
    if (byte !== PADDING || taken < 2) return at
    if (taken === 3) return pastBreaks(at + 1)
    const second = pastBreaks(at + 1)
    if (second === bytes.length) return second
    return bytes[second] === PADDING ? pastBreaks(second + 1) : second - 1
  }
  return bytes.length - taken
}
