// One API server over a cluster: from configuration to a listening port. main.ts and cli/ call it; tests do too.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../apimachinery/clock.ts'
import { internalError } from '../apimachinery/status-error.ts'
import { systemRandom } from '../apimachinery/random.ts'
import { clusterCertificates } from '../certs/cluster-certificates.ts'
import type { Authenticator } from './authentication/authenticator.ts'
import { clientCertificate } from './authentication/client-certificate.ts'
import { ServiceAccountTokens } from './authentication/service-account-tokens.ts'
import { staticTokens } from './authentication/static-tokens.ts'
import type { Authorizer } from './authorization/authorizer.ts'
import { alwaysAllow, alwaysDeny, privilegedGroup, publicPaths } from './authorization/built-in.ts'
import { type Cluster, startCluster } from './cluster.ts'
import type { ServerConfig } from './config.ts'
import { dispatch } from './endpoints/dispatch.ts'
import { documentRoutes } from './endpoints/documents.ts'
import { ANONYMOUS } from './filters/authentication.ts'
import { handlerChain } from './filters/handler-chain.ts'
import type { Exchange } from './http/exchange.ts'
import { documentApp } from './http/express-app.ts'
import { type Listener, listen } from './http/listener.ts'
import { type RequestContext, chain } from './http/request-context.ts'
import { requestInfo } from './http/request-info.ts'
import { sendError } from './http/response.ts'
import type { Log } from './log.ts'
import { ServerMetrics } from './metrics/server-metrics.ts'
import { openEmbeddedStore } from './storage/embedded-store.ts'
import { MemoryStore } from './storage/memory-store.ts'
import type { Store } from './storage/store.ts'
import { versionDocument } from './version.ts'

export interface ApiServer {
  readonly port: number
  readonly cluster: Cluster
  /** Certificates in use, for a kubeconfig; undefined where files were given. */
  readonly certificates: Awaited<ReturnType<typeof certificatesFor>>
  /** Not ready first, then no new connections, then the store. */
  stop(): Promise<void>
}

const STOP_GRACE_MS = 2000

/** The minor's tables, from the sources or from the bundle. */
const tablesFolder = (): string => {
  const here = fileURLToPath(new URL('.', import.meta.url))
  return import.meta.url.endsWith('.ts') ? join(here, '../openapi/v1.36') : join(here, 'openapi/v1.36')
}

const certificatesFor = async (config: ServerConfig, serviceAddress: string) => {
  const given = (path: string): string | undefined => (path === '' ? undefined : readFileSync(path, 'utf8'))
  const [certificate, key] = [given(config.tlsCertFile), given(config.tlsPrivateKeyFile)]
  const signing = given(config.serviceAccountSigningKeyFile)
  const clientAuthority = given(config.clientCaFile)
  const complete = certificate !== undefined && key !== undefined && signing !== undefined && clientAuthority !== undefined
  const made = complete ? undefined : await clusterCertificates({
    folder: config.certDir === '' ? join(config.dataDir, 'certs') : config.certDir, now: systemClock.now(),
    dns: ['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local'],
    ip: [...new Set(['127.0.0.1', serviceAddress, config.bindAddress, config.advertiseAddress])].filter((address) => address !== '' && address !== '0.0.0.0' && address !== '::'),
  })
  return {
    serving: certificate !== undefined && key !== undefined ? { certificate, key } : (made as NonNullable<typeof made>).serving,
    clientAuthorities: [...(clientAuthority === undefined ? [] : [clientAuthority]), ...(made ? [made.authority.certificate] : [])],
    signingKey: signing ?? (made as NonNullable<typeof made>).serviceAccountKey,
    authority: made?.authority.certificate, admin: made?.admin,
  }
}

/** First usable address of a range: 10.0.0.0/24 gives 10.0.0.1. */
export const firstAddress = (range: string): string => (range.split(',')[0] ?? '').split('/')[0]?.replace(/(\d+)$/, (last) => String(Number(last) + 1)) ?? ''

const openStore = (config: ServerConfig): Store | Promise<Store> => (config.store === 'memory' ? new MemoryStore(systemClock) : openEmbeddedStore({ folder: config.dataDir, clock: systemClock }))

const authorizersOf = (config: ServerConfig): Authorizer[] => {
  const modes: Record<string, Authorizer> = { AlwaysAllow: alwaysAllow, AlwaysDeny: alwaysDeny }
  return [privilegedGroup, publicPaths, ...config.authorizationModes.flatMap((mode) => modes[mode] ?? [])]
}

const verifyingKeys = (config: ServerConfig, signingKey: string): string[] => [signingKey, ...config.serviceAccountKeyFiles.map((path) => readFileSync(path, 'utf8'))]

