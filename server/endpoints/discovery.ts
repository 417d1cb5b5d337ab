// What the server serves, as documents: the old lists and the aggregated one. Made from the registry, kept until it changes.
// Upstream: k8s.io/apiserver/pkg/endpoints/discovery, discovery/aggregated.
import { createHash } from 'node:crypto'
import { apiVersionOf } from '../../apimachinery/kube-object.ts'
import { JSON_TYPE } from '../http/response.ts'
import type { ResourceDefinition, ServedVersion } from '../registry/resource-definition.ts'
import type { ResourceRegistry } from '../registry/resource-registry.ts'
import { acceptClauses, takes } from './accept-clauses.ts'

/** Whether a client takes the aggregated form, wherever in its header that stands. */
export const wantsAggregated = (accept: string | undefined): boolean =>
  acceptClauses(accept ?? '').some(
    (clause) =>
      takes(clause, JSON_TYPE) &&
      clause.parameters.get('as') === 'APIGroupDiscoveryList' &&
      clause.parameters.get('g') === 'apidiscovery.k8s.io' &&
      clause.parameters.get('v') === 'v2',
  )

/** Groups in order, each with its versions in order. */
export const groupsOf = (registry: ResourceRegistry): Map<string, string[]> => {
  const groups = new Map<string, string[]>()
  for (const { group, versions } of registry.definitions()) {
    const known = groups.get(group) ?? []
    for (const { name, served } of versions) if (served && !known.includes(name)) known.push(name)
    if (known.length > 0) groups.set(group, known.sort(byPriority))
  }
  return groups
}

/** Upstream's version order: stable before beta before alpha, higher first. */
const byPriority = (a: string, b: string): number => {
  const rank = (version: string): number[] => {
    const [, major = '0', stage, minor = '0'] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version) ?? []
    return [stage === undefined ? 2 : stage === 'beta' ? 1 : 0, Number(major), Number(minor)]
  }
  const [x, y] = [rank(a), rank(b)]
  for (let index = 0; index < 3; index++) if (x[index] !== y[index]) return (y[index] as number) - (x[index] as number)
  return 0
}

/** What a group's version serves. */
export const inVersion = (
  registry: ResourceRegistry,
  group: string,
  version: string,
): { definition: ResourceDefinition; served: ServedVersion }[] =>
  registry.definitions().flatMap((definition) => {
    const served =
      definition.group === group ? definition.versions.find((candidate) => candidate.name === version && candidate.served) : undefined
    return served ? [{ definition, served }] : []
  })

const storageHash = ({ storage }: ResourceDefinition): string | undefined =>
  storage === 'virtual'
    ? undefined
    : createHash('sha256').update(`${storage.group}/${storage.version}/${storage.kind}`).digest().subarray(0, 8).toString('base64')

const listed = (
  group: string,
  version: string,
  { definition, served }: { definition: ResourceDefinition; served: ServedVersion },
): object[] => {
  const namespaced = definition.scope === 'Namespaced'
  const hash = storageHash(definition)
  const own = {
    name: definition.plural,
    singularName: definition.singular,
    namespaced,
    kind: served.kind,
    verbs: served.verbs,
    ...(definition.shortNames.length > 0 ? { shortNames: definition.shortNames } : {}),
    ...(definition.categories.length > 0 ? { categories: definition.categories } : {}),
    ...(hash === undefined ? {} : { storageVersionHash: hash }),
  }
  const subresources = Object.entries(served.subresources).map(([name, { kind, verbs }]) => {
    const foreign = kind.group !== group || kind.version !== version
    return {
      name: `${definition.plural}/${name}`,
      singularName: '',
      namespaced,
      ...(foreign ? { group: kind.group, version: kind.version } : {}),
      kind: kind.kind,
      verbs,
    }
  })
  return [own, ...subresources]
}

/** /api/v1, /apis/GROUP/VERSION; undefined when not served. */
export const resourceList = (registry: ResourceRegistry, group: string, version: string): object | undefined => {
  if (!registry.serves(group, version)) return undefined
  const resources = inVersion(registry, group, version).flatMap((entry) => listed(group, version, entry))
  return { kind: 'APIResourceList', ...(group === '' ? {} : { apiVersion: 'v1' }), groupVersion: apiVersionOf(group, version), resources }
}

const groupDocument = (group: string, versions: readonly string[]): object => {
  const all = versions.map((version) => ({ groupVersion: apiVersionOf(group, version), version }))
  return { name: group, versions: all, preferredVersion: all[0] }
}

/** /apis/GROUP. */
export const apiGroup = (registry: ResourceRegistry, group: string): object | undefined => {
  const versions = groupsOf(registry).get(group)
  return versions && group !== '' ? { kind: 'APIGroup', apiVersion: 'v1', ...groupDocument(group, versions) } : undefined
}

/** /apis. */
export const apiGroupList = (registry: ResourceRegistry): object => ({
  kind: 'APIGroupList',
  apiVersion: 'v1',
  groups: [...groupsOf(registry)].filter(([group]) => group !== '').map(([group, versions]) => groupDocument(group, versions)),
})

const discovered = (
  group: string,
  version: string,
  { definition, served }: { definition: ResourceDefinition; served: ServedVersion },
): object => ({
  resource: definition.plural,
  responseKind: { group: '', version: '', kind: served.kind },
  scope: definition.scope,
  singularResource: definition.singular,
  verbs: served.verbs,
  ...(definition.shortNames.length > 0 ? { shortNames: definition.shortNames } : {}),
  ...(definition.categories.length > 0 ? { categories: definition.categories } : {}),
  ...(Object.keys(served.subresources).length === 0
    ? {}
    : {
        subresources: Object.entries(served.subresources).map(([subresource, { kind, verbs }]) => {
          const foreign = kind.group !== group || kind.version !== version
          return {
            subresource,
            responseKind: { group: foreign ? kind.group : '', version: foreign ? kind.version : '', kind: kind.kind },
            verbs,
          }
        }),
      }),
})

/** The aggregated document of /api (core) or /apis (the rest). */
export const aggregated = (registry: ResourceRegistry, core: boolean): object => ({
  kind: 'APIGroupDiscoveryList',
  apiVersion: 'apidiscovery.k8s.io/v2',
  metadata: {},
  items: [...groupsOf(registry)]
    .filter(([group]) => (group === '') === core)
    .map(([group, versions]) => ({
      metadata: group === '' ? {} : { name: group },
      versions: versions.map((version) => ({
        version,
        resources: inVersion(registry, group, version).map((entry) => discovered(group, version, entry)),
        freshness: 'Current',
      })),
    })),
})

/** A document's ETag: quoted, upper case. */
export const etagOf = (bytes: Uint8Array): string => `"${createHash('sha512').update(bytes).digest('hex').toUpperCase()}"`
