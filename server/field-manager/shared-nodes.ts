// Objects of one kind bring much the same paths with them, as the pods of one template do: a set that was made before is used again, which
// saves making it, and lets sets above it be recognized by their parts.
import type { ValueMap } from '../../apimachinery/kube-object.ts'

/** Sets of more members are not kept. */
const MAX_MEMBERS = 64

interface Kept {
  elements: readonly string[]
  below: readonly ValueMap[]
  node: ValueMap
}

const sameMembers = <T>(a: readonly T[], b: readonly T[]): boolean => {
  if (a.length !== b.length) return false
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false
  return true
}

/** The sets of one place in a type: as many as are kept, the oldest go. */
export class SharedNodes {
  readonly #keep: number
  readonly #kept: Kept[] = []
  #next = 0

  constructor(keep: number) {
    this.#keep = keep
  }

  /** The set of these members, which `make` makes where it is not known. Not to be changed. */
  of(
    elements: readonly string[],
    below: readonly ValueMap[],
    make: (elements: readonly string[], below: readonly ValueMap[]) => ValueMap,
  ): ValueMap {
    for (const kept of this.#kept) if (sameMembers(kept.elements, elements) && sameMembers(kept.below, below)) return kept.node
    const node = Object.freeze(make(elements, below)) as ValueMap
    if (elements.length > MAX_MEMBERS) return node
    this.#kept[this.#next] = { elements, below, node }
    this.#next = (this.#next + 1) % this.#keep
    return node
  }
}
