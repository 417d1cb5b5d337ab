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
import { METADATA, pruned, type ToVersion, type VersionedTree } from './pruned-value.ts'

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
  const { schema } = input
  const live: VersionedTree = { value: liveTree(input), schema }
  const toVersion = converter(input)
  const ofLive = remembered((apiVersion) => toVersion(live, apiVersion))
  const managers = reconciledManagers(startingManagers(input), ofLive)
  const own = ownManager(input)
  const identity = identityOf(own)
  const last = managers.get(identity)
  managers.set(identity, own)
  const merged: VersionedTree = { value: mergedValue(kindPlan(schema).plan, live.value, input.config) as ValueMap, schema }
  const object = pruned(merged, input.apiVersion, last, [...managers.values(), namesOf(input, own)], toVersion)
  const comparisonIn = remembered((apiVersion) => compared(ofLive(apiVersion), toVersion(object, apiVersion), input))
  takeFromOthers(input, managers, identity, comparisonIn)
  const isSame = equalValues(live.value, object.value)
  const kept = managers.get(identity)
  if (kept) managers.set(identity, { ...kept, time: isSame ? (last?.time ?? '') : input.time })
  for (const [key, { fields }] of managers) if (isEmptySet(fields)) managers.delete(key)
  return { object: isSame ? undefined : object.value, managedFields: writeManagers(managers.values()) }
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
const reconciledManagers = (managers: Managers, ofLive: InVersion<VersionedTree>): Managers => {
  for (const [identity, manager] of managers) {
    const schema = ofLive(manager.apiVersion)?.schema
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
  (input: ApplyInput): ToVersion =>
  (tree, apiVersion) => {
    if (tree.value['apiVersion'] === apiVersion) return tree
    const converted = input.convert(tree.value, apiVersion)
    return converted && { value: converted.object as unknown as ValueMap, schema: converted.schema }
  }

/** What there is of each version; undefined for those there are none of. */
type InVersion<T> = (apiVersion: string) => T | undefined

/** Managers are many, versions few. */
const remembered = <T>(make: InVersion<T>): InVersion<T> => {
  const known = new Map<string, T | undefined>()
  return (apiVersion) => {
    if (!known.has(apiVersion)) known.set(apiVersion, make(apiVersion))
    return known.get(apiVersion)
  }
}

const compared = (
  before: VersionedTree | undefined,
  after: VersionedTree | undefined,
  { resetFields }: ApplyInput,
): Comparison | undefined => before && after && compareObjects(after.schema, before.value, after.value, ignoredFields(resetFields))

/** What others own and the change makes otherwise is a conflict, or taken from them; what it removes they own no more. */
const takeFromOthers = ({ force }: ApplyInput, managers: Managers, own: string, comparisonIn: InVersion<Comparison>): void => {
  const conflicts: Conflict[] = []
  const left = new Map<string, Manager>()
  for (const [identity, manager] of [...managers].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (identity === own) continue
    const comparison = comparisonIn(manager.apiVersion)
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
