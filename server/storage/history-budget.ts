// How much of the past a store keeps: compaction by age and by size, so that neither disk nor memory grows without end.
// Revisions are sampled with their API time; a durable store keeps the samples, so that servers of short lives forget too.
// Upstream compacts etcd every five minutes.
import type { Clock } from '../../apimachinery/clock.ts'
import { every } from '../../apimachinery/machine-clock.ts'
import type { Revision } from './store.ts'

export interface HistoryLimits {
  /** Older events may be forgotten. */
  ageMs?: number
  /** More bytes of past values than this are forgotten, whatever their age. */
  bytes?: number
}

/** Where the store stood at a time. */
export interface HistorySample {
  revision: Revision
  /** API time, milliseconds. */
  at: number
}

export interface HistoryKeeper {
  compact(before: Revision): Promise<void>
  /** Keeps a sample beyond this process. */
  remember?(sample: HistorySample): void
}

const DEFAULT_AGE_MS = 5 * 60_000
const DEFAULT_BYTES = 128 * 1024 * 1024
const SAMPLE_MS = 15_000

export class HistoryBudget {
  readonly #ageMs: number
  readonly #bytes: number
  readonly #clock: Clock
  readonly #keeper: HistoryKeeper
  readonly #timer = every(SAMPLE_MS, () => void this.tick())
  #samples: (HistorySample & { bytes: number })[]
  #revision: Revision = 0
  #written = 0
  #busy = false

  constructor(limits: HistoryLimits, clock: Clock, keeper: HistoryKeeper, earlier: readonly HistorySample[] = []) {
    this.#ageMs = limits.ageMs ?? DEFAULT_AGE_MS
    this.#bytes = limits.bytes ?? DEFAULT_BYTES
    this.#clock = clock
    this.#keeper = keeper
    this.#samples = earlier.map((sample) => ({ ...sample, bytes: 0 }))
    this.#revision = earlier.at(-1)?.revision ?? 0
  }

  /** Notes a write; past the size limit it compacts at once. */
  wrote(revision: Revision, bytes: number): void {
    this.#revision = revision
    this.#written += bytes
    if (this.#written - (this.#samples[0]?.bytes ?? 0) > this.#bytes) void this.tick()
  }

  /** Samples, and compacts to the newest revision that is past a limit. */
  async tick(): Promise<void> {
    if (this.#busy) return
    const now = this.#clock.now()
    if (this.#revision > (this.#samples.at(-1)?.revision ?? 0)) {
      const sample = { revision: this.#revision, at: now }
      this.#samples.push({ ...sample, bytes: this.#written })
      this.#keeper.remember?.(sample)
    }
    const due = this.#samples.findLastIndex((sample) => now - sample.at >= this.#ageMs || this.#written - sample.bytes > this.#bytes / 2)
    const target = this.#samples[due]
    if (!target) return
    this.#samples = this.#samples.slice(due + 1)
    this.#busy = true
    try {
      await this.#keeper.compact(target.revision)
    } finally {
      this.#busy = false
    }
  }

  close(): void {
    this.#timer.cancel()
  }
}
