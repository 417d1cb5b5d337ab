// API time: what objects, TTLs, tokens and leases go by. A test can step it.
// Machine time (I/O deadlines, watch timeouts) is machine-clock.ts.

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }

/** A clock that only moves when told. */
export class SteppedClock implements Clock {
  #now: number
  constructor(start: number) {
    this.#now = start
  }
  now(): number {
    return this.#now
  }
  step(milliseconds: number): void {
    this.#now += milliseconds
  }
}

/** The second that was written last, and its text: most of what a server writes down happens in the present one. */
let written = { second: Number.NaN, text: '' }

/** `2026-01-02T15:04:05Z`: how metav1.Time is written. */
export const formatTime = (milliseconds: number): string => {
  const second = Math.floor(milliseconds / 1000)
  if (second !== written.second) written = { second, text: `${new Date(milliseconds).toISOString().slice(0, 19)}Z` }
  return written.text
}
