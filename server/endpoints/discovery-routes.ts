// The routes of discovery. What upstream serves through its router takes only GET and its router's media types; the rest any method, and
// negotiates alone. Upstream: k8s.io/apiserver/pkg/endpoints/discovery, k8s.io/kube-aggregator/pkg/apiserver.
import { pathNotFound } from '../../apimachinery/status-error.ts'
import type { SchemaSet } from '../../openapi/schema-set.ts'
import type { DocumentRoute, RouteAnswer, RouteRequest } from '../http/express-app.ts'
import { JSON_TYPE, PROTOBUF_TYPE, YAML_TYPE, yamlOf } from '../http/response.ts'
import type { ResourceRegistry } from '../registry/resource-registry.ts'
import { routeMatches } from './accept-clauses.ts'
import { aggregated, apiGroup, apiGroupList, etagOf, groupsOf, resourceList, wantsAggregated } from './discovery.ts'
import { objectEnvelope } from './protobuf-answers.ts'
import { MEDIA_TYPES, notAcceptable, notNegotiable, plainFormat } from './representation.ts'

export interface DiscoveryParts {
  registry: ResourceRegistry
  schemas: SchemaSet
  /** Host and port that clients reach. */
  serverAddress: string
}

const AGGREGATED_TYPE = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'

const withEtag = (bytes: Buffer, contentType: string, ifNoneMatch: string | undefined): RouteAnswer => {
  const etag = etagOf(bytes)
  const headers = { etag, vary: 'Accept', 'cache-control': 'public' }
  return ifNoneMatch === etag ? { status: 304, contentType, headers } : { contentType, headers, body: bytes }
}

/** Keeps what `make` gave until the registry changes. */
const kept = <T>(registry: ResourceRegistry, make: (core: boolean) => T): ((core: boolean) => T) => {
  const memory = new Map<boolean, T>()
  let generation = -1
  return (core) => {
    if (generation !== registry.generation) memory.clear()
    generation = registry.generation
    let made = memory.get(core)
    if (made === undefined) {
      made = make(core)
      memory.set(core, made)
    }
    return made
  }
}

/** A document in the form that the client takes. */
const negotiated = (schemas: SchemaSet, { accept, pretty }: RouteRequest, document: object): RouteAnswer => {
  const format = plainFormat(accept)
  if (!format) throw notNegotiable(false)
  if (format === 'protobuf') {
    const schema = schemas.type(`meta/v1.${(document as { kind: string }).kind}`)
    return { contentType: PROTOBUF_TYPE, body: objectEnvelope(schema, { apiVersion: 'v1', ...document }) }
  }
  const json = Buffer.from(pretty ? JSON.stringify(document, null, 2) : `${JSON.stringify(document)}\n`)
  return format === 'yaml' ? { contentType: YAML_TYPE, body: yamlOf(json) } : { contentType: JSON_TYPE, body: json }
}

/** What upstream's router asks first. */
const checkRoute = ({ accept }: RouteRequest): void => {
  if (accept && !routeMatches(accept, MEDIA_TYPES)) throw notAcceptable(false)
}

export const discoveryRoutes = ({ registry, schemas, serverAddress }: DiscoveryParts): DocumentRoute[] => {
  const aggregatedBytes = kept(registry, (core) => Buffer.from(`${JSON.stringify(aggregated(registry, core))}\n`))
  const root = (request: RouteRequest, core: boolean, plain: () => object): RouteAnswer =>
    wantsAggregated(request.accept)
      ? withEtag(aggregatedBytes(core), AGGREGATED_TYPE, request.ifNoneMatch)
      : negotiated(schemas, request, plain())
  const versions = (): object => ({
    kind: 'APIVersions',
    versions: groupsOf(registry).get('') ?? [],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
  })
  const resources = (request: RouteRequest, group: string): RouteAnswer => {
    checkRoute(request)
    const document = resourceList(registry, group, request.parameters['version'] as string)
    if (!document) throw pathNotFound()
    return negotiated(schemas, request, document)
  }
  return [
    {
      path: '/api',
      getOnly: true,
      answer: (request) => {
        checkRoute(request)
        return root(request, true, versions)
      },
    },
    { path: '/apis', answer: (request) => root(request, false, () => apiGroupList(registry)) },
    { path: '/api/:version', getOnly: true, answer: (request) => resources(request, '') },
    {
      path: '/apis/:group',
      answer: (request) => {
        const document = apiGroup(registry, request.parameters['group'] as string)
        return document && negotiated(schemas, request, document)
      },
    },
    {
      path: '/apis/:group/:version',
      getOnly: true,
      answer: (request) => {
        const group = request.parameters['group'] as string
        // No group of ours: no API's path.
        return groupsOf(registry).has(group) ? resources(request, group) : undefined
      },
    },
  ]
}
