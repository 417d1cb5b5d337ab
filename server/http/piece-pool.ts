// Buffers of one size for large answers, used again when what was in them has gone out. Fresh ones would be memory that V8 counts against
// its heap: it collected garbage after every few lists, which cost more than the lists.

/** Size of a piece. */
export const PIECE_BYTES = 512 * 1024
/** Pieces kept for later. */
const MAX_FREE = 16
/** Answers up to this size get a buffer of their own length: a slow reader of a small list holds no more than that. */
const OWN_BYTES = 32 * 1024

/** A body that is written in parts, one after another. */
export interface PartedBody {
  readonly count: number
  /** Bytes of all parts. */
  readonly length: number
  lengthOf(part: number): number
  /** Writes a part; returns the offset after it. */
  write(part: number, into: Buffer, at: number): number
}

/** A body of buffers, one after another. */
export const bodyOf = (buffers: readonly Buffer[]): PartedBody => ({
  count: buffers.length,
  length: buffers.reduce((sum, { length }) => sum + length, 0),
  lengthOf: (part) => (buffers[part] as Buffer).length,
  write: (part, into, at) => at + (buffers[part] as Buffer).copy(into, at),
})

/** All of a body in one buffer. */
export const wholeBody = (body: PartedBody): Buffer => {
  const whole = Buffer.allocUnsafe(body.length)
  let at = 0
  for (let part = 0; part < body.count; part++) at = body.write(part, whole, at)
  return whole.subarray(0, at)
}

/** A body's pieces. */
export interface Pieces extends Iterable<Uint8Array> {
  /** To be told of each piece that has gone out and that nobody reads any more. */
  gone?(piece: Uint8Array): void
}

export class PiecePool {
  readonly #free: Buffer[] = []
  readonly #own = new WeakSet<ArrayBufferLike>()

  #take(): Buffer {
    const free = this.#free.pop()
    if (free) return free
    const made = Buffer.allocUnsafeSlow(PIECE_BYTES)
    this.#own.add(made.buffer)
    return made
  }

  #giveBack(piece: Uint8Array): void {
    if (this.#free.length < MAX_FREE && this.#own.has(piece.buffer)) this.#free.push(Buffer.from(piece.buffer))
  }

  /** The body in pieces, each made when it is asked for. */
  pieces(body: PartedBody): Pieces {
    return { [Symbol.iterator]: () => this.#fill(body), gone: (piece) => this.#giveBack(piece) }
  }

  *#fill(body: PartedBody): Generator<Buffer> {
    let piece = body.length <= OWN_BYTES ? Buffer.allocUnsafe(body.length) : this.#take()
    let at = 0
    for (let part = 0; part < body.count; part++) {
      const length = body.lengthOf(part)
      if (at + length > piece.length) {
        if (at > 0) {
          yield piece.subarray(0, at)
          piece = this.#take()
          at = 0
        }
        if (length > piece.length) {
          const whole = Buffer.allocUnsafe(length)
          body.write(part, whole, 0)
          yield whole
          continue
        }
      }
      at = body.write(part, piece, at)
    }
    if (at > 0) yield piece.subarray(0, at)
  }
}
