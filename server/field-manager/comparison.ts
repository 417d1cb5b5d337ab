// Which fields one version of an object adds, modifies and removes, as sets of paths. Both trees are walked together along the type's
// plan; equal parts cost nothing but the look. Upstream: structured-merge-diff typed/compare.go, typed/helpers.go.

import { equalValues } from '../../apimachinery/equal-values.ts'
import { isMap, type Value, type ValueMap } from '../../apimachinery/kube-object.ts'
import type { TypeSchema } from '../../openapi/schema-set.ts'
import { type FieldSet, isEmptySet, LEAF, recursiveDifference, sorted } from './field-set.ts'
import { itemElement, itemPlan, whole } from './owned-paths.ts'
import { kindPlan, type Plan, type PlannedField, SCALAR_PLAN } from './ownership-plan.ts'

/** Undefined for an empty set. `changed` is added or modified. */
export interface Comparison {
  changed: FieldSet | undefined
  removed: FieldSet | undefined
}

type Node = ValueMap
interface Found {
  changed: Node | undefined
  removed: Node | undefined
}

const own = (map: ValueMap, key: string): Value | undefined => (Object.hasOwn(map, key) ? map[key] : undefined)

/** Adds a member to a set that may not exist yet. */
const put = (node: Node | undefined, element: string, below: Node): Node => {
  if (!node) return { [element]: below }
  node[element] = below
  return node
}

/** Compares two values that are there; what it finds stands in `found`. */
const compareValue = (plan: Plan, before: Value, after: Value, found: Found): void => {
  switch (plan.shape) {
    case 'leaf':
      found.changed = equalValues(before, after) ? undefined : LEAF
      found.removed = undefined
      return
    case 'struct':
    case 'map':
      return compareGranular(plan, before, after, found)
    case 'any':
      return compareAny(plan, before, after, found)
    default:
      return compareList(plan, before as Value[] | null, after as Value[] | null, found)
  }
}

const NOTHING: ValueMap = {}

const compareGranular = (plan: Plan, before: Value, after: Value, found: Found): void => {
  const from = isMap(before) ? before : NOTHING
  const to = isMap(after) ? after : NOTHING
  if (isEmptySet(from) && isEmptySet(to)) {
    found.changed = equalValues(before, after) ? undefined : LEAF
    found.removed = undefined
  } else if (plan.shape === 'struct') compareStruct(plan.byName, from, to, found)
  else compareMap(plan.shape === 'map' ? plan.element : plan, from, to, found)
}

/** Where the kinds of value differ, each side counts in its own way. */
const compareAny = (plan: Plan, before: Value, after: Value, found: Found): void => {
  if (isMap(before) && isMap(after)) return compareGranular(plan, before, after, found)
  compareValue(SCALAR_PLAN, before, after, found)
  if (!isMap(before) && !isMap(after)) return
  if (isMap(before) && isEmptySet(before)) return
  if (isMap(after) && isEmptySet(after)) return
  const leaf = before === null || after === null ? undefined : found.changed
  compareMap(plan, isMap(before) ? before : NOTHING, isMap(after) ? after : NOTHING, found)
  if (leaf) found.changed = found.changed ? { '.': LEAF, ...found.changed } : LEAF
}

type FieldsByName = ReadonlyMap<string, PlannedField>

const compareStruct = (fields: FieldsByName, before: ValueMap, after: ValueMap, found: Found): void => {
  let changed: Node | undefined
  let removed: Node | undefined
  for (const name in after) {
    const from = before[name]
    const to = after[name]
    if (from === to || to === undefined) continue
    const field = fields.get(name)
    if (!field) continue
    if (from === undefined) changed = put(changed, field.element, whole(field.plan, to))
    else {
      compareValue(field.plan, from, to, found)
      if (found.changed) changed = put(changed, field.element, found.changed)
      if (found.removed) removed = put(removed, field.element, found.removed)
    }
  }
  for (const name in before) {
    const from = before[name]
    if (from === undefined || after[name] !== undefined) continue
    const field = fields.get(name)
    if (field) removed = put(removed, field.element, whole(field.plan, from))
  }
  found.changed = changed && sorted(changed)
  found.removed = removed && sorted(removed)
}

