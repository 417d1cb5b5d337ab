// JSON trees with their members sorted, as Go writes maps.
import { setMember, type Value, type ValueMap } from './kube-object.ts'

/** A tree of its own. */
export const sortedTree = (value: Value | undefined): Value => {
  if (value === undefined || typeof value !== 'object' || value === null) return value ?? null
  if (Array.isArray(value)) return value.map(sortedTree)
  const result: ValueMap = {}
  for (const key of Object.keys(value).sort()) setMember(result, key, sortedTree(value[key]))
  return result
}
