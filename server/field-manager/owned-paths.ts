// The paths that a whole value brings with it, and how a list's items are told apart. Upstream: structured-merge-diff typed/compare.go
// where one side is absent, and keyedAssociativeListItemToPathElement in typed/helpers.go.
import { isMap, type Value, type ValueMap } from '../../apimachinery/kube-object.ts'
import { LEAF, sorted } from './field-set.ts'
import { type KeyField, type Plan, type PlannedField, SCALAR_PLAN, type StructPlan } from './ownership-plan.ts'
import { elementJson, InvalidManagedFields } from './path-element.ts'
import { SharedNodes } from './shared-nodes.ts'

/** The path element of a list's item. Throws InvalidManagedFields where it has none. */
export const itemElement = (plan: Plan, item: Value): string => {
  if (plan.shape !== 'keyed') {
    if (typeof item === 'object') throw new InvalidManagedFields(noSetItem(item))
    return `v:${elementJson(item)}`
  }
  if (item === null) throw new InvalidManagedFields('associative list with keys may not have a null element')
  if (!isMap(item)) throw new InvalidManagedFields('associative list with keys may not have non-map elements')
  const [only] = plan.keys
  if (only && plan.keys.length === 1) {
    const value = item[only.name] === undefined ? only.byDefault : item[only.name]
    if (typeof value === 'string') return keptElement(plan.elements, only.prefix, value)
  }
  let text = ''
  for (const { name, prefix, byDefault } of plan.keys) {
    const value = item[name] === undefined ? byDefault : item[name]
    if (value !== undefined) text += `${text === '' ? 'k:{' : ','}${prefix}${elementJson(value)}`
  }
  if (text === '') throw new InvalidManagedFields(noKeys(plan.keys))
  return `${text}}`
}

/** The same where items were looked at before, and may have been taken apart since: what has no element of its own has this one. */
export const knownElement = (plan: Plan, item: Value): string => {
  try {
    return itemElement(plan, item)
  } catch (error) {
    if (error instanceof InvalidManagedFields) return NO_ELEMENT
    throw error
  }
}

/** No kind of path element begins so. */
const NO_ELEMENT = '?:'

const noSetItem = (item: ValueMap | Value[] | null): string => {
  if (item === null) return "associative list without keys has an element that's an explicit null"
  return Array.isArray(item)
    ? 'not supported: associative list with lists as elements'
    : "associative list without keys has an element that's a map type"
}

const noKeys = (keys: readonly KeyField[]): string => {
  const names = keys.map(({ name }) => JSON.stringify(name)).join(' ')
  return `associative list with keys has an element that omits all key fields [${names}] (and doesn't have default values for any key fields)`
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

export const itemPlan = (plan: Plan): Plan => (plan.shape === 'keyed' ? plan.element : SCALAR_PLAN)

/** All paths of a value that one side lacks, its own among them. */
export const whole = (plan: Plan, value: Value): ValueMap => {
  if (plan.shape === 'leaf' || typeof value !== 'object' || value === null) return LEAF
  switch (plan.shape) {
    case 'struct':
      return wholeStruct(plan, value as ValueMap)
    case 'map':
      return wholeMap(plan.element, value as ValueMap)
    case 'any':
      return Array.isArray(value) ? LEAF : wholeMap(plan, value)
    default:
      return wholeList(plan, value as Value[])
  }
}

/** Sets that own just some leaf members come up again and again: each set of members has one, shared. */
const leafNodes = new WeakMap<readonly PlannedField[], Map<number, ValueMap>>()
const MASK_BITS = 31
const MAX_SHARED = 64

/** Other sets, by the place in a type they were made for. */
const sharedNodes = new WeakMap<object, SharedNodes>()
const KEPT = 8
/** Labels, annotations and the like of all kinds share one place. */
const KEPT_OF_MAPS = 32

const wholeStruct = ({ fields, byName }: StructPlan, value: ValueMap): ValueMap => {
  let mask = 0
  // By place in the fields; made when the mask cannot say it.
  let below: (ValueMap | undefined)[] | undefined
  if (fields.length > MASK_BITS) below = new Array(fields.length)
  for (const key in value) {
    const field = byName.get(key)
    const member = value[key]
    if (!field || member === undefined) continue
    const node = whole(field.plan, member)
    if (node !== LEAF) below ??= leavesOf(mask, fields.length)
    if (below) below[field.place] = node
    else mask |= 1 << field.place
  }
  if (below) return structNode(fields, below)
  return mask === 0 ? LEAF : sharedLeaves(fields, mask)
}

const leavesOf = (mask: number, count: number): (ValueMap | undefined)[] => {
  const leaves: (ValueMap | undefined)[] = new Array(count)
  for (let place = 0; place < count; place++) if (mask & (1 << place)) leaves[place] = LEAF
  return leaves
}

const sharedLeaves = (fields: readonly PlannedField[], mask: number): ValueMap => {
  let shared = leafNodes.get(fields)
  if (!shared) leafNodes.set(fields, (shared = new Map()))
  let node = shared.get(mask)
  if (!node) {
    node = Object.freeze(structNode(fields, leavesOf(mask, fields.length))) as ValueMap
    if (shared.size < MAX_SHARED) shared.set(mask, node)
  }
  return node
}

const nodesOf = (place: object, keep: number): SharedNodes => {
  let nodes = sharedNodes.get(place)
  if (!nodes) sharedNodes.set(place, (nodes = new SharedNodes(keep)))
  return nodes
}

const nodeOf = (elements: readonly string[], below: readonly ValueMap[]): ValueMap => {
  const node: ValueMap = { '.': LEAF }
  for (let index = 0; index < elements.length; index++) node[elements[index] as string] = below[index] as ValueMap
  return node
}

/** `members` by place, undefined for those that are not there. */
const structNode = (fields: readonly PlannedField[], members: readonly (ValueMap | undefined)[]): ValueMap => {
  const elements: string[] = []
  const below: ValueMap[] = []
  for (let place = 0; place < fields.length; place++) {
    const node = members[place]
    if (node === undefined) continue
    elements.push((fields[place] as PlannedField).element)
    below.push(node)
  }
  return elements.length === 0 ? LEAF : nodesOf(fields, KEPT).of(elements, below, nodeOf)
}

const mapNode = (keys: readonly string[], below: readonly ValueMap[]): ValueMap =>
  sorted(
    nodeOf(
      keys.map((key) => `f:${key}`),
      below,
    ),
  )

const wholeMap = (element: Plan, value: ValueMap): ValueMap => {
  const keys = Object.keys(value)
  if (keys.length === 0) return LEAF
  const below = keys.map((key) => whole(element, value[key] as Value))
  return nodesOf(element, KEPT_OF_MAPS).of(keys, below, mapNode)
}

const listNode = (elements: readonly string[], below: readonly ValueMap[]): ValueMap => sorted(nodeOf(elements, below))

const wholeList = (plan: Plan, items: Value[]): ValueMap => {
  if (items.length === 0) return LEAF
  const element = itemPlan(plan)
  const places = new Map<string, number>()
  const elements: string[] = []
  const below: ValueMap[] = []
  for (const item of items) {
    const at = itemElement(plan, item)
    const place = places.get(at)
    // Repeated ones count as one leaf.
    if (place !== undefined) below[place] = LEAF
    else {
      if (items.length > 1) places.set(at, elements.length)
      elements.push(at)
      below.push(whole(element, item))
    }
  }
  return nodesOf(plan, KEPT).of(elements, below, listNode)
}
