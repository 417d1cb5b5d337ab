// What happens to each request: the filter chain, then the dispatcher for resources or Express for the rest.

import { systemRandom } from '../apimachinery/random.ts'
import { internalError } from '../apimachinery/status-error.ts'
import type { Authenticator } from './authentication/authenticator.ts'
import { issuerDocuments } from './authentication/issuer-documents.ts'
import type { Cluster } from './cluster.ts'
import type { ServerConfig } from './config.ts'
import { dispatch } from './endpoints/dispatch.ts'
import { documentRoutes } from './endpoints/documents.ts'
import { errorAnswer } from './endpoints/error-answer.ts'
import { ANONYMOUS } from './filters/authentication.ts'
import { handlerChain } from './filters/handler-chain.ts'
import { healthChecks } from './health-checks.ts'
import type { Exchange } from './http/exchange.ts'
import { documentApp } from './http/express-app.ts'
import { chain, type RequestContext } from './http/request-context.ts'
import { requestInfo } from './http/request-info.ts'
import { sendError, sendUnreadable } from './http/response.ts'
import type { Log } from './log.ts'
import type { ServerMetrics } from './metrics/server-metrics.ts'
import { groupResource } from './registry/resource-definition.ts'
import { requestObserver } from './request-observer.ts'
import { versionDocument } from './version.ts'

export interface HandlerParts {
  config: ServerConfig
  log: Log
  cluster: Cluster
  metrics: ServerMetrics
  authenticators: readonly Authenticator[]
  /** PEM of the keys that check service accounts' tokens. */
  issuerKeys: readonly string[]
  stopping(): boolean
}

/** Objects stored, by resource. */
function* objectCounts({ parts }: Cluster): Generator<{ group: string; resource: string; count: number }> {
  for (const definition of parts.registry.definitions()) {
    if (definition.storage !== 'virtual') yield { ...groupResource(definition), count: parts.storeOf(definition).cache.size }
  }
}

const documentsOf = ({ config, cluster, metrics, issuerKeys, stopping }: HandlerParts): ((context: RequestContext) => Promise<void>) => {
  const version = versionDocument(config.reportedVersion)
  const serverAddress = `${config.advertiseAddress || config.bindAddress}:${config.securePort}`
  return documentApp(
    documentRoutes({
      registry: cluster.parts.registry,
      schemas: cluster.parts.schemas,
      clock: cluster.parts.clock,
      version,
      serverAddress,
      issuer: issuerDocuments({ url: config.serviceAccountIssuer, keys: issuerKeys, address: serverAddress }),
      checks: healthChecks(cluster, config.authorizationModes.includes('RBAC'), stopping),
      metrics: () => metrics.render({ version, objects: () => objectCounts(cluster), storageBytes: () => cluster.cache.store.fileBytes() }),
    }),
  )
}

/** One function for every exchange. Never throws. */
export const requestHandler = (parts: HandlerParts): ((exchange: Exchange) => void) => {
  const { config, log, cluster, metrics, authenticators } = parts
  const documents = documentsOf(parts)
  const resources = dispatch(cluster.parts)
  const logError = (message: string, error: unknown): void => log.error(message, error)
  const filters = handlerChain({
    authenticators,
    authorizers: cluster.authorizers,
    anonymous: config.anonymousAuth,
    observer: requestObserver(metrics),
    logError,
    answerError: errorAnswer(cluster.parts.schemas),
  })
  const run = chain(filters, (context) => (context.info.isResource ? resources(context) : documents(context)))
  return (exchange) => {
    const info = requestInfo(exchange.method, exchange.url)
    const context: RequestContext = { exchange, id: systemRandom.uuid(), info, user: ANONYMOUS, warnings: [], routed: false }
    if (info.unreadable) return sendUnreadable(context)
    run(context).catch((error: unknown) => {
      logError('a request failed outside its guard', error)
      if (!exchange.responded) sendError(context, internalError('the request failed'))
    })
  }
}
