// One store watch of the whole cluster feeds every resource's cache, so that all caches stand at one revision.
import { after } from '../../apimachinery/machine-clock.ts'
import { type Revision, type Store, StoreError } from './store.ts'
import type { WatchCache } from './watch-cache.ts'

const LOAD_PAGE = 2000
const MAX_WAITERS = 10_000
const ROOT = '/registry/'

interface Waiter {
  revision: Revision
  resolve(): void
  reject(error: Error): void
}

export class ClusterCache {
  readonly store: Store
  readonly #caches = new Map<string, WatchCache<unknown>>()
  readonly #controller = new AbortController()
  #waiters: Waiter[] = []
  #revision: Revision = 0
  #failure: Error | undefined

  constructor(store: Store) {
    this.store = store
  }

  /** Revision up to which every cache is complete. */
  get revision(): Revision {
    return this.#revision
  }

  /** Adds a resource's cache. Resources of one prefix share theirs; one added after `start` begins empty at the present. */
  add<Item>(prefix: string, make: () => WatchCache<Item>): WatchCache<Item> {
    let cache = this.#caches.get(prefix)
    if (!cache) {
      cache = make() as WatchCache<unknown>
      if (this.#revision > 0) cache.load([], this.#revision)
      this.#caches.set(prefix, cache)
    }
    return cache as WatchCache<Item>
  }

  /** Loads the state and follows the store from there. */
  async start(): Promise<void> {
    const byPrefix = new Map([...this.#caches.keys()].map((prefix) => [prefix, [] as Awaited<ReturnType<Store['list']>>['objects']]))
    let revision: Revision | undefined
    let after: string | undefined
    for (;;) {
      const page = await this.store.list(ROOT, {
        limit: LOAD_PAGE,
        ...(after === undefined ? {} : { after }),
        ...(revision === undefined ? {} : { atRevision: revision }),
      })
      revision ??= page.revision
      for (const object of page.objects) byPrefix.get(this.#prefixOf(object.key) ?? '')?.push(object)
      after = page.objects.at(-1)?.key
      if (!page.more) break
    }
    for (const [prefix, cache] of this.#caches) cache.load(byPrefix.get(prefix) ?? [], revision)
    this.#revision = revision
    void this.#follow(revision)
  }

  async #follow(from: Revision): Promise<void> {
    try {
      for await (const batch of this.store.watch(ROOT, from, this.#controller.signal)) {
        for (const event of batch.events) {
          const prefix = this.#prefixOf(event.key)
          if (prefix !== undefined) this.#caches.get(prefix)?.apply(event)
        }
        this.#revision = batch.revision
        this.#wake()
      }
      this.#failure = new StoreError('Closed', 'the store is closed')
    } catch (error) {
      this.#failure = error as Error
    }
    this.#wake()
  }

  #prefixOf(key: string): string | undefined {
    let end = key.indexOf('/', ROOT.length)
    for (let depth = 0; depth < 3 && end >= 0; depth++) {
      const prefix = key.slice(0, end + 1)
      if (this.#caches.has(prefix)) return prefix
      end = key.indexOf('/', end + 1)
    }
    return undefined
  }

  /** Resolves once the caches have what was written at a revision. */
  waitFor(revision: Revision): Promise<void> | undefined {
    if (this.#failure) return Promise.reject(this.#failure)
    if (this.#revision >= revision) return undefined
    return new Promise((resolve, reject) => this.#waiters.push({ revision, resolve, reject }))
  }

  /** The same within a time: false when it was not enough. */
  async waitWithin(revision: Revision, timeoutMs: number): Promise<boolean> {
    if (this.#failure) throw this.#failure
    if (this.#revision >= revision) return true
    if (this.#waiters.length >= MAX_WAITERS) throw new StoreError('Overloaded', 'too many requests wait for a revision')
    await this.store.requestProgress()
    return new Promise((resolve, reject) => {
      const timer = after(timeoutMs, () => {
        this.#waiters = this.#waiters.filter((other) => other !== waiter)
        resolve(false)
      })
      const done = (): void => {
        timer.cancel()
        resolve(true)
      }
      const waiter: Waiter = { revision, resolve: done, reject }
      this.#waiters.push(waiter)
    })
  }

  #wake(): void {
    if (this.#waiters.length === 0) return
    const waiting: Waiter[] = []
    for (const waiter of this.#waiters) {
      if (this.#failure) waiter.reject(this.#failure)
      else if (waiter.revision <= this.#revision) waiter.resolve()
      else waiting.push(waiter)
    }
    this.#waiters = waiting
  }

  ready(): boolean {
    return this.#failure === undefined && this.store.ready()
  }

  stop(): void {
    this.#controller.abort()
  }
}
