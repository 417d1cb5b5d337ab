// HTTP/1.1 behind the Exchange.
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { readBody, writePieces } from './body.ts'
import type { Exchange, ResponseHeaders, ResponseStream } from './exchange.ts'
import { type PeerIdentity, peerIdentity } from './peer-identity.ts'
import { valuesIn } from './raw-headers.ts'

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
  headerValues(name: string): string[] {
    return valuesIn(this.#request.rawHeaders, name)
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

  respond(status: number, headers: ResponseHeaders, body: Uint8Array | undefined): void {
    this.#taken = true
    this.sentBytes = body?.length ?? 0
    this.#response.writeHead(status, body ? { ...headers, 'content-length': body.length } : headers)
    this.#response.end(this.method === 'HEAD' ? undefined : body)
  }

  async respondPieces(status: number, headers: ResponseHeaders, length: number, pieces: Iterable<Uint8Array>): Promise<void> {
    this.#taken = true
    this.sentBytes = length
    this.#response.writeHead(status, { ...headers, 'content-length': length })
    await writePieces(this.#response, pieces)
    this.#response.end()
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
