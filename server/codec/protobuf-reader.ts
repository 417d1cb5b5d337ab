// Protobuf messages of the API types into plain JSON values, by the tables' field numbers. What comes out still goes through canonical.ts.
// Upstream: the generated.pb.go files, k8s.io/apimachinery/pkg/runtime/serializer/protobuf.

import { parseJson } from '../../apimachinery/json-parse.ts'
import { JsonSyntaxError } from '../../apimachinery/json-scan.ts'
import { setMember, type Value, type ValueMap } from '../../apimachinery/kube-object.ts'
import { formatDuration, MAX_TIME_SECONDS, timeFromParts } from '../../apimachinery/time.ts'
import type { FieldSchema, TypeSchema } from '../../openapi/schema-set.ts'
import { fieldSetOf } from './field-set-texts.ts'

/** Bytes that are no message of the expected type. */
export class ProtobufError extends Error {}

const MAGIC = [0x6b, 0x38, 0x73, 0x00]
const MAX_DEPTH = 200

/** A cursor over one message. */
class Reader {
  at: number
  readonly bytes: Buffer
  readonly end: number
  constructor(bytes: Uint8Array, at: number, end: number) {
    this.bytes = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.at = at
    this.end = end
  }

  get done(): boolean {
    return this.at >= this.end
  }

  varint(): bigint {
    if (this.at < this.end && (this.bytes[this.at] as number) < 0x80) return BigInt(this.bytes[this.at++] as number)
    let result = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (this.at >= this.end) throw new ProtobufError('unexpected EOF')
      const byte = this.bytes[this.at++] as number
      result |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asUintN(64, result)
    }
    throw new ProtobufError('proto: integer overflow')
  }

  small(): number {
    if (this.at < this.end && (this.bytes[this.at] as number) < 0x80) return this.bytes[this.at++] as number
    return Number(this.varint())
  }

  /** The next field's number times eight plus its wire type; `owner` names the message in errors. */
  tag(owner: string): number {
    if (this.at < this.end && (this.bytes[this.at] as number) < 0x80 && (this.bytes[this.at] as number) >= 8) {
      const quick = this.bytes[this.at] as number
      if ((quick & 7) !== 4) return this.bytes[this.at++] as number
    }
    const varint = this.varint()
    const number = Number(BigInt.asIntN(32, varint >> 3n))
    const wire = Number(varint & 7n)
    if (wire === 4) throw new ProtobufError(`proto: ${owner}: wiretype end group for non-group`)
    if (number <= 0) throw new ProtobufError(`proto: ${owner}: illegal tag ${number} (wire type ${varint})`)
    return number * 8 + wire
  }

  /** The next length-delimited part as a reader of its own. */
  part(): Reader {
    const length = this.small()
    if (length > this.end - this.at) throw new ProtobufError('unexpected EOF')
    const part = new Reader(this.bytes, this.at, this.at + length)
    this.at += length
    return part
  }

  rest(): Buffer {
    return this.bytes.subarray(this.at, this.end)
  }

  /** The next length-delimited part as text. */
  text(): string {
    const length = this.small()
    const start = this.at
    if (length > this.end - start) throw new ProtobufError('unexpected EOF')
    this.at += length
    return this.bytes.toString('utf8', start, this.at)
  }

  double(): number {
    if (this.at + 8 > this.end) throw new ProtobufError('unexpected EOF')
    const value = new DataView(this.bytes.buffer, this.bytes.byteOffset + this.at).getFloat64(0, true)
    this.at += 8
    return value
  }

  /** Passes over a field nobody takes; a group with all that is in it. */
  skip(wire: number): void {
    let depth = 0
    for (let type = wire; ; type = this.small() % 8) {
      if (type === 0) this.varint()
      else if (type === 1) this.at += 8
      else if (type === 2) this.part()
      else if (type === 3) depth++
      else if (type === 4) depth--
      else if (type === 5) this.at += 4
      else throw new ProtobufError(`proto: illegal wireType ${type}`)
      if (this.at > this.end) throw new ProtobufError('unexpected EOF')
      if (depth === 0) return
    }
  }
}

