// Keys that need work: each at most once in the queue and at most once in hand; failed ones come back later, each time after a
// longer while. Bounded by the keys there are. Upstream: k8s.io/client-go/util/workqueue, with its default controller rate limiter.
import { machineTimers, type Timer, type Timers } from '../apimachinery/machine-clock.ts'

export interface WorkQueueOptions {
  timers?: Timers
  /** Of one key's failures. */
  firstMs?: number
  maxMs?: number
}

const FIRST_MS = 5
const MAX_MS = 1_000_000
/** Over all keys: so many come back at once, then so many a second. */
const BURST = 100
const PER_SECOND = 10

export class WorkQueue {
  readonly #timers: Timers
  readonly #firstMs: number
  readonly #maxMs: number
  readonly #ready = new Set<string>()
  readonly #inHand = new Set<string>()
  /** Added while in hand: ready again when done. */
  readonly #again = new Set<string>()
  readonly #later = new Map<string, { at: number; timer: Timer }>()
  readonly #failures = new Map<string, number>()
  readonly #takers: ((key: string | undefined) => void)[] = []
  #tokens = BURST
  #refilled: number
  #shut = false

  constructor({ timers = machineTimers, firstMs = FIRST_MS, maxMs = MAX_MS }: WorkQueueOptions = {}) {
    this.#timers = timers
    this.#firstMs = firstMs
    this.#maxMs = maxMs
    this.#refilled = timers.now()
  }

  /** Keys that are ready. */
  get length(): number {
    return this.#ready.size
  }

  add(key: string): void {
    if (this.#shut) return
    if (this.#inHand.has(key)) {
      this.#again.add(key)
      return
    }
    const taker = this.#ready.has(key) ? undefined : this.#takers.shift()
    if (!taker) {
      this.#ready.add(key)
      return
    }
    this.#inHand.add(key)
    taker(key)
  }

  /** Ready after a while; of two whiles the shorter counts. */
  addAfter(key: string, milliseconds: number): void {
    if (this.#shut) return
    if (milliseconds <= 0) return this.add(key)
    const at = this.#timers.now() + milliseconds
    const waiting = this.#later.get(key)
    if (waiting && waiting.at <= at) return
    waiting?.timer.cancel()
    const timer = this.#timers.after(milliseconds, () => {
      this.#later.delete(key)
      this.add(key)
    })
    this.#later.set(key, { at, timer })
  }

  /** Ready after a while that doubles with each failure of the key, and later still when many fail. */
  addRateLimited(key: string): void {
    const failures = this.#failures.get(key) ?? 0
    this.#failures.set(key, failures + 1)
    const own = Math.min(this.#maxMs, this.#firstMs * 2 ** failures)
    this.addAfter(key, Math.max(own, this.#reserve()))
  }

  /** The key's failures are forgotten. */
  forget(key: string): void {
    this.#failures.delete(key)
  }

  failures(key: string): number {
    return this.#failures.get(key) ?? 0
  }

  /** The next key, in hand until `done`; undefined once shut down. */
  take(): Promise<string | undefined> {
    if (this.#shut) return Promise.resolve(undefined)
    const [key] = this.#ready
    if (key === undefined) return new Promise((resolve) => void this.#takers.push(resolve))
    this.#ready.delete(key)
    this.#inHand.add(key)
    return Promise.resolve(key)
  }

  done(key: string): void {
    this.#inHand.delete(key)
    if (this.#again.delete(key)) this.add(key)
  }

  /** Nothing is handed out any more. */
  shutDown(): void {
    this.#shut = true
    for (const { timer } of this.#later.values()) timer.cancel()
    this.#later.clear()
    this.#ready.clear()
    for (const taker of this.#takers.splice(0)) taker(undefined)
  }

  /** Milliseconds until the bucket has a token for this one. */
  #reserve(): number {
    const now = this.#timers.now()
    this.#tokens = Math.min(BURST, this.#tokens + ((now - this.#refilled) / 1000) * PER_SECOND)
    this.#refilled = now
    this.#tokens--
    return this.#tokens >= 0 ? 0 : (-this.#tokens / PER_SECOND) * 1000
  }
}
