// metadata.managedFields: who last set which field. Called once for each create, update and patch, after the change is made and defaults
// are set, before admission. Knows no storage and no request. Server-side apply has its own way in; here its entries only lose what an
// update changes. Upstream: apimachinery/pkg/util/managedfields/internal, structured-merge-diff merge/update.go, and
// apiserver/pkg/endpoints/handlers/fieldmanager/equality.go.

import { equalValues } from '../../apimachinery/equal-values.ts'
import type { Frozen, KubeObject, Value, ValueMap } from '../../apimachinery/kube-object.ts'
import type { TypeSchema } from '../../openapi/schema-set.ts'
import { type Comparison, compareObjects } from './comparison.ts'
import { difference, type FieldSet, isEmptySet, setOfPaths, union } from './field-set.ts'
import { capUpdaters, identityOf, type Manager, type Managers, readManagers, writeManagers } from './managers.ts'
import { kindPlan } from './ownership-plan.ts'
import { InvalidManagedFields } from './path-element.ts'
import { reconcileAtomic } from './reconcile-atomic.ts'

/** An object in one of its kind's versions, canonical. */
export interface VersionedObject {
  object: KubeObject
  schema: TypeSchema
}

export interface UpdateInput {
  /** The stored object before the change, in the request's version; undefined on create. */
  live: Frozen<KubeObject> | undefined
  /** The new object, in the request's version. Its managedFields are what the request sent: `[]` and `[{}]` ask for a reset. */
  object: KubeObject
  schema: TypeSchema
  /** The request's version: `apps/v1`. */
  apiVersion: string
  /** See managerName. */
  manager: string
  /** '' for the resource itself. */
  subresource: string
  /** RFC 3339, whole seconds, UTC. */
  time: string
  /** Paths that this endpoint never changes, with everything below them. */
  resetFields: readonly (readonly string[])[]
  /** To the version of another entry; undefined when there is no such version (the entry goes). Without it fields are the same. */
  convert?: (object: Frozen<KubeObject>, apiVersion: string) => VersionedObject | undefined
}

/** The new metadata.managedFields; empty when there are none. Shares parts with the arguments. */
export const updateManagedFields = (input: UpdateInput): Value[] => {
  try {
    return update(input)
  } catch (error) {
    // An object whose list items have no keys cannot be tracked; upstream writes it without managers.
    if (error instanceof InvalidManagedFields) return []
    throw error
  }
}

const update = (input: UpdateInput): Value[] => {
  const { live, object, schema, apiVersion } = input
  const held = (live?.metadata.managedFields ?? NONE) as readonly Value[]
  const sent = sentManagers(input, held)
  // Tracking starts at creation or not at all.
  if (live && (sent ? sent.size : held.length) === 0) return []
  const ignored = ignoredFields(input.resetFields)
  const comparison = compareObjects(schema, live as ValueMap | undefined, object as ValueMap, ignored)
  const { changed, removed } = comparison
  if (live && !sent && !changed && !removed && held.every((entry) => (entry as ValueMap)['apiVersion'] === apiVersion)) return [...held]
  const managers = sent ?? storedManagers(held)
  if (live && managers.size === 0) return []
  takeFromManagers(managers, comparison, input, ignored)
  if (changed) giveToManager(managers, changed, input)
  capUpdaters(managers)
  return writeManagers(managers.values())
}

const NONE: readonly Value[] = []

/** What the request says about managers; undefined when the stored object's count. */
const sentManagers = ({ object, subresource }: UpdateInput, held: readonly Value[]): Managers | undefined => {
  const sent = object.metadata.managedFields
  if (subresource !== '' || !sent || sent === held) return undefined
  if (sent.length === 0) return new Map()
  const [first] = sent
  if (sent.length === 1 && isEmptySet(first as ValueMap)) return new Map()
  if (equalValues(sent, held)) return undefined
  try {
    return readManagers(sent, false)
  } catch (error) {
    if (error instanceof InvalidManagedFields) return undefined
    throw error
  }
}

const storedManagers = (held: readonly Value[]): Managers => {
  try {
    return readManagers(held, true)
  } catch (error) {
    if (error instanceof InvalidManagedFields) return new Map()
    throw error
  }
}

const ignoredSets = new WeakMap<readonly (readonly string[])[], FieldSet>()

