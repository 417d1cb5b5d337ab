// The directives of a strategic merge patch, and what is left of a patch without them.
import { isMap, setMember, type Value, type ValueMap } from '../../apimachinery/kube-object.ts'

export const DIRECTIVE = '$patch'
export const RETAIN_KEYS = '$retainKeys'
export const DELETE_PREFIX = '$deleteFromPrimitiveList/'
export const ORDER_PREFIX = '$setElementOrder/'

/** The value of a member nobody had: without what a directive is about and, in maps, without nulls. Undefined: nothing is left. */
export const taken = (value: Value): Value | undefined => {
  if (Array.isArray(value)) return value.map(taken).filter((element) => element !== undefined)
  if (!isMap(value)) return value
  if (Object.hasOwn(value, DIRECTIVE)) return undefined
  const result: ValueMap = {}
  for (const key of Object.keys(value)) {
    const member = value[key] as Value
    if (member === null) continue
    const kept = taken(member)
    if (kept !== undefined) setMember(result, key, kept)
  }
  return result
}
