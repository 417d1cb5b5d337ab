// Rows of tables for stored items: cells are worked out once for an item and kept beside it; only those that depend on time are made
// anew, and the metadata is cut from the item's bytes. So listing a table again decodes nothing.
import { parseOwnJson } from '../../apimachinery/json-parse.ts'
import { writeJson } from '../../apimachinery/json-write.ts'
import type { ObjectMeta } from '../../apimachinery/kube-object.ts'
import { metadataEnd, metadataText } from '../codec/encoded-item.ts'
import { metadataAlone } from '../codec/metadata-alone.ts'
import type { EncodedItem } from '../registry/encoding.ts'
import type { Entry } from '../registry/resource-store.ts'
import type { TextPart } from './list-body.ts'
import type { Scope } from './scope.ts'

interface KnownRow {
  /** JSON of a cell, or what makes its text. */
  cells: readonly (string | ((now: number) => string))[]
  /** JSON of the members between cells and object. */
  conditions: string
  order: number
}

/** Items go with their cache entries, and their rows with them. */
const rows = new WeakMap<EncodedItem, KnownRow>()

const makeRow = (scope: Scope, entry: Entry): KnownRow => {
  const object = scope.parts.encoding.decode(entry.item.bytes, entry.revision)
  const cells = scope.definition.columns.map((column) => {
    const cell = column.value(object)
    return typeof cell === 'function' ? cell : writeJson(cell)
  })
  const conditions = scope.definition.rowConditions?.(object)
  return { cells, conditions: conditions ? `"conditions":${writeJson(conditions)},` : '', order: scope.definition.rowOrder?.(object) ?? 0 }
}

const rowOf = (scope: Scope, entry: Entry): KnownRow => {
  let row = rows.get(entry.item)
  if (!row) {
    row = makeRow(scope, entry)
    rows.set(entry.item, row)
  }
  return row
}

/** Entries in the order of their rows. */
export const inRowOrder = (scope: Scope, entries: readonly Entry[]): readonly Entry[] =>
  scope.definition.rowOrder ? entries.toSorted((a, b) => rowOf(scope, a).order - rowOf(scope, b).order) : entries

/** Whether a row must be made, which decodes. */
export const isKnown = (entry: Entry): boolean => rows.has(entry.item)

/** One row: with the object's metadata, with the object that `object` makes, or with none. */
export const rowPart = (
  scope: Scope,
  entry: Entry,
  metaVersion: string,
  now: number,
  object: string | 'metadata' | undefined,
): TextPart => {
  const row = rowOf(scope, entry)
  const cells = row.cells.map((cell) => (typeof cell === 'function' ? writeJson(cell(now)) : cell)).join(',')
  const before = `{"cells":[${cells}],${row.conditions}"object":`
  if (object === undefined) return { before: `${before}null}` }
  if (object !== 'metadata') return { before: `${before}${object}}` }
  return withEnd(metadataPart(scope, entry, metaVersion, before))
}

const withEnd = (part: TextPart): TextPart => (part.item ? { ...part, after: '}}' } : { before: `${part.before}}` })

/** The metadata of an item as an object of its own, after what comes before it. */
export const metadataPart = ({ definition }: Scope, { item, revision }: Entry, metaVersion: string, before = ''): TextPart => {
  const head = `${before}{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/${metaVersion}","metadata":`
  if (!definition.fieldAnnotations) return { before: head, item, revision, after: '}' }
  const metadata = parseOwnJson(metadataText(item, revision, metadataEnd(item))) as unknown as ObjectMeta
  return { before: `${head}${writeJson(metadataAlone(definition, metadata))}}` }
}
