// Canonical objects as upstream's protobuf messages, by the tables' field numbers: the counterpart of protobuf-reader.ts.
// Fields stand in the order of their numbers; what is no pointer in Go is written even when empty.
// Upstream: the generated.pb.go files, k8s.io/apimachinery/pkg/runtime/serializer/protobuf.

import { writeJson } from '../../apimachinery/json-write.ts'
import type { Value, ValueMap } from '../../apimachinery/kube-object.ts'
import { parseDuration, timeParts } from '../../apimachinery/time.ts'
import type { FieldSchema, TypeSchema } from '../../openapi/schema-set.ts'
import { fieldSetText } from './field-set-texts.ts'
import { ProtobufBuffer } from './protobuf-buffer.ts'

const [VARINT, FIXED64, LENGTH] = [0, 1, 2]

/** A field as it is written: the tag, and what decides whether it is written at all. */
interface PlannedField {
  readonly field: FieldSchema
  readonly tag: number
}

const plans = new WeakMap<TypeSchema, readonly PlannedField[]>()

/** A struct's fields by falling number, as they are written from the end. */
const planOf = (type: TypeSchema): readonly PlannedField[] => {
  let plan = plans.get(type)
  if (!plan) {
    plan = [...type.byNumber.values()]
      .filter((field) => field.number > 0)
      .sort((a, b) => b.number - a.number)
      .map((field) => ({ field, tag: field.number * 8 + wireOf(field.type) }))
    plans.set(type, plan)
  }
  return plan
}

const wireOf = (type: TypeSchema): number => {
  if (type.kind === 'list' && type.name === '') return wireOf(type.element as TypeSchema)
  if (type.kind === 'int' || type.kind === 'bool') return VARINT
  return type.kind === 'float' ? FIXED64 : LENGTH
}

const writeStruct = (type: TypeSchema, object: ValueMap, into: ProtobufBuffer): void => {
  for (const { field, tag } of planOf(type)) {
    if (field.inline) {
      nested(into, tag, () => writeStruct(field.type, object, into))
      continue
    }
    const value = object[field.name]
    if (value === undefined || value === null) writeAbsent(field, tag, into)
    else writeField(field.type, tag, value, into)
  }
}

/** A part with its length and tag in front. */
const nested = (into: ProtobufBuffer, tag: number, write: () => void): void => {
  const before = into.length
  write()
  into.varint(into.length - before)
  into.varint(tag)
}

/** Values and structs are written though nobody set them; pointers, lists, maps and bytes are not. */
const writeAbsent = ({ pointer, type }: FieldSchema, tag: number, into: ProtobufBuffer): void => {
  if (pointer) return
  switch (type.kind) {
    case 'list':
    case 'map':
    case 'bytes':
      return
    case 'struct':
      return nested(into, tag, () => writeStruct(type, {}, into))
    case 'float':
      into.double(0)
      break
    case 'intOrString':
      return nested(into, tag, () => intOrString(0, into))
    case 'quantity':
      return nested(into, tag, () => textField(1, '0', into))
    case 'duration':
      return nested(into, tag, () => numberField(1, 0, into))
    default:
      // An empty text, an empty message, zero and false are all one byte of nothing.
      into.varint(0)
  }
  into.varint(tag)
}

const writeField = (type: TypeSchema, tag: number, value: Value, into: ProtobufBuffer): void => {
  if (type.kind === 'map') return writeMap(type.element as TypeSchema, tag, value as ValueMap, into)
  if (type.kind === 'list' && type.name === '') {
    const items = value as Value[]
    for (let index = items.length - 1; index >= 0; index--) writeSingle(type.element as TypeSchema, tag, items[index] as Value, into)
    return
  }
  writeSingle(type, tag, value, into)
}

/** Entries by key, each a message of key and value. */
const writeMap = (element: TypeSchema, tag: number, map: ValueMap, into: ProtobufBuffer): void => {
  const keys = Object.keys(map)
  if (keys.length > 1) keys.sort()
  const valueTag = 2 * 8 + wireOf(element)
  for (let index = keys.length - 1; index >= 0; index--) {
    const key = keys[index] as string
    const before = into.length
    if (map[key] !== null || element.kind !== 'bytes') writeSingle(element, valueTag, map[key] as Value, into)
    into.text(key)
    into.varint(1 * 8 + LENGTH)
    into.varint(into.length - before)
    into.varint(tag)
  }
}

