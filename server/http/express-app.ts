// Express serves what is no resource: health, version, metrics, discovery, OpenAPI. Routes come as data. The same app answers both HTTP
// versions: under HTTP/2 through a view of it whose request and response prototypes are HTTP/2's.

import { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import express, { type Express, type Request, type Response } from 'express'
import { methodNotAllowed, StatusError } from '../../apimachinery/status-error.ts'
import type { RequestContext } from './request-context.ts'
import { baseHeaders, sendPageNotFound, wantsPretty } from './response.ts'

export interface RouteRequest {
  parameters: Readonly<Record<string, string>>
  query: URLSearchParams
  accept: string | undefined
  ifNoneMatch: string | undefined
  ifModifiedSince: string | undefined
  acceptsGzip: boolean
  /** See wantsPretty. */
  pretty: boolean
}

export interface RouteAnswer {
  status?: number
  /** '' where there is no content. */
  contentType: string
  headers?: Record<string, string>
  body?: Buffer
}

export interface DocumentRoute {
  /** An Express path. */
  path: string
  /** Undefined: there is no such thing. */
  answer(request: RouteRequest): RouteAnswer | undefined | Promise<RouteAnswer | undefined>
  /** Other methods are refused. */
  getOnly?: true
}

const CONTEXT = Symbol('request context')

interface Carrier {
  [CONTEXT]: RequestContext
}

/** A wildcard's segments are one value. */
const parametersOf = ({ params }: Request): Record<string, string> =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, Array.isArray(value) ? value.join('/') : value]))

const handler =
  (route: DocumentRoute) =>
  async (request: Request, response: Response): Promise<void> => {
    const context = (request as unknown as Carrier)[CONTEXT]
    context.routed = true
    const { headers, method } = context.exchange
    if (route.getOnly && method !== 'GET') throw methodNotAllowed()
    const answer = await route.answer({
      parameters: parametersOf(request),
      query: context.info.query,
      accept: headers.accept,
      ifNoneMatch: headers['if-none-match'],
      ifModifiedSince: headers['if-modified-since'],
      acceptsGzip: /\bgzip\b/.test(String(headers['accept-encoding'] ?? '')),
      pretty: wantsPretty(context),
    })
    if (response.headersSent) return
    if (!answer) return plainNotFound(context, response)
    const body = answer.body
    context.exchange.sentBytes = body?.length ?? 0
    const written = { ...baseHeaders(context, answer.contentType), ...answer.headers }
    if (answer.contentType === '') delete written['content-type']
    response.writeHead(answer.status ?? 200, { ...written, ...(body ? { 'content-length': body.length } : {}) })
    response.end(request.method === 'HEAD' ? undefined : body)
  }

const plainNotFound = (context: RequestContext, response: Response): void => {
  response.writeHead(404, { ...baseHeaders(context, 'text/plain; charset=utf-8'), 'x-content-type-options': 'nosniff' })
  response.end('404 page not found\n')
}

/** The app as HTTP/2 needs it. */
const http2View = (app: Express): Express => {
  const view = Object.assign(
    (request: never, response: never, next: never) =>
      (view as unknown as { handle(a: never, b: never, c: never): void }).handle(request, response, next),
    {},
  ) as unknown as Express
  Object.setPrototypeOf(view, app)
  const over = (own: object, prototype: object): object => Object.create(prototype, Object.getOwnPropertyDescriptors(own)) as object
  Object.defineProperty(view, 'request', { value: over(app.request, Http2ServerRequest.prototype) })
  Object.defineProperty(view, 'response', { value: over(app.response, Http2ServerResponse.prototype) })
  return view
}

/** A handler for all requests that are no resource's. */
export const documentApp = (routes: readonly DocumentRoute[]): ((context: RequestContext) => Promise<void>) => {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  for (const route of routes) app.all(route.path, handler(route))
  const http2App = http2View(app)
  return (context) =>
    new Promise((resolve, reject) => {
      if (context.exchange.responded) return resolve()
      if (context.info.path.length > 1 && context.info.path.split('/').length > 7) {
        sendPageNotFound(context)
        return resolve()
      }
      const { request, response } = context.exchange.raw() as { request: object; response: NodeJS.EventEmitter & Response }
      Object.defineProperty(request, CONTEXT, { value: context })
      response.once('finish', resolve)
      response.once('close', resolve)
      const next = (error?: unknown): void => {
        // Express cannot decode every escape that a path may have; no document has such a path.
        if (error === undefined || error instanceof URIError) plainNotFound(context, response)
        else if (error instanceof StatusError) {
          response.writeHead(error.code, baseHeaders(context, 'application/json'))
          response.end(`${JSON.stringify(error.status)}\n`)
        } else {
          if (!response.headersSent) response.writeHead(500, baseHeaders(context, 'text/plain; charset=utf-8'))
          response.end('the request failed; the server log says why\n')
          reject(error as Error)
        }
      }
      const target = (request instanceof Http2ServerRequest ? http2App : app) as unknown as (
        request: unknown,
        response: unknown,
        next: (error?: unknown) => void,
      ) => void
      target(request, response, next)
    })
}
