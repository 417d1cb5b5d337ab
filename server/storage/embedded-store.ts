// The durable store by default: SQLite in a writer thread. Writes of one turn share a commit and its fsync; a promise resolves after it.

import { mkdirSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Clock } from '../../apimachinery/clock.ts'
import { every } from '../../apimachinery/machine-clock.ts'
import { turns } from '../../apimachinery/turns.ts'
import type {
  HistoryRow,
  Opened,
  OpenMessage,
  ReplyMessage,
  RequestName,
  Requests,
  Row,
  WorkerInput,
  WriteOperation,
  WriteOutcome,
} from './embedded-protocol.ts'
import { EventFeed } from './event-feed.ts'
import { HistoryBudget, type HistoryLimits, type HistorySample } from './history-budget.ts'
import {
  EXPIRY_SWEEP_MS,
  type ListRange,
  type ListResult,
  type Revision,
  type Store,
  type StoreBatch,
  type StoredObject,
  StoreError,
  type StoreEvent,
  type WriteOptions,
} from './store.ts'

const MAX_BATCH = 512
const MAX_PENDING = 20_000
const HISTORY_PAGE = 500
const EXPIRY_PAGE = 500
const DATABASE_FILE = 'dinghy.db'

interface PendingWrite {
  operation: WriteOperation
  decoded: unknown
  resolve(outcome: { object?: StoredObject; revision: Revision; previous?: StoredObject }): void
  reject(error: Error): void
}

interface Waiting {
  resolve(out: unknown): void
  reject(error: Error): void
}

export interface EmbeddedOptions {
  folder: string
  clock: Clock
  /** Several clusters may share a file. */
  cluster?: string
  history?: HistoryLimits
}