const fieldNumber = (tag: number): number => Math.floor(tag / 8)

export interface Envelope {
  apiVersion: string
  kind: string
  raw: Uint8Array
}

/** Whether a body begins as upstream's protobuf envelope does. */
export const isProtobuf = (body: Uint8Array): boolean => MAGIC.every((byte, index) => body[index] === byte)

/** Opens the runtime.Unknown envelope. Throws ProtobufError. */
export const openEnvelope = (body: Uint8Array): Envelope => {
  if (body.length === 0) throw new ProtobufError('empty data')
  if (!isProtobuf(body)) throw new ProtobufError('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]')
  if (body.length === MAGIC.length) throw new ProtobufError('empty body')
  const envelope: Envelope = { apiVersion: '', kind: '', raw: new Uint8Array() }
  const reader = new Reader(body, 4, body.length)
  while (!reader.done) {
    const tag = reader.tag('Unknown')
    if (tag === 0x0a) {
      const meta = reader.part()
      while (!meta.done) {
        const inner = meta.tag('TypeMeta')
        if (inner === 0x0a) envelope.apiVersion = meta.text()
        else if (inner === 0x12) envelope.kind = meta.text()
        else meta.skip(inner % 8)
      }
    } else if (tag === 0x12) envelope.raw = reader.part().rest()
    else reader.skip(tag % 8)
  }
  return envelope
}

/** A message of a struct type as a JSON value. Throws ProtobufError. */
export const readMessage = (type: TypeSchema, bytes: Uint8Array): ValueMap => struct(type, new Reader(bytes, 0, bytes.length), 0)

const struct = (type: TypeSchema, reader: Reader, depth: number): ValueMap => {
  if (depth > MAX_DEPTH) throw new ProtobufError('proto: message nested too deeply')
  const result: ValueMap = {}
  const owner = type.name.slice(type.name.lastIndexOf('.') + 1)
  while (!reader.done) {
    const tag = reader.tag(owner)
    const field = type.byNumber.get(fieldNumber(tag))
    if (!field) reader.skip(tag % 8)
    else take(result, field, reader, tag % 8, depth)
  }
  return result
}

const PACKABLE = new Set(['int', 'bool'])

const wireOf = (type: TypeSchema): number => (PACKABLE.has(type.kind) ? 0 : type.kind === 'float' ? 1 : 2)

const take = (result: ValueMap, field: FieldSchema, reader: Reader, wire: number, depth: number): void => {
  const { type } = field
  const packable = type.kind === 'list' && type.name === '' && PACKABLE.has((type.element as TypeSchema).kind)
  const expected = wireOf(packable ? (type.element as TypeSchema) : type)
  if (wire !== expected && !(packable && wire === 2)) throw new ProtobufError(`proto: wrong wireType = ${wire} for field ${field.goName}`)
  if (field.inline) Object.assign(result, struct(type, reader.part(), depth + 1))
  else if (type.kind === 'map') {
    const entries = (result[field.name] ??= {}) as ValueMap
    const [key, value] = entry(type.element as TypeSchema, reader.part(), depth)
    setMember(entries, key, value)
  } else if (type.kind === 'list' && type.name === '') {
    const elements = (result[field.name] ??= []) as Value[]
    repeated(elements, type.element as TypeSchema, reader, wire, depth)
  } else result[field.name] = single(type, reader, wire, depth)
}

/** One repeated element, or a packed run of them. */
const repeated = (into: Value[], element: TypeSchema, reader: Reader, wire: number, depth: number): void => {
  if (wire === 2 && PACKABLE.has(element.kind)) {
    const packed = reader.part()
    while (!packed.done) into.push(single(element, packed, 0, depth))
  } else into.push(single(element, reader, wire, depth))
}

const entry = (element: TypeSchema, reader: Reader, depth: number): [string, Value] => {
  let key = ''
  let value: Value | undefined
  while (!reader.done) {
    const tag = reader.tag('entry')
    if (fieldNumber(tag) === 1) key = reader.text()
    else if (fieldNumber(tag) === 2) value = single(element, reader, tag % 8, depth)
    else reader.skip(tag % 8)
  }
  return [key, value ?? emptyOf(element)]
}

