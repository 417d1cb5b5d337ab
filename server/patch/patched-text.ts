// A patched object as text, as upstream's JSON patch library leaves it: maps it took apart on a patch's way have their members sorted, all
// others stand as they stood. Upstream: gopkg.in/evanphx/json-patch.v4 lazyNode.
import { writeJson } from '../../apimachinery/json-write.ts'
import { isMap, setMember, type Value, type ValueMap } from '../../apimachinery/kube-object.ts'

interface Way {
  [part: string]: Way
}

/** Go escapes what could end a script in HTML. */
const forHtml = (text: string): string =>
  text.replaceAll(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Text of a value; the maps before the last part of each path have sorted members. */
export const textWithSorted = (value: Value, paths: readonly (readonly string[])[]): string => {
  const root: Way = Object.create(null) as Way
  for (const path of paths) {
    let way = root
    for (const part of path.slice(0, -1)) way = way[part] ??= Object.create(null) as Way
  }
  return forHtml(writeJson(sorted(value, root)))
}

const sorted = (value: Value, way: Way): Value => {
  if (Array.isArray(value)) return value.map((element, index) => (way[index] ? sorted(element, way[index]) : element))
  if (!isMap(value)) return value
  const result: ValueMap = {}
  for (const key of Object.keys(value).sort()) {
    const member = value[key] as Value
    setMember(result, key, way[key] ? sorted(member, way[key]) : member)
  }
  return result
}
