// Server-side apply: a configuration laid over an object, what its manager named before taken away, and who owns what after that. Knows no
// storage and no request. Upstream: structured-merge-diff merge/update.go Apply, apimachinery/pkg/util/managedfields/internal.
import { equalValues } from '../../apimachinery/equal-values.ts'
import type { Frozen, KubeObject, Value, ValueMap } from '../../apimachinery/kube-object.ts'
import type { TypeSchema } from '../../openapi/schema-set.ts'
import { ApplyConflicts, type Conflict } from './apply-conflicts.ts'
import { type Comparison, compareObjects } from './comparison.ts'
import { configSet } from './config-set.ts'
import { ignoredFields, reconciled, updateManagedFields, type VersionedObject } from './field-manager.ts'
import { difference, intersection, isEmptySet, pathsOf, recursiveDifference } from './field-set.ts'
import { identityOf, type Manager, type Managers, readManagers, writeManagers } from './managers.ts'
import { mergedValue } from './merged-value.ts'
import { kindPlan } from './ownership-plan.ts'
import { METADATA, type Planned, pruned } from './pruned-value.ts'

export interface ApplyInput {
  /** The stored object, in the request's version, canonical; undefined where there is none. */
  live: Frozen<KubeObject> | undefined
  /** As it was sent, in the request's version. */
  config: ValueMap
  schema: TypeSchema
  /** The request's version: `apps/v1`. */
  apiVersion: string
  kind: string
  manager: string
  /** '' for the resource itself. */
  subresource: string
  /** Takes what others own and have otherwise. */
  force: boolean
  /** RFC 3339, whole seconds, UTC. */
  time: string
  /** Paths that this endpoint never changes, with everything below them. */
  resetFields: readonly (readonly string[])[]
  /** A tree as merging left it, in another version of the kind; undefined when there is no such version. */
  convert(object: ValueMap, apiVersion: string): VersionedObject | undefined
}

export interface Applied {
  /** The object as merging left it, neither canonical nor with defaults; undefined where it stays what it was. Shares parts. */
  object: ValueMap | undefined
  managedFields: Value[]
}

/** Who owned all of an object that nobody tracked. */
const BEFORE = 'before-first-apply'

/** Throws ApplyConflicts, and InvalidManagedFields for items that cannot be told apart. */
export const applyConfiguration = (input: ApplyInput): Applied => {
  const live = liveTree(input)
  const managers = reconciledManagers(input, startingManagers(input))
  const own = ownManager(input)
  const identity = identityOf(own)
  const last = managers.get(identity)
  managers.set(identity, own)
  const toVersion = converter(input)
  const { plan } = kindPlan(input.schema)
  const merged: Planned = { plan, value: mergedValue(plan, live, input.config) as ValueMap }
  const object = pruned(merged, input.apiVersion, last, [...managers.values(), namesOf(input, own)], toVersion).value
  takeFromOthers(input, managers, identity, (apiVersion) => comparedIn(input, apiVersion, live, object, toVersion))
  const isSame = equalValues(live, object)
  const kept = managers.get(identity)
  if (kept) managers.set(identity, { ...kept, time: isSame ? (last?.time ?? '') : input.time })
  for (const [key, { fields }] of managers) if (isEmptySet(fields)) managers.delete(key)
  return { object: isSame ? undefined : object, managedFields: writeManagers(managers.values()) }
}

/** What is merged with: the object without its managers, or one of the kind that nobody set. */
const liveTree = ({ live, schema, apiVersion, kind }: ApplyInput): ValueMap => {
  if (!live) return { ...kindPlan(schema).zero, kind, apiVersion }
  const { managedFields: _, ...metadata } = live.metadata
  return { ...(live as unknown as ValueMap), metadata: metadata as unknown as ValueMap }
}

