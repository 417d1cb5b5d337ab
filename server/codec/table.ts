// Tables: what kubectl prints. Cells come from the kind's columns. Upstream: k8s.io/apiserver/pkg/endpoints/handlers/response.go asTable.
import type { KubeObject } from '../../apimachinery/kube-object.ts'
import { metadataAlone } from './metadata-alone.ts'

/** What a table needs of a column. */
export interface TableColumn {
  name: string
  type: string
  format?: string
  description: string
  priority: number
  /** A function of API time where the cell depends on it. */
  value(object: KubeObject): unknown
}

/** What a table needs of a kind. */
export interface TableKind {
  columns: readonly TableColumn[]
  rowConditions?(object: KubeObject): readonly object[] | undefined
  fieldAnnotations?: readonly string[]
}

export interface TableOptions {
  includeObject: 'None' | 'Metadata' | 'Object'
  /** API time, milliseconds: what ages are counted from. */
  now: number
}

/** columnDefinitions of a table. */
export const columnDefinitions = ({ columns }: TableKind): object[] =>
  columns
    .filter(({ name }) => name !== '')
    .map(({ name, type, format, description, priority }) => ({ name, type, format: format ?? '', description, priority }))

/** What a cell shows at a time. */
const cellAt = (cell: unknown, now: number): unknown => (typeof cell === 'function' ? (cell as (now: number) => string)(now) : cell)

/** One row: cells are of the object as it is stored, whatever version of it is shown. */
export const tableRow = (kind: TableKind, stored: KubeObject, shown: () => object, metaVersion: string, options: TableOptions): object => {
  const cells = kind.columns.map((column) => cellAt(column.value(stored), options.now))
  const conditions = kind.rowConditions?.(stored)
  const row = { cells, ...(conditions ? { conditions } : {}) }
  if (options.includeObject === 'None') return { ...row, object: null }
  if (options.includeObject === 'Object') return { ...row, object: shown() }
  return {
    ...row,
    object: { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${metaVersion}`, metadata: metadataAlone(kind, stored.metadata) },
  }
}

/** A whole table; without columns when `columns` repeats an earlier event's. */
export const tableOf = (kind: TableKind, rows: readonly object[], metadata: object, metaVersion: string, withColumns = true): object => ({
  kind: 'Table',
  apiVersion: `meta.k8s.io/${metaVersion}`,
  metadata,
  columnDefinitions: withColumns ? columnDefinitions(kind) : null,
  rows,
})
