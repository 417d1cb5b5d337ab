// The managedFields of a stored object are half of its bytes and slow to parse, for their keys. A write reads them once at most: those of
// the object before it when they are asked for, those of a body not at all where a client sends back, as most do, what it was given.
import { parseOwnJson } from '../../apimachinery/json-parse.ts'
import { at, type Frozen, isMap, type KubeObject, type Value, type ValueMap } from '../../apimachinery/kube-object.ts'
import { decodeItem, type EncodedItem, metadataEnd } from './encoded-item.ts'
import { readManagerList } from './manager-list.ts'

const MEMBER = Buffer.from(',"managedFields":[')

/** Where an item's managers stand: from the comma before the member to the metadata's brace, for nothing is written after them. */
const managersSpan = (item: EncodedItem): { start: number; end: number } | undefined => {
  const start = item.bytes.indexOf(MEMBER, item.metadataStart)
  // One that stands further on is a template's.
  return start >= 0 && start < metadataEnd(item) ? { start, end: metadataEnd(item) - 1 } : undefined
}

/** Of metadata: the bytes of its managers, and what was read from them. */
const listsOf = new WeakMap<object, { bytes: Buffer; value: readonly Value[] | undefined }>()

const lazily: PropertyDescriptor & ThisType<object> = {
  get(): readonly Value[] | undefined {
    const list = listsOf.get(this)
    if (list) list.value ??= readManagerList(list.bytes)
    return list?.value
  },
  enumerable: true,
  configurable: true,
}

/** The object of an item with its resourceVersion, not to be changed. */
export const viewItem = (item: EncodedItem, revision: number): Frozen<KubeObject> => {
  const { bytes } = item
  const span = managersSpan(item)
  if (!span) return decodeItem(bytes, revision)
  const object = parseOwnJson(bytes.toString('utf8', 0, span.start) + bytes.toString('utf8', span.end)) as unknown as KubeObject
  object.metadata.resourceVersion = String(revision)
  listsOf.set(object.metadata, { bytes: bytes.subarray(span.start + MEMBER.length - 1, span.end), value: undefined })
  Object.defineProperty(object.metadata, 'managedFields', lazily)
  return object
}

/** An item's managers as they stand in its bytes, the comma before them first; undefined where it has none. */
export const managersBytes = (item: EncodedItem): Buffer | undefined => {
  const span = managersSpan(item)
  return span && item.bytes.subarray(span.start, span.end)
}

/** Stands in a text for managers that were cut out of it. */
const AS_STORED = 'as stored'

/** A body with a mark where the stored managers stood; undefined where it has others, or none. */
export const cutManagers = (body: Buffer, stored: Buffer): string | undefined => {
  const at = body.indexOf(stored)
  if (at < 0) return undefined
  return `${body.toString('utf8', 0, at)},"managedFields":"${AS_STORED}"${body.toString('utf8', at + stored.length)}`
}

/** Takes the mark out of a value read from such a text. False where it stood somewhere else than in the object's metadata. */
export const takeMark = (value: Value): boolean => {
  const metadata = at(value, 'metadata')
  if (!isMap(metadata as Value) || (metadata as ValueMap)['managedFields'] !== AS_STORED) return false
  delete (metadata as ValueMap)['managedFields']
  return true
}
