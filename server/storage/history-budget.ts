// How much of the past a store keeps: compaction by age and by size, so that neither disk nor memory grows without end.
// Upstream compacts etcd every five minutes.
import { every, machineNow } from '../../apimachinery/machine-clock.ts'
import type { Revision } from './store.ts'

export interface HistoryLimits {
  /** Older events may be forgotten. */
  ageMs?: number
  /** More bytes of past values than this are forgotten, whatever their age. */
  bytes?: number
}

const DEFAULT_AGE_MS = 5 * 60_000
const DEFAULT_BYTES = 128 * 1024 * 1024
const SAMPLE_MS = 15_000

interface Sample {
  revision: Revision
  at: number
  bytes: number
}

export class HistoryBudget {
  readonly #ageMs: number
  readonly #bytes: number
  readonly #compact: (before: Revision) => Promise<void>
  readonly #timer = every(SAMPLE_MS, () => void this.tick(machineNow()))
  #samples: Sample[] = []
  #revision: Revision = 0
  #written = 0
  #busy = false

  constructor(limits: HistoryLimits, compact: (before: Revision) => Promise<void>) {
    this.#ageMs = limits.ageMs ?? DEFAULT_AGE_MS
    this.#bytes = limits.bytes ?? DEFAULT_BYTES
    this.#compact = compact
  }

  /** Notes a write; past the size limit it compacts at once. */
  wrote(revision: Revision, bytes: number): void {
    this.#revision = revision
    this.#written += bytes
    const since = this.#written - (this.#samples[0]?.bytes ?? 0)
    if (since > this.#bytes) void this.tick(machineNow())
  }

  /** Samples, and compacts to the newest revision that is past a limit. */
  async tick(now: number): Promise<void> {
    if (this.#busy) return
    this.#samples.push({ revision: this.#revision, at: now, bytes: this.#written })
    const due = this.#samples.findLastIndex((sample) => now - sample.at >= this.#ageMs || this.#written - sample.bytes > this.#bytes / 2)
    if (due < 0) return
    const target = this.#samples[due] as Sample
    this.#samples = this.#samples.slice(due + 1)
    if (target.revision === 0) return
    this.#busy = true
    try {
      await this.#compact(target.revision)
    } finally {
      this.#busy = false
    }
  }

  close(): void {
    this.#timer.cancel()
  }
}
