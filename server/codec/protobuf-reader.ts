// Protobuf messages of the API types into plain JSON values, by the tables' field numbers. What comes out still goes through canonical.ts.
// Upstream: the generated.pb.go files, k8s.io/apimachinery/pkg/runtime/serializer/protobuf.
import type { FieldSchema, TypeSchema } from '../../openapi/schema-set.ts'
import { type Value, type ValueMap, setMember } from '../../apimachinery/kube-object.ts'
import { formatDuration, timeFromParts } from '../../apimachinery/time.ts'

/** Bytes that are no message of the expected type. */
export class ProtobufError extends Error {}

const MAGIC = [0x6b, 0x38, 0x73, 0x00]
const MAX_DEPTH = 200

/** A cursor over one message. */
class Reader {
  at: number
  readonly bytes: Uint8Array
  readonly end: number
  constructor(bytes: Uint8Array, at: number, end: number) {
    this.bytes = bytes
    this.at = at
    this.end = end
  }

  get done(): boolean {
    return this.at >= this.end
  }

  varint(): bigint {
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
    return Number(this.varint())
  }

  /** The next length-delimited part as a reader of its own. */
  part(): Reader {
    const length = this.small()
    if (length > this.end - this.at) throw new ProtobufError('unexpected EOF')
    const part = new Reader(this.bytes, this.at, this.at + length)
    this.at += length
    return part
  }

  rest(): Uint8Array {
    return this.bytes.subarray(this.at, this.end)
  }

  text(): string {
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset + this.at, this.end - this.at).toString('utf8')
  }

  double(): number {
    if (this.at + 8 > this.end) throw new ProtobufError('unexpected EOF')
    const value = new DataView(this.bytes.buffer, this.bytes.byteOffset + this.at).getFloat64(0, true)
    this.at += 8
    return value
  }

  skip(wire: number): void {
    if (wire === 0) this.varint()
    else if (wire === 1) this.at += 8
    else if (wire === 2) this.part()
    else if (wire === 5) this.at += 4
    else throw new ProtobufError(`proto: illegal wireType ${wire}`)
    if (this.at > this.end) throw new ProtobufError('unexpected EOF')
  }
}

export interface Envelope {
  apiVersion: string
  kind: string
  raw: Uint8Array
}

/** Whether a body begins as upstream's protobuf envelope does. */
export const isProtobuf = (body: Uint8Array): boolean => MAGIC.every((byte, index) => body[index] === byte)

/** Opens the runtime.Unknown envelope. Throws ProtobufError. */
export const openEnvelope = (body: Uint8Array): Envelope => {
  if (!isProtobuf(body)) throw new ProtobufError('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]')
  const envelope: Envelope = { apiVersion: '', kind: '', raw: new Uint8Array() }
  const reader = new Reader(body, 4, body.length)
  while (!reader.done) {
    const tag = reader.small()
    if (tag === 0x0a) {
      const meta = reader.part()
      while (!meta.done) {
        const inner = meta.small()
        if (inner === 0x0a) envelope.apiVersion = meta.part().text()
        else if (inner === 0x12) envelope.kind = meta.part().text()
        else meta.skip(inner & 7)
      }
    } else if (tag === 0x12) envelope.raw = reader.part().rest()
    else reader.skip(tag & 7)
  }
  return envelope
}

/** A message of a struct type as a JSON value. Throws ProtobufError. */
export const readMessage = (type: TypeSchema, bytes: Uint8Array): ValueMap => struct(type, new Reader(bytes, 0, bytes.length), 0)

const struct = (type: TypeSchema, reader: Reader, depth: number): ValueMap => {
  if (depth > MAX_DEPTH) throw new ProtobufError('proto: message nested too deeply')
  const result: ValueMap = {}
  while (!reader.done) {
    const tag = reader.small()
    const field = type.byNumber.get(tag >>> 3)
    if (!field) reader.skip(tag & 7)
    else take(result, field, reader, tag & 7, depth)
  }
  return result
}

