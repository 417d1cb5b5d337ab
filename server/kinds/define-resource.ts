// A built-in kind: facts from the tables, and a record of what the tables cannot say. Adding a kind is one file that calls defineResource.
import type { Frozen, GroupVersionKind, KubeObject } from '../../apimachinery/kube-object.ts'
import { kindNotation, type SchemaSet, type TypeSchema } from '../../openapi/schema-set.ts'
import type { ConnectionRule } from '../registry/connection.ts'
import {
  type CheckedAction,
  type FieldLabels,
  metadataLabels,
  type PrinterColumn,
  type ResourceDefinition,
  type ServedVersion,
  type Strategy,
  type Subresource,
  type SubresourceAction,
  type WriteContext,
} from '../registry/resource-definition.ts'
import { type Cells, type ColumnFact, printerColumns } from './columns.ts'
import { applyTypeDefaults } from './defaults/type-defaults.ts'

/** What a kind's own file says. */
export interface KindRecord {
  group: string
  kind: string
  /** What its printer columns show, by their names. */
  cells?: Cells
  /** Cells past the last column. */
  unnamedCells?: readonly PrinterColumn['value'][]
  rowConditions?(object: Frozen<KubeObject>): readonly object[] | undefined
  rowOrder?(object: Frozen<KubeObject>): number
  /** Annotations that stand for fields of upstream's internal type. */
  fieldAnnotations?: readonly string[]
  conversionFault?(object: Frozen<KubeObject>): string | undefined
  deprecationWarning?: string
  strategy?: Strategy
  /** For the status subresource; default: only status and metadata change. */
  statusStrategy?: Strategy
  /** What the default status strategy checks and fills in besides. */
  statusRules?: StatusRules
  selectableFields?: SelectableFields
  /** From one of the kind's versions to another; default: the fields are the same. */
  convert?(object: KubeObject, to: string): KubeObject
  answer?(object: KubeObject, context: WriteContext): Promise<KubeObject> | KubeObject
  /** For kinds that store nothing: the objects there are now. */
  current?(): Promise<readonly KubeObject[]>
  /** Its create is a subresource's of another kind in its group. */
  aliasOf?: { plural: string; subresource: string }
  actions?: Readonly<Record<string, SubresourceAction | CheckedAction>>
  /** Subresources that lead elsewhere, by name. */
  connections?: Readonly<Record<string, ConnectionRule>>
  /** The selector that a Scale shows, for kinds with one. */
  scaleSelector?(object: Frozen<KubeObject>): string
  /** Subresources that replace some fields, by name. */
  fieldStrategies?: Readonly<Record<string, Strategy>>
}

export type StatusRules = Pick<Strategy, 'prepareForUpdate' | 'validateUpdate' | 'warnings' | 'createdByApply'>

/** What field selectors may ask of a kind, besides metadata.name. */
export interface SelectableFields {
  names: readonly string[]
  of(object: Frozen<KubeObject>): Record<string, string>
  /** Names of the version that stand for another field. */
  aliases?: Readonly<Record<string, string>>
  /** Whether metadata.namespace is a name too. */
  withNamespace: boolean
  /** What is said of other names, where it is not the usual. */
  refusal?(label: string, apiVersion: string): string
}

/** A row of openapi/v1.36/resources.json. */
export interface ResourceFact {
  group: string
  version: string
  plural: string
  singular: string
  kind: string
  type: string
  scope: 'Namespaced' | 'Cluster'
  verbs: string[]
  shortNames?: string[]
  categories?: string[]
  storage?: { prefix: string; group: string; version: string }
  subresources?: Record<string, { verbs: string[]; kind?: string; group?: string; version?: string }>
}

export const defineResource = (group: string, kind: string, record: Omit<KindRecord, 'group' | 'kind'>): KindRecord => ({
  group,
  kind,
  ...record,
})

const subresourcesOf = (
  fact: ResourceFact,
  record: KindRecord | undefined,
  schemas: SchemaSet,
  scaleColumns: readonly PrinterColumn[],
): Record<string, Subresource> => {
  const result: Record<string, Subresource> = {}
  for (const [name, { verbs, kind, group, version }] of Object.entries(fact.subresources ?? {})) {
    const gvk: GroupVersionKind = { group: group ?? fact.group, version: version ?? fact.version, kind: kind ?? fact.kind }
    const action = record?.actions?.[name]
    const rule = record?.connections?.[name]
    const own =
      name === 'status'
        ? (record?.statusStrategy ?? statusStrategy(record?.strategy ?? {}, record?.statusRules))
        : record?.fieldStrategies?.[name]
    if (rule) result[name] = { verbs, kind: gvk, type: 'connect', schema: schemas.type(rule.options), rule }
    else if (own) result[name] = { verbs, kind: gvk, type: 'fields', strategy: own }
    else if (action) {
      const parts = typeof action === 'function' ? { run: action } : action
      result[name] = { verbs, kind: gvk, type: 'action', schema: schemas.type(kindNotation(gvk)), ...parts }
    } else if (name === 'scale' && record?.scaleSelector)
      result[name] = {
        verbs,
        kind: gvk,
        type: 'scale',
        schema: schemas.type(kindNotation(gvk)),
        columns: scaleColumns,
        selector: record.scaleSelector,
      }
    else result[name] = { verbs, kind: gvk, type: 'absent' }
  }
  return result
}

