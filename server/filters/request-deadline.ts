// The time a request may take: what the client asks for with ?timeout=, at most a minute. What runs for long by nature has none.
// Upstream: endpoints/filters/request_deadline.go, server/filters/timeout.go and longrunning.go.
import { after } from '../../apimachinery/machine-clock.ts'
import { badRequest, timeout } from '../../apimachinery/status-error.ts'
import { parseDuration } from '../../apimachinery/time.ts'
import type { Filter, RequestContext } from '../http/request-context.ts'
import type { RequestInfo } from '../http/request-info.ts'
import { baseHeaders } from '../http/response.ts'

/** Upstream's --request-timeout. */
const MOST_MS = 60_000
const NANOSECONDS_PER_MS = 1_000_000
/** Nothing is done in less. */
const LEAST_MS = 1

const LONG_VERBS = new Set(['watch', 'proxy'])
const LONG_SUBRESOURCES = new Set(['attach', 'exec', 'proxy', 'log', 'portforward'])

/** Watches, streams and profiles. */
export const isLongRunning = ({ verb, isResource, subresource, path }: RequestInfo): boolean =>
  LONG_VERBS.has(verb) || (isResource ? LONG_SUBRESOURCES.has(subresource) : path.startsWith('/debug/pprof/'))

/** Milliseconds a request has. Throws 400 for a duration that is none. */
export const allowedMs = (query: URLSearchParams): number => {
  const text = query.get('timeout')
  if (text === null || text === '') return MOST_MS
  const asked = parseDuration(text)
  if (typeof asked === 'object') throw badRequest(`invalid timeout specified in the request URL - ${asked.error}`)
  const milliseconds = Number(asked) / NANOSECONDS_PER_MS
  return milliseconds > 0 ? Math.min(milliseconds, MOST_MS) : MOST_MS
}

/** Upstream writes this error past its codecs: always the same JSON, without kind, version and type. */
const { kind: _, apiVersion: __, ...EXPIRED } = timeout('request did not complete within the allotted timeout', 0).status
const EXPIRED_BODY = Buffer.from(`${JSON.stringify(EXPIRED)}\n`)

const expire = (context: RequestContext): void =>
  context.exchange.expire(EXPIRED.code as number, baseHeaders({ ...context, warnings: [] }, 'text/plain; charset=utf-8'), EXPIRED_BODY)

export const requestDeadline = (): Filter => async (context, next) => {
  if (isLongRunning(context.info)) return next()
  const milliseconds = allowedMs(context.info.query)
  if (milliseconds < LEAST_MS) return expire(context)
  const timer = after(milliseconds, () => expire(context), true)
  try {
    await next()
  } finally {
    timer.cancel()
  }
}