const compareMap = (element: Plan, before: ValueMap, after: ValueMap, found: Found): void => {
  let changed: Node | undefined
  let removed: Node | undefined
  for (const key of Object.keys(after)) {
    const from = own(before, key)
    const to = after[key] as Value
    if (from === to) continue
    if (from === undefined) {
      changed = put(changed, `f:${key}`, whole(element, to))
      continue
    }
    compareValue(element, from, to, found)
    if (found.changed) changed = put(changed, `f:${key}`, found.changed)
    if (found.removed) removed = put(removed, `f:${key}`, found.removed)
  }
  for (const key of Object.keys(before)) {
    if (!Object.hasOwn(after, key)) removed = put(removed, `f:${key}`, whole(element, before[key] as Value))
  }
  found.changed = changed && sorted(changed)
  found.removed = removed && sorted(removed)
}

/** Items by path element; an element that stands twice has several. */
const itemsByElement = (plan: Plan, items: Value[]): Map<string, Value[]> => {
  const result = new Map<string, Value[]>()
  for (const item of items) {
    const element = itemElement(plan, item)
    const same = result.get(element)
    if (same) same.push(item)
    else result.set(element, [item])
  }
  return result
}

const NONE: Value[] = []

const compareList = (plan: Plan, before: Value[] | null, after: Value[] | null, found: Found): void => {
  found.changed = undefined
  found.removed = undefined
  if (equalValues(before, after)) return
  if ((before?.length ?? 0) === 0 && (after?.length ?? 0) === 0) {
    found.changed = LEAF
    return
  }
  const from = itemsByElement(plan, before ?? NONE)
  const to = itemsByElement(plan, after ?? NONE)
  const changed: Node = {}
  const removed: Node = {}
  for (const [element, items] of to) {
    compareItems(itemPlan(plan), from.get(element) ?? NONE, items, found)
    if (found.changed) changed[element] = found.changed
    if (found.removed) removed[element] = found.removed
  }
  for (const [element, items] of from) {
    if (!to.has(element)) removed[element] = items.length > 1 ? LEAF : whole(itemPlan(plan), items[0] as Value)
  }
  found.changed = isEmptySet(changed) ? undefined : sorted(changed)
  found.removed = isEmptySet(removed) ? undefined : sorted(removed)
}

/** Items of one element, of which the new list has at least one. Repeated ones count as one leaf. */
const compareItems = (plan: Plan, before: Value[], after: Value[], found: Found): void => {
  if (before.length === 1 && after.length === 1) return compareValue(plan, before[0] as Value, after[0] as Value, found)
  found.changed = undefined
  found.removed = undefined
  if (before.length > 1 && after.length > 1) found.changed = equalValues(before, after) ? undefined : LEAF
  else if (after.length > 1) {
    found.changed = LEAF
    if (before.length === 1) found.removed = whole(plan, before[0] as Value)
  } else {
    found.changed = whole(plan, after[0] as Value)
    if (before.length > 1) found.removed = LEAF
  }
}

/** Compares two objects of a kind; `undefined` before is a new object. Fields in `ignored` and below them do not count. */
export const compareObjects = (type: TypeSchema, before: ValueMap | undefined, after: ValueMap, ignored: FieldSet): Comparison => {
  const { plan, zero } = kindPlan(type)
  const found: Found = { changed: undefined, removed: undefined }
  compareStruct(fieldsOutside(plan.byName, ignored), before ?? zero, after, found)
  const { changed, removed } = found
  return { changed: outside(changed, ignored), removed: outside(removed, ignored) }
}

const keptFields = new WeakMap<FieldSet, WeakMap<FieldsByName, FieldsByName>>()

/** Members that are ignored as a whole are not walked. */
const fieldsOutside = (fields: FieldsByName, ignored: FieldSet): FieldsByName => {
  if (ignored === LEAF) return fields
  let byFields = keptFields.get(ignored)
  if (!byFields) keptFields.set(ignored, (byFields = new WeakMap()))
  let kept = byFields.get(fields)
  if (!kept) {
    const isOutside = ({ element }: PlannedField): boolean => !(element in ignored && isEmptySet(ignored[element] as FieldSet))
    kept = new Map([...fields].filter(([, field]) => isOutside(field)))
    byFields.set(fields, kept)
  }
  return kept
}

const outside = (set: Node | undefined, ignored: FieldSet): FieldSet | undefined => {
  if (!set) return undefined
  const left = recursiveDifference(set, ignored)
  return isEmptySet(left) ? undefined : left
}
