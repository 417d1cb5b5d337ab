// One API server over a cluster: from configuration to a listening port. main.ts and cli/ call it; tests do too.
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../apimachinery/clock.ts'
import { after } from '../apimachinery/machine-clock.ts'
import { systemRandom } from '../apimachinery/random.ts'
import { clusterCertificates } from '../certs/cluster-certificates.ts'
import type { Authenticator } from './authentication/authenticator.ts'
import { clientCertificate } from './authentication/client-certificate.ts'
import { LegacyTokens } from './authentication/legacy-tokens.ts'
import { ServiceAccountTokens } from './authentication/service-account-tokens.ts'
import { staticTokens } from './authentication/static-tokens.ts'
import { websocketProtocol } from './authentication/websocket-protocol.ts'
import type { AuthenticationInfo } from './bootstrap/authentication-config.ts'
import { type Cluster, startCluster } from './cluster.ts'
import type { ServerConfig } from './config.ts'
import { advertisedAddress } from './host-address.ts'
import { listen } from './http/listener.ts'
import type { KubeletOptions } from './kind-services.ts'
import type { Log } from './log.ts'
import { ServerMetrics } from './metrics/server-metrics.ts'
import { objectPresence } from './object-presence.ts'
import { requestHandler } from './request-handler.ts'
import { openEmbeddedStore } from './storage/embedded-store.ts'
import { MemoryStore } from './storage/memory-store.ts'
import type { Store } from './storage/store.ts'
import { labelSecret, tokenSecrets } from './token-secrets.ts'

export interface ApiServer {
  readonly port: number
  readonly cluster: Cluster
  /** Certificates in use, for a kubeconfig; undefined where files were given. */
  readonly certificates: Awaited<ReturnType<typeof certificatesFor>>
  /** Not ready first, then no new connections, watches ended, running requests given a while, then the store. */
  stop(): Promise<void>
}

/** Running requests may take this long to finish once the server stops. */
const STOP_GRACE_MS = 5000

interface Security {
  certificates: Awaited<ReturnType<typeof certificatesFor>>
  authenticators: readonly Authenticator[]
  metrics: ServerMetrics
}

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
  const made = complete
    ? undefined
    : await clusterCertificates({
        folder: config.certDir === '' ? join(config.dataDir, 'certs') : config.certDir,
        now: systemClock.now(),
        dns: ['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local'],
        ip: [...new Set(['127.0.0.1', serviceAddress, config.bindAddress, config.advertiseAddress])].filter(
          (address) => address !== '' && address !== '0.0.0.0' && address !== '::',
        ),
      })
  return {
    serving: certificate !== undefined && key !== undefined ? { certificate, key } : (made as NonNullable<typeof made>).serving,
    clientAuthorities: [...(clientAuthority === undefined ? [] : [clientAuthority]), ...(made ? [made.authority.certificate] : [])],
    signingKey: signing ?? (made as NonNullable<typeof made>).serviceAccountKey,
    authority: made?.authority.certificate,
    admin: made?.admin,
  }
}

/** First usable address of a range: 10.0.0.0/24 gives 10.0.0.1. */
export const firstAddress = (range: string): string =>
  (range.split(',')[0] ?? '').split('/')[0]?.replace(/(\d+)$/, (last) => String(Number(last) + 1)) ?? ''

const openStore = async (config: ServerConfig): Promise<Store> =>
  config.store === 'memory' ? new MemoryStore(systemClock) : openEmbeddedStore({ folder: config.dataDir, clock: systemClock })

const verifyingKeys = (config: ServerConfig, signingKey: string): string[] => [
  signingKey,
  ...config.serviceAccountKeyFiles.map((path) => readFileSync(path, 'utf8')),
]

/** The keys that others are told of: those of the files, or the signing key alone. */
const announcedKeys = (config: ServerConfig, signingKey: string): string[] => {
  const [own, ...files] = verifyingKeys(config, signingKey)
  return files.length > 0 ? files : [own as string]
}

const authenticationInfo = (config: ServerConfig, clientAuthorities: readonly string[]): AuthenticationInfo => {
  const { clientCaFile, ...names } = config.requestHeader
  const authorities = clientCaFile === '' ? '' : readFileSync(clientCaFile, 'utf8')
  return { clientAuthorities: clientAuthorities.join(''), requestHeader: { authorities, ...names } }
}

const kubeletOptions = ({ kubelet }: ServerConfig): KubeletOptions => {
  const given = (path: string): string => (path === '' ? '' : readFileSync(path, 'utf8'))
  const { certificateFile, keyFile, authorityFile, preferredAddressTypes } = kubelet
  const credentials = { certificate: given(certificateFile), key: given(keyFile), authorities: given(authorityFile) }
  return { credentials, preferredAddressTypes }
}

