// SPDY/3.1 on the wire, as far as a client of a kubelet needs it: frames out of bytes, bytes out of frames. Header blocks are only ever
// written, never read: what a kubelet answers to a new stream says nothing beyond yes.
// Spoken upstream by github.com/moby/spdystream; the format is the SPDY protocol's draft 3.1.

const VERSION = 3
const CONTROL = 0x8000
const HEAD_BYTES = 8
/** Of one control frame; kubelets' are tiny. */
const MAX_CONTROL_BYTES = 64 * 1024

export const frameTypes = { synStream: 1, synReply: 2, reset: 3, ping: 6, goAway: 7 } as const

const FIN = 1

export interface FrameListener {
  control(type: number, payload: Buffer): void
  /** A part of a stream's data, as it comes. */
  data(stream: number, bytes: Buffer): void
  /** The stream's other side sends no more. */
  ended(stream: number): void
}

/** Tells frames apart in bytes that come in any pieces. Data is handed on at once, never held. */
export class FrameReader {
  readonly #listener: FrameListener
  #held: Buffer = Buffer.alloc(0)
  /** What is left of a data frame. */
  #stream = 0
  #left = 0
  #isLast = false

  constructor(listener: FrameListener) {
    this.#listener = listener
  }

  /** Throws for what cannot be SPDY. */
  read(bytes: Buffer): void {
    let rest = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes])
    for (;;) {
      if (this.#left > 0) {
        if (rest.length === 0) break
        rest = this.#takeData(rest)
        continue
      }
      const taken = this.#takeFrame(rest)
      if (taken === 0) break
      rest = rest.subarray(taken)
    }
    this.#held = rest
  }

  #takeData(bytes: Buffer): Buffer {
    const part = bytes.subarray(0, this.#left)
    this.#left -= part.length
    this.#listener.data(this.#stream, part)
    if (this.#left === 0 && this.#isLast) this.#listener.ended(this.#stream)
    return bytes.subarray(part.length)
  }

  /** How many bytes the frame's head, or the whole control frame, took; 0 while it is not complete. */
  #takeFrame(bytes: Buffer): number {
    if (bytes.length < HEAD_BYTES) return 0
    const length = bytes.readUIntBE(5, 3)
    const flags = bytes[4] as number
    const isControl = (bytes.readUInt16BE(0) & CONTROL) !== 0
    if (!isControl) {
      this.#stream = bytes.readUInt32BE(0)
      this.#left = length
      this.#isLast = (flags & FIN) !== 0
      if (length === 0 && this.#isLast) this.#listener.ended(this.#stream)
      return HEAD_BYTES
    }
    if ((bytes.readUInt16BE(0) & ~CONTROL) !== VERSION || length > MAX_CONTROL_BYTES) throw new Error('not a SPDY/3.1 frame')
    if (bytes.length < HEAD_BYTES + length) return 0
    const payload = bytes.subarray(HEAD_BYTES, HEAD_BYTES + length)
    const type = bytes.readUInt16BE(2)
    this.#listener.control(type, payload)
    if (type === frameTypes.synReply && (flags & FIN) !== 0) this.#listener.ended(payload.readUInt32BE(0))
    return HEAD_BYTES + length
  }
}

export const controlFrame = (type: number, payload: Buffer): Buffer => {
  const head = Buffer.alloc(HEAD_BYTES)
  head.writeUInt16BE(CONTROL | VERSION, 0)
  head.writeUInt16BE(type, 2)
  head.writeUIntBE(payload.length, 5, 3)
  return Buffer.concat([head, payload])
}

/** Of one data frame. */
const MAX_DATA_BYTES = 0xffffff

/** Data of a stream as frames. */
export const dataFrames = (stream: number, bytes: Buffer): Buffer[] => {
  const frames: Buffer[] = []
  for (let at = 0; at < bytes.length; at += MAX_DATA_BYTES) {
    const part = bytes.subarray(at, at + MAX_DATA_BYTES)
    const head = Buffer.alloc(HEAD_BYTES)
    head.writeUInt32BE(stream, 0)
    head.writeUIntBE(part.length, 5, 3)
    frames.push(head, part)
  }
  return frames
}

export const endFrame = (stream: number): Buffer => {
  const head = Buffer.alloc(HEAD_BYTES)
  head.writeUInt32BE(stream, 0)
  head[4] = FIN
  return head
}

/** zlib's head, naming the checksum of SPDY's dictionary. The dictionary itself is for who compresses. */
const ZLIB_HEAD = Buffer.from([0x78, 0x20, 0xe3, 0xc6, 0xa7, 0xc2])

/** A block of nothing: readers give out what they have when they come to it. */
const FLUSH = Buffer.from([0, 0, 0, 0xff, 0xff])

/** Header blocks of a connection are one zlib stream: its head comes before the first, and each is a block that is not compressed. */
export const headerBlock = (headers: Readonly<Record<string, string>>, isFirst: boolean): Buffer => {
  const entries = Object.entries(headers)
  const number = (value: number): Buffer => {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(value)
    return bytes
  }
  const text = (value: string): Buffer[] => [number(Buffer.byteLength(value)), Buffer.from(value)]
  const plain = Buffer.concat([
    number(entries.length),
    ...entries.flatMap(([name, value]) => [...text(name.toLowerCase()), ...text(value)]),
  ])
  const stored = Buffer.alloc(5)
  stored.writeUInt16LE(plain.length, 1)
  stored.writeUInt16LE(plain.length ^ 0xffff, 3)
  return Buffer.concat([...(isFirst ? [ZLIB_HEAD] : []), stored, plain, FLUSH])
}