const startingManagers = (input: ApplyInput): Managers => {
  const { live } = input
  const held = readManagers((live?.metadata.managedFields ?? []) as Value[], true)
  if (!live || held.size > 0) return held
  const { convert: _, config: __, force: ___, ...common } = input
  const entries = updateManagedFields({ ...common, live: undefined, object: live as KubeObject, manager: BEFORE })
  return readManagers(entries, true)
}

/** Entries of versions that are no more go. */
const reconciledManagers = (input: ApplyInput, managers: Managers): Managers => {
  const schemas = new Map<string, TypeSchema | undefined>([[input.apiVersion, input.schema]])
  for (const [identity, manager] of managers) {
    const { apiVersion } = manager
    if (!schemas.has(apiVersion)) schemas.set(apiVersion, input.convert(liveTree(input), apiVersion)?.schema)
    const schema = schemas.get(apiVersion)
    const fields = schema && reconciled(schema, manager.fields)
    if (!fields) managers.delete(identity)
    else if (fields !== manager.fields) managers.set(identity, { ...manager, fields, written: undefined })
  }
  return managers
}

const ownManager = (input: ApplyInput): Manager => {
  const named = recursiveDifference(configSet(kindPlan(input.schema).plan, input.config), ignoredFields(input.resetFields))
  const { manager: name, apiVersion, subresource, time } = input
  return { name, operation: 'Apply', apiVersion, subresource, time, fields: difference(named, METADATA), written: undefined }
}

/** A configuration names its object. */
const namesOf = ({ config }: ApplyInput, own: Manager): Manager => ({ ...own, fields: config['metadata'] === undefined ? {} : METADATA })

const converter =
  (input: ApplyInput) =>
  (object: Planned, apiVersion: string): Planned | undefined => {
    if (object.value['apiVersion'] === apiVersion) return object
    const converted = input.convert(object.value, apiVersion)
    return converted && { value: converted.object as unknown as ValueMap, plan: kindPlan(converted.schema).plan }
  }

const comparedIn = (
  input: ApplyInput,
  apiVersion: string,
  live: ValueMap,
  object: ValueMap,
  toVersion: ReturnType<typeof converter>,
): Comparison | undefined => {
  const ignored = ignoredFields(input.resetFields)
  if (apiVersion === input.apiVersion) return compareObjects(input.schema, live, object, ignored)
  const { plan } = kindPlan(input.schema)
  const [before, after] = [toVersion({ plan, value: live }, apiVersion), toVersion({ plan, value: object }, apiVersion)]
  const schema = input.convert(live, apiVersion)?.schema
  return before && after && schema && compareObjects(schema, before.value, after.value, ignored)
}

/** What others own and the change makes otherwise is a conflict, or taken from them; what it removes they own no more. */
const takeFromOthers = (
  { force }: ApplyInput,
  managers: Managers,
  own: string,
  comparisonIn: (apiVersion: string) => Comparison | undefined,
): void => {
  const comparisons = new Map<string, Comparison | undefined>()
  const conflicts: Conflict[] = []
  const left = new Map<string, Manager>()
  for (const [identity, manager] of [...managers].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (identity === own) continue
    const { apiVersion } = manager
    if (!comparisons.has(apiVersion)) comparisons.set(apiVersion, comparisonIn(apiVersion))
    const comparison = comparisons.get(apiVersion)
    if (!comparison) {
      managers.delete(identity)
      continue
    }
    const { changed, removed } = comparison
    const taken = changed && intersection(manager.fields, changed)
    if (taken) conflicts.push(...pathsOf(taken).map((path) => ({ identity, manager, path })))
    let { fields } = manager
    if (taken) fields = difference(fields, taken)
    if (removed) fields = difference(fields, removed)
    if (fields !== manager.fields) left.set(identity, { ...manager, fields, written: undefined })
  }
  if (!force && conflicts.length > 0) throw new ApplyConflicts(conflicts)
  for (const [identity, manager] of left) managers.set(identity, manager)
}
