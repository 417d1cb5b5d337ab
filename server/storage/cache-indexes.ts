// Secondary indexes of a cache: by one label or one field each, made when a selector first asks, kept up with every event.
// A bound on their number keeps a client from making them without end; the one longest unused goes first.

export interface Indexed {
  readonly key: string
  readonly labels: Readonly<Record<string, string>> | undefined
  readonly fields: Readonly<Record<string, string>>
}

const MAX_INDEXES = 16

type Kind = 'labels' | 'fields'

/** Entries by value, of one label or field. */
class Index<Entry extends Indexed> {
  readonly #kind: Kind
  readonly #name: string
  readonly #byValue = new Map<string, Set<Entry>>()

  constructor(kind: Kind, name: string) {
    this.#kind = kind
    this.#name = name
  }

  #valueOf(entry: Entry): string | undefined {
    const values = entry[this.#kind]
    return values !== undefined && Object.hasOwn(values, this.#name) ? values[this.#name] : undefined
  }

  add(entry: Entry): void {
    const value = this.#valueOf(entry)
    if (value === undefined) return
    const entries = this.#byValue.get(value)
    if (entries) entries.add(entry)
    else this.#byValue.set(value, new Set([entry]))
  }

  remove(entry: Entry): void {
    const value = this.#valueOf(entry)
    if (value === undefined) return
    const entries = this.#byValue.get(value)
    entries?.delete(entry)
    if (entries?.size === 0) this.#byValue.delete(value)
  }

  find(value: string): Entry[] {
    return [...(this.#byValue.get(value) ?? [])].sort((a, b) => (a.key < b.key ? -1 : 1))
  }
}

export class CacheIndexes<Entry extends Indexed> {
  readonly #indexes = new Map<string, Index<Entry>>()

  replace(previous: Entry | undefined, entry: Entry | undefined): void {
    for (const index of this.#indexes.values()) {
      if (previous) index.remove(previous)
      if (entry) index.add(entry)
    }
  }

  find(kind: Kind, name: string, value: string, all: readonly Entry[]): Entry[] {
    const id = `${kind} ${name}`
    let index = this.#indexes.get(id)
    if (index) this.#indexes.delete(id)
    else {
      index = new Index(kind, name)
      for (const entry of all) index.add(entry)
    }
    this.#indexes.set(id, index)
    const oldest = this.#indexes.keys().next().value
    if (this.#indexes.size > MAX_INDEXES && oldest !== undefined) this.#indexes.delete(oldest)
    return index.find(value)
  }
}
