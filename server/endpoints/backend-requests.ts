// Requests to backends from requests of clients: headers that go along, paths as Go writes them, an end when the client goes.
// Upstream: Go's httputil.ReverseProxy and net/url, k8s.io/apimachinery/pkg/util/proxy.
import type { BackendAnswer, BackendRequest } from '../http/backend-client.ts'
import { hostPort } from '../http/backend-fault.ts'
import type { RequestContext } from '../http/request-context.ts'
import type { Backend } from '../registry/connection.ts'
import type { Scope } from './scope.ts'

/** Who somebody is was settled here; nobody else is told how they proved it. */
const isPrivate = (name: string): boolean => name === 'authorization' || name.startsWith('impersonate-')

const HOP_BY_HOP = new Set([
  'connection',
  'proxy-connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** Pairs of a flat list, names in lower case beside them. */
function* pairs(raw: readonly string[]): Generator<[lower: string, name: string, value: string]> {
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at] as string
    yield [name.toLowerCase(), name, raw[at + 1] as string]
  }
}

/** Headers that the connection's own do not name, without those that are about one connection alone. */
export const endToEnd = (raw: readonly string[], except: (name: string) => boolean): string[] => {
  const named = new Set<string>()
  for (const [lower, , value] of pairs(raw))
    if (lower === 'connection') for (const part of value.split(',')) named.add(part.trim().toLowerCase())
  const kept: string[] = []
  for (const [lower, name, value] of pairs(raw)) if (!HOP_BY_HOP.has(lower) && !named.has(lower) && !except(lower)) kept.push(name, value)
  return kept
}

/** Upstream asks nobody who comes by way of others: those it was sent stand before the client's own address. */
const forwardedFor = ({ exchange }: RequestContext): string =>
  [...exchange.headerValues('x-forwarded-for'), exchange.remoteAddress].filter((address) => address !== '').join(', ')

const hostOf = ({ exchange }: RequestContext): string => exchange.headers.host ?? String(exchange.headers[':authority' as 'host'] ?? '')

const replaced = (name: string): boolean => isPrivate(name) || name === 'host' || name === 'x-forwarded-for'

/** What a client sent, for a backend: all of it where the connection itself is handed on. */
export const forwardedHeaders = (context: RequestContext, whole: boolean): string[] => {
  const { rawHeaders, headers } = context.exchange
  const sent: string[] = []
  if (whole) {
    for (const [lower, name, value] of pairs(rawHeaders)) {
      // A token among the protocols of a websocket was taken out of them.
      if (!replaced(lower)) sent.push(name, lower === 'sec-websocket-protocol' ? (headers[lower] ?? value) : value)
    }
  } else {
    sent.push(...endToEnd(rawHeaders, replaced))
    if (headers['transfer-encoding'] !== undefined) sent.push('Transfer-Encoding', 'chunked')
  }
  return ['Host', hostOf(context), ...sent, 'X-Forwarded-For', forwardedFor(context)]
}

/** A path's escapes, as Go's url.URL writes them. */
export const escapedPath = (path: string): string =>
  encodeURIComponent(path)
    .replaceAll(/%(?:24|26|2B|2C|2F|3A|3B|3D|40)/g, (written) => decodeURIComponent(written))
    .replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)

/** `https://10.0.0.1:10250/exec/…`, as Go's errors show it. */
export const backendUrl = ({ scheme, host, port, path, query }: Backend): string =>
  `${scheme}://${hostPort(host, port)}${escapedPath(path)}${query === '' ? '' : `?${query}`}`

/** A signal that fires when the client is gone. */
const whileOpen = ({ exchange }: RequestContext): AbortSignal => {
  const controller = new AbortController()
  exchange.onClose(() => controller.abort())
  return controller.signal
}

type Asked = Pick<BackendRequest, 'method' | 'headers'> & Partial<Pick<BackendRequest, 'body' | 'isUpgrade'>>

/** Sends a request to a backend. Rejects with BackendFault. */
export const askBackend = ({ context, parts }: Scope, backend: Backend, request: Asked): Promise<BackendAnswer> => {
  const { scheme, host, port, path, query, trust } = backend
  const target = `${escapedPath(path) || '/'}${query === '' ? '' : `?${query}`}`
  return parts.backends.send({ scheme, host, port, path: target, trust, signal: whileOpen(context), ...request })
}