const writeSingle = (type: TypeSchema, tag: number, value: Value, into: ProtobufBuffer): void => {
  switch (type.kind) {
    case 'string':
      into.text(value as string)
      break
    case 'bool':
      into.varint(value === true ? 1 : 0)
      break
    case 'int':
      into.integer(value as number | bigint)
      break
    case 'float':
      into.double(Number(value))
      break
    case 'bytes': {
      const bytes = Buffer.from(value as string, 'base64')
      into.raw(bytes)
      into.varint(bytes.length)
      break
    }
    case 'struct': {
      const before = into.length
      writeStruct(type, (value ?? {}) as ValueMap, into)
      into.varint(into.length - before)
      break
    }
    default: {
      const before = into.length
      writeOpaque(type, value, into)
      into.varint(into.length - before)
    }
  }
  into.varint(tag)
}

const textField = (number: number, text: string, into: ProtobufBuffer): void => {
  into.text(text)
  into.varint(number * 8 + LENGTH)
}

const numberField = (number: number, value: number | bigint, into: ProtobufBuffer): void => {
  into.integer(value)
  into.varint(number * 8 + VARINT)
}

const intOrString = (value: Value, into: ProtobufBuffer): void => {
  const isText = typeof value === 'string'
  textField(3, isText ? value : '', into)
  numberField(2, isText ? 0 : (value as number), into)
  numberField(1, isText ? 1 : 0, into)
}

/** The messages of types that encode themselves in JSON. */
const writeOpaque = (type: TypeSchema, value: Value, into: ProtobufBuffer): void => {
  switch (type.kind) {
    case 'list': {
      // A named list (ExtraValue) is a message of its own.
      const items = (value ?? []) as Value[]
      for (let index = items.length - 1; index >= 0; index--)
        writeSingle(type.element as TypeSchema, 1 * 8 + wireOf(type.element as TypeSchema), items[index] as Value, into)
      return
    }
    case 'time':
    case 'microTime': {
      if (value === null) return
      const { seconds, nanoseconds } = timeParts(value as string)
      numberField(2, nanoseconds, into)
      return numberField(1, seconds, into)
    }
    case 'quantity':
      return textField(1, value === null ? '0' : String(value), into)
    case 'duration': {
      const duration = parseDuration(value as string)
      return numberField(1, typeof duration === 'bigint' ? duration : 0, into)
    }
    case 'intOrString':
      return intOrString(value, into)
    default: {
      // Raw extensions, field sets and any value: JSON inside.
      const bytes = Buffer.from(type.kind === 'fieldsV1' ? fieldSetText(value) : writeJson(value))
      into.raw(bytes)
      into.varint(bytes.length)
      into.varint(1 * 8 + LENGTH)
    }
  }
}

const scratch = new ProtobufBuffer()

/** A canonical object as a message of its type. */
export const writeMessage = (type: TypeSchema, object: ValueMap): Buffer => {
  scratch.clear()
  writeStruct(type, object, scratch)
  return scratch.take()
}

const MAGIC = Buffer.from('k8s\0')
/** Content encoding and content type, both empty. */
const AFTER = Buffer.from([0x1a, 0, 0x22, 0])

/** What stands before and after a message of a length in the envelope that names its kind: `k8s\0` and runtime.Unknown. */
export const envelopeAround = (apiVersion: string, kind: string, length: number): { before: Buffer; after: Buffer } => {
  scratch.clear()
  scratch.varint(length)
  scratch.varint(2 * 8 + LENGTH)
  nested(scratch, 1 * 8 + LENGTH, () => {
    textField(2, kind, scratch)
    textField(1, apiVersion, scratch)
  })
  scratch.raw(MAGIC)
  return { before: scratch.take(), after: AFTER }
}

/** A message in its envelope. */
export const writeEnvelope = (apiVersion: string, kind: string, message: Uint8Array): Buffer => {
  const { before, after } = envelopeAround(apiVersion, kind, message.length)
  return Buffer.concat([before, message, after])
}
