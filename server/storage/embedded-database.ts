// The embedded store's file: one SQLite table of every version of every key, by (cluster, key, revision). Runs in the writer thread only.
// Durable: WAL with synchronous FULL, so that a commit returns after its fsync. One process: the lock is exclusive for its life.

import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { HistoryRow, Requests, Row, WriteOperation, WriteOutcome } from './embedded-protocol.ts'
import type { HistorySample } from './history-budget.ts'
import { prefixEnd, type Revision, StoreError } from './store.ts'

/** Row ids are cluster * this + revision: they rise with the revision, so new rows go to the table's end. */
const REVISIONS_PER_CLUSTER = 2 ** 44
const MAX_PAGES = 4 * 1024 * 1024
const COMPACTION_SLICE = 500

const SCHEMA = `
CREATE TABLE IF NOT EXISTS cluster
  (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, revision INTEGER NOT NULL, compacted INTEGER NOT NULL, swept INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS version
  (id INTEGER PRIMARY KEY, cluster INTEGER NOT NULL, key TEXT NOT NULL, created INTEGER NOT NULL, value BLOB, expires INTEGER);
CREATE UNIQUE INDEX IF NOT EXISTS version_key ON version (cluster, key, id);
CREATE TABLE IF NOT EXISTS sample
  (cluster INTEGER NOT NULL, revision INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (cluster, revision)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS version_expires ON version (expires) WHERE expires IS NOT NULL;
`

interface ClusterRow {
  id: number
  revision: number
  compacted: number
  swept: number
}

interface VersionRow {
  id: number
  key: string
  created: number
  value: Uint8Array | null
}

export class EmbeddedDatabase {
  readonly #database: DatabaseSync
  readonly #cluster: number
  readonly #base: number
  readonly #statements = new Map<string, StatementSync>()
  #revision: Revision
  #compacted: Revision
  #swept: Revision

