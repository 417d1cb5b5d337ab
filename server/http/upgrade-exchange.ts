// A request that asks to change the protocol. A websocket whose answer is a stream becomes one, and each write is one text message; who
// answers may take the connection over, or speak over a websocket of its own. Any other answer is plain HTTP, after which the connection
// is closed.
// Upstream: HandleWS in k8s.io/apiserver/pkg/endpoints/handlers/watch.go; its checks of the handshake are golang.org/x/net/websocket's.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import type { WebSocket, WebSocketServer } from 'ws'
import type { ProtocolChange, ResponseHeaders, ResponseStream } from './exchange.ts'
import { Http1Exchange } from './http1-exchange.ts'
import { WebsocketConnection } from './websocket-connection.ts'

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

const asksForWebsocket = ({ headers, method }: IncomingMessage): boolean =>
  method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket'

/** Where a connection may be handed to another server. */
const CONNECTING = /\/(?:exec|attach|portforward|proxy)(?:[/?]|$)/

/** Whether a request to change the protocol can come true; any other is answered as if it had not asked. */
export const mayChangeProtocol = (request: IncomingMessage): boolean => asksForWebsocket(request) || CONNECTING.test(request.url ?? '')

interface Parts {
  /** Speaks the client's only protocol. */
  makeServer(): WebSocketServer
  makeResponse(request: IncomingMessage): ServerResponse
}

/** Importing node:http as a module loads node's own HTTP client with it, which a start need not pay for. */
const loadParts = async (): Promise<Parts> => {
  const [{ WebSocketServer: Server }, { ServerResponse: Response }] = await Promise.all([import('ws'), import('node:http')])
  const makeServer = (): WebSocketServer =>
    new Server({
      noServer: true,
      clientTracking: false,
      maxPayload: MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
      handleProtocols: ([only]) => only ?? false,
    })
  return { makeServer, makeResponse: (request) => new Response(request) }
}

/** Takes a connection over from node's HTTP parser. What it needs is loaded with the first one. */
export type TakeUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<UpgradeExchange>

export const upgradeTaker = (): TakeUpgrade => {
  let loading: Promise<Parts> | undefined
  return async (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    loading ??= loadParts()
    const { makeServer, makeResponse } = await loading
    return new UpgradeExchange(request, makeResponse(request), { socket, head, makeServer })
  }
}

interface Connection {
  socket: Duplex
  /** What came after the request's head. */
  head: Buffer
  makeServer: Parts['makeServer']
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

class UpgradeExchange extends Http1Exchange {
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

  /** Ends HTTP on the connection. */
  #detach(): void {
    this.streaming = true
    this.#response.detachSocket(this.#connection.socket as TLSSocket)
  }

  #refuse({ code, headers, body }: Refusal): void {
    this.#connection.socket.end([`HTTP/1.1 ${code} ${code === 403 ? 'Forbidden' : 'Bad Request'}`, ...headers, '', body].join('\r\n'))
  }

  /** The headers of a plain answer have no place in a handshake's. */
  override stream(status: number, headers: ResponseHeaders): ResponseStream {
    if (!asksForWebsocket(this.#request)) return super.stream(status, headers)
    this.#detach()
    const refusal = refusalOf(this.#request)
    if (refusal) {
      this.#refuse(refusal)
      return NOWHERE
    }
    const made = this.#shakeHands()
    return made ? this.#messages(made) : NOWHERE
  }

  /** What is wrong beyond our own checks, the package refuses by itself: a name with a slash too, so it is not told of one chosen here. */
  #shakeHands(protocol?: string): WebSocket | undefined {
    const { socket, head, makeServer } = this.#connection
    const server = makeServer()
    if (protocol !== undefined) {
      delete this.#request.headers['sec-websocket-protocol']
      if (protocol !== '') server.on('headers', (lines: string[]) => void lines.push(`Sec-WebSocket-Protocol: ${protocol}`))
    }
    let made: WebSocket | undefined
    server.handleUpgrade(this.#request, socket, head, (websocket) => {
      made = websocket
    })
    return made
  }

  override get upgrade(): ProtocolChange {
    const { socket, head } = this.#connection
    return {
      takeOver: (answer) => {
        this.#detach()
        socket.write(answer)
        return { socket, head }
      },
      websocket: (protocol) => {
        this.#detach()
        const made = this.#shakeHands(protocol)
        return made && new WebsocketConnection(made)
      },
    }
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
