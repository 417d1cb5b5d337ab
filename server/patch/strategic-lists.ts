// Lists of a strategic merge patch: merged by a key, or as sets where elements are plain values; and put in the order asked for.
import { isMap, type Value, type ValueMap } from '../../apimachinery/kube-object.ts'
import { PatchNotApplicable, PatchSyntaxError } from './patch-type.ts'
import { DIRECTIVE, taken } from './strategic-directives.ts'

export interface ListMerge {
  /** '' for lists of plain values. */
  mergeKey: string
  /** Merges one element's patch into it. */
  mergeElement(element: ValueMap, patch: ValueMap): ValueMap
  field: string
  /** The patch names plain values to take out. */
  deleting: boolean
}

const shown = (map: ValueMap): string =>
  `map[${Object.keys(map)
    .sort()
    .map((key) => `${key}:${String(map[key])}`)
    .join(' ')}]`

const keyOf = (element: Value, mergeKey: string): Value => {
  if (!isMap(element)) throw new PatchSyntaxError('invalid patch format of primitive list')
  const value = element[mergeKey]
  if (value === undefined) throw new PatchSyntaxError(`map: ${shown(element)} does not contain declared merge key: ${mergeKey}`)
  return value
}

/** Elements with a directive act first; what is left merges by key. */
const mergeMaps = (current: Value[], patch: readonly Value[], { mergeKey, mergeElement }: ListMerge): Value[] => {
  let result = [...current]
  let replaces = false
  const rest: ValueMap[] = []
  for (const entry of patch) {
    if (!isMap(entry)) throw new PatchSyntaxError('invalid patch format of primitive list')
    const directive = entry[DIRECTIVE]
    if (directive === undefined) rest.push(entry)
    else if (directive === 'replace') replaces = true
    else if (directive === 'delete') {
      const gone = keyOf(entry, mergeKey)
      result = result.filter((other) => keyOf(other, mergeKey) !== gone)
    } else if (directive === 'merge') throw new PatchNotApplicable('merging lists cannot yet be specified in the patch')
    else throw new PatchSyntaxError(`unknown patch type: ${String(directive)} in map: ${shown(entry)}`)
  }
  if (replaces) return rest.map((entry) => taken(entry) as Value)
  for (const entry of rest) {
    const key = keyOf(entry, mergeKey)
    const at = result.findIndex((other) => keyOf(other, mergeKey) === key)
    if (at < 0) result.push(taken(entry) as Value)
    else result[at] = mergeElement(result[at] as ValueMap, entry)
  }
  return result
}

/** Merges a patch's list into the current one. */
export const mergeList = (current: Value[], patch: readonly Value[], merge: ListMerge): Value[] => {
  if (current.length === 0 && patch.length === 0) return current
  const sample = current[0] ?? patch[0]
  if (isMap(sample)) {
    if (merge.mergeKey === '') throw new PatchSyntaxError(`cannot merge lists without merge key for ${merge.field}`)
    return mergeMaps(current, patch, merge)
  }
  if (Array.isArray(sample)) throw new PatchNotApplicable('lists of lists are not supported')
  if (merge.deleting) return current.filter((element) => !patch.includes(element))
  return [...current, ...patch.filter((element) => !current.includes(element))]
}

/** Puts a list in the order a patch names; elements it does not name keep their place among the others as before. */
export const elementOrder = (list: readonly Value[], order: readonly Value[], before: readonly Value[], mergeKey: string): Value[] => {
  const identity = (element: Value): Value => (mergeKey === '' ? element : isMap(element) ? (element[mergeKey] ?? null) : element)
  const ranks = new Map(order.map((element, index) => [identity(element), index]))
  const earlier = new Map(before.map((element, index) => [identity(element), index]))
  const named = list
    .filter((element) => ranks.has(identity(element)))
    .sort((a, b) => (ranks.get(identity(a)) as number) - (ranks.get(identity(b)) as number))
  const others = list
    .filter((element) => !ranks.has(identity(element)))
    .sort((a, b) => (earlier.get(identity(a)) ?? 0) - (earlier.get(identity(b)) ?? 0))
  const result: Value[] = []
  let [i, j] = [0, 0]
  while (i < others.length && j < named.length) {
    const left = earlier.get(identity(others[i] as Value))
    const right = earlier.get(identity(named[j] as Value))
    if (left !== undefined && right !== undefined && left < right) result.push(others[i++] as Value)
    else result.push(named[j++] as Value)
  }
  return [...result, ...others.slice(i), ...named.slice(j)]
}