/** Opens the folder's database. Rejects with StoreError InUse when another process has it. */
export const openEmbeddedStore = async (options: EmbeddedOptions): Promise<EmbeddedStore> => {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 })
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const input: WorkerInput = { file: join(options.folder, DATABASE_FILE), cluster: options.cluster ?? 'default' }
  const worker = new Worker(new URL(`./embedded-worker.${extension}`, import.meta.url), {
    workerData: input,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    resourceLimits: { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 512 },
  })
  const first = await new Promise<OpenMessage>((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
  if ('refused' in first) throw new StoreError(first.refused.code, first.refused.message)
  return new EmbeddedStore(worker, options, first.opened)
}

export class EmbeddedStore implements Store {
  readonly pragmas: Readonly<Record<string, unknown>>
  readonly #worker: Worker
  readonly #clock: Clock
  readonly #file: string
  readonly #feed = new EventFeed()
  readonly #budget: HistoryBudget
  readonly #sweep = every(EXPIRY_SWEEP_MS, () => void this.expireNow())
  readonly #waiting = new Map<number, Waiting>()
  #nextId = 1
  #pending: PendingWrite[] = []
  #writing = false
  #revision: Revision
  #compacted: Revision
  #failure: StoreError | undefined

  constructor(worker: Worker, options: EmbeddedOptions, opened: Opened) {
    this.#worker = worker
    this.#clock = options.clock
    this.#file = join(options.folder, DATABASE_FILE)
    this.#revision = opened.revision
    this.#compacted = opened.compacted
    this.pragmas = opened.pragmas
    const keeper = {
      compact: (before: Revision) => this.compact(before),
      remember: (sample: HistorySample) => void this.#ask('remember', sample),
    }
    this.#budget = new HistoryBudget(options.history ?? {}, options.clock, keeper, opened.samples)
    worker.on('message', (message: ReplyMessage) => this.#settle(message))
    worker.on('error', (error) => this.#fail(new StoreError('Failed', `the store's thread ended: ${error.message}`)))
    worker.on('exit', () => this.#fail(new StoreError('Closed', 'the store is closed')))
  }

  #settle(message: ReplyMessage): void {
    const waiting = this.#waiting.get(message.id)
    this.#waiting.delete(message.id)
    if ('error' in message) waiting?.reject(new StoreError(message.error, message.message))
    else waiting?.resolve(message.out)
  }

  #fail(error: StoreError): void {
    this.#failure ??= error
    for (const waiting of this.#waiting.values()) waiting.reject(error)
    for (const write of this.#pending) write.reject(error)
    this.#waiting.clear()
    this.#pending = []
    this.#sweep.cancel()
    this.#budget.close()
    this.#feed.close()
  }

  #ask<N extends RequestName>(name: N, input: Requests[N]['in']): Promise<Requests[N]['out']> {
    if (this.#failure) return Promise.reject(this.#failure)
    return new Promise((resolve, reject) => {
      const id = this.#nextId++
      this.#waiting.set(id, { resolve: resolve as (out: unknown) => void, reject })
      this.#worker.postMessage({ id, name, in: input })
    })
  }

  async get(key: string): Promise<{ revision: Revision; object?: StoredObject }> {
    const { revision, row } = await this.#ask('get', { key })
    return row ? { revision, object: row } : { revision }
  }

  async list(prefix: string, range: ListRange = {}): Promise<ListResult> {
    const { revision, rows, more } = await this.#ask('list', { prefix, ...range })
    return { revision, objects: rows, more }
  }

  async create(key: string, value: Uint8Array, options: WriteOptions = {}): Promise<StoredObject> {
    const { object } = await this.#write({ type: 'create', key, value, expires: this.#deadline(options) }, options.decoded)
    return object as StoredObject
  }

  async update(key: string, expected: Revision, value: Uint8Array, options: WriteOptions = {}): Promise<StoredObject> {
    const { object } = await this.#write({ type: 'update', key, expected, value, expires: this.#deadline(options) }, options.decoded)
    return object as StoredObject
  }

  async delete(key: string, expected: Revision): Promise<{ revision: Revision; previous: StoredObject }> {
    const { revision, previous } = await this.#write({ type: 'delete', key, expected }, undefined)
    return { revision, previous: previous as StoredObject }
  }

  #deadline({ ttlSeconds }: WriteOptions): number | null {
    return ttlSeconds === undefined ? null : this.#clock.now() + ttlSeconds * 1000
  }

  #write(operation: WriteOperation, decoded: unknown): Promise<{ object?: StoredObject; revision: Revision; previous?: StoredObject }> {
    if (this.#failure) return Promise.reject(this.#failure)
    if (this.#pending.length >= MAX_PENDING) return Promise.reject(new StoreError('Overloaded', 'too many writes wait for the store'))
    return new Promise((resolve, reject) => {
      this.#pending.push({ operation, decoded, resolve, reject })
      if (!this.#writing) {
        this.#writing = true
        void this.#flush()
      }
    })
  }

  /** Sends what waits as one commit; what comes meanwhile is the next one. */
  async #flush(): Promise<void> {
    while (this.#pending.length > 0) {
      // Requests that came together, or were answered by the last commit together, had better share one than find it begun.
      await new Promise<void>((resolve) => turns.whenCaughtUp(resolve))
      const batch = this.#pending.splice(0, MAX_BATCH)
      try {
        const { outcomes, revision } = await this.#ask('write', { operations: batch.map((write) => write.operation) })
        this.#commit(batch, outcomes, revision)
      } catch (error) {
        for (const write of batch) write.reject(error as Error)
      }
    }
    this.#writing = false
  }

  /** Watchers first, so that a cache has the event before its writer goes on. */
  #commit(batch: PendingWrite[], outcomes: WriteOutcome[], revision: Revision): void {
    this.#revision = revision
    const events: StoreEvent[] = []
    const settle: (() => void)[] = []
    batch.forEach((write, index) => {
      const outcome = outcomes[index] as WriteOutcome
      if ('error' in outcome) settle.push(() => write.reject(new StoreError(outcome.error, outcome.message, outcome.current)))
      else {
        const event = this.#event(write, outcome)
        events.push(event)
        settle.push(() => write.resolve(event))
      }
    })
    if (events.length > 0) this.#feed.publish(revision, events)
    for (const run of settle) run()
  }

  #event({ operation, decoded }: PendingWrite, outcome: { revision: Revision; createRevision: Revision; previous?: Row }): StoreEvent {
    const { revision, createRevision, previous } = outcome
    if (operation.type === 'delete') return { type: 'delete', key: operation.key, revision, ...(previous ? { previous } : {}) }
    this.#budget.wrote(revision, operation.value.length)
    return {
      type: 'put',
      key: operation.key,
      revision,
      object: { key: operation.key, value: operation.value, createRevision, modRevision: revision, decoded },
    }
  }

  watch(prefix: string, after: Revision, signal: AbortSignal): AsyncIterable<StoreBatch> {
    return this.#feed.subscribe(prefix, after, this.#revision, (...range) => this.#replay(...range), signal)
  }

  async *#replay(prefix: string, after: Revision, upTo: Revision): AsyncGenerator<StoreEvent[]> {
    let from = after
    for (;;) {
      const { rows, last, more } = await this.#ask('history', { prefix, after: from, upTo, limit: HISTORY_PAGE })
      yield rows.map(replayed)
      if (!more) return
      from = last
    }
  }

  async requestProgress(): Promise<void> {
    const { revision } = await this.#ask('get', { key: '' })
    this.#feed.publish(revision, [])
  }

  async compact(before: Revision): Promise<void> {
    for (;;) {
      const { compacted, more } = await this.#ask('compact', { before })
      this.#compacted = compacted
      if (!more) return
    }
  }

  /** Samples the revision's time and compacts what is due; runs by itself every few seconds. */
  sampleNow(): Promise<void> {
    return this.#budget.tick()
  }

  compactedRevision(): Revision {
    return this.#compacted
  }

  async fileBytes(): Promise<number> {
    return (await stat(this.#file)).size
  }

  stats(prefix: string): Promise<{ count: number; bytes: number }> {
    return this.#ask('stats', { prefix })
  }

  /** Deletes what the API clock says is over; runs by itself every few seconds. */
  async expireNow(): Promise<void> {
    try {
      const { keys } = await this.#ask('expired', { now: this.#clock.now(), limit: EXPIRY_PAGE })
      await Promise.allSettled(keys.map(({ key, revision }) => this.delete(key, revision)))
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
    }
  }

  ready(): boolean {
    return this.#failure === undefined
  }

  async close(): Promise<void> {
    if (this.#failure) return
    const exited = new Promise((resolve) => this.#worker.once('exit', resolve))
    await this.#ask('close', {})
    await exited
  }
}

const replayed = ({ deleted, row, previous }: HistoryRow): StoreEvent => ({
  type: deleted ? 'delete' : 'put',
  key: row.key,
  revision: row.modRevision,
  ...(deleted ? {} : { object: row }),
  ...(previous ? { previous } : {}),
})
