// The managedFields of a stored object are half of its bytes and slow to parse, for their keys: they are read when they are asked for.
import { parseOwnJson } from '../../apimachinery/json-parse.ts'
import type { Frozen, KubeObject, Value } from '../../apimachinery/kube-object.ts'
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
