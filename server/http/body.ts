// Reading a request's body within a bound.
import { type Readable, Transform, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { badRequest, requestEntityTooLarge } from '../../apimachinery/status-error.ts'
import { turns } from '../../apimachinery/turns.ts'
import type { Pieces } from './piece-pool.ts'

/**
 * The whole body, in a turn that has time for what it asks. Throws StatusError past the limit, or when the client goes away. The stream's
 * listeners may outlive the request: they let go of the body.
 */
export const readBody = (source: Readable, limitBytes: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    let settle: { resolve(body: Buffer): void; reject(error: Error): void } | undefined = { resolve, reject }
    let pieces: Buffer[] = []
    let length = 0
    const fail = (error: () => Error): void => {
      settle?.reject(error())
      settle = undefined
      pieces = []
    }
    source.on('data', (piece: Buffer) => {
      length += piece.length
      if (length <= limitBytes) return void pieces.push(piece)
      source.removeAllListeners('data')
      fail(() => requestEntityTooLarge(`limit is ${limitBytes}`))
    })
    source.on('end', () => {
      const waiting = settle
      if (!waiting) return
      const whole = pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces)
      settle = undefined
      pieces = []
      turns.begin(() => waiting.resolve(whole))
    })
    // Every stream closes in the end; an error is made only for those that did before their body was whole.
    source.on('error', () => fail(() => badRequest('the request body could not be read')))
    source.on('aborted', () => fail(() => badRequest('the client closed the request')))
    source.on('close', () => fail(() => badRequest('the client closed the request')))
  })

/** What a client may still send after its answer; upstream ends the connection sooner, at the price of answers that get lost. */
const MAX_DISCARDED_BYTES = 16 * 1024 * 1024

/** Passes over the rest of a body nobody reads, so that the client gets to reading its answer; `giveUp` runs when there is too much. */
export const discardBody = (source: Readable, giveUp: () => void): void => {
  if (source.readableEnded || source.destroyed) return
  let length = 0
  source.on('data', (piece: Buffer) => {
    length += piece.length
    if (length <= MAX_DISCARDED_BYTES) return
    source.removeAllListeners('data')
    giveUp()
  })
}

interface PieceTarget {
  write(chunk: Uint8Array, gone?: (error?: Error | null) => void): boolean
  end(chunk?: Uint8Array, gone?: (error?: Error | null) => void): unknown
  once(event: 'drain' | 'close', listener: () => void): unknown
  off(event: 'drain' | 'close', listener: () => void): unknown
  destroyed: boolean
}

/** Until the reader takes more, or is gone. */
const drained = (target: PieceTarget): Promise<void> =>
  new Promise((resolve) => {
    const go = (): void => {
      target.off('drain', go)
      target.off('close', go)
      resolve()
    }
    target.once('drain', go)
    target.once('close', go)
  })

/** Writes pieces as the reader takes them; resolves when all are written or the reader is gone. Leaves the end to the caller. */
export const writePieces = async (target: PieceTarget, pieces: Pieces, sent?: (bytes: number) => void): Promise<void> => {
  for (const piece of pieces) {
    if (target.destroyed) return
    sent?.(piece.length)
    if (!target.write(piece, whenGone(pieces, piece))) await drained(target)
  }
}

/** Writes pieces of a known length in all, as the reader takes them, and ends with the last. */
export const endWithPieces = async (target: PieceTarget, length: number, pieces: Pieces): Promise<void> => {
  let rest = length
  for (const piece of pieces) {
    if (target.destroyed) return
    rest -= piece.length
    if (rest <= 0) return void target.end(piece, whenGone(pieces, piece))
    if (!target.write(piece, whenGone(pieces, piece))) await drained(target)
  }
  target.end()
}

/** A piece that could not be written may still be read: it is left alone. */
const whenGone = (pieces: Pieces, piece: Uint8Array): ((error?: Error | null) => void) => {
  return (error) => {
    if (!error) pieces.gone?.(piece)
  }
}

/** Hands a body on as fast as the reader takes it. Resolves when all is out, or one of both is gone. */
export const relayBody = async (source: Readable, target: Writable, sent: (bytes: number) => void): Promise<void> => {
  const counted = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      sent(chunk.length)
      done(null, chunk)
    },
  })
  try {
    await pipeline(source, counted, target)
  } catch {
    // What is left of either was destroyed; there is nobody to tell.
  }
}
