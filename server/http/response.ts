// Answers as kube-apiserver writes them: its headers, Status bodies, pretty JSON for people, gzip for what is large.

import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import { writeJson } from '../../apimachinery/json-write.ts'
import type { StatusError } from '../../apimachinery/status-error.ts'
import type { ResponseHeaders } from './exchange.ts'
import type { RequestContext } from './request-context.ts'

const JSON_TYPE = 'application/json'
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

/** Sends a body compressed. */
export const sendCompressed = async (context: RequestContext, code: number, headers: ResponseHeaders, body: Buffer): Promise<void> => {
  const packed = await compress(body, { level: constants.Z_BEST_SPEED })
  context.exchange.respond(code, { ...headers, 'content-encoding': 'gzip', vary: 'Accept-Encoding' }, packed)
}

/** A StatusError as its answer. */
export const sendError = (context: RequestContext, error: StatusError): Promise<void> => {
  const { retryAfterSeconds } = error.status.details ?? {}
  const headers = baseHeaders(context, JSON_TYPE)
  if (retryAfterSeconds !== undefined && retryAfterSeconds > 0) headers['retry-after'] = String(retryAfterSeconds)
  if (error.code === 401) headers['www-authenticate'] = 'Basic realm="kubernetes-master"'
  const pretty = wantsPretty(context)
  context.exchange.respond(
    error.code,
    headers,
    Buffer.from(pretty ? JSON.stringify(error.status, null, 2) : `${writeJson(error.status)}\n`),
  )
  return Promise.resolve()
}

/** The plain 404 of a path that is no API's. */
export const sendPageNotFound = (context: RequestContext): void => {
  const headers = { ...baseHeaders(context, 'text/plain; charset=utf-8'), 'x-content-type-options': 'nosniff' }
  context.exchange.respond(404, headers, Buffer.from('404 page not found\n'))
}
