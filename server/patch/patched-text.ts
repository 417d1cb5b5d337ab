// A patched object as text, as upstream's JSON patch library leaves it: maps it took apart on a patch's way have their members sorted, all
// others stand as they stood. Upstream: gopkg.in/evanphx/json-patch.v4 lazyNode.
import { goJson } from '../../apimachinery/go-text.ts'
import { isMap, setMember, type Value, type ValueMap } from '../../apimachinery/kube-object.ts'

/** Text of a value, as `sortedWhere` has it. */
export const textWithSorted = (value: Value, apart: ReadonlySet<Value>): string => goJson(sortedWhere(value, apart))

/** The value with the members sorted of the maps that were taken apart; above each of these all were. Shares the rest. */
export const sortedWhere = (value: Value, apart: ReadonlySet<Value>): Value => {
  if (!apart.has(value)) return value
  if (Array.isArray(value)) return value.map((element) => sortedWhere(element, apart))
  if (!isMap(value)) return value
  const result: ValueMap = {}
  for (const key of Object.keys(value).sort()) setMember(result, key, sortedWhere(value[key] as Value, apart))
  return result
}
