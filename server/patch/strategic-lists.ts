// Lists of a strategic merge patch: merged by a key, or as sets where elements are plain values; and put in the order asked for.
import { goText, goTypeText } from '../../apimachinery/go-text.ts'
import { isMap, type Value, type ValueMap } from '../../apimachinery/kube-object.ts'
import { PatchFailed, PatchNotApplicable } from './patch-type.ts'
import { DIRECTIVE } from './strategic-directives.ts'

export interface ListMerge {
  /** '' for lists of plain values. */
  mergeKey: string
  /** Merges one element's patch into it. */
  mergeElement(element: ValueMap, patch: ValueMap): ValueMap
  /** The element type's name, for errors. */
  element: string
  /** The patch names plain values to take out. */
  deleting: boolean
}

const noKey = (map: ValueMap, mergeKey: string): PatchFailed =>
  new PatchFailed(`map: ${goText(map)} does not contain declared merge key: ${mergeKey}`)

/** Where an element with a merge key's value stands; -1 when nowhere. */
const indexOfKey = (list: readonly Value[], mergeKey: string, value: Value): number =>
  list.findIndex((element, index) => {
    if (!isMap(element)) throw new PatchFailed(`value for key ${index} is not a map`)
    return element[mergeKey] === value
  })

/** All elements of both lists are of one type. */
const checkTypes = (...lists: readonly (readonly Value[])[]): void => {
  const [first, ...rest] = lists.flat()
  if (Array.isArray(first)) throw new PatchNotApplicable('lists of lists are not supported')
  if (rest.some((element) => goTypeText(element) !== goTypeText(first)))
    throw new PatchFailed(`list element types are not identical: ${goText(lists as Value)}`)
}

/** Elements with a directive act first; returns what is left of both lists. */
const withDirectives = (current: readonly Value[], patch: readonly Value[], mergeKey: string): [current: Value[], patch: ValueMap[]] => {
  let result = [...current]
  let replaces = false
  const rest: ValueMap[] = []
  for (const entry of patch as readonly ValueMap[]) {
    const directive = entry[DIRECTIVE]
    if (directive === undefined) rest.push(entry)
    else if (directive === 'replace') replaces = true
    else if (directive === 'delete') {
      const gone = entry[mergeKey]
      if (gone === undefined) throw noKey(entry, mergeKey)
      result = result.filter((element) => !isMap(element) || element[mergeKey] !== gone)
    } else if (directive === 'merge') throw new PatchFailed('merging lists cannot yet be specified in the patch')
    else throw new PatchFailed(`unknown patch type: ${goText(directive)} in map: ${goText(entry)}`)
  }
  return replaces ? [rest, []] : [result, rest]
}

const mergeMaps = (current: readonly Value[], patch: readonly ValueMap[], { mergeKey, mergeElement }: ListMerge): Value[] => {
  const result = [...current]
  for (const entry of patch) {
    const key = entry[mergeKey]
    if (key === undefined) throw noKey(entry, mergeKey)
    const at = indexOfKey(result, mergeKey, key)
    if (at < 0) result.push(entry)
    else result[at] = mergeElement(result[at] as ValueMap, entry)
  }
  return result
}

/** Merges a patch's list into the current one; what the patch names comes in its order. */
export const mergeList = (current: readonly Value[], patch: readonly Value[], merge: ListMerge): Value[] => {
  if (current.length === 0 && patch.length === 0) return []
  checkTypes(current, patch)
  if (!isMap((current[0] ?? patch[0]) as Value)) {
    if (merge.deleting) return current.filter((element) => !patch.includes(element))
    return elementOrder([...new Set([...current, ...patch])], patch, current, merge.mergeKey)
  }
  if (merge.mergeKey === '') throw new PatchFailed(`cannot merge lists without merge key for ${merge.element}`)
  const [kept, rest] = withDirectives(current, patch, merge.mergeKey)
  return elementOrder(mergeMaps(kept, rest, merge), rest, kept, merge.mergeKey)
}

/** Puts a list in the order a patch names; elements it does not name keep their place among the others as before. */
export const elementOrder = (list: readonly Value[], order: readonly Value[], before: readonly Value[], mergeKey: string): Value[] => {
  const identity = (element: Value): Value => (mergeKey === '' ? element : isMap(element) ? (element[mergeKey] ?? null) : element)
  const ranksOf = (elements: readonly Value[]): Map<Value, number> => {
    const ranks = new Map<Value, number>()
    for (const [index, element] of elements.entries()) if (!ranks.has(identity(element))) ranks.set(identity(element), index)
    return ranks
  }
  const checked = mergeKey === '' ? [] : list
  for (const element of checked) {
    if (!isMap(element)) throw new PatchFailed(`expected a map[string]interface {}, but received a ${goTypeText(element)}`)
    if (element[mergeKey] === undefined) throw noKey(element, mergeKey)
  }
  const [ranks, earlier] = [ranksOf(order), ranksOf(before)]
  const sortedBy = (elements: readonly Value[], by: Map<Value, number>): Value[] =>
    elements.toSorted((a, b) => (by.get(identity(a)) ?? 0) - (by.get(identity(b)) ?? 0))
  const named = sortedBy(
    list.filter((element) => ranks.has(identity(element))),
    ranks,
  )
  const others = sortedBy(
    list.filter((element) => !ranks.has(identity(element))),
    earlier,
  )
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
