// Tables: what kubectl prints. Cells come from the kind's columns. Upstream: k8s.io/apiserver/pkg/endpoints/handlers/response.go asTable.
import type { KubeObject } from '../../apimachinery/kube-object.ts'

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

export interface TableOptions {
  includeObject: 'None' | 'Metadata' | 'Object'
  /** API time, milliseconds: what ages are counted from. */
  now: number
}

/** columnDefinitions of a table. */
export const columnDefinitions = (columns: readonly TableColumn[]): object[] =>
  columns.map(({ name, type, format, description, priority }) => ({ name, type, format: format ?? '', description, priority }))

/** What a cell shows at a time. */
export const cellAt = (cell: unknown, now: number): unknown => (typeof cell === 'function' ? (cell as (now: number) => string)(now) : cell)

/** One row. */
export const tableRow = (columns: readonly TableColumn[], object: KubeObject, metaVersion: string, options: TableOptions): object => {
  const cells = columns.map((column) => cellAt(column.value(object), options.now))
  if (options.includeObject === 'None') return { cells, object: null }
  if (options.includeObject === 'Object') return { cells, object }
  return { cells, object: { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${metaVersion}`, metadata: object.metadata } }
}

/** A whole table; without columns when `columns` repeats an earlier event's. */
export const tableOf = (
  columns: readonly TableColumn[],
  objects: readonly KubeObject[],
  metadata: object,
  metaVersion: string,
  options: TableOptions,
  withColumns = true,
): object => ({
  kind: 'Table',
  apiVersion: `meta.k8s.io/${metaVersion}`,
  metadata,
  columnDefinitions: withColumns ? columnDefinitions(columns) : null,
  rows: objects.map((object) => tableRow(columns, object, metaVersion, options)),
})
