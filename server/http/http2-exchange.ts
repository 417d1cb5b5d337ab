// HTTP/2 behind the Exchange: on the stream itself, without node's compatibility objects, which cost more than the rest of a GET.
import type { IncomingHttpHeaders } from 'node:http'
import { constants, Http2ServerRequest, Http2ServerResponse, type ServerHttp2Stream } from 'node:http2'
import type { Readable } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { discardBody, endWithPieces, readBody, relayBody, writePieces } from './body.ts'
import type { Exchange, ResponseHeaders, ResponseStream } from './exchange.ts'
import { type PeerIdentity, peerIdentity } from './peer-identity.ts'
import type { Pieces } from './piece-pool.ts'
import { valuesIn } from './raw-headers.ts'

const ignore = (): void => undefined

/**
 * Node's objects for a stream outlive it until the next full collection: without its listeners, which hold a request's body and all that was
 * made of it, those go with the next small one.
 */
function letGo(this: ServerHttp2Stream): void {
  this.removeAllListeners()
  this.on('error', ignore)
}

export class Http2Exchange implements Exchange {
  readonly headers: IncomingHttpHeaders
  readonly #stream: ServerHttp2Stream
  readonly #rawHeaders: string[]
  #taken = false
  #raw: Http2ServerResponse | undefined
  #status = 0
  streaming = false
  sentBytes = 0

  constructor(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, rawHeaders: string[]) {
    this.#stream = stream
    this.headers = headers
    this.#rawHeaders = rawHeaders
    stream.on('error', ignore)
    stream.once('close', letGo)
  }

  get method(): string {
    return this.headers[':method' as 'host'] ?? 'GET'
  }
  get url(): string {
    return this.headers[':path' as 'host'] ?? '/'
  }
  get rawHeaders(): readonly string[] {
    const first = this.#rawHeaders.findIndex((name, index) => index % 2 === 0 && !name.startsWith(':'))
    return first < 0 ? [] : this.#rawHeaders.slice(first)
  }
  headerValues(name: string): string[] {
    return valuesIn(this.#rawHeaders, name)
  }
  get peer(): PeerIdentity | undefined {
    const socket = this.#stream.session?.socket
    return socket && peerIdentity(socket as TLSSocket)
  }
  get remoteAddress(): string {
    return this.#stream.session?.socket.remoteAddress ?? ''
  }
  get status(): number {
    return this.#raw?.statusCode ?? this.#status
  }
  get responded(): boolean {
    return this.#taken || this.#stream.headersSent
  }

  readBody(limitBytes: number): Promise<Buffer> {
    return readBody(this.#stream, limitBytes)
  }

  body(): Readable {
    return this.#stream
  }

  respond(status: number, headers: ResponseHeaders, body: Uint8Array | undefined): void {
    if (!this.responded) this.#answer(status, headers, body)
  }

  #answer(status: number, headers: ResponseHeaders, body: Uint8Array | undefined): void {
    this.#taken = true
    this.#status = status
    this.sentBytes = body?.length ?? 0
    const stream = this.#stream
    if (stream.destroyed || stream.closed) return
    const empty = body === undefined || this.method === 'HEAD'
    stream.respond(
      body
        ? { ...headers, [constants.HTTP2_HEADER_STATUS]: status, 'content-length': body.length }
        : { ...headers, [constants.HTTP2_HEADER_STATUS]: status },
      { endStream: empty },
    )
    if (!empty) stream.end(body)
    this.#passOverBody()
  }

  #passOverBody(): void {
    const stream = this.#stream
    if (!stream.endAfterHeaders) discardBody(stream, () => stream.close(constants.NGHTTP2_NO_ERROR))
  }

  expire(status: number, headers: ResponseHeaders, body: Uint8Array): void {
    const stream = this.#stream
    if (stream.headersSent) {
      if (!stream.writableEnded) stream.close(constants.NGHTTP2_INTERNAL_ERROR)
      return
    }
    this.#answer(status, headers, body)
    if (!stream.endAfterHeaders && !stream.readableEnded) stream.once('finish', () => stream.close(constants.NGHTTP2_NO_ERROR))
  }

  async respondPieces(status: number, headers: ResponseHeaders, length: number, pieces: Pieces): Promise<void> {
    if (this.responded) return
    this.#taken = true
    this.#status = status
    this.sentBytes = length
    if (this.#stream.destroyed || this.#stream.closed) return
    const headOnly = this.method === 'HEAD'
    this.#stream.respond({ ...headers, [constants.HTTP2_HEADER_STATUS]: status, 'content-length': length }, { endStream: headOnly })
    if (headOnly) return
    await endWithPieces(this.#stream, length, pieces)
  }

  async relay(status: number, headers: ResponseHeaders, body: Readable): Promise<void> {
    const stream = this.#stream
    if (this.responded || stream.destroyed || stream.closed) return void body.destroy()
    this.#taken = true
    this.streaming = true
    this.#status = status
    stream.respond({ ...headers, [constants.HTTP2_HEADER_STATUS]: status }, { endStream: this.method === 'HEAD' })
    await relayBody(body, stream, (bytes) => {
      this.sentBytes += bytes
    })
    this.#passOverBody()
  }

  stream(status: number, headers: ResponseHeaders): ResponseStream {
    this.#taken = true
    this.streaming = true
    this.#status = status
    const stream = this.#stream
    if (!stream.destroyed && !stream.closed) stream.respond({ ...headers, [constants.HTTP2_HEADER_STATUS]: status })
    return {
      write: (chunk) => {
        this.sentBytes += chunk.length
        if (!stream.destroyed && !stream.closed) stream.write(chunk)
      },
      writePieces: (pieces) => writePieces(stream, pieces, (bytes) => (this.sentBytes += bytes)),
      end: () => {
        if (!stream.destroyed) stream.end()
      },
      pendingBytes: () => stream.writableLength,
    }
  }

  onClose(listener: () => void): void {
    if (this.#stream.closed && this.#stream.destroyed) listener()
    else this.#stream.once('close', listener)
  }

  raw(): { request: unknown; response: unknown } {
    this.#taken = true
    // Nothing below reads a body.
    this.#passOverBody()
    const request = new Http2ServerRequest(this.#stream, this.headers as never, {}, this.#rawHeaders)
    this.#raw = new Http2ServerResponse(this.#stream)
    return { request, response: this.#raw }
  }
}
