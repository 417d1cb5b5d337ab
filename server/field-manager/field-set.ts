// Sets of paths, held as the FieldsV1 tree itself: a member maps each path element to the set below it, `{}` is an owned leaf, and '.'
// inside a set says that its own path is owned too. So stored entries need no parsing and results need no writing:
//   { 'f:spec': { 'f:ports': { '.': {}, 'k:{"port":80,"protocol":"TCP"}': {} } } } owns spec.ports and its item, not spec.
// No function changes its arguments; results share parts with them. Upstream: structured-merge-diff fieldpath/set.go, serialize.go.
import type { Value, ValueMap } from '../../apimachinery/kube-object.ts'
import { canonicalElement, compareElements, InvalidManagedFields } from './path-element.ts'

export type FieldSet = Readonly<ValueMap>

/** An owned leaf; also the empty set, at the top. */
export const LEAF: ValueMap = {}
Object.freeze(LEAF)

const SELF = '.'

export const isEmptySet = (set: FieldSet): boolean => {
  for (const _ in set) return false
  return true
}

/** Whether the path that leads to a set is itself owned. */
const ownsItself = (below: FieldSet): boolean => SELF in below || isEmptySet(below)

const has = (set: FieldSet, element: string): boolean => Object.hasOwn(set, element)

const isSorted = (set: FieldSet): boolean => {
  let last: string | undefined
  for (const element in set) {
    if (last !== undefined && compareElements(last, element) > 0) return false
    last = element
  }
  return true
}

/** The same set with its elements in upstream's order. */
export const sorted = (set: ValueMap): ValueMap => {
  if (isSorted(set)) return set
  const result: ValueMap = {}
  for (const element of Object.keys(set).sort(compareElements)) result[element] = set[element] as Value
  return result
}

/** Whether anything below the path is owned. */
export const hasChildren = (set: FieldSet): boolean => {
  for (const element in set) if (element !== SELF) return true
  return false
}

/** The set below a path, of whether the path is owned and what is owned below it; undefined where nothing is. */
const nodeOf = (owned: boolean, below: FieldSet): FieldSet | undefined => {
  if (!hasChildren(below)) return owned ? LEAF : undefined
  if (SELF in below === owned) return below
  if (owned) return { [SELF]: LEAF, ...below }
  const { [SELF]: _, ...rest } = below
  return rest
}

/** What is in one set or both. */
export const union = (a: FieldSet, b: FieldSet): FieldSet => {
  let result: ValueMap | undefined
  let grown = false
  for (const element in b) {
    if (element === SELF) continue
    const theirs = b[element] as FieldSet
    if (!has(a, element)) {
      result ??= { ...a }
      result[element] = theirs as ValueMap
      grown = true
      continue
    }
    const ours = a[element] as FieldSet
    if (ours === theirs) continue
    const owned = ownsItself(ours) || ownsItself(theirs)
    const both = nodeOf(owned, union(ours, theirs)) as FieldSet
    if (both === ours) continue
    result ??= { ...a }
    result[element] = both as ValueMap
  }
  if (!result) return a
  return grown ? sorted(result) : result
}

/** What is in `a` and not in `b`; owning a path says nothing about those below it. */
export const difference = (a: FieldSet, b: FieldSet): FieldSet => without(a, b, false)

/** What is in `a` and neither in `b` nor below a path of `b`. */
export const recursiveDifference = (a: FieldSet, b: FieldSet): FieldSet => without(a, b, true)

const without = (a: FieldSet, b: FieldSet, recursive: boolean): FieldSet => {
  let result: ValueMap | undefined
  for (const element in b) {
    if (element === SELF || !has(a, element)) continue
    const ours = a[element] as FieldSet
    const theirs = b[element] as FieldSet
    const taken = ownsItself(theirs)
    const left = recursive && taken ? undefined : nodeOf(ownsItself(ours) && !taken, without(ours, theirs, recursive))
    if (left === ours) continue
    result ??= { ...a }
    if (left === undefined) delete result[element]
    else result[element] = left as ValueMap
  }
  return result ?? a
}

/** The set of some field paths. */
export const setOfPaths = (paths: readonly (readonly string[])[]): FieldSet => {
  let result: FieldSet = LEAF
  for (const path of paths)
    result = union(
      result,
      path.reduceRight<ValueMap>((below, name) => ({ [`f:${name}`]: below }), {}),
    )
  return result
}

/** A set that a client sent, in canonical form. Throws InvalidManagedFields. */
export const canonicalSet = (raw: Value | undefined): FieldSet => {
  if (raw === undefined || raw === null) return LEAF
  const { [SELF]: _, ...rest } = canonicalNode(raw)
  return rest
}

const canonicalNode = (raw: Value): ValueMap => {
  if (raw === null) return LEAF
  if (typeof raw !== 'object' || Array.isArray(raw)) throw new InvalidManagedFields('a field set must be an object')
  const result: ValueMap = {}
  for (const [text, below] of Object.entries(raw)) {
    if (text === SELF) continue
    const element = canonicalElement(text)
    if (element !== undefined) result[element] = canonicalNode(below)
  }
  if (isEmptySet(result)) return LEAF
  return sorted(SELF in raw ? { [SELF]: LEAF, ...result } : result)
}

/** What is in both. */
export const intersection = (a: FieldSet, b: FieldSet): FieldSet => {
  const result: ValueMap = {}
  for (const element in a) {
    if (element === SELF || !has(b, element)) continue
    const [ours, theirs] = [a[element] as FieldSet, b[element] as FieldSet]
    const both = nodeOf(ownsItself(ours) && ownsItself(theirs), intersection(ours, theirs))
    if (both) result[element] = both as ValueMap
  }
  return result
}

/** The set below one step, undefined where neither the step's path nor anything below it is in the set. */
export const below = (set: FieldSet, element: string): { owned: boolean; set: FieldSet } | undefined => {
  if (!has(set, element)) return undefined
  const node = set[element] as FieldSet
  return { owned: ownsItself(node), set: node }
}

/** Whether a path is in a set. */
export const hasPath = (set: FieldSet, path: readonly string[]): boolean => {
  let node = set
  for (const element of path) {
    if (!has(node, element)) return false
    node = node[element] as FieldSet
  }
  return ownsItself(node)
}

/** The paths of a set, those that end at a step before those that go on. */
export const pathsOf = (set: FieldSet): string[][] => {
  const paths: string[][] = []
  for (const element in set) if (element !== SELF && ownsItself(set[element] as FieldSet)) paths.push([element])
  for (const element in set) if (element !== SELF) for (const path of pathsOf(set[element] as FieldSet)) paths.push([element, ...path])
  return paths
}

/** A node that owns its own path, with what is below it. */
export const withSelf = (node: FieldSet | undefined): ValueMap => nodeOf(true, node ?? LEAF) as ValueMap
