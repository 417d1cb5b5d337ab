// HTTP/1.1 behind the Exchange.
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { discardBody, endWithPieces, readBody, relayBody, writePieces } from './body.ts'
import type { Exchange, ProtocolChange, ResponseHeaders, ResponseStream } from './exchange.ts'
import { type PeerIdentity, peerIdentity } from './peer-identity.ts'
import type { Pieces } from './piece-pool.ts'
import { valuesIn } from './raw-headers.ts'

/** Go's servers read this much of a body after the answer before they end the connection. */
const MAX_AWAITED_BYTES = 256 * 1024

export class Http1Exchange implements Exchange {
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  #taken = false
  streaming = false
  sentBytes = 0

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.#request = request
    this.#response = response
    response.on('error', () => undefined)
  }

  get method(): string {
    return this.#request.method ?? 'GET'
  }
  get url(): string {
    return this.#request.url ?? '/'
  }
  get headers(): IncomingHttpHeaders {
    return this.#request.headers
  }
  get rawHeaders(): readonly string[] {
    return this.#request.rawHeaders
  }
  headerValues(name: string): string[] {
    return valuesIn(this.#request.rawHeaders, name)
  }
  get upgrade(): ProtocolChange | undefined {
    return undefined
  }
  get peer(): PeerIdentity | undefined {
    return peerIdentity(this.#request.socket as TLSSocket)
  }
  get remoteAddress(): string {
    return this.#request.socket.remoteAddress ?? ''
  }
  get status(): number {
    return this.responded ? this.#response.statusCode : 0
  }
  get responded(): boolean {
    return this.#taken || this.#response.headersSent
  }

  readBody(limitBytes: number): Promise<Buffer> {
    return readBody(this.#request, limitBytes)
  }

  body(): Readable {
    return this.#request
  }

  respond(status: number, headers: ResponseHeaders, body: Uint8Array | undefined): void {
    if (this.responded) return
    this.#answer(status, headers, body)
  }

  #answer(status: number, headers: ResponseHeaders, body: Uint8Array | undefined): void {
    this.#taken = true
    this.sentBytes = body?.length ?? 0
    const request = this.#request
    const last = { ...headers, ...(this.#isMuchLeft() ? { connection: 'close' } : {}) }
    this.#response.writeHead(status, body ? { ...last, 'content-length': body.length } : last)
    this.#response.end(this.method === 'HEAD' ? undefined : body)
    discardBody(request, () => request.socket.destroy())
  }

  /** Bytes of a body that has not come whole, as far as is known. */
  #bytesLeft(): number {
    const { complete, headers } = this.#request
    if (complete) return 0
    return headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : Infinity
  }

  /** Whether a body has come in part only, and is too large to wait for. */
  #isMuchLeft(): boolean {
    return this.#bytesLeft() > MAX_AWAITED_BYTES
  }

  expire(status: number, headers: ResponseHeaders, body: Uint8Array): void {
    if (this.#response.headersSent) {
      if (!this.#response.writableEnded) this.#request.socket.destroy()
      return
    }
    this.#answer(status, this.#bytesLeft() === 0 ? headers : { ...headers, connection: 'close' }, body)
  }

  async respondPieces(status: number, headers: ResponseHeaders, length: number, pieces: Pieces): Promise<void> {
    if (this.responded) return
    this.#taken = true
    this.sentBytes = length
    this.#response.writeHead(status, { ...headers, 'content-length': length })
    if (this.method === 'HEAD') return void this.#response.end()
    await endWithPieces(this.#response, length, pieces)
  }

  async relay(status: number, headers: ResponseHeaders, body: Readable): Promise<void> {
    if (this.responded) return void body.destroy()
    this.#taken = true
    this.streaming = true
    const response = this.#response
    response.writeHead(status, headers)
    response.flushHeaders()
    await relayBody(body, response, (bytes) => {
      this.sentBytes += bytes
    })
    discardBody(this.#request, () => this.#request.socket.destroy())
  }

  stream(status: number, headers: ResponseHeaders): ResponseStream {
    this.#taken = true
    this.streaming = true
    const response = this.#response
    response.writeHead(status, headers)
    response.flushHeaders()
    const sent = (bytes: number): void => {
      this.sentBytes += bytes
    }
    return {
      write: (chunk) => {
        sent(chunk.length)
        response.write(chunk)
      },
      writePieces: (pieces) => writePieces(response, pieces, sent),
      end: () => void response.end(),
      pendingBytes: () => response.writableLength,
    }
  }

  onClose(listener: () => void): void {
    if (this.#response.closed) listener()
    else this.#response.once('close', listener)
  }

  raw(): { request: unknown; response: unknown } {
    this.#taken = true
    return { request: this.#request, response: this.#response }
  }
}
