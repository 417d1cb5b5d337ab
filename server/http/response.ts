// Answers as kube-apiserver writes them: its headers, Status bodies, pretty JSON for people, gzip for what is large.

import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import { Document } from 'yaml'
import { parseOwnJson } from '../../apimachinery/json-parse.ts'
import { writeJson } from '../../apimachinery/json-write.ts'
import type { StatusError } from '../../apimachinery/status-error.ts'
import type { ResponseHeaders } from './exchange.ts'
import { type PartedBody, type PiecePool, wholeBody } from './piece-pool.ts'
import type { RequestContext } from './request-context.ts'

export const JSON_TYPE = 'application/json'
export const YAML_TYPE = 'application/yaml'
export const PROTOBUF_TYPE = 'application/vnd.kubernetes.protobuf'
/** Upstream compresses from here on. */
const GZIP_FROM_BYTES = 128 * 1024

const compress = promisify(gzip)

/** Headers every answer has. */
export const baseHeaders = (context: RequestContext, contentType: string): ResponseHeaders => {
  const headers: ResponseHeaders = { 'audit-id': context.id, 'cache-control': 'no-cache, private', 'content-type': contentType }
  if (context.warnings.length > 0) headers['warning'] = context.warnings.map(warningHeader)
  return headers
}

/** As Go's strconv.ParseBool has it. */
const TRUTHS = new Set(['1', 't', 'T', 'TRUE', 'true', 'True'])

const MAX_WARNING = 256

const ASCII = /^[ -~]*$/

const warningHeader = (text: string): string => {
  const isAscii = ASCII.test(text)
  const clean = (isAscii ? text : text.replaceAll(/[\u0000-\u001f\u007f]+/g, ' ')).slice(0, 4 * MAX_WARNING)
  const header = `299 - "${clean.replaceAll(/["\\]/g, '\\$&')}"`
  // Node writes a character a byte.
  return isAscii ? header : Buffer.from(header.toWellFormed()).toString('latin1')
}

/** Whether the client is a person: asked for by ?pretty, or by a browser's or curl's name. */
export const wantsPretty = (context: RequestContext): boolean => {
  const asked = context.info.query.get('pretty')
  if (asked) return TRUTHS.has(asked)
  const agent = context.exchange.headers['user-agent'] ?? ''
  return agent.startsWith('curl') || agent.startsWith('Wget') || agent.startsWith('Mozilla/5.0')
}

/** Sends a body in one piece: JSON indented where people read it, large ones compressed where the client takes it so. */
export const sendWhole = async (context: RequestContext, code: number, contentType: string, body: Buffer): Promise<void> => {
  const headers = baseHeaders(context, contentType)
  if (contentType === JSON_TYPE && wantsPretty(context)) {
    context.exchange.respond(code, headers, Buffer.from(writeJson(parseOwnJson(body.toString('utf8')), 2)))
    return
  }
  if (compresses(context, body.length)) return sendCompressed(context, code, headers, body)
  context.exchange.respond(code, headers, body)
}

/** Whether an answer of a length is large enough to compress, for a client that takes it so. */
export const compresses = (context: RequestContext, length: number): boolean =>
  length >= GZIP_FROM_BYTES && /\bgzip\b/.test(String(context.exchange.headers['accept-encoding'] ?? ''))

const packedHeaders = (headers: ResponseHeaders): ResponseHeaders => ({ ...headers, 'content-encoding': 'gzip', vary: 'Accept-Encoding' })

const sendCompressed = async (context: RequestContext, code: number, headers: ResponseHeaders, body: Buffer): Promise<void> => {
  const packed = await compress(body, { level: constants.Z_BEST_SPEED })
  context.exchange.respond(code, packedHeaders(headers), packed)
}

/** Sends a body that is in gzip already. */
export const sendPacked = (
  context: RequestContext,
  code: number,
  headers: ResponseHeaders,
  body: PartedBody,
  pool: PiecePool,
): Promise<void> => context.exchange.respondPieces(code, packedHeaders(headers), body.length, pool.pieces(body))

/** Sends a body in pieces, as the client takes them; compressed where that pays. */
export const sendParted = async (
  context: RequestContext,
  code: number,
  headers: ResponseHeaders,
  body: PartedBody,
  pool: PiecePool,
): Promise<void> => {
  if (compresses(context, body.length)) return sendCompressed(context, code, headers, wholeBody(body))
  await context.exchange.respondPieces(code, headers, body.length, pool.pieces(body))
}

/** JSON bytes as YAML, members sorted. */
export const yamlOf = (bytes: Buffer): Buffer =>
  Buffer.from(
    new Document(parseOwnJson(bytes.toString('utf8')), { version: '1.1', sortMapEntries: true }).toString({
      lineWidth: 0,
      indentSeq: false,
    }),
  )

/** Headers of a StatusError's answer. */
export const errorHeaders = (context: RequestContext, error: StatusError, contentType: string): ResponseHeaders => {
  const { retryAfterSeconds } = error.status.details ?? {}
  const headers = baseHeaders(context, contentType)
  if (error.byFilter) headers['x-content-type-options'] = 'nosniff'
  if (retryAfterSeconds !== undefined && retryAfterSeconds > 0) headers['retry-after'] = String(retryAfterSeconds)
  return headers
}

/** A StatusError as JSON. */
export const sendError = (context: RequestContext, error: StatusError): void => {
  const pretty = wantsPretty(context)
  const body = pretty ? JSON.stringify(error.status, null, 2) : `${writeJson(error.status)}\n`
  context.exchange.respond(error.code, errorHeaders(context, error, JSON_TYPE), Buffer.from(body))
}

const plainHeaders = (context: RequestContext): ResponseHeaders => ({
  ...baseHeaders(context, 'text/plain; charset=utf-8'),
  'x-content-type-options': 'nosniff',
})

/** What answers carry is not to be taken for HTML. */
export const sanitized = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** An error as Go's http.Error writes it. */
export const sendPlainError = (context: RequestContext, code: number, message: string): void => {
  context.exchange.respond(code, plainHeaders(context), Buffer.from(`${message}\n`))
}

/** A URL of which nobody can tell what it is about. */
export const sendUnreadable = (context: RequestContext): void => {
  const { url } = context.exchange
  const why = `failed to create RequestInfo: unable to determine kind and namespace from url, ${url}`
  const message = `Internal Server Error: ${JSON.stringify(sanitized(url))}: ${why}`
  const { 'cache-control': _, ...headers } = plainHeaders(context)
  context.exchange.respond(500, headers, Buffer.from(`${message}\n`))
}

/** The plain 404 of a path that is no API's. */
export const sendPageNotFound = (context: RequestContext): void => sendPlainError(context, 404, '404 page not found')
