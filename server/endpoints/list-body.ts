// Bodies of lists, part by part: nothing is joined before it is written into the pieces that go out.
import { type EncodedItem, itemLength, metadataEnd, metadataLength, writeItem, writeMetadata } from '../codec/encoded-item.ts'
import type { PartedBody } from '../http/piece-pool.ts'
import type { Entry } from '../registry/resource-store.ts'

const COMMA = 0x2c
const TAIL = ']}\n'

/** Stored entries as list items with commas between them. */
export const itemsBody = (entries: readonly Entry[]): PartedBody => {
  const lengthOf = (part: number): number => {
    const { item, revision } = entries[part] as Entry
    return itemLength(item, revision) + 1
  }
  let length = 0
  for (let part = 0; part < entries.length; part++) length += lengthOf(part)
  return {
    count: entries.length,
    length: Math.max(0, length - 1),
    lengthOf,
    write: (part, into, at) => {
      const { item, revision } = entries[part] as Entry
      const end = writeItem(item, revision, into, at)
      if (part === entries.length - 1) return end
      into[end] = COMMA
      return end + 1
    },
  }
}

/** A text, with an item's metadata in it where there is an item. */
export interface TextPart {
  before: string
  /** Its metadata goes here, with this revision. */
  item?: EncodedItem
  revision?: number
  after?: string
}

const partLength = ({ before, item, revision, after }: TextPart): number =>
  Buffer.byteLength(before) + (item ? metadataLength(item, revision ?? 0, metadataEnd(item)) : 0) + (after ? Buffer.byteLength(after) : 0)

/** Texts with commas between them. */
export const textsBody = (texts: readonly TextPart[]): PartedBody => {
  const lengths = new Float64Array(texts.length)
  let length = 0
  for (let part = 0; part < texts.length; part++) {
    const own = partLength(texts[part] as TextPart) + 1
    lengths[part] = own
    length += own
  }
  return {
    count: texts.length,
    length: Math.max(0, length - 1),
    lengthOf: (part) => lengths[part] as number,
    write: (part, into, at) => {
      const { before, item, revision, after } = texts[part] as TextPart
      let end = at + into.write(before, at)
      if (item) end = writeMetadata(item, revision ?? 0, metadataEnd(item), into, end)
      if (after) end += into.write(after, end)
      if (part === texts.length - 1) return end
      into[end] = COMMA
      return end + 1
    },
  }
}

/** A list around its items; the head is what stands before the first. */
export const listBody = (head: string, items: PartedBody): PartedBody => {
  const before = Buffer.byteLength(head)
  const last = items.count + 1
  return {
    count: items.count + 2,
    length: before + items.length + TAIL.length,
    lengthOf: (part) => (part === 0 ? before : part === last ? TAIL.length : items.lengthOf(part - 1)),
    write: (part, into, at) => {
      if (part === 0) return at + into.write(head, at)
      return part === last ? at + into.write(TAIL, at) : items.write(part - 1, into, at)
    },
  }
}

/** What a list ends with. */
export const LIST_TAIL = Buffer.from(TAIL)
