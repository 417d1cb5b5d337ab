// What gathers while something is done goes out in one write at its end.

export interface Flushable {
  flush(): void
}

class Gathering {
  readonly #dirty = new Set<Flushable>()
  readonly #later: (run: () => void) => void

  constructor(later: (run: () => void) => void) {
    this.#later = later
  }

  add(one: Flushable): void {
    this.#dirty.add(one)
    if (this.#dirty.size === 1) this.#later(this.#flushAll)
  }

  readonly #flushAll = (): void => {
    const due = [...this.#dirty]
    this.#dirty.clear()
    for (const one of due) one.flush()
  }
}

const ofCallback = new Gathering(process.nextTick)
const ofTurn = new Gathering(setImmediate)

/**
 * Flushes at the end of what runs now, such as the news of a commit, before what waits for that goes on: watchers hear of a write no later
 * than who wrote. However often it was asked for.
 */
export const flushSoon = (one: Flushable): void => ofCallback.add(one)

/** Flushes once the turn of the event loop is over, after the answers that were given in it. */
export const flushAtTurnEnd = (one: Flushable): void => ofTurn.add(one)
