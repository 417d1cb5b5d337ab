// What an applier named before and names no more goes, unless somebody else owns it too.
// Upstream: structured-merge-diff merge/update.go prune, typed/remove.go, fieldpath/set.go EnsureNamedFieldsAreMembers.
import { isMap, setMember, type Value, type ValueMap } from '../../apimachinery/kube-object.ts'
import type { TypeSchema } from '../../openapi/schema-set.ts'
import { configSet } from './config-set.ts'
import { below, difference, type FieldSet, hasChildren, intersection, LEAF, union, withSelf } from './field-set.ts'
import type { Manager } from './managers.ts'
import { knownElement } from './owned-paths.ts'
import { kindPlan, type Plan } from './ownership-plan.ts'

/** A tree of one version of a kind. */
export interface VersionedTree {
  readonly value: ValueMap
  readonly schema: TypeSchema
}

/** The metadata itself: no entry owns it, but while things are taken away it stays for the names in it. */
export const METADATA: FieldSet = { 'f:metadata': {} }

/** Undefined for a version there is none of. */
export type ToVersion = (tree: VersionedTree, apiVersion: string) => VersionedTree | undefined

const planBelow = (plan: Plan | undefined, element: string): Plan | undefined => {
  switch (plan?.shape) {
    case 'struct':
      return plan.byElement.get(element)
    case 'map':
    case 'keyed':
      return plan.element
    case 'any':
      return plan
    default:
      return undefined
  }
}

/** A value without the items of a set: gone where nothing is left of it. Atomic values go as a whole. */
const withoutItems = (plan: Plan | undefined, value: Value, set: FieldSet): Value => {
  if (typeof value !== 'object' || value === null) return value
  if (plan === undefined || plan.shape === 'leaf') return null
  if (Array.isArray(value)) return plan.shape === 'keyed' || plan.shape === 'set' ? listWithout(plan, value, set) : null
  return isMap(value) && plan.shape !== 'keyed' && plan.shape !== 'set' ? mapWithout(plan, value, set) : null
}

const listWithout = (plan: Plan, items: readonly Value[], set: FieldSet): Value => {
  const kept: Value[] = []
  for (const item of items) {
    const element = knownElement(plan, item)
    const found = below(set, element)
    if (found?.owned) continue
    kept.push(found ? withoutItems(planBelow(plan, element), item, found.set) : item)
  }
  return kept.length === 0 ? null : kept
}

const mapWithout = (plan: Plan, map: ValueMap, set: FieldSet): Value => {
  const kept: ValueMap = {}
  let count = 0
  for (const name of Object.keys(map)) {
    const element = `f:${name}`
    const found = below(set, element)
    if (found?.owned) continue
    const member = map[name] as Value
    setMember(kept, name, found ? withoutItems(planBelow(plan, element), member, found.set) : member)
    count++
  }
  return count === 0 ? null : kept
}

const without = ({ value, schema }: VersionedTree, set: FieldSet): VersionedTree => ({
  schema,
  value: (withoutItems(kindPlan(schema).plan, value, set) ?? {}) as ValueMap,
})

/** The set with the struct members on the way to its paths. */
const withNamedMembers = (plan: Plan | undefined, set: FieldSet): FieldSet => {
  const result: ValueMap = {}
  for (const element in set) {
    const node = set[element] as FieldSet
    if (element === '.' || !hasChildren(node)) {
      result[element] = node as ValueMap
      continue
    }
    const inner = withNamedMembers(planBelow(plan, element), node)
    const isNamed = plan?.shape === 'struct' && plan.byElement.has(element)
    result[element] = (isNamed ? withSelf(inner) : inner) as ValueMap
  }
  return result
}

/** What an object has, its metadata for the names in it, which the plan leaves out. */
const namedSet = ({ value, schema }: VersionedTree): FieldSet => {
  const { plan } = kindPlan(schema)
  const set = withNamedMembers(plan, configSet(plan, value))
  return value['metadata'] === undefined ? set : union(set, METADATA)
}

/** What was taken away and somebody owns comes back, version by version. */
const withOwned = (
  merged: VersionedTree,
  pruned: VersionedTree,
  version: string,
  managers: Iterable<Manager>,
  toVersion: ToVersion,
): VersionedTree => {
  const owned = new Map<string, FieldSet>([[version, LEAF]])
  for (const { apiVersion, fields } of managers) owned.set(apiVersion, union(owned.get(apiVersion) ?? LEAF, fields))
  let [all, left] = [merged, pruned]
  for (const [apiVersion, fields] of owned) {
    const [whole, part] = [toVersion(all, apiVersion), toVersion(left, apiVersion)]
    if (!whole || !part) continue
    const kept = union(namedSet(part), withNamedMembers(kindPlan(whole.schema).plan, fields))
    all = whole
    left = without(whole, difference(namedSet(whole), kept))
  }
  return left
}

/** `managers` are those with the applier's new fields, `last` is its entry before; the result is in the version of `merged`. */
export const pruned = (
  merged: VersionedTree,
  apiVersion: string,
  last: Manager | undefined,
  managers: Iterable<Manager>,
  toVersion: ToVersion,
): VersionedTree => {
  if (!last || !hasChildren(last.fields)) return merged
  const before = toVersion(merged, last.apiVersion)
  if (!before) return merged
  const fields = withNamedMembers(kindPlan(before.schema).plan, last.fields)
  const left = toVersion(withOwned(before, without(before, fields), last.apiVersion, managers, toVersion), last.apiVersion)
  if (!left) return merged
  // Only what the applier owned goes.
  const gone = intersection(difference(namedSet(before), namedSet(left)), fields)
  return toVersion(without(before, gone), apiVersion) ?? merged
}
