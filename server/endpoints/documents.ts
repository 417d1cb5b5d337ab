// The non-resource answers as data: path, and a function to a document. http/express-app.ts mounts them.
import type { Clock } from '../../apimachinery/clock.ts'
import type { SchemaSet } from '../../openapi/schema-set.ts'
import type { DocumentRoute, RouteAnswer } from '../http/express-app.ts'
import type { ResourceRegistry } from '../registry/resource-registry.ts'
import { groupsOf } from './discovery.ts'
import { discoveryRoutes } from './discovery-routes.ts'
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

const pretty = (document: unknown): RouteAnswer => ({
  contentType: 'application/json',
  body: Buffer.from(JSON.stringify(document, null, 2)),
})

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
    { path: '/version', getOnly: true, answer: () => pretty(parts.version) },
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
    return ['/apis/', ...routes.map(({ path }) => path).filter((path) => !/[:*]/.test(path)), ...checked, ...served].sort()
  }
  return [...routes, { path: '/', answer: () => pretty({ paths: listed() }) }]
}
