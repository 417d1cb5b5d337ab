// What the embedded store and its writer thread say to each other. Plain data, so that it crosses by structured clone.
import type { HistorySample } from './history-budget.ts'
import type { Revision, StoreErrorCode } from './store.ts'

export interface Row {
  key: string
  value: Uint8Array
  createRevision: Revision
  modRevision: Revision
}

export type WriteOperation =
  | { type: 'create'; key: string; value: Uint8Array; expires: number | null }
  | { type: 'update'; key: string; expected: Revision; value: Uint8Array; expires: number | null }
  | { type: 'delete'; key: string; expected: Revision }

/** `previous` on deletes; `current` where the operation was refused because of it. */
export type WriteOutcome =
  | { revision: Revision; createRevision: Revision; previous?: Row }
  | { error: StoreErrorCode; message: string; current?: Row }

export interface HistoryRow {
  deleted: boolean
  row: Row
  previous?: Row
}

export interface Requests {
  write: { in: { operations: WriteOperation[] }; out: { outcomes: WriteOutcome[]; revision: Revision } }
  get: { in: { key: string }; out: { revision: Revision; row?: Row } }
  list: {
    in: { prefix: string; after?: string; limit?: number; atRevision?: Revision }
    out: { revision: Revision; rows: Row[]; more: boolean }
  }
  history: {
    in: { prefix: string; after: Revision; upTo: Revision; limit: number }
    out: { rows: HistoryRow[]; last: Revision; more: boolean }
  }
  compact: { in: { before: Revision }; out: { compacted: Revision; more: boolean } }
  expired: { in: { now: number; limit: number }; out: { keys: { key: string; revision: Revision }[] } }
  remember: { in: HistorySample; out: Record<string, never> }
  stats: { in: { prefix: string }; out: { count: number; bytes: number } }
  close: { in: Record<string, never>; out: Record<string, never> }
}

export type RequestName = keyof Requests

export interface RequestMessage<N extends RequestName = RequestName> {
  id: number
  name: N
  in: Requests[N]['in']
}

export type ReplyMessage = { id: number; out: unknown } | { id: number; error: StoreErrorCode; message: string }

/** The thread's first word: where the store stands, or why it can't be opened. */
export interface Opened {
  revision: Revision
  compacted: Revision
  pragmas: Record<string, unknown>
  /** What earlier processes sampled, oldest first. */
  samples: HistorySample[]
}

export type OpenMessage = { opened: Opened } | { refused: { code: StoreErrorCode; message: string } }

export interface WorkerInput {
  file: string
  cluster: string
}
