// Which fields one version of an object adds, modifies and removes, as sets of paths. Both trees are walked together along the type's
// plan; equal parts cost nothing but the look. Upstream: structured-merge-diff typed/compare.go, typed/helpers.go.
import type { Value, ValueMap } from '../../apimachinery/kube-object.ts'
import type { TypeSchema } from '../../openapi/schema-set.ts'
import { type FieldSet, LEAF, recursiveDifference, sorted } from './field-set.ts'
import { kindPlan, type Plan, type PlannedField, SCALAR_PLAN } from './ownership-plan.ts'
import { elementJson, InvalidManagedFields, keyElement } from './path-element.ts'

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

/** Equality of values; the order of an object's members does not count. */
export const equalValues = (a: unknown, b: unknown): boolean => {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false
    for (let index = 0; index < a.length; index++) if (!equalValues(a[index], b[index])) return false
    return true
  }
  if (Array.isArray(b)) return false
  let members = 0
  for (const key in a) {
    if (!Object.hasOwn(b, key) || !equalValues((a as ValueMap)[key], (b as ValueMap)[key])) return false
    members++
  }
  for (const _ in b) members--
  return members === 0
}

const isMap = (value: Value): value is ValueMap => typeof value === 'object' && value !== null && !Array.isArray(value)

const isEmptyMap = (value: Value): boolean => {
  for (const _ in value as ValueMap) return false
  return true
}

const own = (map: ValueMap, key: string): Value | undefined => (Object.hasOwn(map, key) ? map[key] : undefined)

/** The path element of a list's item. Throws InvalidManagedFields where it has none. */
const itemElement = (plan: Plan, item: Value): string => {
  if (plan.shape !== 'keyed') {
    if (typeof item === 'object') throw new InvalidManagedFields('a set may hold only scalars')
    return `v:${elementJson(item)}`
  }
  if (!isMap(item)) throw new InvalidManagedFields('associative list with keys may not have non-map elements')
  const members: [string, Value][] = []
  for (const { name, byDefault } of plan.keys) {
    const value = item[name] ?? byDefault
    if (value !== undefined) members.push([name, value])
  }
  if (members.length === 0) throw new InvalidManagedFields('associative list with keys has an element that omits all key fields')
  return keyElement(members)
}

const itemPlan = (plan: Plan): Plan => (plan.shape === 'keyed' ? plan.element : SCALAR_PLAN)

/** Adds a member to a set that may not exist yet. */
const put = (node: Node | undefined, element: string, below: Node): Node => {
  if (!node) return { [element]: below }
  node[element] = below
  return node
}

/** All paths of a value that one side lacks, its own among them. */
const whole = (plan: Plan, value: Value): Node => {
  if (plan.shape === 'leaf' || typeof value !== 'object' || value === null) return LEAF
  switch (plan.shape) {
    case 'struct':
      return wholeStruct(plan.fields, value as ValueMap)
    case 'map':
      return wholeMap(plan.element, value as ValueMap)
    case 'any':
      return Array.isArray(value) ? LEAF : wholeMap(plan, value)
    default:
      return wholeList(plan, value as Value[])
  }
}

const wholeStruct = (fields: readonly PlannedField[], value: ValueMap): Node => {
  let node: Node | undefined
  for (const field of fields) {
    const member = value[field.name]
    if (member === undefined) continue
    node ??= { '.': LEAF }
    node[field.element] = whole(field.plan, member)
  }
  return node ?? LEAF
}

const wholeMap = (element: Plan, value: ValueMap): Node => {
  let node: Node | undefined
  let last = ''
  let ordered = true
  for (const key of Object.keys(value)) {
    node ??= { '.': LEAF }
    node[`f:${key}`] = whole(element, value[key] as Value)
    if (key < last) ordered = false
    last = key
  }
  if (!node) return LEAF
  return ordered ? node : sorted(node)
}

const wholeList = (plan: Plan, items: Value[]): Node => {
  if (items.length === 0) return LEAF
  const node: Node = { '.': LEAF }
  const element = itemPlan(plan)
  for (const item of items) {
    const at = itemElement(plan, item)
    node[at] = at in node ? LEAF : whole(element, item)
  }
  return items.length > 1 ? sorted(node) : node
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
  if (isEmptyMap(from) && isEmptyMap(to)) {
    found.changed = equalValues(before, after) ? undefined : LEAF
    found.removed = undefined
  } else if (plan.shape === 'struct') compareStruct(plan.fields, from, to, found)
  else compareMap(plan.shape === 'map' ? plan.element : plan, from, to, found)
}

/** Where the kinds of value differ, each side counts in its own way. */
const compareAny = (plan: Plan, before: Value, after: Value, found: Found): void => {
  if (isMap(before) && isMap(after)) return compareGranular(plan, before, after, found)
  compareValue(SCALAR_PLAN, before, after, found)
  if (!isMap(before) && !isMap(after)) return
  if (isMap(before) && isEmptyMap(before)) return
  if (isMap(after) && isEmptyMap(after)) return
  const leaf = before === null || after === null ? undefined : found.changed
  compareMap(plan, isMap(before) ? before : NOTHING, isMap(after) ? after : NOTHING, found)
  if (leaf) found.changed = found.changed ? { '.': LEAF, ...found.changed } : LEAF
}

const compareStruct = (fields: readonly PlannedField[], before: ValueMap, after: ValueMap, found: Found): void => {
  let changed: Node | undefined
  let removed: Node | undefined
  for (const field of fields) {
    const from = before[field.name]
    const to = after[field.name]
    if (from === to) continue
    if (from === undefined) changed = put(changed, field.element, whole(field.plan, to as Value))
    else if (to === undefined) removed = put(removed, field.element, whole(field.plan, from))
    else {
      compareValue(field.plan, from, to, found)
      if (found.changed) changed = put(changed, field.element, found.changed)
      if (found.removed) removed = put(removed, field.element, found.removed)
    }
  }
  found.changed = changed
  found.removed = removed
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
  found.changed = isEmptyMap(changed) ? undefined : sorted(changed)
  found.removed = isEmptyMap(removed) ? undefined : sorted(removed)
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
  compareStruct(fieldsOutside(plan.fields, ignored), before ?? zero, after, found)
  const { changed, removed } = found
  return { changed: outside(changed, ignored), removed: outside(removed, ignored) }
}

/** Members that are ignored as a whole are not walked. */
const fieldsOutside = (fields: readonly PlannedField[], ignored: FieldSet): readonly PlannedField[] => {
  for (const _ in ignored) return fields.filter(({ element }) => !(element in ignored && isEmptyMap(ignored[element] as Value)))
  return fields
}

const outside = (set: Node | undefined, ignored: FieldSet): FieldSet | undefined => {
  if (!set) return undefined
  const left = recursiveDifference(set, ignored)
  return isEmptyMap(left as ValueMap) ? undefined : left
}
