// Owners known not to exist, so that a thousand dependents of one ask the server once. Bounded; the least used is forgotten first.
import { type Identity, identityText } from './graph-node.ts'

const MAX_KNOWN = 500

export class AbsentOwners {
  readonly #known = new Set<string>()

  has(owner: Identity): boolean {
    const key = identityText(owner)
    if (!this.#known.delete(key)) return false
    this.#known.add(key)
    return true
  }

  add(owner: Identity): void {
    const key = identityText(owner)
    this.#known.delete(key)
    this.#known.add(key)
    if (this.#known.size <= MAX_KNOWN) return
    const [oldest] = this.#known
    if (oldest !== undefined) this.#known.delete(oldest)
  }
}
