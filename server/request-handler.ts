// What happens to each request: the filter chain, then the dispatcher for resources or Express for the rest.

import { qualified } from '../apimachinery/kube-object.ts'
import { systemRandom } from '../apimachinery/random.ts'
import { internalError } from '../apimachinery/status-error.ts'
import type { Authenticator } from './authentication/authenticator.ts'
import type { Authorizer } from './authorization/authorizer.ts'
import type { Cluster } from './cluster.ts'
import type { ServerConfig } from './config.ts'
import { dispatch } from './endpoints/dispatch.ts'
import { documentRoutes } from './endpoints/documents.ts'
import { errorAnswer } from './endpoints/error-answer.ts'
import { ANONYMOUS } from './filters/authentication.ts'
import { handlerChain } from './filters/handler-chain.ts'
import type { Exchange } from './http/exchange.ts'
import { documentApp } from './http/express-app.ts'
import { chain, type RequestContext } from './http/request-context.ts'
import { requestInfo } from './http/request-info.ts'
import { sendError } from './http/response.ts'
import type { Log } from './log.ts'
import { ServerMetrics } from './metrics/server-metrics.ts'
import { groupResource } from './registry/resource-definition.ts'
import { versionDocument } from './version.ts'

export interface HandlerParts {
  config: ServerConfig
  log: Log
  cluster: Cluster
  authenticators: readonly Authenticator[]
  authorizers: readonly Authorizer[]
  stopping(): boolean
}

/** Objects stored, by resource. */
const objectCounts = ({ parts }: Cluster): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const definition of parts.registry.definitions()) {
    if (definition.storage !== 'virtual') counts.set(qualified(groupResource(definition)), parts.storeOf(definition).cache.size)
  }
  return counts
}

const documentsOf = ({ config, cluster, stopping }: HandlerParts, metrics: ServerMetrics): ((context: RequestContext) => Promise<void>) => {
  const ping = { name: 'ping', failure: () => undefined }
  const store = { name: 'etcd', failure: () => (cluster.cache.ready() ? undefined : 'the store is gone') }
  const shutdown = { name: 'shutdown', failure: () => (stopping() ? 'the server is stopping' : undefined) }
  return documentApp(
    documentRoutes({
      registry: cluster.parts.registry,
      schemas: cluster.parts.schemas,
      clock: cluster.parts.clock,
      version: versionDocument(config.reportedVersion),
      serverAddress: `${config.advertiseAddress || config.bindAddress}:${config.securePort}`,
      checks: { livez: [ping, store], readyz: [ping, store, shutdown] },
      metrics: () => metrics.render(),
    }),
  )
}

const observerOf = (metrics: ServerMetrics) => ({
  started: (): void => metrics.started(),
  finished: ({ info }: RequestContext, seconds: number): void => {
    const { verb, group, version, resource, subresource, name, namespace } = info
    const scope = name !== '' ? 'resource' : namespace !== '' ? 'namespace' : 'cluster'
    metrics.finished({ verb: verb.toUpperCase(), group, version, resource, subresource, scope }, seconds)
  },
})

/** One function for every exchange. Never throws. */
export const requestHandler = (parts: HandlerParts): ((exchange: Exchange) => void) => {
  const { log, cluster, authenticators, authorizers } = parts
  const metrics = new ServerMetrics(() => objectCounts(cluster))
  const documents = documentsOf(parts, metrics)
  const resources = dispatch(cluster.parts)
  const logError = (message: string, error: unknown): void => log.error(message, error)
  const filters = handlerChain({
    authenticators,
    authorizers,
    observer: observerOf(metrics),
    logError,
    answerError: errorAnswer(cluster.parts.schemas),
  })
  const run = chain(filters, (context) => (context.info.isResource ? resources(context) : documents(context)))
  return (exchange) => {
    const info = requestInfo(exchange.method, exchange.url)
    const context: RequestContext = { exchange, id: systemRandom.uuid(), info, user: ANONYMOUS, warnings: [] }
    run(context).catch((error: unknown) => {
      logError('a request failed outside its guard', error)
      if (!exchange.responded) sendError(context, internalError('the request failed'))
    })
  }
}
