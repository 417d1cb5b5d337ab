// A request that asks to become a websocket. Where its answer is a stream, it does, and each write is one text message; any other answer is
// plain HTTP, after which the connection is closed.
// Upstream: HandleWS in k8s.io/apiserver/pkg/endpoints/handlers/watch.go; its checks of the handshake are golang.org/x/net/websocket's.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import type { WebSocket, WebSocketServer } from 'ws'
import type { ResponseHeaders, ResponseStream } from './exchange.ts'
import { Http1Exchange } from './http1-exchange.ts'

const VERSION = '13'
const NORMAL = 1000
/** What clients send is not read; more than this in one message ends the connection. */
const MAX_MESSAGE_BYTES = 32 * 1024 * 1024
const NOWHERE: ResponseStream = {
  write: () => undefined,
  writePieces: () => Promise.resolve(),
  end: () => undefined,
  pendingBytes: () => 0,
}

export const asksForWebsocket = ({ headers, method }: IncomingMessage): boolean =>
  method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket'

interface Parts {
  server: WebSocketServer
  makeResponse(request: IncomingMessage): ServerResponse
}

/** Importing node:http as a module loads node's own HTTP client with it, which a start need not pay for. */
const loadParts = async (): Promise<Parts> => {
  const [{ WebSocketServer: Server }, { ServerResponse: Response }] = await Promise.all([import('ws'), import('node:http')])
  const server = new Server({
    noServer: true,
    clientTracking: false,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    handleProtocols: ([protocol]) => protocol ?? false,
  })
  return { server, makeResponse: (request) => new Response(request) }
}

/** Takes a connection over from node's HTTP parser. What it needs is loaded with the first one. */
export type TakeUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<WebsocketExchange>

export const upgradeTaker = (): TakeUpgrade => {
  let loading: Promise<Parts> | undefined
  return async (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    loading ??= loadParts()
    const { server, makeResponse } = await loading
    return new WebsocketExchange(request, makeResponse(request), { socket, head, server })
  }
}

interface Connection {
  socket: Duplex
  /** What came after the request's head. */
  head: Buffer
  server: WebSocketServer
}

const isOrigin = (origin: string | undefined): boolean => origin !== undefined && (URL.canParse(origin) || origin.startsWith('/'))

interface Refusal {
  code: number
  body: string
  headers: readonly string[]
}

/** Why a handshake is not taken; nobody chooses among several protocols. */
const refusalOf = ({ headers }: IncomingMessage): Refusal | undefined => {
  const refusal = (code: number, body = '', more: readonly string[] = []): Refusal => ({ code, body, headers: more })
  if (!headers['sec-websocket-key']) return refusal(400, 'missing or bad challenge response')
  if (headers['sec-websocket-version'] !== VERSION)
    return refusal(400, 'missing or bad WebSocket Version', [`Sec-WebSocket-Version: ${VERSION}`])
  if (!isOrigin(headers.origin)) return refusal(403)
  return (headers['sec-websocket-protocol'] ?? '').includes(',') ? refusal(400) : undefined
}

export class WebsocketExchange extends Http1Exchange {
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #connection: Connection

  constructor(request: IncomingMessage, response: ServerResponse, connection: Connection) {
    super(request, response)
    this.#request = request
    this.#response = response
    this.#connection = connection
    response.shouldKeepAlive = false
    response.assignSocket(connection.socket as TLSSocket)
    response.once('finish', () => connection.socket.end())
  }

  /** Handshakes have no code in upstream's counts. */
  override get status(): number {
    return this.streaming ? 0 : super.status
  }

  override get responded(): boolean {
    return this.streaming || super.responded
  }

  override onClose(listener: () => void): void {
    const { socket } = this.#connection
    if (socket.destroyed) listener()
    else socket.once('close', listener)
  }

  /** The headers of a plain answer have no place in a handshake's. */
  override stream(_status: number, _headers: ResponseHeaders): ResponseStream {
    this.streaming = true
    const { socket, head, server } = this.#connection
    this.#response.detachSocket(socket as TLSSocket)
    const refusal = refusalOf(this.#request)
    if (refusal) {
      const { code, headers, body } = refusal
      socket.end([`HTTP/1.1 ${code} ${code === 403 ? 'Forbidden' : 'Bad Request'}`, ...headers, '', body].join('\r\n'))
      return NOWHERE
    }
    let made: WebSocket | undefined
    server.handleUpgrade(this.#request, socket, head, (websocket) => {
      made = websocket
    })
    // What it finds wrong beyond that, the package refuses by itself.
    return made ? this.#messages(made) : NOWHERE
  }

  #messages(websocket: WebSocket): ResponseStream {
    websocket.on('error', () => websocket.terminate())
    const send = (chunk: Uint8Array, done?: () => void): void => {
      this.sentBytes += chunk.length
      websocket.send(chunk, { binary: false }, done)
    }
    return {
      messages: true,
      write: (chunk) => send(chunk),
      writePieces: async (pieces) => {
        for (const piece of pieces) {
          if (websocket.readyState !== websocket.OPEN) return
          await new Promise<void>((resolve) => send(piece, () => resolve()))
        }
      },
      end: () => websocket.close(NORMAL),
      pendingBytes: () => websocket.bufferedAmount,
    }
  }
}
