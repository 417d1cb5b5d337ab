// Lists in gzip from parts that were compressed before: runs of entries are compressed once and kept as long as their entries stand, so
// that a list costs only what changed since the last one. Runs end at entries chosen by their keys, so that an entry that comes or goes
// changes one run and not all after it.
import { promisify } from 'node:util'
import { constants, crc32, deflateRaw } from 'node:zlib'
import { crc32Combine } from './crc32-combine.ts'

const compress = promisify(deflateRaw)

/** On average so many entries to a run, and at most four times as many. */
const RUN_ENTRIES = 32
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 255])
/** An empty last block. */
const END = Buffer.from([3, 0])
/** A stored block of up to 65535 bytes, as short texts between runs are. */
const stored = (bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from([0, bytes.length & 255, bytes.length >> 8, ~bytes.length & 255, (~bytes.length >> 8) & 255]), bytes])

interface Part {
  deflated: Buffer | Promise<Buffer>
  crc: number
  length: number
}

interface Run<Entry> extends Part {
  entries: readonly Entry[]
}

const plain = (bytes: Buffer): Part => ({ deflated: stored(bytes), crc: crc32(bytes), length: bytes.length })
const COMMA = plain(Buffer.from(','))

/** Whether a run ends with this key. */
const isLast = (key: string): boolean => {
  let hash = 2166136261
  for (let at = Math.max(0, key.length - 16); at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 16777619)
  return (hash >>> 8) % RUN_ENTRIES === 0
}

export class GzipBlocks<Entry extends { readonly key: string }> {
  readonly #join: (entries: readonly Entry[]) => Buffer
  readonly #kept = new WeakMap<Entry, Run<Entry>>()

  /** `join` writes entries with commas between them. An entry that changes must become another object. */
  constructor(join: (entries: readonly Entry[]) => Buffer) {
    this.#join = join
  }

  /** The gzip, in pieces, of head, entries with commas between them, and tail; head and tail are short. */
  async list(head: Buffer, entries: readonly Entry[], tail: Buffer): Promise<Buffer[]> {
    const parts: Part[] = [plain(head)]
    for (const run of this.#runs(entries)) parts.push(...(parts.length > 1 ? [COMMA] : []), this.#run(run))
    parts.push(plain(tail))
    return [HEADER, ...(await Promise.all(parts.map(({ deflated }) => deflated))), END, trailer(parts)]
  }

  *#runs(entries: readonly Entry[]): Generator<readonly Entry[]> {
    let start = 0
    for (const [index, { key }] of entries.entries()) {
      const count = index + 1 - start
      if (index + 1 < entries.length && count < 4 * RUN_ENTRIES && !isLast(key)) continue
      yield entries.slice(start, index + 1)
      start = index + 1
    }
  }

  #run(entries: readonly Entry[]): Part {
    const first = entries[0] as Entry
    const known = this.#kept.get(first)
    if (known && known.entries.length === entries.length && known.entries.every((entry, index) => entry === entries[index])) return known
    const bytes = this.#join(entries)
    const deflated = compress(bytes, { level: constants.Z_BEST_SPEED, finishFlush: constants.Z_SYNC_FLUSH })
    const run: Run<Entry> = { entries, deflated, crc: crc32(bytes), length: bytes.length }
    this.#kept.set(first, run)
    deflated.then(
      (done) => {
        run.deflated = done
      },
      () => this.#kept.delete(first),
    )
    return run
  }
}

const trailer = (parts: readonly Part[]): Buffer => {
  let [crc, length] = [0, 0]
  for (const part of parts) {
    crc = crc32Combine(crc, part.crc, part.length)
    length += part.length
  }
  const bytes = Buffer.alloc(8)
  bytes.writeUInt32LE(crc)
  bytes.writeUInt32LE(length % 2 ** 32, 4)
  return bytes
}
