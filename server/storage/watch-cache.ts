// The objects of one resource as the store last said, in the order of their keys, and the last events, for reads and watches.
// Holds bytes, not trees. Selectors by namespace walk a range of keys; others look at labels and fields kept beside the bytes.
// Upstream: k8s.io/apiserver/pkg/storage/cacher.
import { CacheIndexes } from './cache-indexes.ts'
import { prefixEnd, type Revision, type StoredObject, type StoreEvent } from './store.ts'

export interface CacheEntry<Item> {
  readonly key: string
  readonly revision: Revision
  readonly item: Item
  readonly labels: Readonly<Record<string, string>> | undefined
  readonly fields: Readonly<Record<string, string>>
  /** All of the object was checked, by this process, when it was written. */
  readonly checked: boolean
}

export interface CacheEvent<Item> {
  readonly revision: Revision
  /** What stands there now; undefined on a deletion. */
  readonly entry: CacheEntry<Item> | undefined
  readonly previous: CacheEntry<Item> | undefined
  /** Frames already made, by their form. */
  frames: Map<string, Buffer> | undefined
}

/** What a cache asks of a kind: from stored bytes (and the writer's object, where at hand) to an entry. */
export type MakeEntry<Item> = (stored: StoredObject) => CacheEntry<Item>

export type CacheListener<Item> = (event: CacheEvent<Item>) => void

const MAX_EVENTS = 2048
const MAX_SNAPSHOTS = 16
const SNAPSHOT_KEEP_EVENTS = 50_000

export class WatchCache<Item> {
  readonly prefix: string
  readonly #makeEntry: MakeEntry<Item>
  readonly #entries = new Map<string, CacheEntry<Item>>()
  readonly #listeners = new Set<CacheListener<Item>>()
  readonly #snapshots = new Map<Revision, readonly CacheEntry<Item>[]>()
  readonly #indexes = new CacheIndexes<CacheEntry<Item>>()
  /** By key, for ranges. */
  #sorted: CacheEntry<Item>[] = []
  #events: CacheEvent<Item>[] = []
  /** Every event after this revision is in #events. */
  #windowStart: Revision = 0

  constructor(prefix: string, makeEntry: MakeEntry<Item>) {
    this.prefix = prefix
    this.#makeEntry = makeEntry
  }

  /** Takes over a state, once, before events come. */
  load(objects: readonly StoredObject[], revision: Revision): void {
    for (const object of objects) this.#entries.set(object.key, this.#makeEntry(object))
    this.#sorted = [...this.#entries.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
    this.#windowStart = revision
  }

  apply(event: StoreEvent): void {
    const previous = this.#entries.get(event.key)
    const entry = event.object && this.#makeEntry(event.object)
    const at = lowerBound(this.#sorted, event.key)
    if (entry) {
      this.#entries.set(event.key, entry)
      if (previous) this.#sorted[at] = entry
      else this.#sorted.splice(at, 0, entry)
    } else if (previous) {
      this.#entries.delete(event.key)
      this.#sorted.splice(at, 1)
    }
    this.#indexes.replace(previous, entry)
    const cached: CacheEvent<Item> = { revision: event.revision, entry, previous, frames: undefined }
    this.#events.push(cached)
    if (this.#events.length >= MAX_EVENTS * 2) {
      this.#windowStart = (this.#events[MAX_EVENTS - 1] as CacheEvent<Item>).revision
      this.#events = this.#events.slice(MAX_EVENTS)
    }
    for (const listener of this.#listeners) listener(cached)
    // Later watchers make their own: few ask, and each event of the window would hold on to another copy of its object.
    cached.frames = undefined
  }

  /** The event of a history entry, for a watch that begins before the window. */
  historic(event: StoreEvent): CacheEvent<Item> {
    return {
      revision: event.revision,
      entry: event.object && this.#makeEntry(event.object),
      previous: event.previous && this.#makeEntry(event.previous),
      frames: undefined,
    }
  }

  get size(): number {
    return this.#entries.size
  }

  get(key: string): CacheEntry<Item> | undefined {
    return this.#entries.get(key)
  }

  /** Entries under a prefix, after a key, in order. */
  range(prefix: string, after = ''): CacheEntry<Item>[] {
    const sorted = this.#sorted
    let start = lowerBound(sorted, after > prefix ? after : prefix)
    if (after !== '' && sorted[start]?.key === after) start++
    const end = prefix === this.prefix ? sorted.length : lowerBound(sorted, prefixEnd(prefix))
    return sorted.slice(start, end)
  }

  /** Entries with a label or field of a value, in order of their keys: from an index made on first use. */
  having(kind: 'labels' | 'fields', name: string, value: string): CacheEntry<Item>[] {
    return this.#indexes.find(kind, name, value, this.#sorted)
  }

  /** Keeps an ordered state for the pages that follow; the oldest is dropped past a bound. */
  keepSnapshot(revision: Revision, entries: readonly CacheEntry<Item>[]): void {
    if (this.#snapshots.has(revision) || entries.length > SNAPSHOT_KEEP_EVENTS) return
    this.#snapshots.set(revision, entries)
    const oldest = this.#snapshots.keys().next().value
    if (this.#snapshots.size > MAX_SNAPSHOTS && oldest !== undefined) this.#snapshots.delete(oldest)
  }

  snapshot(revision: Revision): readonly CacheEntry<Item>[] | undefined {
    return this.#snapshots.get(revision)
  }

  /** Events after a revision, or undefined when the window does not reach back that far. */
  eventsAfter(revision: Revision): readonly CacheEvent<Item>[] | undefined {
    if (revision < this.#windowStart) return undefined
    let low = 0
    let high = this.#events.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#events[middle] as CacheEvent<Item>).revision <= revision) low = middle + 1
      else high = middle
    }
    return this.#events.slice(low)
  }

  listen(listener: CacheListener<Item>): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}

const lowerBound = (entries: readonly { key: string }[], key: string): number => {
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((entries[middle] as { key: string }).key < key) low = middle + 1
    else high = middle
  }
  return low
}
