// The paths that a whole value brings with it, and how a list's items are told apart. Upstream: structured-merge-diff typed/compare.go
// where one side is absent, and keyedAssociativeListItemToPathElement in typed/helpers.go.
import { isMap, type Value, type ValueMap } from '../../apimachinery/kube-object.ts'
import { LEAF, sorted } from './field-set.ts'
import { type Plan, type PlannedField, SCALAR_PLAN } from './ownership-plan.ts'
import { elementJson, InvalidManagedFields } from './path-element.ts'

/** The path element of a list's item. Throws InvalidManagedFields where it has none. */
export const itemElement = (plan: Plan, item: Value): string => {
  if (plan.shape !== 'keyed') {
    if (typeof item === 'object') throw new InvalidManagedFields('a set may hold only scalars')
    return `v:${elementJson(item)}`
  }
  if (!isMap(item)) throw new InvalidManagedFields('associative list with keys may not have non-map elements')
  const [only] = plan.keys
  if (only && plan.keys.length === 1) {
    const value = item[only.name] ?? only.byDefault
    if (typeof value === 'string') return keptElement(plan.elements, only.prefix, value)
  }
  let text = ''
  for (const { name, prefix, byDefault } of plan.keys) {
    const value = item[name] ?? byDefault
    if (value !== undefined) text += `${text === '' ? 'k:{' : ','}${prefix}${elementJson(value)}`
  }
  if (text === '') throw new InvalidManagedFields('associative list with keys has an element that omits all key fields')
  return `${text}}`
}

const MAX_KEPT = 1024

const keptElement = (kept: Map<string, string>, prefix: string, value: string): string => {
  let element = kept.get(value)
  if (element === undefined) {
    element = `k:{${prefix}${elementJson(value)}}`
    if (kept.size >= MAX_KEPT) kept.clear()
    if (value.length < MAX_KEPT) kept.set(value, element)
  }
  return element
}

/** The text that orders a list's items, where one does. */
const orderText = (plan: Plan, item: Value): string | undefined => {
  if (plan.shape !== 'keyed') return typeof item === 'string' ? item : undefined
  const value = plan.keys.length === 1 ? (item as ValueMap)[plan.keys[0]?.name as string] : undefined
  return typeof value === 'string' ? value : undefined
}

export const itemPlan = (plan: Plan): Plan => (plan.shape === 'keyed' ? plan.element : SCALAR_PLAN)

/** All paths of a value that one side lacks, its own among them. */
export const whole = (plan: Plan, value: Value): ValueMap => {
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

/** Sets that own just some leaf members come up again and again: each set of members has one, shared. */
const sharedNodes = new WeakMap<readonly PlannedField[], Map<number, ValueMap>>()
const MASK_BITS = 31
const MAX_SHARED = 64

const wholeStruct = (fields: readonly PlannedField[], value: ValueMap): ValueMap => {
  let mask = 0
  let deeper: ValueMap[] | undefined
  for (let index = 0; index < fields.length; index++) {
    const field = fields[index] as PlannedField
    const member = value[field.name]
    if (member === undefined) continue
    const below = whole(field.plan, member)
    if (below !== LEAF) (deeper ??= new Array(fields.length))[index] = below
    mask |= 1 << index
  }
  if (deeper || fields.length > MASK_BITS) return structNode(fields, value, deeper)
  if (mask === 0) return LEAF
  let shared = sharedNodes.get(fields)
  if (!shared) sharedNodes.set(fields, (shared = new Map()))
  let node = shared.get(mask)
  if (!node) {
    node = Object.freeze(structNode(fields, value, undefined)) as ValueMap
    if (shared.size < MAX_SHARED) shared.set(mask, node)
  }
  return node
}

const structNode = (fields: readonly PlannedField[], value: ValueMap, deeper: ValueMap[] | undefined): ValueMap => {
  let node: ValueMap | undefined
  for (let index = 0; index < fields.length; index++) {
    const { name, element } = fields[index] as PlannedField
    if (value[name] === undefined) continue
    node ??= { '.': LEAF }
    node[element] = deeper?.[index] ?? LEAF
  }
  return node ?? LEAF
}

const wholeMap = (element: Plan, value: ValueMap): ValueMap => {
  let node: ValueMap | undefined
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

const wholeList = (plan: Plan, items: Value[]): ValueMap => {
  if (items.length === 0) return LEAF
  const node: ValueMap = { '.': LEAF }
  const element = itemPlan(plan)
  let ordered = true
  let last: string | undefined
  for (const item of items) {
    const at = itemElement(plan, item)
    node[at] = at in node ? LEAF : whole(element, item)
    if (items.length === 1) return node
    const text = orderText(plan, item)
    if (text === undefined || (last !== undefined && text < last)) ordered = false
    last = text
  }
  return ordered ? node : sorted(node)
}
