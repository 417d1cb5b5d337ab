// Requests to pods, services and nodes through the server: theirs in, the backend's answer out, with its links and redirects led back here.
// Upstream: k8s.io/apimachinery/pkg/util/proxy (upgradeaware.go, transport.go), Go's httputil.ReverseProxy.
import { posix } from 'node:path'
import { internalError, serviceUnavailable } from '../../apimachinery/status-error.ts'
import type { BackendAnswer } from '../http/backend-client.ts'
import { BackendFault, hostPort } from '../http/backend-fault.ts'
import type { ResponseHeaders } from '../http/exchange.ts'
import { baseHeaders } from '../http/response.ts'
import type { Backend } from '../registry/connection.ts'
import { askBackend, endToEnd, escapedPath, forwardedHeaders } from './backend-requests.ts'
import { answerHeaders, passUpgrade } from './connect-upgrade.ts'
import { relayHtml } from './proxied-html.ts'
import type { Scope } from './scope.ts'

const CORS = new Set([
  'access-control-allow-credentials',
  'access-control-allow-headers',
  'access-control-allow-methods',
  'access-control-allow-origin',
])

/** The request's path and query as they were sent. */
const requestUrl = ({ context }: Scope): { path: string; query: string } => {
  const { url } = context.exchange
  const mark = url.indexOf('?')
  return mark < 0 ? { path: url, query: '' } : { path: url.slice(0, mark), query: url.slice(mark + 1) }
}

/** What of the server's own path stands before the backend's. */
const prefixOf = ({ context }: Scope, path: string): string => {
  const own = context.info.path
  const suffix = own.endsWith('/') && !path.endsWith('/') ? `${path}/` : path
  let decoded = own
  try {
    decoded = decodeURIComponent(own)
  } catch {
    // Stays as it came.
  }
  return decoded.endsWith(suffix) ? decoded.slice(0, decoded.length - suffix.length) : decoded
}

/** A path joined to the prefix, its last slash kept. */
const joined = (prefix: string, path: string): string => {
  const whole = posix.join(prefix, path)
  return path.endsWith('/') && !whole.endsWith('/') ? `${whole}/` : whole
}

/** Leads a link of the backend's pages back through the server: absolute ones of its own host, and no others. */
const rewriter = (scope: Scope, backend: Backend, prefix: string): ((link: string) => string) => {
  const own = [hostPort(backend.host, backend.port), scope.context.exchange.headers.host ?? '']
  return (link) => {
    const [, origin = '', rest = ''] = /^((?:[a-z][a-z0-9+.-]*:)?\/\/[^/?#]*)?(.*)$/is.exec(link) ?? []
    const host = origin.replace(/^[^/]*\/\//, '')
    if ((host !== '' && !own.includes(host)) || !rest.startsWith('/')) return link
    const [, path = '', tail = ''] = /^([^?#]*)(.*)$/s.exec(rest) ?? []
    const kept = host !== '' && host === own[1] ? origin : ''
    return `${kept}${path.startsWith(prefix) ? path : joined(prefix, path)}${tail}`
  }
}

const ask = async (scope: Scope, backend: Backend, prefix: string): Promise<BackendAnswer> => {
  const { exchange } = scope.context
  const headers = [...forwardedHeaders(scope.context, false), 'X-Forwarded-Uri', joined(prefix, escapedPath(backend.path))]
  try {
    return await askBackend(scope, backend, { method: exchange.method, headers, body: exchange.body() })
  } catch (error) {
    if (!(error instanceof BackendFault)) throw error
    throw serviceUnavailable(`error trying to reach service: ${error.message}`)
  }
}

/** Both servers' own headers: the backend's come after ours where both have one. */
const headersOf = (scope: Scope, { rawHeaders }: BackendAnswer): ResponseHeaders => {
  const theirs = answerHeaders(endToEnd(rawHeaders, (name) => CORS.has(name)))
  const { 'content-type': _, 'cache-control': caching, ...ours } = baseHeaders(scope.context, '')
  return { ...ours, ...theirs, 'cache-control': [caching as string, theirs['cache-control'] ?? []].flat() as string[] }
}

const relay = (scope: Scope, backend: Backend, prefix: string, answer: BackendAnswer): Promise<void> => {
  const headers = headersOf(scope, answer)
  const { location, 'content-type': type = '' } = answer.headers
  const rewrite = rewriter(scope, backend, prefix)
  if (location !== undefined) {
    headers['location'] = rewrite(location)
    return scope.context.exchange.relay(answer.status, headers, answer.body)
  }
  const isHtml = type.split(';', 1)[0]?.trim() === 'text/html'
  if (isHtml && scope.context.exchange.method !== 'HEAD') return relayHtml(scope, answer, headers, rewrite)
  return scope.context.exchange.relay(answer.status, headers, answer.body)
}

/** Answers with what a backend answers. */
export const proxyRequests = async (scope: Scope, located: Backend): Promise<void> => {
  const { exchange } = scope.context
  const { path: asked, query } = requestUrl(scope)
  if (/\D/.test(located.port)) throw internalError(`invalid port ${JSON.stringify(located.port)} after host`)
  const path = located.path === '' ? '' : joined('/', located.path)
  if (exchange.upgrade) return passUpgrade(scope, exchange.upgrade, { ...located, path })
  if (path === '' && (exchange.method === 'GET' || exchange.method === 'HEAD')) {
    const { 'content-type': _, ...headers } = baseHeaders(scope.context, '')
    return exchange.respond(301, { ...headers, location: `${asked}/${query === '' ? '' : `?${query}`}` }, undefined)
  }
  const backend = { ...located, path, query }
  const prefix = prefixOf(scope, path)
  return relay(scope, backend, prefix, await ask(scope, backend, prefix))
}
