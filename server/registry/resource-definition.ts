// What a kind is, as a record, and the small strategy for what a schema cannot say. Built-in and custom kinds are the same record:
// nothing after the registry can tell the difference. Upstream: registry.Store and the rest.*Strategy interfaces.

import type { Clock } from '../../apimachinery/clock.ts'
import type { EmptyMember } from '../../apimachinery/empty-members.ts'
import type { FieldError } from '../../apimachinery/field-error.ts'
import type { Frozen, GroupVersionKind, KubeObject, ObjectMeta } from '../../apimachinery/kube-object.ts'
import type { NameCheck } from '../../apimachinery/names.ts'
import type { TypeSchema } from '../../openapi/schema-set.ts'
import type { ConnectionRule } from './connection.ts'

export type Cell = string | number | boolean | null | unknown[]

export interface PrinterColumn {
  /** '' where the cell stands in rows and no column says what it is. */
  name: string
  type: 'string' | 'integer' | 'boolean' | 'date' | 'number'
  format?: string
  description: string
  /** 0 is always shown, 1 with -o wide. */
  priority: number
  /** A cell's value, or for what depends on time a function of API time in milliseconds that holds nothing of the object. */
  value(object: Frozen<KubeObject>): Cell | ((now: number) => string)
}

export interface ServedVersion {
  name: string
  /** Whether requests reach it; decided by --runtime-config. */
  served: boolean
  schema: TypeSchema
  kind: string
  verbs: readonly string[]
  subresources: Readonly<Record<string, Subresource>>
}

/** What a POST to a subresource does; `update` changes the parent through the write path and gives it back as it then stands. */
export type SubresourceAction = (
  parent: Frozen<KubeObject>,
  body: KubeObject,
  context: WriteContext,
  update: (change: (current: KubeObject) => void) => Promise<KubeObject>,
) => Promise<object>

/** An action that looks at what is posted before there is a parent to look at. */
export interface CheckedAction {
  /** `name` is the URL's, or the body's where the URL has none. Throws StatusError. */
  check(body: KubeObject, name: string): void
  run: SubresourceAction
}

export type Subresource = { verbs: readonly string[]; kind: GroupVersionKind } & (
  | { type: 'fields'; strategy: Strategy }
  | { type: 'scale'; schema: TypeSchema; columns: readonly PrinterColumn[]; selector(object: Frozen<KubeObject>): string }
  | { type: 'action'; schema: TypeSchema; check?: CheckedAction['check']; run: SubresourceAction }
  | { type: 'connect'; schema: TypeSchema; rule: ConnectionRule }
  | { type: 'absent' }
)

export interface UserInfo {
  name: string
  uid?: string
  groups: readonly string[]
  extra?: Readonly<Record<string, readonly string[]>>
}

export interface WriteContext {
  user: UserInfo
  clock: Clock
  dryRun: boolean
  /** API version the request came in. */
  version: string
  namespace: string
  /** The name in the request's URL; '' where it has none. */
  requestName?: string
  /** Who is written down as having set the fields; '' where a write leaves managedFields alone. */
  manager: string
  /** The server writes for itself: what it refuses to its users does not hold. */
  byServer?: boolean
  /** Whether the user may create what an update or an apply finds nothing of. Throws StatusError. */
  authorizeCreate?(): Promise<void>
  /** Empty lists and maps of what was sent, in the request's version: errors show them. */
  emptyMembers?: () => readonly EmptyMember[]
  newUuid(): string
  warn(text: string): void
}

/** What a write took beforehand: kept when the write came to pass, given back otherwise. */
export interface Reservation {
  commit(): Promise<void>
  rollback(): Promise<void>
}

/**
 * Every member optional; hooks change only `object`. What it has in common with the one before it they replace, never change in place: it
 * may be one and the same. `settled` are members that have their defaults.
 */
