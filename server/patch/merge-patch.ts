// JSON merge patch, RFC 7386: members replace, null removes, lists are replaced whole.
import { cloneTree, isMap, setMember, type Value, type ValueMap } from '../../apimachinery/kube-object.ts'
import { readPatchObject } from './patch-object.ts'
import { PatchSyntaxError, type PatchType } from './patch-type.ts'
import { textWithSorted } from './patched-text.ts'

/** Merges in place and returns the target. */
const merge = (target: ValueMap, patch: ValueMap): ValueMap => {
  for (const key of Object.keys(patch)) {
    const value = patch[key] as Value
    const current = Object.hasOwn(target, key) ? target[key] : undefined
    if (value === null) delete target[key]
    else if (isMap(value)) setMember(target, key, merge(isMap(current) ? current : {}, value))
    else setMember(target, key, isMap(current) ? cloneTree<Value>(value) : withoutNulls(value))
  }
  return target
}

/** A copy without null members, those of maps in lists included: what upstream's library leaves of a value that replaces no map. */
const withoutNulls = (value: Value): Value => {
  if (Array.isArray(value)) return value.map(withoutNulls)
  return isMap(value) ? merge({}, value) : value
}

/** Paths of what stands in a patch's maps, those in lists included: upstream takes these maps apart. */
const mapsIn = (patch: ValueMap | readonly Value[], path: readonly string[]): string[][] =>
  Object.entries(patch).flatMap(([key, value]) => [
    [...path, key],
    ...(isMap(value) || Array.isArray(value) ? mapsIn(value, [...path, key]) : []),
  ])

const NOTHING = /^\s*null\s*$/

export const mergePatch: PatchType = {
  mediaType: 'application/merge-patch+json',
  parse: (text) => {
    if (NOTHING.test(text)) throw new PatchSyntaxError('Invalid JSON Patch')
    const { patch, strictErrors } = readPatchObject(text, 'error decoding patch: ')
    return {
      strictErrors,
      apply: (current) => {
        const value = merge(current, patch)
        return { value, shown: () => textWithSorted(value, mapsIn(patch, [])), checksKind: true }
      },
    }
  },
}
