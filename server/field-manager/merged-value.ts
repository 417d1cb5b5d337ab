// An applied configuration laid over an object: what it says wins, what it leaves out stays; atomic values change as a whole, keyed lists
// and sets item by item. Upstream: structured-merge-diff typed/merge.go.
import { isMap, setMember, type Value, type ValueMap } from '../../apimachinery/kube-object.ts'
import { isEmptySet } from './field-set.ts'
import { itemElement } from './owned-paths.ts'
import type { Plan } from './ownership-plan.ts'

const NOTHING: ValueMap = {}
const NO_ITEMS: readonly Value[] = []

/** Shares parts with both and changes neither. Throws InvalidManagedFields for items that cannot be told apart. */
export const mergedValue = (plan: Plan, live: Value | undefined, config: Value | undefined): Value | undefined => {
  if (config === undefined) return live
  if (live === undefined) return config
  switch (plan.shape) {
    case 'leaf':
      return config
    case 'struct':
      return mergedMap(live, config, (name) => plan.byName.get(name)?.plan)
    case 'map':
      return mergedMap(live, config, () => plan.element)
    case 'any':
      return config === null || isMap(config) ? mergedMap(live, config, () => plan) : config
    default:
      return mergedList(plan, live, config)
  }
}

/** Two that are empty are a leaf, which keeps null and empty apart. */
const mergedMap = (live: Value, config: Value, planOf: (name: string) => Plan | undefined): Value => {
  const from = isMap(live) ? live : NOTHING
  const to = isMap(config) ? config : NOTHING
  if (isEmptySet(from) && isEmptySet(to)) return config
  const result: ValueMap = { ...from }
  for (const name of Object.keys(to)) {
    const plan = planOf(name)
    const before = Object.hasOwn(from, name) ? from[name] : undefined
    setMember(result, name, (plan ? mergedValue(plan, before, to[name]) : to[name]) as Value)
  }
  return result
}

/** The items of a list by path element. Ones that stand twice are merged with nothing: null stands for them. */
const indexed = (plan: Plan, items: readonly Value[]): { elements: string[]; byElement: Map<string, Value> } => {
  const elements = items.map((item) => itemElement(plan, item))
  const byElement = new Map<string, Value>()
  for (const [index, element] of elements.entries()) byElement.set(element, byElement.has(element) ? null : (items[index] as Value))
  return { elements, byElement }
}

/** The order is the configuration's, and where it says nothing the object's. */
const mergedList = (plan: Plan, live: Value, config: Value): Value => {
  const from = Array.isArray(live) ? live : NO_ITEMS
  const to = Array.isArray(config) ? config : NO_ITEMS
  if (from.length === 0 && to.length === 0) return config
  const [left, right] = [indexed(plan, from), indexed(plan, to)]
  const itemPlan: Plan = plan.shape === 'keyed' ? plan.element : plan
  const merge = (element: string): Value => {
    const [before, after] = [left.byElement.get(element), right.byElement.get(element)]
    return (plan.shape === 'keyed' ? mergedValue(itemPlan, before, after) : after) as Value
  }
  const shared = right.elements.filter((element) => left.byElement.has(element))
  const out: Value[] = []
  const done = new Set<string>()
  let [l, r, s] = [0, 0, 0]
  const take = (element: string): void => {
    done.add(element)
    out.push(merge(element))
    r++
  }
  while (l < left.elements.length || r < right.elements.length) {
    const [ours, theirs] = [left.elements[l], right.elements[r]]
    if (ours !== undefined && theirs !== undefined) {
      if (ours === theirs) {
        take(theirs)
        l++
        s++
        continue
      }
      // Shared, and not the next of those: its turn comes with the configuration.
      if (right.byElement.has(ours) && s < shared.length && shared[s] !== ours) {
        l++
        continue
      }
    }
    if (ours !== undefined) {
      if (!right.byElement.has(ours)) {
        out.push(from[l] as Value)
        l++
        continue
      }
      if (done.has(ours)) l++
    }
    if (theirs !== undefined) {
      take(theirs)
      if (shared[s] === theirs) s++
    }
  }
  return out
}
