// Answers as kube-apiserver writes them: its headers, Status bodies, pretty JSON for people, gzip for what is large.

import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import { Document } from 'yaml'
import { writeJson } from '../../apimachinery/json-write.ts'
import type { StatusError } from '../../apimachinery/status-error.ts'
import type { ResponseHeaders } from './exchange.ts'
import type { RequestContext } from './request-context.ts'

export const JSON_TYPE = 'application/json'
export const YAML_TYPE = 'application/yaml'
export const PROTOBUF_TYPE = 'application/vnd.kubernetes.protobuf'
/** Larger answers go out as the client takes them. */
const PIECE_BYTES = 512 * 1024
/** Upstream compresses from here on. */
const GZIP_FROM_BYTES = 128 * 1024
const NEWLINE = Buffer.from('\n')

const compress = promisify(gzip)

/** Headers every answer has. */
export const baseHeaders = (context: RequestContext, contentType: string): ResponseHeaders => {
  const headers: ResponseHeaders = { 'audit-id': context.id, 'cache-control': 'no-cache, private', 'content-type': contentType }
  if (context.warnings.length > 0) headers['warning'] = context.warnings.map(warningHeader)
  return headers
}

const MAX_WARNING = 256

const warningHeader = (text: string): string => {
  const clean = text.replaceAll(/[\u0000-\u001f\u007f]+/g, ' ').slice(0, 4 * MAX_WARNING)
  return `299 - "${clean.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

/** Whether the client is a person: asked for by ?pretty, or by a browser's or curl's name. */
export const wantsPretty = (context: RequestContext): boolean => {
  const asked = context.info.query.get('pretty')
  if (asked !== null) return asked !== 'false' && asked !== '0'
  const agent = context.exchange.headers['user-agent'] ?? ''
  return agent.startsWith('curl') || agent.startsWith('Wget') || agent.startsWith('Mozilla/5.0')
}

/** Sends JSON bytes, complete but for the newline. */
export const sendJson = async (context: RequestContext, code: number, body: Buffer, contentType = JSON_TYPE): Promise<void> => {
  const { exchange } = context
  const headers = baseHeaders(context, contentType)
  if (wantsPretty(context)) {
    exchange.respond(code, headers, Buffer.from(JSON.stringify(JSON.parse(body.toString('utf8')), null, 2)))
    return
  }
  const whole = Buffer.concat([body, NEWLINE])
  if (compresses(context, body.length)) return sendCompressed(context, code, headers, whole)
  exchange.respond(code, headers, whole)
}

/** Whether an answer of a length is large enough to compress, for a client that takes it so. */
export const compresses = (context: RequestContext, length: number): boolean =>
  length >= GZIP_FROM_BYTES && /\bgzip\b/.test(String(context.exchange.headers['accept-encoding'] ?? ''))

const sendCompressed = async (context: RequestContext, code: number, headers: ResponseHeaders, body: Buffer): Promise<void> => {
  const packed = await compress(body, { level: constants.Z_BEST_SPEED })
  return sendPacked(context, code, headers, packed.length, [packed])
}

/** Sends a body that is in gzip already. */
export const sendPacked = (
  context: RequestContext,
  code: number,
  headers: ResponseHeaders,
  length: number,
  pieces: readonly Buffer[],
): Promise<void> => sendWhole(context, code, { ...headers, 'content-encoding': 'gzip', vary: 'Accept-Encoding' }, length, pieces)

/** Sends a body of a known length that comes in pieces: whole when it is small or compressed, else joined to pieces of bounded size. */
export const sendPieces = async (
  context: RequestContext,
  code: number,
  headers: ResponseHeaders,
  length: number,
  pieces: Iterable<Buffer>,
): Promise<void> => {
  if (compresses(context, length)) return sendCompressed(context, code, headers, Buffer.concat([...pieces], length))
  return sendWhole(context, code, headers, length, pieces)
}

const sendWhole = async (
  context: RequestContext,
  code: number,
  headers: ResponseHeaders,
  length: number,
  pieces: Iterable<Buffer>,
): Promise<void> => {
  if (length <= PIECE_BYTES) return context.exchange.respond(code, headers, Buffer.concat([...pieces], length))
  await context.exchange.respondPieces(code, headers, length, joined(pieces))
}

function* joined(pieces: Iterable<Buffer>): Generator<Buffer> {
  let waiting: Buffer[] = []
  let size = 0
  for (const piece of pieces) {
    waiting.push(piece)
    size += piece.length
    if (size < PIECE_BYTES) continue
    yield waiting.length === 1 ? piece : Buffer.concat(waiting, size)
    waiting = []
    size = 0
  }
  if (size > 0) yield Buffer.concat(waiting, size)
}

/** JSON bytes as YAML, members sorted. */
export const yamlOf = (bytes: Buffer): Buffer =>
  Buffer.from(
    new Document(JSON.parse(bytes.toString('utf8')), { version: '1.1', sortMapEntries: true }).toString({ lineWidth: 0, indentSeq: false }),
  )

/** Headers of a StatusError's answer. */
export const errorHeaders = (context: RequestContext, error: StatusError, contentType: string): ResponseHeaders => {
  const { retryAfterSeconds } = error.status.details ?? {}
  const headers = baseHeaders(context, contentType)
  if (retryAfterSeconds !== undefined && retryAfterSeconds > 0) headers['retry-after'] = String(retryAfterSeconds)
  if (error.code === 401) headers['www-authenticate'] = 'Basic realm="kubernetes-master"'
  return headers
}

/** A StatusError as JSON. */
export const sendError = (context: RequestContext, error: StatusError): void => {
  const pretty = wantsPretty(context)
  const body = pretty ? JSON.stringify(error.status, null, 2) : `${writeJson(error.status)}\n`
  context.exchange.respond(error.code, errorHeaders(context, error, JSON_TYPE), Buffer.from(body))
}

/** The plain 404 of a path that is no API's. */
export const sendPageNotFound = (context: RequestContext): void => {
  const headers = { ...baseHeaders(context, 'text/plain; charset=utf-8'), 'x-content-type-options': 'nosniff' }
  context.exchange.respond(404, headers, Buffer.from('404 page not found\n'))
}
