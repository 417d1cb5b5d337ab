// The non-resource answers as data: path, and a function to a document. http/express-app.ts mounts them.
import type { Clock } from '../../apimachinery/clock.ts'
import type { SchemaSet } from '../../openapi/schema-set.ts'
import type { DocumentRoute, RouteAnswer } from '../http/express-app.ts'
import type { ResourceRegistry } from '../registry/resource-registry.ts'
import { aggregated, aggregatedVersion, apiGroup, apiGroupList, etagOf, groupsOf, resourceList } from './discovery.ts'
import { type Check, checkText, healthText } from './health.ts'
import { openApiRoutes } from './openapi-documents.ts'

export interface DocumentParts {
  registry: ResourceRegistry
  schemas: SchemaSet
  clock: Clock
  /** /version's answer. */
  version: Readonly<Record<string, string>>
  /** Host and port that clients reach. */
  serverAddress: string
  /** What says how service accounts' tokens are checked, as JSON; undefined where the issuer may not be announced. */
  issuer: { configuration: string; keys: string } | undefined
  checks: Readonly<Record<'healthz' | 'livez' | 'readyz', readonly Check[]>>
  metrics(): Promise<{ contentType: string; text: string }>
}

const json = (document: unknown): RouteAnswer => ({ contentType: 'application/json', body: Buffer.from(`${JSON.stringify(document)}\n`) })

const pretty = (document: unknown): RouteAnswer => ({
  contentType: 'application/json',
  body: Buffer.from(JSON.stringify(document, null, 2)),
})

const withEtag = (bytes: Buffer, contentType: string, ifNoneMatch: string | undefined): RouteAnswer => {
  const etag = etagOf(bytes)
  const headers = { etag, vary: 'Accept', 'cache-control': 'public' }
  return ifNoneMatch === etag ? { status: 304, contentType, headers } : { contentType, headers, body: bytes }
}

/** Keeps what `make` gave until the registry changes. */
const kept = <T>(registry: ResourceRegistry, make: (key: string) => T): ((key: string) => T) => {
  const memory = new Map<string, T>()
  let generation = -1
  return (key) => {
    if (generation !== registry.generation) memory.clear()
    generation = registry.generation
    let made = memory.get(key)
    if (made === undefined) {
      made = make(key)
      memory.set(key, made)
    }
    return made
  }
}

const discoveryRoutes = (parts: DocumentParts): DocumentRoute[] => {
  const { registry } = parts
  const aggregatedBytes = kept(registry, (key) =>
    Buffer.from(`${JSON.stringify(aggregated(registry, key.startsWith('api '), key.split(' ')[1] as string))}\n`),
  )
  const root =
    (core: boolean, plain: () => object): DocumentRoute['answer'] =>
    (request) => {
      const version = aggregatedVersion(request.accept)
      if (!version) return { ...json(plain()), headers: { vary: 'Accept' } }
      return withEtag(
        aggregatedBytes(`${core ? 'api' : 'apis'} ${version}`),
        `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`,
        request.ifNoneMatch,
      )
    }
  const versions = (): object => ({
    kind: 'APIVersions',
    versions: groupsOf(registry).get('') ?? [],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: parts.serverAddress }],
  })
  const found = (document: object | undefined): RouteAnswer | undefined => document && json(document)
  return [
    { path: '/api', answer: root(true, versions) },
    { path: '/apis', answer: root(false, () => apiGroupList(registry)) },
    {
      path: '/api/:version',
      answer: ({ parameters }) => found(resourceList(registry, '', parameters['version'] as string)),
      missing: 'status',
    },
    { path: '/apis/:group', answer: ({ parameters }) => found(apiGroup(registry, parameters['group'] as string)) },
    {
      path: '/apis/:group/:version',
      answer: ({ parameters }) => found(resourceList(registry, parameters['group'] as string, parameters['version'] as string)),
      missing: 'status',
    },
  ]
}

const HEALTH = ['healthz', 'livez', 'readyz'] as const

const healthRoutes = ({ checks }: DocumentParts): DocumentRoute[] =>
  HEALTH.flatMap((name) => [
    { path: `/${name}`, answer: ({ query }) => healthText(name, checks[name], query) },
    {
      path: `/${name}/*check`,
      answer: ({ parameters }) => {
        const check = checks[name].find((candidate) => candidate.name === parameters['check'])
        return check && checkText(check)
      },
    },
  ])

const issuerRoutes = ({ issuer }: DocumentParts): DocumentRoute[] => {
  if (!issuer) return []
  const headers = { 'cache-control': 'public, max-age=3600' }
  const document = (contentType: string, text: string) => (): RouteAnswer => ({ contentType, headers, body: Buffer.from(text) })
  return [
    { path: '/.well-known/openid-configuration', answer: document('application/json', issuer.configuration) },
    { path: '/openid/v1/jwks', answer: document('application/jwk-set+json', issuer.keys) },
  ]
}

/** Every non-resource route. */
export const documentRoutes = (parts: DocumentParts): DocumentRoute[] => {
  const routes: DocumentRoute[] = [
    ...healthRoutes(parts),
    ...discoveryRoutes(parts),
    ...openApiRoutes(parts),
    ...issuerRoutes(parts),
    { path: '/version', answer: () => pretty(parts.version) },
    {
      path: '/metrics',
      answer: async () => {
        const { contentType, text } = await parts.metrics()
        return { contentType, body: Buffer.from(text) }
      },
    },
  ]
  const checked = HEALTH.flatMap((name) => parts.checks[name].map((check) => `/${name}/${check.name}`))
  const listed = (): string[] => {
    const served = [...groupsOf(parts.registry)].flatMap(([group, versions]) =>
      group === ''
        ? versions.map((version) => `/api/${version}`)
        : [`/apis/${group}`, ...versions.map((version) => `/apis/${group}/${version}`)],
    )
    return [...routes.map(({ path }) => path).filter((path) => !/[:*]/.test(path)), ...checked, ...served].sort()
  }
  return [...routes, { path: '/', answer: () => pretty({ paths: listed() }) }]
}
