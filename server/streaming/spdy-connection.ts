// A SPDY connection that the server opened: streams of its own making over one socket. There is no flow control beyond the socket's, as
// with upstream's library: who reads too slowly pauses the whole connection.
// Upstream: k8s.io/streaming/pkg/httpstream/spdy/connection.go.
import type { Duplex } from 'node:stream'
import { every, type Timer } from '../../apimachinery/machine-clock.ts'
import { controlFrame, dataFrames, endFrame, FrameReader, frameTypes, headerBlock } from './spdy-frames.ts'

const PING_MS = 5000

export interface StreamListener {
  data(bytes: Buffer): void
  /** Nothing more will come: the other side is done with it, gave it up, or is gone. Runs once. */
  ended(): void
}

export interface SpdyStream {
  /** False when the other side is behind. */
  write(bytes: Buffer): boolean
  end(): void
}

export class SpdyConnection {
  readonly #socket: Duplex
  readonly #streams = new Map<number, StreamListener>()
  readonly #reader: FrameReader
  readonly #pings: Timer
  #nextStream = 1
  #nextPing = 1

  constructor(socket: Duplex) {
    this.#socket = socket
    this.#reader = new FrameReader({
      control: (type, payload) => this.#control(type, payload),
      data: (stream, bytes) => this.#streams.get(stream)?.data(bytes),
      ended: (stream) => this.#ended(stream),
    })
    this.#pings = every(PING_MS, () => this.#ping())
    socket.on('data', (bytes: Buffer) => this.#read(bytes))
    socket.on('error', () => socket.destroy())
    socket.once('close', () => this.#closed())
  }

  /** What came with the answer that changed the protocol; streams must be open by then. */
  readEarly(bytes: Buffer): void {
    if (bytes.length > 0) this.#read(bytes)
  }

  #read(bytes: Buffer): void {
    try {
      this.#reader.read(bytes)
    } catch {
      this.#socket.destroy()
    }
  }

  #control(type: number, payload: Buffer): void {
    if (type === frameTypes.reset && payload.length >= 4) this.#ended(payload.readUInt32BE(0) & 0x7fffffff)
    // Even numbers are the other side's own pings, the others its answers to ours.
    if (type === frameTypes.ping && payload.length >= 4 && payload.readUInt32BE(0) % 2 === 0)
      this.#socket.write(controlFrame(frameTypes.ping, Buffer.from(payload)))
  }

  #ping(): void {
    const payload = Buffer.alloc(4)
    payload.writeUInt32BE(this.#nextPing)
    this.#nextPing = (this.#nextPing + 2) % 0x7fffffff
    this.#socket.write(controlFrame(frameTypes.ping, payload))
  }

  #ended(stream: number): void {
    const listener = this.#streams.get(stream)
    this.#streams.delete(stream)
    listener?.ended()
  }

  #closed(): void {
    this.#pings.cancel()
    for (const stream of [...this.#streams.keys()]) this.#ended(stream)
  }

  open(headers: Readonly<Record<string, string>>, listener: StreamListener): SpdyStream {
    const id = this.#nextStream
    this.#nextStream += 2
    this.#streams.set(id, listener)
    const place = Buffer.alloc(10)
    place.writeUInt32BE(id, 0)
    this.#socket.write(controlFrame(frameTypes.synStream, Buffer.concat([place, headerBlock(headers, id === 1)])))
    let open = true
    return {
      write: (bytes) => {
        if (!open) return true
        let taken = true
        for (const frame of dataFrames(id, bytes)) taken = this.#socket.write(frame)
        return taken
      },
      end: () => {
        if (open) this.#socket.write(endFrame(id))
        open = false
      },
    }
  }

  /** Runs whenever the other side has caught up. */
  onDrain(listener: () => void): void {
    this.#socket.on('drain', listener)
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  close(): void {
    this.#socket.end()
  }
}
