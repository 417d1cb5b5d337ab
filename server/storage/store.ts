// What every store is: keys, bytes and one global revision, with etcd's semantics. Knows no kinds, no codecs, no HTTP.
// Three stores pass storage/store.suite.ts: memory, embedded (SQLite), etcd. Upstream: k8s.io/apiserver/pkg/storage, etcd's KV and Watch.

/** How often a store that keeps time itself looks for keys whose time is over. */
export const EXPIRY_SWEEP_MS = 5000

/** The store's counter: every write has one of its own; it never goes down. */
export type Revision = number

export interface StoredObject {
  readonly key: string
  readonly value: Uint8Array
  readonly createRevision: Revision
  readonly modRevision: Revision
  /** What the writer handed over with the bytes; only on events and results of our own writes. */
  readonly decoded?: unknown
}

export interface StoreEvent {
  readonly type: 'put' | 'delete'
  readonly key: string
  readonly revision: Revision
  /** The object put. */
  readonly object?: StoredObject
  /** What stood there before; always given on deletes and on replayed history that is not compacted. */
  readonly previous?: StoredObject
}

/** Events in order of revision; an empty batch says that nothing happened up to `revision`. */
export interface StoreBatch {
  readonly revision: Revision
  readonly events: readonly StoreEvent[]
}

export interface ListRange {
  limit?: number
  /** Keys after this one only. */
  after?: string
  atRevision?: Revision
}

export interface ListResult {
  revision: Revision
  objects: StoredObject[]
  more: boolean
}

export interface WriteOptions {
  ttlSeconds?: number
  decoded?: unknown
}

export type StoreErrorCode =
  | 'KeyExists'
  | 'NotFound'
  | 'RevisionConflict'
  | 'Compacted'
  | 'FutureRevision'
  | 'InUse'
  | 'Overloaded'
  | 'Closed'
  | 'Failed'

/** Everything a store refuses; `current` is what stands at the key where that is the reason. */
export class StoreError extends Error {
  readonly code: StoreErrorCode
  readonly current: StoredObject | undefined
  constructor(code: StoreErrorCode, message: string, current?: StoredObject) {
    super(message)
    this.code = code
    this.current = current
  }
}

export interface Store {
  get(key: string): Promise<{ revision: Revision; object?: StoredObject }>
  /** Objects under a prefix in the order of their keys. Throws StoreError Compacted, FutureRevision. */
  list(prefix: string, range?: ListRange): Promise<ListResult>
  /** Throws StoreError KeyExists. */
  create(key: string, value: Uint8Array, options?: WriteOptions): Promise<StoredObject>
  /** Throws StoreError RevisionConflict or NotFound. */
  update(key: string, expected: Revision, value: Uint8Array, options?: WriteOptions): Promise<StoredObject>
  /** The deletion has a revision of its own. Throws StoreError RevisionConflict or NotFound. */
  delete(key: string, expected: Revision): Promise<{ revision: Revision; previous: StoredObject }>
  /** Every event under a prefix after a revision, in order, each once. Throws StoreError Compacted from the iteration. */
  watch(prefix: string, after: Revision, signal: AbortSignal): AsyncIterable<StoreBatch>
  /** Asks for a batch to every watcher that tells the current revision. */
  requestProgress(): Promise<void>
  /** Forgets what happened before a revision; the state at it stays readable. */
  compact(before: Revision): Promise<void>
  compactedRevision(): Revision
  stats(prefix: string): Promise<{ count: number; bytes: number }>
  /** What the database takes on disk; undefined where it has no file. */
  fileBytes(): Promise<number | undefined>
  ready(): boolean
  close(): Promise<void>
}

/** The least key that is above every key with the prefix. */
export const prefixEnd = (prefix: string): string =>
  prefix === '' ? '\u{10ffff}' : prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)
