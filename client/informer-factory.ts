// One informer a resource, shared by all who ask, started when first asked for.
import type { Timers } from '../apimachinery/machine-clock.ts'
import type { ApiClient } from './api-client.ts'
import { Informer } from './informer.ts'
import { type ApiResource, resourceId } from './resource.ts'

export interface InformerFactoryOptions {
  client: ApiClient
  signal: AbortSignal
  timers?: Timers
  failed?(message: string, error: unknown): void
}

interface Kept {
  readonly informer: Informer
  readonly stop: AbortController
}

export class InformerFactory {
  readonly #options: InformerFactoryOptions
  readonly #informers = new Map<string, Kept>()
  readonly #running = new Set<Promise<void>>()

  constructor(options: InformerFactoryOptions) {
    this.#options = options
  }

  /** Whole objects. */
  objects(resource: ApiResource): Informer {
    return this.#informer(resource, false)
  }

  /** Metadata alone; from whole objects where somebody needs those anyway. */
  metadata(resource: ApiResource): Informer {
    return this.#informers.get(resourceId(resource))?.informer ?? this.#informer(resource, true)
  }

  /** Ends and forgets the informers of a resource that is gone. */
  drop(resource: ApiResource): void {
    for (const key of [resourceId(resource), `${resourceId(resource)} metadata`]) {
      this.#informers.get(key)?.stop.abort()
      this.#informers.delete(key)
    }
  }

  /** Resolves once all have ended, which the signal makes them do. */
  async ended(): Promise<void> {
    await Promise.all(this.#running)
  }

  #informer(resource: ApiResource, metadataOnly: boolean): Informer {
    const key = metadataOnly ? `${resourceId(resource)} metadata` : resourceId(resource)
    const known = this.#informers.get(key)
    if (known) return known.informer
    const { client, signal, timers, failed } = this.#options
    const informer = new Informer({ client, resource, metadataOnly, ...(timers ? { timers } : {}), ...(failed ? { failed } : {}) })
    const stop = new AbortController()
    this.#informers.set(key, { informer, stop })
    // Handlers added in this turn hear of the first list.
    const run = informer.run(AbortSignal.any([signal, stop.signal])).finally(() => this.#running.delete(run))
    this.#running.add(run)
    return informer
  }
}
