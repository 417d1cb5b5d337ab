// Live events to a store's watchers, each behind a bounded queue; a watcher that begins in the past reads history first.
import { type Revision, type StoreBatch, StoreError, type StoreEvent } from './store.ts'

const MAX_QUEUED_EVENTS = 100_000

/** Events of a prefix after one revision and up to another, in order, in pieces. */
export type History = (prefix: string, after: Revision, upTo: Revision) => AsyncIterable<StoreEvent[]>

class Subscription {
  readonly prefix: string
  #queue: StoreBatch[] = []
  #queuedEvents = 0
  #wake: (() => void) | undefined
  #failure: Error | undefined
  #ended = false

  constructor(prefix: string) {
    this.prefix = prefix
  }

  push(batch: StoreBatch): void {
    this.#queuedEvents += batch.events.length
    if (this.#queuedEvents > MAX_QUEUED_EVENTS) this.#failure = new StoreError('Overloaded', 'a store watcher fell too far behind')
    else this.#queue.push(batch)
    this.#wake?.()
  }

  end(): void {
    this.#ended = true
    this.#wake?.()
  }

  /** All batches that wait, or undefined at the end. */
  async take(): Promise<StoreBatch[] | undefined> {
    while (this.#queue.length === 0) {
      if (this.#failure) throw this.#failure
      if (this.#ended) return undefined
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
      this.#wake = undefined
    }
    const taken = this.#queue
    this.#queue = []
    this.#queuedEvents = 0
    return taken
  }
}

export class EventFeed {
  readonly #subscriptions = new Set<Subscription>()

  /** Hands one commit's events to every watcher they concern; the others learn the revision. */
  publish(revision: Revision, events: readonly StoreEvent[]): void {
    for (const subscription of this.#subscriptions) {
      const own = events.every((event) => event.key.startsWith(subscription.prefix))
        ? events
        : events.filter((event) => event.key.startsWith(subscription.prefix))
      if (own.length > 0 || events.length === 0) subscription.push({ revision, events: own })
    }
  }

  /** A watcher from `after`; `current` is the revision of the last publish. */
  async *subscribe(prefix: string, after: Revision, current: Revision, history: History, signal: AbortSignal): AsyncGenerator<StoreBatch> {
    const subscription = new Subscription(prefix)
    this.#subscriptions.add(subscription)
    const end = (): void => subscription.end()
    signal.addEventListener('abort', end)
    try {
      if (signal.aborted) return
      if (after < current) {
        for await (const events of history(prefix, after, current)) {
          const last = events.at(-1)
          if (last) yield { revision: last.revision, events }
        }
        yield { revision: current, events: [] }
      }
      for (;;) {
        const batches = await subscription.take()
        if (!batches || signal.aborted) return
        yield* batches
      }
    } finally {
      signal.removeEventListener('abort', end)
      this.#subscriptions.delete(subscription)
    }
  }

  close(): void {
    for (const subscription of this.#subscriptions) subscription.end()
  }
}
