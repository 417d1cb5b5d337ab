// The store that forgets: everything in this process. For tests, forks and --store=memory; the model the others are compared with.
import type { Clock } from '../../apimachinery/clock.ts'
import { every } from '../../apimachinery/machine-clock.ts'
import { EventFeed } from './event-feed.ts'
import { HistoryBudget, type HistoryLimits } from './history-budget.ts'
import {
  EXPIRY_SWEEP_MS,
  type ListRange,
  type ListResult,
  prefixEnd,
  type Revision,
  type Store,
  type StoreBatch,
  type StoredObject,
  StoreError,
  type StoreEvent,
  type WriteOptions,
} from './store.ts'

export class MemoryStore implements Store {
  readonly #clock: Clock
  readonly #current = new Map<string, StoredObject>()
  readonly #expiry = new Map<string, number>()
  readonly #feed = new EventFeed()
  readonly #budget: HistoryBudget
  readonly #sweep = every(EXPIRY_SWEEP_MS, () => this.#expire())
  #history: StoreEvent[] = []
  #revision: Revision = 1
  #compacted: Revision = 0
  #closed = false

  constructor(clock: Clock, limits: HistoryLimits = {}) {
    this.#clock = clock
    this.#budget = new HistoryBudget(limits, clock, { compact: (before) => this.compact(before) })
  }

  async get(key: string): Promise<{ revision: Revision; object?: StoredObject }> {
    const object = this.#current.get(key)
    return object ? { revision: this.#revision, object } : { revision: this.#revision }
  }

  async list(prefix: string, range: ListRange = {}): Promise<ListResult> {
    const revision = range.atRevision ?? this.#revision
    if (revision > this.#revision) throw new StoreError('FutureRevision', `revision ${revision} is in the future`)
    if (revision < this.#compacted) throw new StoreError('Compacted', `revision ${revision} is compacted`)
    const state = this.#stateAt(revision)
    const keys = [...state.keys()].filter((key) => key.startsWith(prefix) && (range.after === undefined || key > range.after)).sort()
    const limit = range.limit ?? Number.POSITIVE_INFINITY
    return { revision, objects: keys.slice(0, limit).map((key) => state.get(key) as StoredObject), more: keys.length > limit }
  }

  #stateAt(revision: Revision): Map<string, StoredObject> {
    if (revision === this.#revision) return this.#current
    const state = new Map(this.#current)
    for (let index = this.#history.length - 1; index >= 0; index--) {
      const event = this.#history[index] as StoreEvent
      if (event.revision <= revision) break
      if (event.previous) state.set(event.key, event.previous)
      else state.delete(event.key)
    }
    return state
  }

  async create(key: string, value: Uint8Array, options: WriteOptions = {}): Promise<StoredObject> {
    const current = this.#current.get(key)
    if (current) throw new StoreError('KeyExists', `key exists: ${key}`, current)
    return this.#put(key, value, undefined, options)
  }

  async update(key: string, expected: Revision, value: Uint8Array, options: WriteOptions = {}): Promise<StoredObject> {
    return this.#put(key, value, this.#expected(key, expected), options)
  }

  async delete(key: string, expected: Revision): Promise<{ revision: Revision; previous: StoredObject }> {
    const previous = this.#expected(key, expected)
    this.#current.delete(key)
    this.#expiry.delete(key)
    this.#record({ type: 'delete', key, revision: this.#revision + 1, previous })
    return { revision: this.#revision, previous }
  }

  #expected(key: string, expected: Revision): StoredObject {
    const current = this.#current.get(key)
    if (!current) throw new StoreError('NotFound', `no such key: ${key}`)
    if (current.modRevision !== expected)
      throw new StoreError('RevisionConflict', `${key} is at ${current.modRevision}, not ${expected}`, current)
    return current
  }

  #put(key: string, value: Uint8Array, previous: StoredObject | undefined, { ttlSeconds, decoded }: WriteOptions): StoredObject {
    const revision = this.#revision + 1
    const stored: StoredObject = { key, value, createRevision: previous?.createRevision ?? revision, modRevision: revision }
    if (ttlSeconds === undefined) this.#expiry.delete(key)
    else this.#expiry.set(key, this.#clock.now() + ttlSeconds * 1000)
    this.#current.set(key, stored)
    this.#record({
      type: 'put',
      key,
      revision,
      object: decoded === undefined ? stored : { ...stored, decoded },
      ...(previous ? { previous } : {}),
    })
    return stored
  }

  #record(event: StoreEvent): void {
    if (this.#closed) throw new StoreError('Closed', 'the store is closed')
    this.#revision = event.revision
    this.#history.push(event.object?.decoded === undefined ? event : { ...event, object: { ...event.object, decoded: undefined } })
    this.#budget.wrote(event.revision, event.object?.value.length ?? 0)
    this.#feed.publish(event.revision, [event])
  }

  watch(prefix: string, after: Revision, signal: AbortSignal): AsyncIterable<StoreBatch> {
    return this.#feed.subscribe(prefix, after, this.#revision, (...range) => this.#replay(...range), signal)
  }

  async *#replay(prefix: string, after: Revision, upTo: Revision): AsyncGenerator<StoreEvent[]> {
    if (after < this.#compacted) throw new StoreError('Compacted', `revision ${after} is compacted`)
    const end = prefixEnd(prefix)
    yield this.#history.filter((event) => event.revision > after && event.revision <= upTo && event.key >= prefix && event.key < end)
  }

  async requestProgress(): Promise<void> {
    this.#feed.publish(this.#revision, [])
  }

  async compact(before: Revision): Promise<void> {
    this.#compacted = Math.max(this.#compacted, Math.min(before, this.#revision))
    this.#history = this.#history.filter((event) => event.revision > this.#compacted)
  }

  compactedRevision(): Revision {
    return this.#compacted
  }

  async fileBytes(): Promise<undefined> {
    return undefined
  }

  async stats(prefix: string): Promise<{ count: number; bytes: number }> {
    const found = [...this.#current.values()].filter((object) => object.key.startsWith(prefix))
    return { count: found.length, bytes: found.reduce((sum, object) => sum + object.value.length, 0) }
  }

  #expire(): void {
    for (const [key, deadline] of this.#expiry) {
      const current = this.#current.get(key)
      if (deadline <= this.#clock.now() && current) void this.delete(key, current.modRevision)
    }
  }

  ready(): boolean {
    return !this.#closed
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#sweep.cancel()
    this.#budget.close()
    this.#feed.close()
  }
}