export const ignoredFields = (paths: readonly (readonly string[])[]): FieldSet => {
  let set = ignoredSets.get(paths)
  if (!set) ignoredSets.set(paths, (set = setOfPaths(paths)))
  return set
}

/** Nobody owns any longer what this request changed or removed. */
const takeFromManagers = (managers: Managers, own: Comparison, input: UpdateInput, ignored: FieldSet): void => {
  const versions = new Map<string, Versioned | undefined>([[input.apiVersion, { ...own, schema: input.schema }]])
  for (const [identity, manager] of managers) {
    if (!versions.has(manager.apiVersion)) versions.set(manager.apiVersion, inVersion(manager.apiVersion, own, input, ignored))
    const versioned = versions.get(manager.apiVersion)
    if (!versioned) {
      managers.delete(identity)
      continue
    }
    let fields = reconciled(versioned.schema, manager.fields)
    if (versioned.changed) fields = difference(fields, versioned.changed)
    if (versioned.removed) fields = difference(fields, versioned.removed)
    if (isEmptySet(fields)) managers.delete(identity)
    else if (fields !== manager.fields) managers.set(identity, { ...manager, fields, written: undefined })
  }
}

type Versioned = Comparison & { schema: TypeSchema }

/** Sets that many objects share are looked at once. */
const reconciledSets = new WeakMap<TypeSchema, WeakMap<FieldSet, FieldSet>>()

export const reconciled = (schema: TypeSchema, set: FieldSet): FieldSet => {
  let known = reconciledSets.get(schema)
  if (!known) reconciledSets.set(schema, (known = new WeakMap()))
  let result = known.get(set)
  if (!result) known.set(set, (result = reconcileAtomic(kindPlan(schema).plan, set)))
  return result
}

/** The same change seen in another version. */
const inVersion = (apiVersion: string, own: Comparison, input: UpdateInput, ignored: FieldSet): Versioned | undefined => {
  const { convert, live, object, schema } = input
  if (!convert) return { ...own, schema }
  const after = convert(object as Frozen<KubeObject>, apiVersion)
  const before = live && convert(live, apiVersion)
  if (!after || (live && !before)) return undefined
  return {
    ...compareObjects(after.schema, before?.object as ValueMap | undefined, after.object as ValueMap, ignored),
    schema: after.schema,
  }
}

/** The one that asked owns it now, with what it had. */
const giveToManager = (managers: Managers, changed: FieldSet, { manager, apiVersion, subresource, time }: UpdateInput): void => {
  const own: Manager = {
    name: manager === '' ? 'unknown' : manager,
    operation: 'Update',
    apiVersion,
    subresource,
    time,
    fields: changed,
    written: undefined,
  }
  const identity = identityOf(own)
  const before = managers.get(identity)
  managers.set(identity, before ? { ...own, fields: union(before.fields, changed) } : own)
}

/** The managedFields to store when a write changed nothing but their times: the old ones. After mutating admission, before prepare. */
export const keepTimesOfUnchanged = (old: Frozen<KubeObject>, object: KubeObject): Value[] | undefined => {
  const before = old.metadata.managedFields as Value[] | undefined
  const after = object.metadata.managedFields
  if (!before || !after || before.length !== after.length || !before.every((entry, index) => equalButTime(entry, after[index] as Value)))
    return after
  const { managedFields: _, ...metadata } = old.metadata
  const { managedFields: __, ...newMetadata } = object.metadata
  return equalValues({ ...old, metadata }, { ...object, metadata: newMetadata }) ? before : after
}

const equalButTime = (a: Value, b: Value): boolean => equalValues({ ...(a as ValueMap), time: '' }, { ...(b as ValueMap), time: '' })

const MAX_NAME_BYTES = 128
const PRINTABLE = /[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u

/** The manager a request names, else the program's name: its user agent up to the first slash. */
export const managerName = (fieldManagerParameter: string, userAgent: string): string => {
  if (fieldManagerParameter !== '') return fieldManagerParameter
  let name = ''
  let bytes = 0
  for (const character of userAgent.split('/', 1)[0] ?? '') {
    if (!PRINTABLE.test(character)) continue
    bytes += Buffer.byteLength(character)
    if (bytes > MAX_NAME_BYTES) break
    name += character
  }
  return name
}
