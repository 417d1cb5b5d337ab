// Lists and maps that a client gave without anything in them. Canonical form leaves them out, as Go's omitempty does; messages about an
// object show them, for Go tells them from what is not there.
import { cloneTree, type KubeObject, setMember, type Value, type ValueMap } from './kube-object.ts'

export interface EmptyMember {
  /** From the object's root. */
  readonly path: readonly (string | number)[]
  readonly isList: boolean
}

/** A copy of an object with members that it lacks put back, where what they stood in is still there. */
export const withEmptyMembers = (object: KubeObject, members: readonly EmptyMember[]): KubeObject => {
  const copy = cloneTree<KubeObject>(object)
  for (const { path, isList } of members) {
    let parent: unknown = copy
    // Own members alone: a step may be called `__proto__`.
    for (const step of path.slice(0, -1))
      parent = typeof parent === 'object' && parent !== null && Object.hasOwn(parent, step) ? (parent as ValueMap)[step] : undefined
    const last = path.at(-1)
    if (typeof parent !== 'object' || parent === null || Array.isArray(parent) || typeof last !== 'string') continue
    if (!Object.hasOwn(parent, last)) setMember(parent as ValueMap, last, (isList ? [] : {}) as Value)
  }
  return copy
}
