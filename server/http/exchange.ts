// One request and its answer, whatever HTTP version carried it. Handlers see this, never node:http.
import type { IncomingHttpHeaders } from 'node:http'
import type { PeerIdentity } from './peer-identity.ts'
import type { Pieces } from './piece-pool.ts'

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

export interface Exchange {
  readonly method: string
  /** Path and query as sent. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  /** Every value of a header, as sent, in order. */
  headerValues(name: string): string[]
  readonly peer: PeerIdentity | undefined
  readonly remoteAddress: string
  /** Throws StatusError past the limit. */
  readBody(limitBytes: number): Promise<Buffer>
  /** The first answer counts; what comes after one is dropped. */
  respond(status: number, headers: ResponseHeaders, body: Uint8Array | undefined): void
  /** Time is up: this answer, or the end of the connection where another has begun. */
  expire(status: number, headers: ResponseHeaders, body: Uint8Array): void
  /** A body in pieces, written as the client takes them. */
  respondPieces(status: number, headers: ResponseHeaders, length: number, pieces: Pieces): Promise<void>
  stream(status: number, headers: ResponseHeaders): ResponseStream
  /** Runs once, when the client is gone or the answer is complete; at once where that is so already. */
  onClose(listener: () => void): void
  /** Hands the raw request to a node handler (Express). */
  raw(): { request: unknown; response: unknown }
  readonly responded: boolean
  /** Whether the answer is written piece by piece until one side ends it. */
  readonly streaming: boolean
  /** The answer's code; 0 before there is one. */
  readonly status: number
  /** Bytes of the body given so far; whoever answers through `raw` says it here. */
  sentBytes: number
}
