// How much is begun in one turn of the event loop: requests that come together would hold it up for as long as they take together, and
// with it every other client. Those past a turn's share wait for the next turn, in the order in which they came.
import { machineNow } from './machine-clock.ts'

/** What the requests begun in one turn should take together at most. */
const TURN_MS = 20
/** Of a request, before any was measured: the first ones meet code that is not compiled yet. */
const FIRST_COST_MS = 20
/** How fast what was measured is forgotten, turn by turn. */
const KEPT = 0.9
/** Turns that `whenCaughtUp` waits at most. */
const MOST_TURNS_BEHIND = 8
/** So long at most a job of many turns keeps requests waiting altogether. */
const MOST_HOLD_MS = 40

export class Turns {
  readonly #now: () => number
  readonly #waiting: (() => void)[] = []
  #spentMs = FIRST_COST_MS
  #spentOn = 1
  #begun = 0
  #beganAt = 0
  #scheduled = false
  #longJobs = 0
  #heldSince = 0

  /** `now` gives monotonic milliseconds. */
  constructor(now: () => number) {
    this.#now = now
  }

  /** How many requests may begin in a turn. */
  get #share(): number {
    if (this.#longJobs > 0) return this.#now() - this.#heldSince < MOST_HOLD_MS ? 0 : 1
    return Math.max(1, Math.floor((TURN_MS * this.#spentOn) / this.#spentMs))
  }

  get #isFull(): boolean {
    return this.#begun >= this.#share || (this.#begun > 0 && this.#now() - this.#beganAt >= TURN_MS)
  }

  /** Begins a request's work, in this turn or in one to come. `work` must not throw. */
  begin(work: () => void): void {
    if (this.#waiting.length > 0 || this.#isFull) this.#waiting.push(work)
    else this.#run(work)
    this.#schedule()
  }

  /** Runs at the end of the turn in which no request waits for its own any more: what requests do together is then done once for them. */
  whenCaughtUp(run: () => void, turns = MOST_TURNS_BEHIND): void {
    setImmediate(() => (this.#waiting.length > 0 && turns > 0 ? this.whenCaughtUp(run, turns - 1) : run()))
  }

  /**
   * Until the function returned is called, a job is spread over many turns: requests wait for its end, for what it has in the processor's
   * caches would not outlast them; past MOST_HOLD_MS each turn begins one.
   */
  longJob(): () => void {
    if (this.#longJobs === 0) this.#heldSince = this.#now()
    this.#longJobs++
    return () => void this.#longJobs--
  }

  #run(work: () => void): void {
    if (this.#begun === 0) this.#beganAt = this.#now()
    this.#begun++
    work()
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => this.#endTurn())
  }

  /** Those that wait begin after the next look for input and output, not at the end of a turn that had its share. */
  #endTurn(): void {
    this.#scheduled = false
    if (this.#begun > 0) {
      this.#spentMs = this.#spentMs * KEPT + this.#now() - this.#beganAt
      this.#spentOn = this.#spentOn * KEPT + this.#begun
      this.#begun = 0
    } else for (const work of this.#waiting.splice(0, this.#share)) this.#run(work)
    if (this.#begun > 0 || this.#waiting.length > 0) this.#schedule()
  }
}

/** The process's. */
export const turns = new Turns(machineNow)
