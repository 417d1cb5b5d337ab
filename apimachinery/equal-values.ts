// Equality of JSON trees.
import type { ValueMap } from './kube-object.ts'

/** Equality of values; the order of an object's members does not count. */
export const equalValues = (a: unknown, b: unknown): boolean => {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false
    for (let index = 0; index < a.length; index++) if (!equalValues(a[index], b[index])) return false
    return true
  }
  if (Array.isArray(b)) return false
  // No value is undefined or a function, so an inherited member never equals one, and the count finds what `b` has besides.
  let members = 0
  for (const key in a) {
    if (!equalValues((a as ValueMap)[key], (b as ValueMap)[key])) return false
    members++
  }
  for (const _ in b) members--
  return members === 0
}
