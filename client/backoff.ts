// How long to wait before the next try: longer each time, with jitter, up to a bound; short again after a quiet while.
import type { Timers } from '../apimachinery/machine-clock.ts'
import type { Random } from '../apimachinery/random.ts'

export interface BackoffRule {
  firstMs: number
  maxMs: number
  factor: number
  /** Up to this share is added. */
  jitter: number
  /** Tries that are further apart start anew. */
  resetMs: number
}

const GRAIN = 1000

/** A duration with up to `share` of itself added. */
export const jittered = (milliseconds: number, share: number, random: Random): number =>
  milliseconds * (1 + (share * random.below(GRAIN)) / GRAIN)

export class Backoff {
  readonly #rule: BackoffRule
  readonly #timers: Timers
  readonly #random: Random
  #nextMs: number
  #lastTry: number

  constructor(rule: BackoffRule, timers: Timers, random: Random) {
    this.#rule = rule
    this.#timers = timers
    this.#random = random
    this.#nextMs = rule.firstMs
    this.#lastTry = timers.now()
  }

  /** Milliseconds until the next try. */
  next(): number {
    const now = this.#timers.now()
    const { firstMs, maxMs, factor, jitter, resetMs } = this.#rule
    if (now - this.#lastTry > resetMs) this.#nextMs = firstMs
    this.#lastTry = now
    const wait = this.#nextMs
    this.#nextMs = Math.min(maxMs, this.#nextMs * factor)
    return Math.min(maxMs, jittered(wait, jitter, this.#random))
  }
}
