// What the labels of a request are, from what is known of it. Upstream: MonitorRequest, CleanScope and CleanVerb in
// k8s.io/apiserver/pkg/endpoints/metrics/metrics.go.
import type { RequestObserver } from './filters/request-metrics.ts'
import type { RequestContext } from './http/request-context.ts'
import type { RequestInfo } from './http/request-info.ts'
import type { RequestKind } from './metrics/inflight-requests.ts'
import type { RequestCounters, RequestLabels, RequestSeries } from './metrics/request-series.ts'
import type { ServerMetrics } from './metrics/server-metrics.ts'

const READING = new Set(['get', 'list', 'watch'])
const CONNECTING = new Set(['log', 'exec', 'portforward', 'attach', 'proxy'])
const METHODS = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])
const APPLY = 'application/apply-patch+yaml'
const HEALTH = new Set(['/healthz', '/livez', '/readyz'])

/** Requests that stay open are no part of those in flight. */
const isLongRunning = ({ verb, subresource }: RequestInfo): boolean => verb === 'watch' || verb === 'proxy' || CONNECTING.has(subresource)

const kindOf = ({ verb }: RequestInfo): RequestKind => (READING.has(verb) ? 'readOnly' : 'mutating')

const isRead = (method: string): boolean => method === 'GET' || method === 'HEAD'

const verbOf = ({ exchange, info }: RequestContext, scope: string): string => {
  if (CONNECTING.has(info.subresource)) return 'CONNECT'
  if (info.verb === 'watch') return 'WATCH'
  const { method } = exchange
  if (isRead(method)) return scope === 'namespace' || scope === 'cluster' ? 'LIST' : 'GET'
  if (method === 'PATCH' && exchange.headers['content-type'] === APPLY) return 'APPLY'
  return METHODS.has(method) ? method : 'other'
}

/** By the route: a watch of a collection stays one where a field selector names an object. */
const routeScope = (method: string, { name, namespace, verb, path }: RequestInfo): string => {
  const named = name !== '' && (verb !== 'watch' || path.includes('/watch/'))
  if (named || method === 'POST') return 'resource'
  return namespace === '' ? 'cluster' : 'namespace'
}

const dryRunOf = ({ query }: RequestInfo): string => {
  if (query.size === 0) return ''
  const wanted = query.getAll('dryRun').filter((value) => value !== '')
  return wanted.length === 0 ? '' : wanted.every((value) => value === 'All') ? 'All' : 'invalid'
}

/** A path's name as a label, for the few documents that are counted. */
const documentOf = (path: string): string | undefined => {
  if (HEALTH.has(path)) return path
  if (path === '/openapi/v3') return 'openapi/v3'
  return path.startsWith('/openapi/v3/') ? 'openapi/v3/' : undefined
}

const resourceLabels = (context: RequestContext, verb: string, scope: string, dryRun: string): RequestLabels => {
  const { group, version, resource, subresource } = context.info
  return { verb, dryRun, group, version, resource, subresource, scope, component: 'apiserver' }
}

/** Labels are made for the first request of a kind only; all others find its counters by a key. */
const resourceCounters = (requests: RequestSeries, context: RequestContext): RequestCounters | undefined => {
  const { info, exchange } = context
  const scope = routeScope(exchange.method, info)
  const verb = verbOf(context, scope)
  const dryRun = dryRunOf(info)
  const key = `${verb} ${info.group}/${info.version}/${info.resource}/${info.subresource} ${scope} ${dryRun}`
  return requests.known(key) ?? requests.add(key, resourceLabels(context, verb, scope, dryRun))
}

const documentCounters = (requests: RequestSeries, context: RequestContext): RequestCounters | undefined => {
  const subresource = documentOf(context.info.path)
  if (subresource === undefined) return undefined
  const verb = isRead(context.exchange.method) ? 'GET' : verbOf(context, '')
  const dryRun = dryRunOf(context.info)
  const key = `${verb} ${subresource} ${dryRun}`
  const nothing = { group: '', version: '', resource: '', scope: '', component: '' }
  return requests.known(key) ?? requests.add(key, { verb, dryRun, subresource, ...nothing })
}

/** Long-running ones go by what they are about, named by a field selector or not. */
const openScope = ({ name, namespace }: RequestInfo): string => (name !== '' ? 'resource' : namespace === '' ? 'cluster' : 'namespace')

export const requestObserver = ({ requests, inflight }: ServerMetrics): RequestObserver => ({
  started: ({ info }, atMs) => {
    if (!isLongRunning(info)) inflight.started(kindOf(info), atMs)
  },
  finished: (context, atMs, seconds) => {
    const { info, exchange, routed } = context
    if (!isLongRunning(info)) inflight.finished(kindOf(info), atMs)
    if (!routed) return
    const counters = info.isResource ? resourceCounters(requests, context) : documentCounters(requests, context)
    counters?.finished(exchange.status, seconds, exchange.sentBytes)
  },
  streaming: (context, change) => {
    const scope = openScope(context.info)
    requests.longRunning(resourceLabels(context, verbOf(context, scope), scope, ''), change)
  },
})