/** Starts a server. Rejects when the port, a file or the store cannot be had. */
export const startApiServer = async (config: ServerConfig, log: Log): Promise<ApiServer> => {
  for (const notice of config.notices) log.warn(notice)
  const serviceAddress = firstAddress(config.serviceClusterIpRange)
  const [certificates, store] = await Promise.all([certificatesFor(config, serviceAddress), openStore(config)])
  let cluster: Cluster | undefined
  const tokens = new ServiceAccountTokens({
    issuer: config.serviceAccountIssuer, audiences: config.apiAudiences.length > 0 ? config.apiAudiences : [config.serviceAccountIssuer], clock: systemClock,
    signingKey: certificates.signingKey, verifyingKeys: verifyingKeys(config, certificates.signingKey),
    exists: (namespace, name, uid) => {
      if (!config.serviceAccountLookup) return true
      const accounts = cluster?.storeOf('', 'serviceaccounts')
      const entry = accounts?.get(namespace, name)
      return entry !== undefined && accounts?.decode(entry).metadata.uid === uid
    },
  })
  const authorizers = authorizersOf(config)
  const authenticators: Authenticator[] = [clientCertificate(), ...(config.tokenAuthFile === '' ? [] : [staticTokens(readFileSync(config.tokenAuthFile, 'utf8'))]), tokens]
  const review = async (token: string) => {
    for (const authenticator of authenticators.slice(1)) {
      const identity = await authenticator.authenticate({ headers: { authorization: `Bearer ${token}` }, peer: undefined })
      if (identity) return { ...identity, groups: [...identity.groups, 'system:authenticated'] }
    }
    return undefined
  }
  try {
    cluster = await startCluster({
      store, clock: systemClock, random: systemRandom, tables: tablesFolder(), runtimeConfig: config.runtimeConfig, authorizers, serviceAddress, securePort: config.securePort,
      tokens: { audiences: tokens.audiences, issue: (claim) => tokens.issue(claim), review },
    })
    return await serve(config, log, cluster, certificates, authenticators, authorizers)
  } catch (error) {
    await store.close()
    throw error
  }
}

const serve = async (
  config: ServerConfig, log: Log, cluster: Cluster, certificates: Awaited<ReturnType<typeof certificatesFor>>, authenticators: Authenticator[], authorizers: Authorizer[],
): Promise<ApiServer> => {
  let stopping = false
  const metrics = new ServerMetrics(() => new Map(cluster.parts.registry.definitions().flatMap((definition) => definition.storage === 'virtual' ? [] : [[definition.group === '' ? definition.plural : `${definition.plural}.${definition.group}`, cluster.parts.storeOf(definition).cache.size]])))
  const healthy = { name: 'etcd', failure: () => (cluster.cache.ready() ? undefined : 'the store is gone') }
  const ping = { name: 'ping', failure: () => undefined }
  const shutdown = { name: 'shutdown', failure: () => (stopping ? 'the server is stopping' : undefined) }
  const documents = documentApp(documentRoutes({
    registry: cluster.parts.registry, schemas: cluster.parts.schemas, version: versionDocument(config.reportedVersion),
    serverAddress: `${config.advertiseAddress || config.bindAddress}:${config.securePort}`, checks: { livez: [ping, healthy], readyz: [ping, healthy, shutdown] }, metrics: () => metrics.render(),
  }))
  const resources = dispatch(cluster.parts)
  const observer = {
    started: () => metrics.started(),
    finished: ({ info }: RequestContext, seconds: number) =>
      metrics.finished({ verb: info.verb.toUpperCase(), group: info.group, version: info.version, resource: info.resource, subresource: info.subresource, scope: info.name !== '' ? 'resource' : info.namespace !== '' ? 'namespace' : 'cluster' }, seconds),
  }
  const logError = (message: string, error: unknown): void => log.error(message, error)
  const run = chain(handlerChain({ authenticators, authorizers, observer, logError }), (context) => (context.info.isResource ? resources(context) : documents(context)))
  const handle = (exchange: Exchange): void => {
    const context: RequestContext = { exchange, id: systemRandom.uuid(), info: requestInfo(exchange.method, exchange.url), user: ANONYMOUS, warnings: [] }
    run(context).catch((error: unknown) => {
      log.error('a request failed outside its guard', error)
      if (!exchange.responded) void sendError(context, internalError('the request failed'))
    })
  }
  const listener: Listener = await listen({ address: config.bindAddress, port: config.securePort, certificate: certificates.serving.certificate, key: certificates.serving.key, clientAuthorities: certificates.clientAuthorities, handle })
  const stop = async (): Promise<void> => {
    stopping = true
    await listener.close(STOP_GRACE_MS)
    await cluster.stop()
  }
  return { port: listener.port, cluster, certificates, stop }
}

