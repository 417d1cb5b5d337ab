// Where the field manager stands in the write path: after a change is made and defaults are set, before admission and preparation.
// It works in the request's version; what is stored in another is converted there and its entries with it.
// Upstream: k8s.io/apiserver/pkg/endpoints/handlers/{create,update,patch}.go.
import { formatTime } from '../../apimachinery/clock.ts'
import { apiVersionOf, cloneTree, type Frozen, type KubeObject, parseApiVersion, type Value } from '../../apimachinery/kube-object.ts'
import type { TypeSchema } from '../../openapi/schema-set.ts'
import { keepTimesOfUnchanged, updateManagedFields } from '../field-manager/field-manager.ts'
import { managersFromScale, managersOfScale } from '../field-manager/scale-managers.ts'
import type { ResourceDefinition, Strategy, WriteContext } from './resource-definition.ts'
import type { ResourceStore } from './resource-store.ts'

export interface Ownership {
  subresource: string
  strategy: Pick<Strategy, 'resetFields'>
}

const NOTHING: readonly (readonly string[])[] = []
const SCALE_VERSION = 'autoscaling/v1'

/** An object of the storage version in another of its kind's, canonical; undefined where there is none. */
const versioned = (target: ResourceStore, object: Frozen<KubeObject>, apiVersion: string) => {
  const parsed = parseApiVersion(apiVersion)
  const version = target.definition.versions.find(({ name }) => name === parsed?.version)
  if (!version || parsed?.group !== target.definition.group) return undefined
  const converted = target.definition.convert(cloneTree<KubeObject>(object), apiVersion)
  return { object: target.canonicalAs(version.schema, converted), schema: version.schema }
}

const assign = (object: KubeObject, entries: readonly Value[] | undefined): void => {
  if (entries === undefined || entries.length === 0) delete object.metadata.managedFields
  else object.metadata.managedFields = entries as Value[]
}

/** Writes down who owns what after a change; `old` is undefined on create. Changes only the object's managedFields. */
export const recordOwnership = (
  target: ResourceStore,
  object: KubeObject,
  old: Frozen<KubeObject> | undefined,
  context: WriteContext,
  ownership: Ownership,
): void => {
  if (context.manager === '') {
    assign(object, old?.metadata.managedFields as Value[] | undefined)
    return
  }
  const { group, versions } = target.definition
  const apiVersion = apiVersionOf(group, context.version)
  const common = {
    apiVersion,
    manager: context.manager,
    subresource: ownership.subresource,
    time: formatTime(context.clock.now()),
    resetFields: ownership.strategy.resetFields ?? NOTHING,
  }
  const schema = versions.find(({ name }) => name === context.version)?.schema
  if (!schema) return
  if (apiVersion === target.storageApiVersion) {
    const convert = (value: Frozen<KubeObject>, to: string) =>
      to === apiVersion ? { object: value as KubeObject, schema } : versioned(target, value, to)
    assign(object, updateManagedFields({ live: old, object, schema, convert, ...common }))
  } else {
    const { managedFields } = object.metadata
    const shown = versioned(target, object, apiVersion)
    if (!shown) return
    if (managedFields) shown.object.metadata.managedFields = managedFields
    const live = old && versioned(target, old, apiVersion)?.object
    const convert = (value: Frozen<KubeObject>, to: string) =>
      to === apiVersion ? { object: value as KubeObject, schema } : versioned(target, value, to)
    assign(object, updateManagedFields({ live, object: shown.object, schema, convert, ...common }))
  }
  if (old) keepOwnershipTimes(old, object)
}

/** A write that changed nothing but the times of managers did not change anything. */
export const keepOwnershipTimes = (old: Frozen<KubeObject>, object: KubeObject): void => assign(object, keepTimesOfUnchanged(old, object))

/** The managedFields of an object that is answered, not stored: reviews. */
export const entriesOfMade = (definition: ResourceDefinition, object: KubeObject, context: WriteContext): Value[] => {
  const schema = definition.versions.find(({ name }) => name === context.version)?.schema
  if (!schema) return []
  const common = { manager: context.manager, subresource: '', time: formatTime(context.clock.now()), resetFields: NOTHING }
  return updateManagedFields({ live: undefined, object, schema, apiVersion: apiVersionOf(definition.group, context.version), ...common })
}

/** Who owns the replicas of an object, as its scale says it. */
export const scaleManagers = ({ group }: ResourceDefinition, { metadata }: Frozen<KubeObject>): Value[] =>
  managersOfScale((metadata.managedFields ?? []) as Value[], group)

interface ChangedScale {
  before: KubeObject
  after: KubeObject
  schema: TypeSchema
  /** What is after says who owns what. */
  ownershipGiven: boolean
}

/** The managedFields of an object whose scale was changed: those of the scale, in which the change is written down, told back. */
export const managersAfterScale = (
  { group }: ResourceDefinition,
  current: Frozen<KubeObject>,
  { before, after, schema, ownershipGiven }: ChangedScale,
  context: WriteContext,
): Value[] => {
  const held = (current.metadata.managedFields ?? []) as Value[]
  if (context.manager === '') return held
  const common = { manager: context.manager, subresource: 'scale', time: formatTime(context.clock.now()), resetFields: NOTHING }
  if (!ownershipGiven)
    after.metadata.managedFields = updateManagedFields({ live: before, object: after, schema, apiVersion: SCALE_VERSION, ...common })
  const ofScale = keepTimesOfUnchanged(before, after) ?? []
  return managersFromScale(held, ofScale, group, apiVersionOf(group, context.version))
}
