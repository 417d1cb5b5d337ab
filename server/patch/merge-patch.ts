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

/** What of a result stands where the patch has maps or lists: upstream takes these apart. */
const takenApart = (value: Value | undefined, patch: ValueMap | Value[], apart = new Set<Value>()): Set<Value> => {
  if (typeof value !== 'object' || value === null) return apart
  apart.add(value)
  for (const [key, below] of Object.entries(patch))
    if (typeof below === 'object' && below !== null) takenApart((value as ValueMap)[key], below, apart)
  return apart
}

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
        return { value, shown: () => textWithSorted(value, takenApart(value, patch)), checksKind: true }
      },
    }
  },
}
