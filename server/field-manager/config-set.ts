// The fields that an applied configuration names. Unlike what a change brings with it, a struct that is filled is not one of them, nor is
// an empty list. Upstream: structured-merge-diff typed/tofieldset.go.
import { isMap, type Value, type ValueMap } from '../../apimachinery/kube-object.ts'
import { type FieldSet, isEmptySet, LEAF, sorted, withSelf } from './field-set.ts'
import { itemPlan, knownElement } from './owned-paths.ts'
import type { Plan } from './ownership-plan.ts'

/** Of a value whose items can be told apart. */
export const configSet = (plan: Plan, config: Value): FieldSet => nodeOf(plan, config) ?? LEAF

/** What is owned of a value and below it; undefined for nothing. */
const nodeOf = (plan: Plan, value: Value): FieldSet | undefined => {
  if (plan.shape === 'leaf') return LEAF
  if (value === null) return undefined
  if (Array.isArray(value)) return plan.shape === 'any' ? LEAF : nodeOfList(plan, value)
  if (isMap(value)) return nodeOfMap(plan, value)
  return LEAF
}

const nodeOfMap = (plan: Plan, value: ValueMap): FieldSet | undefined => {
  const node: ValueMap = {}
  for (const name of Object.keys(value)) {
    const member = value[name] as Value
    const field = plan.shape === 'struct' ? plan.byName.get(name) : undefined
    if (plan.shape === 'struct' && !field) continue
    const below = nodeOf(field?.plan ?? (plan.shape === 'map' ? plan.element : plan), member)
    const owned = !field || member === null || (isMap(member) && isEmptySet(member))
    const found = owned ? withSelf(below) : below
    if (found) node[`f:${name}`] = found as ValueMap
  }
  return isEmptySet(node) ? undefined : sorted(node)
}

const nodeOfList = (plan: Plan, items: readonly Value[]): FieldSet | undefined => {
  const node: ValueMap = {}
  for (const item of items) {
    const element = knownElement(plan, item)
    // Repeated ones count as one leaf.
    node[element] = Object.hasOwn(node, element) ? LEAF : withSelf(nodeOf(itemPlan(plan), item))
  }
  return isEmptySet(node) ? undefined : sorted(node)
}
