// One request and its answer, whatever HTTP version carried it. Handlers see this, never node:http.
import type { IncomingHttpHeaders } from 'node:http'
import type { Duplex, Readable } from 'node:stream'
import type { PeerIdentity } from './peer-identity.ts'
import type { Pieces } from './piece-pool.ts'
import type { WebsocketConnection } from './websocket-connection.ts'

export type HeaderValue = string | number | string[]
export type ResponseHeaders = Record<string, HeaderValue>

/** A response written piece by piece: watches. */
export interface ResponseStream {
  /** Each write is a message of its own. */
  readonly messages?: true
  write(chunk: Uint8Array): void
  /** Writes as fast as the client takes it; resolves when all is written or the client is gone. */
  writePieces(pieces: Pieces): Promise<void>
  end(): void
  /** Bytes accepted by `write` that the client has not taken yet. */
  pendingBytes(): number
}

/** What a request that asks for another protocol can be given. After either, HTTP is over on the connection. */
export interface ProtocolChange {
  /** The connection itself, once `answer` is written to it, and what the client sent ahead. */
  takeOver(answer: string): { socket: Duplex; head: Buffer }
  /** A websocket that speaks a protocol, '' for none. Undefined where the client shook hands badly, which it has been told then. */
  websocket(protocol: string): WebsocketConnection | undefined
}

export interface Exchange {
  readonly method: string
  /** Path and query as sent. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  /** Every value of a header, as sent, in order. */
  headerValues(name: string): string[]
  /** Names and values in turn, as sent. */
  readonly rawHeaders: readonly string[]
  readonly peer: PeerIdentity | undefined
  readonly remoteAddress: string
  /** Throws StatusError past the limit. */
  readBody(limitBytes: number): Promise<Buffer>
  /** The body as it comes, for who hands it on. */
  body(): Readable
  /** The first answer counts; what comes after one is dropped. */
  respond(status: number, headers: ResponseHeaders, body: Uint8Array | undefined): void
  /** Time is up: this answer, or the end of the connection where another has begun. */
  expire(status: number, headers: ResponseHeaders, body: Uint8Array): void
  /** A body in pieces, written as the client takes them. */
  respondPieces(status: number, headers: ResponseHeaders, length: number, pieces: Pieces): Promise<void>
  /** An answer whose body comes from elsewhere, as fast as the client takes it. Resolves when all is out, or one of both is gone. */
  relay(status: number, headers: ResponseHeaders, body: Readable): Promise<void>
  stream(status: number, headers: ResponseHeaders): ResponseStream
  /** Runs once, when the client is gone or the answer is complete; at once where that is so already. */
  onClose(listener: () => void): void
  /** Hands the raw request to a node handler (Express). */
  raw(): { request: unknown; response: unknown }
  /** Only where the client asks to change the protocol. */
  readonly upgrade?: ProtocolChange | undefined
  readonly responded: boolean
  /** Whether the answer is written piece by piece until one side ends it. */
  readonly streaming: boolean
  /** The answer's code; 0 before there is one. */
  readonly status: number
  /** Bytes of the body given so far; whoever answers through `raw` says it here. */
  sentBytes: number
}
