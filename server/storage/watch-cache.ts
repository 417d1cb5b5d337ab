// The objects of one resource as the store last said, in the order of their keys, and the last events, for reads and watches.
// Holds bytes, not trees. Selectors by namespace walk a range of keys; others look at labels and fields kept beside the bytes.
// Upstream: k8s.io/apiserver/pkg/storage/cacher.
import type { Revision, StoreEvent, StoredObject } from './store.ts'

export interface CacheEntry<Item> {
  readonly key: string
  readonly revision: Revision
  readonly item: Item
  readonly labels: Readonly<Record<string, string>> | undefined
  readonly fields: Readonly<Record<string, string>>
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
  #keys: string[] = []
  #unsorted = false
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
    this.#keys = [...this.#entries.keys()].sort()
    this.#windowStart = revision
  }

  apply(event: StoreEvent): void {
    const previous = this.#entries.get(event.key)
    let entry: CacheEntry<Item> | undefined
    if (event.object) {
      entry = this.#makeEntry(event.object)
      this.#entries.set(event.key, entry)
      if (!previous) this.#addKey(event.key)
    } else {
      this.#entries.delete(event.key)
      this.#removeKey(event.key)
    }
    const cached: CacheEvent<Item> = { revision: event.revision, entry, previous, frames: undefined }
    this.#events.push(cached)
    if (this.#events.length >= MAX_EVENTS * 2) {
      this.#windowStart = (this.#events[MAX_EVENTS - 1] as CacheEvent<Item>).revision
      this.#events = this.#events.slice(MAX_EVENTS)
    }
    for (const listener of this.#listeners) listener(cached)
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

  #addKey(key: string): void {
    const last = this.#keys.at(-1)
    if (last !== undefined && key < last) this.#unsorted = true
    this.#keys.push(key)
  }

  #removeKey(key: string): void {
    const at = this.#unsorted ? this.#keys.indexOf(key) : lowerBound(this.#keys, key)
    if (this.#keys[at] === key) this.#keys.splice(at, 1)
  }

  #sortedKeys(): readonly string[] {
    if (this.#unsorted) {
      this.#keys.sort()
      this.#unsorted = false
    }
    return this.#keys
  }

  get size(): number {
    return this.#entries.size
  }

  get(key: string): CacheEntry<Item> | undefined {
    return this.#entries.get(key)
  }

  /** Entries under a prefix, after a key, in order. */
  range(prefix: string, after = ''): CacheEntry<Item>[] {
    const keys = this.#sortedKeys()
    const result: CacheEntry<Item>[] = []
    let at = lowerBound(keys, after > prefix ? after : prefix)
    if (after !== '' && keys[at] === after) at++
    for (; at < keys.length; at++) {
      const key = keys[at] as string
      if (!key.startsWith(prefix)) break
      result.push(this.#entries.get(key) as CacheEntry<Item>)
    }
    return result
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

const lowerBound = (keys: readonly string[], key: string): number => {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((keys[middle] as string) < key) low = middle + 1
    else high = middle
  }
  return low
}