const take = (result: ValueMap, field: FieldSchema, reader: Reader, wire: number, depth: number): void => {
  const { type } = field
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
  if (wire === 2 && (element.kind === 'int' || element.kind === 'bool')) {
    const packed = reader.part()
    while (!packed.done) into.push(single(element, packed, 0, depth))
  } else into.push(single(element, reader, wire, depth))
}

const entry = (element: TypeSchema, reader: Reader, depth: number): [string, Value] => {
  let key = ''
  let value: Value | undefined
  while (!reader.done) {
    const tag = reader.small()
    if (tag >>> 3 === 1) key = reader.part().text()
    else if (tag >>> 3 === 2) value = single(element, reader, tag & 7, depth)
    else reader.skip(tag & 7)
  }
  return [key, value ?? emptyOf(element)]
}

const emptyOf = (element: TypeSchema): Value => (element.kind === 'string' || element.kind === 'bytes' ? '' : element.kind === 'quantity' ? '0' : element.kind === 'struct' ? {} : null)

const single = (type: TypeSchema, reader: Reader, wire: number, depth: number): Value => {
  switch (type.kind) {
    case 'string':
      return reader.part().text()
    case 'bool':
      return reader.varint() !== 0n
    case 'int':
      return integer(type, reader.varint())
    case 'float':
      return reader.double()
    case 'bytes':
      return Buffer.from(reader.part().rest()).toString('base64')
    case 'struct':
      return struct(type, reader.part(), depth + 1)
    case 'list':
      return namedList(type, reader.part(), depth)
    default:
      if (wire !== 2) throw new ProtobufError(`proto: wrong wireType = ${wire}`)
      return opaque(type, reader.part())
  }
}

/** A named list (ExtraValue, Verbs) is a message of its own, its elements under number 1. */
const namedList = (type: TypeSchema, reader: Reader, depth: number): Value[] => {
  const result: Value[] = []
  while (!reader.done) {
    const tag = reader.small()
    if (tag >>> 3 === 1) result.push(single(type.element as TypeSchema, reader, tag & 7, depth))
    else reader.skip(tag & 7)
  }
  return result
}

const integer = (type: TypeSchema, varint: bigint): number | bigint => {
  const value = type.unsigned ? varint : BigInt.asIntN(64, varint)
  return Number.isSafeInteger(Number(value)) ? Number(value) : value
}

/** The fields of a small message, by number. */
const parts = (reader: Reader): Map<number, bigint | Reader> => {
  const found = new Map<number, bigint | Reader>()
  while (!reader.done) {
    const tag = reader.small()
    if ((tag & 7) === 0) found.set(tag >>> 3, reader.varint())
    else if ((tag & 7) === 2) found.set(tag >>> 3, reader.part())
    else reader.skip(tag & 7)
  }
  return found
}

const opaque = (type: TypeSchema, reader: Reader): Value => {
  const found = parts(reader)
  const number = (field: number): number => Number(BigInt.asIntN(64, (found.get(field) as bigint | undefined) ?? 0n))
  const text = (field: number): string => (found.get(field) as Reader | undefined)?.text() ?? ''
  switch (type.kind) {
    case 'quantity':
      return text(1) === '' ? '0' : text(1)
    case 'time':
    case 'microTime':
      return found.size === 0 ? null : timeFromParts(number(1), number(2), type.kind === 'microTime')
    case 'duration':
      return formatDuration(BigInt.asIntN(64, (found.get(1) as bigint | undefined) ?? 0n))
    case 'intOrString':
      return number(1) === 1 ? text(3) : number(2)
    case 'rawExtension':
    case 'fieldsV1':
    case 'any':
      return embedded(text(1))
    default:
      throw new ProtobufError(`proto: no reader for ${type.goName}`)
  }
}

const embedded = (text: string): Value => {
  if (text === '') return null
  try {
    return JSON.parse(text) as Value
  } catch {
    throw new ProtobufError('embedded value is not JSON')
  }
}
