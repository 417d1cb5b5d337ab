// A local copy of a resource, kept by list and watch, and those who are told of its changes. A lost watch resumes where it was; one the
// server cannot resume is listed anew, and what vanished meanwhile is told as deleted. Resync is off.
// Upstream: k8s.io/client-go/tools/cache/reflector.go, shared_informer.go.
import type { KubeObject } from '../apimachinery/kube-object.ts'
import { machineTimers, type Timers } from '../apimachinery/machine-clock.ts'
import { type Random, systemRandom } from '../apimachinery/random.ts'
import { StatusError } from '../apimachinery/status-error.ts'
import type { ApiClient } from './api-client.ts'
import { Backoff } from './backoff.ts'
import { delay } from './connection.ts'
import { ObjectStore } from './object-store.ts'
import { type ApiResource, keyOf, resourceId } from './resource.ts'

/** Told in the order of events, at once; what one throws is logged and harms nobody else. */
export interface InformerHandler {
  added?(object: KubeObject, initial: boolean): void
  updated?(object: KubeObject, previous: KubeObject): void
  deleted?(object: KubeObject): void
}

export interface InformerOptions {
  client: Pick<ApiClient, 'listAll' | 'watch'>
  resource: ApiResource
  metadataOnly?: boolean
  labelSelector?: string
  fieldSelector?: string
  namespace?: string
  timers?: Timers
  random?: Random
  /** What went wrong; the informer tries again by itself. */
  failed?(message: string, error: unknown): void
}

const PAGE = 500
/** The server ends a watch after this long, at most twice: so that clients spread over servers. */
const WATCH_SECONDS = 300
const BACKOFF = { firstMs: 800, maxMs: 30_000, factor: 2, jitter: 1, resetMs: 120_000 }

export class Informer {
  readonly store = new ObjectStore()
  readonly resource: ApiResource
  readonly #options: InformerOptions
  readonly #handlers = new Set<InformerHandler>()
  readonly #timers: Timers
  readonly #random: Random
  readonly #backoff: Backoff
  #resourceVersion = ''
  #synced = false
  #announceSynced: () => void = () => undefined
  /** Resolves once the first list is in the store and told. */
  readonly synced = new Promise<void>((resolve) => void (this.#announceSynced = resolve))

  constructor(options: InformerOptions) {
    this.#options = options
    this.resource = options.resource
    this.#timers = options.timers ?? machineTimers
    this.#random = options.random ?? systemRandom
    this.#backoff = new Backoff(BACKOFF, this.#timers, this.#random)
  }

  get hasSynced(): boolean {
    return this.#synced
  }

  /** A late handler is told of all that is there. Gives the way to take it away. */
  addHandler(handler: InformerHandler): () => void {
    this.#handlers.add(handler)
    for (const object of this.store.values()) this.#tellOne(handler, (one) => one.added?.(object, true))
    return () => void this.#handlers.delete(handler)
  }

  /** Lists and watches until the signal; resolves then. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#list(signal)
        await this.#watch(signal)
      } catch (error) {
        if (signal.aborted) break
        this.#options.failed?.(`${resourceId(this.resource)} could not be listed or watched`, error)
        await delay(this.#timers, this.#backoff.next(), signal).catch(() => undefined)
      }
    }
  }

  get #selection(): { namespace?: string; labelSelector?: string; fieldSelector?: string; metadataOnly?: boolean } {
    const { namespace, labelSelector, fieldSelector, metadataOnly } = this.#options
    return {
      ...(namespace === undefined ? {} : { namespace }),
      ...(labelSelector === undefined ? {} : { labelSelector }),
      ...(fieldSelector === undefined ? {} : { fieldSelector }),
      ...(metadataOnly === undefined ? {} : { metadataOnly }),
    }
  }

  /** From the server's cache, no older than what was seen; from its store where the cache will not do. */
  async #list(signal: AbortSignal): Promise<void> {
    const { client } = this.#options
    const options = { ...this.#selection, limit: PAGE, signal }
    const list = await client
      .listAll(this.resource, { ...options, resourceVersion: this.#resourceVersion === '' ? '0' : this.#resourceVersion })
      .catch((error: unknown) => {
        if (!isExpired(error) && !isTooLarge(error)) throw error
        return client.listAll(this.resource, options)
      })
    this.#replaceAll(list.items)
    this.#resourceVersion = list.metadata.resourceVersion ?? ''
    if (this.#synced) return
    this.#synced = true
    this.#announceSynced()
  }

  /** Watches again and again; returns when only a new list helps. */
  async #watch(signal: AbortSignal): Promise<void> {
    for (;;) {
      const began = this.#timers.now()
      let events = 0
      try {
        const timeoutSeconds = WATCH_SECONDS + this.#random.below(WATCH_SECONDS)
        const { client } = this.#options
        const options = { ...this.#selection, resourceVersion: this.#resourceVersion, allowWatchBookmarks: true, timeoutSeconds, signal }
        for await (const { type, object } of client.watch(this.resource, options)) {
          events++
          this.#take(type, object)
          this.#resourceVersion = object.metadata.resourceVersion ?? this.#resourceVersion
        }
      } catch (error) {
        if (signal.aborted) throw error
        if (isExpired(error)) return
        if (error instanceof StatusError && error.code !== 429 && error.code < 500) throw error
        this.#options.failed?.(`the watch of ${resourceId(this.resource)} was lost`, error)
        await delay(this.#timers, this.#backoff.next(), signal)
        continue
      }
      // A server that ends watches as soon as they begin is not asked at full speed.
      if (events === 0 && this.#timers.now() - began < 1000) await delay(this.#timers, this.#backoff.next(), signal)
    }
  }

  #take(type: string, object: KubeObject): void {
    if (type === 'BOOKMARK') return
    const key = keyOf(object)
    if (type === 'DELETED') {
      this.store.replace(key, undefined)
      this.#tell((handler) => handler.deleted?.(object))
    } else this.#put(key, object, false)
  }

  #put(key: string, object: KubeObject, initial: boolean): void {
    // Who set which field is nobody's business here, and often the larger half.
    delete object.metadata.managedFields
    const previous = this.store.replace(key, object)
    if (!previous) return this.#tell((handler) => handler.added?.(object, initial))
    if (previous.metadata.uid !== object.metadata.uid) {
      this.#tell((handler) => handler.deleted?.(previous))
      this.#tell((handler) => handler.added?.(object, initial))
    } else if (previous.metadata.resourceVersion !== object.metadata.resourceVersion)
      this.#tell((handler) => handler.updated?.(object, previous))
  }

  /** The store becomes the list; differences are told. */
  #replaceAll(items: readonly KubeObject[]): void {
    const keys = new Set(items.map(keyOf))
    for (const key of [...this.store.keys()]) {
      if (keys.has(key)) continue
      const gone = this.store.replace(key, undefined) as KubeObject
      this.#tell((handler) => handler.deleted?.(gone))
    }
    for (const item of items) this.#put(keyOf(item), item, !this.#synced)
  }

  #tell(how: (handler: InformerHandler) => void): void {
    for (const handler of this.#handlers) this.#tellOne(handler, how)
  }

  #tellOne(handler: InformerHandler, how: (handler: InformerHandler) => void): void {
    try {
      how(handler)
    } catch (error) {
      this.#options.failed?.(`a handler of ${resourceId(this.resource)} failed`, error)
    }
  }
}

const isExpired = (error: unknown): boolean => error instanceof StatusError && (error.reason === 'Expired' || error.code === 410)

/** The server is not at that revision yet. */
const isTooLarge = (error: unknown): boolean => error instanceof StatusError && error.code === 504