/** `cluster` is there once requests come. */
const legacyTokens = (config: ServerConfig, signingKey: string, log: Log, cluster: () => Cluster | undefined): LegacyTokens => {
  const [secretOf, isThere] = [tokenSecrets(), objectPresence()]
  return new LegacyTokens({
    verifyingKeys: verifyingKeys(config, signingKey),
    lookup: config.serviceAccountLookup,
    clock: systemClock,
    secret: (namespace, name) => secretOf(cluster() as Cluster, namespace, name),
    accountStands: (namespace, name, uid) => isThere((cluster() as Cluster).storeOf('', 'serviceaccounts'), namespace, name, uid),
    label: (...label) =>
      void labelSecret(cluster() as Cluster, ...label).catch((error) => log.error('a token could not be marked as used', error)),
  })
}

/** The store opens while certificates are read and kinds are put together. */
const startOn = async (opening: Promise<Store>, config: ServerConfig, log: Log): Promise<ApiServer> => {
  const serviceAddress = firstAddress(config.serviceClusterIpRange)
  const certificates = await certificatesFor(config, serviceAddress)
  let cluster: Cluster | undefined
  const isThere = objectPresence()
  const metrics = new ServerMetrics()
  const tokens = new ServiceAccountTokens({
    issuer: config.serviceAccountIssuer,
    audiences: config.apiAudiences.length > 0 ? config.apiAudiences : [config.serviceAccountIssuer],
    clock: systemClock,
    random: systemRandom,
    signingKey: certificates.signingKey,
    verifyingKeys: verifyingKeys(config, certificates.signingKey),
    exists: (plural, namespace, name, uid) => {
      if (!config.serviceAccountLookup) return true
      return cluster !== undefined && isThere(cluster.storeOf('', plural), namespace, name, uid)
    },
  })
  const tokenAuthenticators: Authenticator[] = [
    ...(config.tokenAuthFile === '' ? [] : [staticTokens(readFileSync(config.tokenAuthFile, 'utf8'))]),
    legacyTokens(config, certificates.signingKey, log, () => cluster),
    tokens,
  ]
  const review = async (token: string) => {
    for (const authenticator of tokenAuthenticators) {
      const identity = await authenticator.authenticate({ headers: { authorization: `Bearer ${token}` }, peer: undefined })
      if (identity) return { ...identity, groups: [...identity.groups, 'system:authenticated'] }
    }
    return undefined
  }
  const authenticators = [clientCertificate(), ...tokenAuthenticators, websocketProtocol(review)]
  cluster = await startCluster({
    serviceCidrs: config.serviceClusterIpRange.split(','),
    nodePortRange: config.serviceNodePortRange,
    metrics,
    store: opening,
    clock: systemClock,
    random: systemRandom,
    tables: tablesFolder(),
    runtimeConfig: config.runtimeConfig,
    logError: (error) => log.error('a bootstrap object could not be made', error),
    admission: config,
    authorizationModes: config.authorizationModes,
    kubelets: kubeletOptions(config),
    tokens: { audiences: tokens.audiences, issue: (claim) => tokens.issue(claim), review },
  })
  return await serve(config, log, cluster, { certificates, authenticators, metrics })
}

const serve = async (config: ServerConfig, log: Log, cluster: Cluster, security: Security): Promise<ApiServer> => {
  const { certificates } = security
  let stopping = false
  const issuerKeys = announcedKeys(config, certificates.signingKey)
  const handle = requestHandler({ config, log, cluster, ...security, issuerKeys, stopping: () => stopping })
  const listener = await listen({
    address: config.bindAddress,
    port: config.securePort,
    certificate: certificates.serving.certificate,
    key: certificates.serving.key,
    clientAuthorities: certificates.clientAuthorities,
    handle,
  })
  cluster.announce({
    serviceAddress: firstAddress(config.serviceClusterIpRange),
    serviceCidrs: config.serviceClusterIpRange.split(','),
    advertiseAddress: advertisedAddress(config),
    securePort: listener.port,
    hostname: hostname(),
    authentication: authenticationInfo(config, certificates.clientAuthorities),
  })
  const stop = async (): Promise<void> => {
    stopping = true
    if (config.shutdownDelayMs > 0) await new Promise<void>((resolve) => void after(config.shutdownDelayMs, resolve, true))
    const closed = listener.close(STOP_GRACE_MS)
    cluster.endWatches()
    await closed
    await cluster.stop()
  }
  return { port: listener.port, cluster, certificates, stop }
}

/** Starts a server. Rejects when the port, a file or the store cannot be had. */
export const startApiServer = async (config: ServerConfig, log: Log): Promise<ApiServer> => {
  for (const notice of config.notices) log.warn(notice)
  const opening = openStore(config)
  opening.catch(() => undefined)
  try {
    return await startOn(opening, config, log)
  } catch (error) {
    await opening.then(
      (store) => store.close(),
      () => undefined,
    )
    throw error
  }
}