const emptyOf = (element: TypeSchema): Value =>
  element.kind === 'string' || element.kind === 'bytes' ? '' : element.kind === 'quantity' ? '0' : element.kind === 'struct' ? {} : null

const single = (type: TypeSchema, reader: Reader, wire: number, depth: number): Value => {
  switch (type.kind) {
    case 'string':
      return reader.text()
    case 'bool':
      return reader.varint() !== 0n
    case 'int':
      return integer(type, reader.varint())
    case 'float':
      return reader.double()
    case 'bytes':
      return reader.part().rest().toString('base64')
    case 'struct':
      return struct(type, reader.part(), depth + 1)
    case 'list':
      return namedList(type, reader.part(), depth)
    default:
      if (wire !== 2) throw new ProtobufError(`proto: wrong wireType = ${wire}`)
      return opaque(type, reader.part())
  }
}

/** A named list (ExtraValue, Verbs) is a message of its own, its elements under number 1; without any it is nil. */
const namedList = (type: TypeSchema, reader: Reader, depth: number): Value[] | null => {
  const result: Value[] = []
  while (!reader.done) {
    const tag = reader.tag(type.name.slice(type.name.lastIndexOf('.') + 1))
    if (fieldNumber(tag) === 1) result.push(single(type.element as TypeSchema, reader, tag % 8, depth))
    else reader.skip(tag % 8)
  }
  return result.length === 0 ? null : result
}

const integer = (type: TypeSchema, varint: bigint): number | bigint => {
  const value = type.unsigned ? BigInt.asUintN(type.bits, varint) : BigInt.asIntN(type.bits, varint)
  return Number.isSafeInteger(Number(value)) ? Number(value) : value
}

/** The fields of a small message, by number. */
const parts = (owner: string, reader: Reader): Map<number, bigint | Reader> => {
  const found = new Map<number, bigint | Reader>()
  while (!reader.done) {
    const tag = reader.tag(owner)
    if (tag % 8 === 0) found.set(fieldNumber(tag), reader.varint())
    else if (tag % 8 === 2) found.set(fieldNumber(tag), reader.part())
    else reader.skip(tag % 8)
  }
  return found
}

const time = (seconds: number, nanos: number, micro: boolean): Value => {
  if (Math.abs(seconds) >= MAX_TIME_SECONDS) throw new ProtobufError('time out of range')
  return timeFromParts(seconds, nanos, micro)
}

const opaque = (type: TypeSchema, reader: Reader): Value => {
  const isTime = type.kind === 'time' || type.kind === 'microTime'
  const found = parts(isTime ? 'Timestamp' : type.name.slice(type.name.lastIndexOf('.') + 1), reader)
  const varint = (field: number): bigint => {
    const value = found.get(field) ?? 0n
    if (typeof value !== 'bigint') throw new ProtobufError(`proto: wrong wireType = 2 for field ${field} of ${type.goName}`)
    return value
  }
  const number = (field: number, bits = 64): number => Number(BigInt.asIntN(bits, varint(field)))
  const text = (field: number): string => {
    const value = found.get(field)
    if (typeof value === 'bigint') throw new ProtobufError(`proto: wrong wireType = 0 for field ${field} of ${type.goName}`)
    return value?.rest().toString('utf8') ?? ''
  }
  switch (type.kind) {
    case 'quantity':
      return text(1) === '' ? '0' : text(1)
    case 'time':
    case 'microTime':
      return found.size === 0 ? null : time(number(1), number(2, 32), type.kind === 'microTime')
    case 'duration':
      return formatDuration(BigInt.asIntN(64, varint(1)))
    case 'intOrString':
      return number(1) === 1 ? text(3) : number(2, 32)
    case 'fieldsV1':
      return fieldSetOf(text(1), embedded)
    case 'rawExtension':
    case 'any':
      return embedded(text(1))
    default:
      throw new ProtobufError(`proto: no reader for ${type.goName}`)
  }
}

const embedded = (text: string): Value => {
  if (text === '') return null
  try {
    return parseJson(text.toWellFormed(), false).value
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    throw new ProtobufError('embedded value is not JSON')
  }
}