export interface Strategy {
  setDefaults?(object: KubeObject, version: string, settled?: readonly unknown[]): void
  prepareForCreate?(object: KubeObject, context: WriteContext): void
  prepareForUpdate?(object: KubeObject, old: Frozen<KubeObject>, context: WriteContext): void
  /** Throws where the user may not write this, whatever they may do with the resource: handing out rights beyond their own. */
  authorizeWrite?(object: Frozen<KubeObject>, old: Frozen<KubeObject> | undefined, context: WriteContext): Promise<void>
  /** Takes what the object needs from pools that others share (addresses, ports), before it is prepared and checked. */
  begin?(object: KubeObject, old: Frozen<KubeObject> | undefined, context: WriteContext): Promise<Reservation>
  /** After the object is gone for good. */
  afterDelete?(object: Frozen<KubeObject>): Promise<void>
  validate?(object: KubeObject, context: WriteContext): FieldError[]
  /** `oldIsChecked`: all of `old` went through these rules in this process, so that what `object` shares with it has no faults. */
  validateUpdate?(object: KubeObject, old: Frozen<KubeObject>, context: WriteContext, oldIsChecked?: boolean): FieldError[]
  warnings?(object: KubeObject, old: Frozen<KubeObject> | undefined): string[]
  validateName?: NameCheck
  /** Makes a name of a base; by default a random suffix is added. */
  generateName?(base: string): string
  /** Names of finalizers need no domain: kinds whose own checks leave out what others ask besides. */
  anyFinalizer?: boolean
  /** Updates do not look at the metadata again. */
  metadataOnce?: boolean
  /** Updates compare the metadata again in `validateUpdate`, at that one's place among the errors. */
  comparesMetadata?: boolean
  /** Refuses a user's create outright: a kind that does not work yet. */
  refuseCreate?(object: KubeObject): void
  allowCreateOnUpdate?: boolean
  /** Of a subresource: an apply to it creates the object. */
  createdByApply?: boolean
  /** Paths that a write through this endpoint never owns. */
  resetFields?: readonly (readonly string[])[]
  /** Members of the metadata that a status update leaves as they are. */
  statusKeeps?: readonly (keyof ObjectMeta)[]
  allowUnconditionalUpdate?: boolean
  returnsDeletedObject?: boolean
  /** What to tell who deletes with these options. */
  warningsOnDelete?(options: { propagation: string | undefined; orphanDependents: boolean | undefined }): string[]
  /** Objects of this kind live this long after their last write. */
  ttlSeconds?: number
  /** Seconds between a delete request and the end, by the object and the client's wish; undefined: no grace. */
  gracePeriodSeconds?(object: Frozen<KubeObject>, wanted: number | undefined): number | undefined
  /** What a delete without a propagation policy does with dependents. */
  defaultPropagation?(version: string): 'Background' | 'Orphan' | 'Unsupported'
  /** Kinds whose first delete only marks the object (namespaces): runs on that object. */
  beginDelete?(object: KubeObject): void
  /** Whether a marked object may end, beyond metadata.finalizers: namespaces hold finalizers in their spec. */
  mayEnd?(object: Frozen<KubeObject>): boolean
}

/** What field selectors of a kind may name. */
export interface FieldLabels {
  /** The field that a name stands for; undefined where the kind has no such name. */
  fieldOf(label: string): string | undefined
  /** What is said of a name that it does not have. */
  refusal(label: string, apiVersion: string): string
}

/** Of kinds that are selected by their metadata alone. */
export const metadataLabels: FieldLabels = {
  fieldOf: (label) => (label === 'metadata.name' || label === 'metadata.namespace' ? label : undefined),
  refusal: (label) => `${JSON.stringify(label)} is not a known field selector: only "metadata.name", "metadata.namespace"`,
}

export interface ResourceDefinition {
  readonly group: string
  readonly kind: string
  readonly listKind: string
  readonly plural: string
  readonly singular: string
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  /** Told to everyone who uses the resource. */
  readonly deprecationWarning?: string
  readonly scope: 'Namespaced' | 'Cluster'
  readonly versions: readonly ServedVersion[]
  /** 'virtual' stores nothing: reviews. */
  readonly storage:
    | { readonly group: string; readonly version: string; readonly keyPrefix: string; readonly kind: string; readonly schema: TypeSchema }
    | 'virtual'
  readonly strategy: Strategy
  readonly columns: readonly PrinterColumn[]
  /** What a table says of the object beside its cells: pods that have ended. */
  rowConditions?(object: Frozen<KubeObject>): readonly object[] | undefined
  /** Rows of a table stand in this order, and by name; default: by name alone. */
  rowOrder?(object: Frozen<KubeObject>): number
  /** Annotations that stand for fields of upstream's internal type: where the metadata is shown alone, they are not. */
  readonly fieldAnnotations?: readonly string[]
  /** What upstream cannot convert to its internal type in an object that is one by its schema. */
  conversionFault?(object: Frozen<KubeObject>): string | undefined
  /** Values of the fields that selectors may ask for, besides metadata.name and metadata.namespace. */
  selectableFields?(object: Frozen<KubeObject>): Record<string, string>
  readonly fieldLabels: FieldLabels
  /** Between two of the kind's versions; `from` and `to` are apiVersions. Changes and returns the object. */
  convert(object: KubeObject, to: string): KubeObject
  /** For virtual kinds whose create is a subresource's of another: bindings. */
  aliasOf?: { plural: string; subresource: string }
  /** For virtual kinds: the answer to a create. */
  answer?(object: KubeObject, context: WriteContext): Promise<KubeObject> | KubeObject
  /** For virtual kinds that can be read: the objects there are now. */
  current?(): Promise<readonly KubeObject[]>
}

export const groupResource = (definition: ResourceDefinition): { group: string; resource: string } => ({
  group: definition.group,
  resource: definition.plural,
})

/** As validation errors name a kind: by the group that stores it. */
export const groupKind = ({ group, kind, storage }: ResourceDefinition): { group: string; kind: string } => ({
  group: storage === 'virtual' ? group : storage.group,
  kind,
})
