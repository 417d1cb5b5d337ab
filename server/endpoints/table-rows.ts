// Rows of tables for stored items: cells are worked out once for an item and kept beside it; only those that depend on time are made
// anew, and the metadata is cut from the item's bytes. So listing a table again decodes nothing.
import { writeJson } from '../../apimachinery/json-write.ts'
import { metadataEnd, metadataText } from '../codec/encoded-item.ts'
import type { EncodedItem } from '../registry/encoding.ts'
import type { Entry } from '../registry/resource-store.ts'
import type { Scope } from './scope.ts'

interface KnownRow {
  /** JSON of a cell, or what makes its text. */
  cells: readonly (string | ((now: number) => string))[]
  /** JSON of the members between cells and object. */
  conditions: string
  metadataEnd: number
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
  return { cells, conditions: conditions ? `"conditions":${writeJson(conditions)},` : '', metadataEnd: metadataEnd(entry.item) }
}

/** Whether a row must be made, which decodes. */
export const isKnown = (entry: Entry): boolean => rows.has(entry.item)

/** JSON of one row with the object's metadata, or without any object. */
export const rowText = (scope: Scope, entry: Entry, metaVersion: string, withMetadata: boolean, now: number): string => {
  let row = rows.get(entry.item)
  if (!row) {
    row = makeRow(scope, entry)
    rows.set(entry.item, row)
  }
  const cells = row.cells.map((cell) => (typeof cell === 'function' ? writeJson(cell(now)) : cell)).join(',')
  if (!withMetadata) return `{"cells":[${cells}],${row.conditions}"object":null}`
  const metadata = metadataText(entry.item, entry.revision, row.metadataEnd)
  return `{"cells":[${cells}],${row.conditions}"object":{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/${metaVersion}","metadata":${metadata}}}`
}
