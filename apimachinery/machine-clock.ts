// Machine time: deadlines of I/O, watch timeouts, background sweeps, measurements. Never what an object's timestamp is made from.

export interface Timer {
  cancel(): void
}

/** Runs once after a delay; keeps the process alive only where told to. */
export const after = (milliseconds: number, run: () => void, keepAlive = false): Timer => {
  // Whole ones: at the first fraction V8 gives up what it has compiled for all timers of the process.
  const handle = setTimeout(run, Math.min(Math.ceil(milliseconds), 0x7fffffff))
  if (!keepAlive) handle.unref()
  return { cancel: () => clearTimeout(handle) }
}

/** Runs again and again; never keeps the process alive by itself. */
export const every = (milliseconds: number, run: () => void): Timer => {
  const handle = setInterval(run, milliseconds)
  handle.unref()
  return { cancel: () => clearInterval(handle) }
}

/** Monotonic milliseconds, for measuring. */
export const machineNow = (): number => performance.now()

/** Machine time as a part that can be given: tests give one that is stepped. */
export interface Timers {
  /** Monotonic milliseconds. */
  now(): number
  /** Runs once after a delay; never keeps the process alive by itself. */
  after(milliseconds: number, run: () => void): Timer
}

export const machineTimers: Timers = { now: machineNow, after: (milliseconds, run) => after(milliseconds, run) }

/** Timers that only run when told. */
export class SteppedTimers implements Timers {
  #now = 0
  #waiting: { at: number; run: () => void }[] = []

  now(): number {
    return this.#now
  }

  after(milliseconds: number, run: () => void): Timer {
    const entry = { at: this.#now + milliseconds, run }
    this.#waiting.push(entry)
    return { cancel: () => void (this.#waiting = this.#waiting.filter((other) => other !== entry)) }
  }

  /** When the next one is due, in milliseconds from now; undefined: nothing waits. */
  get nextMs(): number | undefined {
    return this.#waiting.length === 0 ? undefined : Math.min(...this.#waiting.map(({ at }) => at)) - this.#now
  }

  /** Moves on, running in order what becomes due, what those start included. */
  step(milliseconds: number): void {
    const end = this.#now + milliseconds
    for (;;) {
      const next = this.#waiting.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
      if (!next) break
      this.#waiting = this.#waiting.filter((other) => other !== next)
      this.#now = Math.max(this.#now, next.at)
      next.run()
    }
    this.#now = end
  }
}
