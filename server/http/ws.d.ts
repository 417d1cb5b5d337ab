// What this project uses of the package ws, which brings no types of its own.
declare module 'ws' {
  import type { EventEmitter } from 'node:events'
  import type { IncomingMessage } from 'node:http'
  import type { Duplex } from 'node:stream'

  export class WebSocket extends EventEmitter {
    constructor(address: string, protocols?: string | readonly string[], options?: Record<string, unknown>)
    /** The subprotocol agreed on, '' for none. */
    readonly protocol: string
    /** Bytes accepted by `send` that the peer has not taken yet. */
    readonly bufferedAmount: number
    readonly readyState: number
    readonly OPEN: 1
    send(data: Uint8Array | string, options?: { binary?: boolean }, sent?: () => void): void
    close(code?: number, reason?: string): void
    terminate(): void
    pause(): void
    resume(): void
  }

  export class WebSocketServer extends EventEmitter {
    constructor(options: {
      noServer: true
      clientTracking: boolean
      maxPayload: number
      perMessageDeflate: false
      handleProtocols(protocols: Set<string>, request: IncomingMessage): string | false
    })
    /** Answers the handshake at once; `taken` runs in the same turn. */
    handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, taken: (socket: WebSocket) => void): void
  }
}