/** Status updates keep everything but status and metadata. */
const statusStrategy = (strategy: Strategy, rules: StatusRules = {}): Strategy => ({
  ...rules,
  // Whoever checks the status looks at the metadata again.
  ...(rules.validateUpdate && strategy.validateName && !strategy.metadataOnce ? { validateName: strategy.validateName } : {}),
  resetFields: strategy.statusKeeps?.length ? statusReset(strategy.statusKeeps) : STATUS_RESET,
  allowUnconditionalUpdate: strategy.allowUnconditionalUpdate ?? false,
  prepareForUpdate: (object, old, context) => {
    const { metadata, status } = object
    for (const member of strategy.statusKeeps ?? []) {
      const kept = old.metadata[member]
      if (kept === undefined) delete metadata[member]
      else Object.assign(metadata, { [member]: kept })
    }
    for (const key of Object.keys(object)) if (key !== 'metadata') delete object[key]
    // Shared with the old object: the write path rebuilds the tree before it stores it, and nothing changes it in between.
    Object.assign(object, old, { metadata })
    if (status === undefined) delete object['status']
    else object['status'] = status
    rules.prepareForUpdate?.(object, old, context)
  },
})

const MAIN_RESET = [['status']]
const STATUS_RESET = [['spec']]

/** What a status update does not own: the spec, and what of the metadata it leaves alone. */
const statusReset = (kept: readonly string[]): string[][] =>
  kept.length === 0 ? STATUS_RESET : kept.length > 2 ? [['metadata'], ['spec']] : [['spec'], ...kept.map((member) => ['metadata', member])]

/** Where there is a status of its own, the main resource does not own it. */
const withReset = (strategy: Strategy, versions: readonly ServedVersion[]): Strategy =>
  strategy.resetFields || !versions.some(({ subresources }) => 'status' in subresources)
    ? strategy
    : { ...strategy, resetFields: MAIN_RESET }

/** Type defaults before the kind's own. */
const withDefaults = (strategy: Strategy, schema: TypeSchema | undefined): Strategy =>
  schema === undefined
    ? strategy
    : {
        ...strategy,
        setDefaults: (object, version, settled) => {
          applyTypeDefaults(schema, object, settled)
          strategy.setDefaults?.(object, version)
        },
      }

const fieldLabels = (fields: SelectableFields | undefined): FieldLabels => {
  if (!fields) return metadataLabels
  const { names, aliases = {}, withNamespace, refusal } = fields
  const plain = new Set(['metadata.name', ...(withNamespace ? ['metadata.namespace'] : []), ...names])
  return {
    fieldOf: (label) => (plain.has(label) ? label : Object.hasOwn(aliases, label) ? aliases[label] : undefined),
    refusal: refusal ?? ((label) => `field label not supported: ${label}`),
  }
}

/** One definition from all rows of a resource and its columns in the tables. `served` answers --runtime-config. */
export const resourceDefinition = (
  facts: readonly ResourceFact[],
  { columns, scaleColumns }: { columns: readonly ColumnFact[]; scaleColumns: readonly PrinterColumn[] },
  record: KindRecord | undefined,
  schemas: SchemaSet,
  served: (fact: ResourceFact) => boolean,
  storageSchema: (fact: ResourceFact) => { kind: string; schema: TypeSchema },
): ResourceDefinition => {
  const first = facts[0] as ResourceFact
  const versions = facts.map(
    (fact): ServedVersion => ({
      name: fact.version,
      served: served(fact),
      schema: schemas.type(fact.type),
      kind: fact.kind,
      verbs: fact.verbs,
      subresources: subresourcesOf(fact, record, schemas, scaleColumns),
    }),
  )
  const { storage } = first
  return {
    group: first.group,
    kind: first.kind,
    listKind: `${first.kind}List`,
    plural: first.plural,
    singular: first.singular,
    scope: first.scope,
    shortNames: first.shortNames ?? [],
    categories: first.categories ?? [],
    versions,
    storage: storage ? { group: storage.group, version: storage.version, keyPrefix: storage.prefix, ...storageSchema(first) } : 'virtual',
    strategy: withDefaults(withReset(record?.strategy ?? {}, versions), storage ? storageSchema(first).schema : undefined),
    columns: printerColumns(columns, record?.cells ?? {}, record?.unnamedCells ?? []),
    ...(record?.rowConditions ? { rowConditions: record.rowConditions } : {}),
    ...(record?.rowOrder ? { rowOrder: record.rowOrder } : {}),
    ...(record?.fieldAnnotations ? { fieldAnnotations: record.fieldAnnotations } : {}),
    ...(record?.conversionFault ? { conversionFault: record.conversionFault } : {}),
    fieldLabels: fieldLabels(record?.selectableFields),
    ...(record?.selectableFields ? { selectableFields: record.selectableFields.of } : {}),
    convert: record?.convert ?? ((object, to) => Object.assign(object, { apiVersion: to })),
    ...(record?.deprecationWarning ? { deprecationWarning: record.deprecationWarning } : {}),
    ...(record?.answer ? { answer: record.answer } : {}),
    ...(record?.current ? { current: record.current } : {}),
    ...(record?.aliasOf ? { aliasOf: record.aliasOf } : {}),
  }
}