  /** Opens or makes the file. Throws StoreError InUse when another process has it. */
  constructor(file: string, cluster: string) {
    try {
      this.#database = new DatabaseSync(file)
      this.#database.exec('PRAGMA busy_timeout=0; PRAGMA locking_mode=EXCLUSIVE; PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL;')
      this.#database.exec(
        `PRAGMA synchronous=FULL; PRAGMA cache_size=-8192; PRAGMA journal_size_limit=67108864; PRAGMA max_page_count=${MAX_PAGES};`,
      )
      this.#database.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT;`)
    } catch (error) {
      if (/locked|busy/i.test((error as Error).message)) throw new StoreError('InUse', `${file} is in use by another process`)
      throw new StoreError('Failed', `cannot open ${file}: ${(error as Error).message}`)
    }
    this.#sql('INSERT OR IGNORE INTO cluster (name, revision, compacted, swept) VALUES (?, 1, 0, 0)').run(cluster)
    const row = this.#sql('SELECT id, revision, compacted, swept FROM cluster WHERE name = ?').get(cluster) as unknown as ClusterRow
    this.#cluster = row.id
    this.#base = row.id * REVISIONS_PER_CLUSTER
    const last = this.#sql('SELECT MAX(id) AS id FROM version WHERE id >= ? AND id < ?').get(
      this.#base,
      this.#base + REVISIONS_PER_CLUSTER,
    ) as { id: number | null }
    this.#revision = Math.max(row.revision, last.id === null ? 0 : last.id - this.#base)
    this.#compacted = row.compacted
    this.#swept = row.swept
  }

  get revision(): Revision {
    return this.#revision
  }

  get compacted(): Revision {
    return this.#compacted
  }

  /** The settings that durability hangs on, as SQLite reports them. */
  pragmas(): Record<string, unknown> {
    const read = (name: string): unknown => Object.values(this.#database.prepare(`PRAGMA ${name}`).get() ?? {})[0]
    return { journal_mode: read('journal_mode'), synchronous: read('synchronous'), locking_mode: read('locking_mode') }
  }

  #sql(text: string): StatementSync {
    let statement = this.#statements.get(text)
    if (!statement) {
      statement = this.#database.prepare(text)
      this.#statements.set(text, statement)
    }
    return statement
  }

  /** Group commit: all operations in one transaction; each succeeds or is refused by itself. */
  write({ operations }: Requests['write']['in']): Requests['write']['out'] {
    const before = this.#revision
    this.#sql('BEGIN IMMEDIATE').run()
    try {
      const outcomes = operations.map((operation) => this.#one(operation))
      this.#sql('COMMIT').run()
      return { outcomes, revision: this.#revision }
    } catch (error) {
      this.#revision = before
      if (this.#database.isTransaction) this.#sql('ROLLBACK').run()
      throw error
    }
  }

  #one(operation: WriteOperation): WriteOutcome {
    const found = this.#sql(
      'SELECT id, created, value IS NULL AS gone FROM version WHERE cluster = ? AND key = ? ORDER BY id DESC LIMIT 1',
    ).get(this.#cluster, operation.key) as { id: number; created: number; gone: number } | undefined
    const current = found && found.gone === 0 ? found : undefined
    if (operation.type === 'create') {
      if (current) return this.#refusal('KeyExists', `key exists: ${operation.key}`, current.id)
    } else if (!current) {
      return { error: 'NotFound', message: `no such key: ${operation.key}` }
    } else if (current.id - this.#base !== operation.expected) {
      return this.#refusal('RevisionConflict', `${operation.key} is at ${current.id - this.#base}, not ${operation.expected}`, current.id)
    }
    const revision = ++this.#revision
    const created = current?.created ?? revision
    const previous = operation.type === 'delete' && current ? this.#row(current.id) : undefined
    const [value, expires] = operation.type === 'delete' ? [null, null] : [operation.value, operation.expires]
    this.#sql('INSERT INTO version (id, cluster, key, created, value, expires) VALUES (?, ?, ?, ?, ?, ?)').run(
      this.#base + revision,
      this.#cluster,
      operation.key,
      created,
      value,
      expires,
    )
    return previous ? { revision, createRevision: created, previous } : { revision, createRevision: created }
  }

  #refusal(error: 'KeyExists' | 'RevisionConflict', message: string, id: number): WriteOutcome {
    return { error, message, current: this.#row(id) }
  }

  #row(id: number): Row {
    return this.#toRow(this.#sql('SELECT id, key, created, value FROM version WHERE id = ?').get(id) as unknown as VersionRow)
  }

  #toRow(row: VersionRow): Row {
    return { key: row.key, value: row.value ?? new Uint8Array(), createRevision: row.created, modRevision: row.id - this.#base }
  }

  get({ key }: Requests['get']['in']): Requests['get']['out'] {
    const row = this.#sql('SELECT id, key, created, value FROM version WHERE cluster = ? AND key = ? ORDER BY id DESC LIMIT 1').get(
      this.#cluster,
      key,
    ) as unknown as VersionRow | undefined
    return row && row.value !== null ? { revision: this.#revision, row: this.#toRow(row) } : { revision: this.#revision }
  }

  list({ prefix, after, limit, atRevision }: Requests['list']['in']): Requests['list']['out'] {
    const revision = atRevision ?? this.#revision
    if (revision > this.#revision) throw new StoreError('FutureRevision', `revision ${revision} is in the future`)
    if (revision < this.#compacted) throw new StoreError('Compacted', `revision ${revision} is compacted`)
    const most = limit ?? Number.MAX_SAFE_INTEGER - 1
    const rows = this.#sql(
      `SELECT id, key, created, value FROM version AS v WHERE cluster = ? AND key >= ? AND key < ? AND key > ? AND value IS NOT NULL
       AND id = (SELECT MAX(id) FROM version AS w WHERE w.cluster = v.cluster AND w.key = v.key AND w.id <= ?) ORDER BY key LIMIT ?`,
    ).all(this.#cluster, prefix, prefixEnd(prefix), after ?? '', this.#base + revision, most + 1) as unknown as VersionRow[]
    return { revision, rows: rows.slice(0, most).map((row) => this.#toRow(row)), more: rows.length > most }
  }

  history({ prefix, after, upTo, limit }: Requests['history']['in']): Requests['history']['out'] {
    if (after < this.#compacted) throw new StoreError('Compacted', `revision ${after} is compacted`)
    const found = this.#sql(
      'SELECT id, key, created, value FROM version WHERE id > ? AND id <= ? AND key >= ? AND key < ? ORDER BY id LIMIT ?',
    ).all(this.#base + after, this.#base + upTo, prefix, prefixEnd(prefix), limit) as unknown as VersionRow[]
    const rows = found.map((row): HistoryRow => {
      const before = this.#sql(
        'SELECT id, key, created, value FROM version WHERE cluster = ? AND key = ? AND id < ? ORDER BY id DESC LIMIT 1',
      ).get(this.#cluster, row.key, row.id) as unknown as VersionRow | undefined
      const entry: HistoryRow = { deleted: row.value === null, row: this.#toRow(row) }
      return before && before.value !== null ? { ...entry, previous: this.#toRow(before) } : entry
    })
    return { rows, last: rows.at(-1)?.row.modRevision ?? upTo, more: found.length === limit }
  }

  /**
   * Forgets one slice of what a compaction forgets; `more` asks to be called again, so that writes get their turn between.
   * Only keys written since the last finished compaction can have old versions, so only those are looked at; a deletion's
   * own row goes last, or what it deleted would stand again.
   */
  compact({ before }: Requests['compact']['in']): Requests['compact']['out'] {
    const target = Math.min(Math.max(before, this.#compacted), this.#revision)
    this.#compacted = target
    this.#sql('BEGIN IMMEDIATE').run()
    const range = [this.#base + this.#swept, this.#base + target]
    let { changes } = this.#sql(
      `DELETE FROM version WHERE id IN (SELECT v.id FROM version AS w
       JOIN version AS v ON v.cluster = w.cluster AND v.key = w.key AND v.id < w.id
       WHERE w.id > ? AND w.id <= ? LIMIT ${COMPACTION_SLICE})`,
    ).run(...range)
    if (Number(changes) < COMPACTION_SLICE) {
      changes = this.#sql(
        `DELETE FROM version WHERE id IN (SELECT id FROM version WHERE id > ? AND id <= ? AND value IS NULL LIMIT ${COMPACTION_SLICE})`,
      ).run(...range).changes
    }
    const more = Number(changes) >= COMPACTION_SLICE
    if (!more) this.#swept = target
    this.#sql('UPDATE cluster SET compacted = ?, swept = ?, revision = ? WHERE id = ?').run(
      target,
      this.#swept,
      this.#revision,
      this.#cluster,
    )
    this.#sql('DELETE FROM sample WHERE cluster = ? AND revision <= ?').run(this.#cluster, target)
    this.#sql('COMMIT').run()
    if (!more) this.#database.exec('PRAGMA incremental_vacuum(2000)')
    return { compacted: target, more }
  }

  /** Times of revisions that are not compacted yet. */
  samples(): HistorySample[] {
    return this.#sql('SELECT revision, at FROM sample WHERE cluster = ? ORDER BY revision').all(this.#cluster) as unknown as HistorySample[]
  }

  remember({ revision, at }: Requests['remember']['in']): Requests['remember']['out'] {
    this.#sql('INSERT OR REPLACE INTO sample (cluster, revision, at) VALUES (?, ?, ?)').run(this.#cluster, revision, at)
    return {}
  }

  expired({ now, limit }: Requests['expired']['in']): Requests['expired']['out'] {
    const rows = this.#sql(
      `SELECT id, key FROM version AS v WHERE expires IS NOT NULL AND expires <= ? AND cluster = ?
       AND NOT EXISTS (SELECT 1 FROM version AS w WHERE w.cluster = v.cluster AND w.key = v.key AND w.id > v.id) LIMIT ?`,
    ).all(now, this.#cluster, limit) as { id: number; key: string }[]
    return { keys: rows.map((row) => ({ key: row.key, revision: row.id - this.#base })) }
  }

  stats({ prefix }: Requests['stats']['in']): Requests['stats']['out'] {
    const { rows } = this.list({ prefix })
    return { count: rows.length, bytes: rows.reduce((sum, row) => sum + row.value.length, 0) }
  }

  close(): Record<string, never> {
    this.#database.close()
    return {}
  }
}
