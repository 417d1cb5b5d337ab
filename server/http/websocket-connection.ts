// A websocket as handlers see it: binary messages either way, within a bound.
import type { WebSocket } from 'ws'

const NORMAL = 1000
/** What the client may be behind before nothing more is taken for it. */
const MAX_PENDING_BYTES = 1024 * 1024

export class WebsocketConnection {
  readonly #socket: WebSocket

  constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('error', () => socket.terminate())
  }

  onMessage(listener: (message: Buffer) => void): void {
    this.#socket.on('message', listener)
  }

  /** Runs once, whoever ended it. */
  onClose(listener: () => void): void {
    this.#socket.once('close', listener)
  }

  /** False when the client is behind: `taken` runs then, once it is not, or gone. */
  send(message: Uint8Array, taken: () => void): boolean {
    const socket = this.#socket
    if (socket.readyState !== socket.OPEN) return true
    if (socket.bufferedAmount + message.length <= MAX_PENDING_BYTES) {
      socket.send(message, { binary: true })
      return true
    }
    socket.send(message, { binary: true }, () => taken())
    return false
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  close(): void {
    // The other side's word that it is over must be read.
    this.#socket.resume()
    this.#socket.close(NORMAL)
  }
}
