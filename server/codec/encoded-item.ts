// An object's bytes, made once: what the store keeps (kind first, no resourceVersion) and where the resourceVersion goes.
// A GET writes them, a LIST joins them, a WATCH frames them. Worked example, `^` marks resourceVersionAt:
//   {"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a","uid":"…",^"creationTimestamp":"…"},"data":{}}

import { parseOwnJson } from '../../apimachinery/json-parse.ts'
import { writeJson } from '../../apimachinery/json-write.ts'
import type { KubeObject, Value, ValueMap } from '../../apimachinery/kube-object.ts'
import type { FieldSchema, TypeSchema } from '../../openapi/schema-set.ts'
import { canonical, storedMember } from './canonical.ts'
import { endOfObject } from './json-extent.ts'
import { writeManagerList } from './manager-list.ts'

export interface EncodedItem {
  /** As stored. */
  readonly bytes: Buffer
  /** Offset of `"metadata"`: what a list item begins with, after its brace. */
  readonly metadataStart: number
  readonly resourceVersionAt: number
  /** Where the metadata ends; looked for when it is first asked for. */
  metadataEnd: number | undefined
}

const UID = Buffer.from('"uid":"')
const METADATA = Buffer.from('"metadata":')

/** What an object has from the stored one, see stored-parts.ts. */
interface Kept {
  bytesOf(name: string, value: unknown): Buffer | undefined
}

/** What every kind begins with. */
const HEAD = new Set(['kind', 'apiVersion', 'metadata'])

/** Rebuilds in canonical order, without resourceVersion, and encodes; what is kept as it was stored is copied. */
export const encodeObject = (schema: TypeSchema, object: KubeObject, kept?: Kept): Buffer => {
  const findings = { unknown: 0, forStore: true } as const
  const pieces: Buffer[] = []
  let text = `{"kind":${writeJson(object.kind)},"apiVersion":${writeJson(object.apiVersion)},"metadata":${metadataJson(schema, object)}`
  for (const field of schema.fields) {
    if (HEAD.has(field.name)) continue
    const member = object[field.name] as Value | undefined
    const stored = kept?.bytesOf(field.name, member)
    if (stored) {
      pieces.push(Buffer.from(`${text},`), stored)
      text = ''
      continue
    }
    const value = storedMember(field, member, findings)
    if (value !== undefined) text += `,${writeJson(field.name)}:${writeJson(value)}`
  }
  const last = Buffer.from(`${text}}`)
  return pieces.length === 0 ? last : Buffer.concat([...pieces, last])
}

/** The metadata in canonical form but for its resourceVersion; managers stand last in it. */
const metadataJson = (schema: TypeSchema, { metadata }: KubeObject): string => {
  const { resourceVersion: _, ...stored } = metadata
  const { type } = schema.byName.get('metadata') as FieldSchema
  const { managedFields, ...own } = canonical(type, stored as unknown as Value, { unknown: 0, forStore: true }) as ValueMap
  const text = writeJson(own)
  if (managedFields === undefined) return text
  return `${text.slice(0, -1)}${text === '{}' ? '' : ','}"managedFields":${writeManagerList(managedFields as Value[])}}`
}

/** Finds the places in stored bytes. */
export const encodedItem = (value: Uint8Array): EncodedItem => {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  const metadataStart = bytes.indexOf(METADATA)
  const uid = bytes.indexOf(UID, metadataStart)
  const end = uid < 0 ? -1 : bytes.indexOf('"', uid + UID.length)
  const resourceVersionAt = uid < 0 ? metadataStart + METADATA.length + 1 : bytes[end + 1] === 0x2c ? end + 2 : end + 1
  return { bytes, metadataStart, resourceVersionAt, metadataEnd: undefined }
}

const spliced = (item: EncodedItem, revision: number): string =>
  item.bytes[item.resourceVersionAt] === 0x7d ? `,"resourceVersion":"${revision}"` : `"resourceVersion":"${revision}",`

/** Bytes that `writeItem` will write. */
export const itemLength = (item: EncodedItem, revision: number): number =>
  item.bytes.length - item.metadataStart + 1 + spliced(item, revision).length

/** Writes `{"metadata":…}` as in lists; returns the offset after it. */
export const writeItem = (item: EncodedItem, revision: number, into: Buffer, at: number): number => {
  into[at] = 0x7b
  let end = at + 1
  end += item.bytes.copy(into, end, item.metadataStart, item.resourceVersionAt)
  end += into.write(spliced(item, revision), end)
  return end + item.bytes.copy(into, end, item.resourceVersionAt)
}

/** The whole object with its resourceVersion, between a prefix and a suffix in ASCII. */
export const objectBytes = (item: EncodedItem, revision: number, prefix = '', suffix = ''): Buffer => {
  const version = spliced(item, revision)
  const into = Buffer.allocUnsafe(prefix.length + item.bytes.length + version.length + suffix.length)
  let end = into.write(prefix, 0, 'latin1')
  end += item.bytes.copy(into, end, 0, item.resourceVersionAt)
  end += into.write(version, end, 'latin1')
  end += item.bytes.copy(into, end, item.resourceVersionAt)
  into.write(suffix, end, 'latin1')
  return into
}

/** The object of stored bytes, as a private tree. */
export const decodeItem = (bytes: Uint8Array, revision: number): KubeObject => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  const object = parseOwnJson(text) as unknown as KubeObject
  object.metadata.resourceVersion = String(revision)
  return object
}

/** Offset after the metadata's closing brace. */
export const metadataEnd = (item: EncodedItem): number =>
  (item.metadataEnd ??= endOfObject(item.bytes, item.metadataStart + METADATA.length))

/** The metadata as JSON text, with its resourceVersion; `end` is metadataEnd's. */
export const metadataText = (item: EncodedItem, revision: number, end: number): string =>
  item.bytes.toString('utf8', item.metadataStart + METADATA.length, item.resourceVersionAt) +
  spliced(item, revision) +
  item.bytes.toString('utf8', item.resourceVersionAt, end)

/** Bytes that `writeMetadata` will write. */
export const metadataLength = (item: EncodedItem, revision: number, end: number): number =>
  end - item.metadataStart - METADATA.length + spliced(item, revision).length

/** Writes the metadata as JSON with its resourceVersion; returns the offset after it. */
export const writeMetadata = (item: EncodedItem, revision: number, metadataEnd: number, into: Buffer, at: number): number => {
  let end = at + item.bytes.copy(into, at, item.metadataStart + METADATA.length, item.resourceVersionAt)
  end += into.write(spliced(item, revision), end, 'latin1')
  return end + item.bytes.copy(into, end, item.resourceVersionAt, metadataEnd)
}
