// JSON merge patch, RFC 7386: members replace, null removes, lists are replaced whole.
import { cloneTree, isMap, setMember, type Value, type ValueMap } from '../../apimachinery/kube-object.ts'
import { readPatchObject } from './patch-object.ts'
import type { PatchType } from './patch-type.ts'

/** Merges in place and returns the target. */
const merge = (target: ValueMap, patch: ValueMap): ValueMap => {
  for (const key of Object.keys(patch)) {
    const value = patch[key] as Value
    const current = Object.hasOwn(target, key) ? target[key] : undefined
    if (value === null) delete target[key]
    else if (isMap(value)) setMember(target, key, merge(isMap(current) ? current : {}, value))
    else setMember(target, key, cloneTree<Value>(value))
  }
  return target
}

export const mergePatch: PatchType = {
  mediaType: 'application/merge-patch+json',
  parse: (text) => {
    const { patch, strictErrors } = readPatchObject(text, 'error decoding patch: ')
    return { strictErrors, apply: (current) => merge(current, patch) }
  },
}
