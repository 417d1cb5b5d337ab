// What a server serves: groups, versions and resources, from its aggregated discovery documents, or one by one where it has none.
// Upstream: k8s.io/client-go/discovery.
import { apiVersionOf, at, listAt, parseApiVersion, textAt, type Value } from '../apimachinery/kube-object.ts'
import type { ApiClient } from './api-client.ts'
import type { ApiResource } from './resource.ts'

export interface DiscoveredResource extends ApiResource {
  readonly verbs: readonly string[]
}

export interface Discovery {
  /** All versions of all groups; the preferred version of a group first. Subresources are left out. */
  readonly resources: readonly DiscoveredResource[]
  /** Preferred version by group. */
  readonly preferred: ReadonlyMap<string, string>
  /** Groups and versions that did not answer, and why. */
  readonly failures: ReadonlyMap<string, string>
}

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json'

interface Found {
  resources: DiscoveredResource[]
  preferred: Map<string, string>
  failures: Map<string, string>
}

/** Asks for both roots. Throws when neither can be had. */
export const discover = async (client: ApiClient, signal?: AbortSignal): Promise<Discovery> => {
  const found: Found = { resources: [], preferred: new Map(), failures: new Map() }
  for (const root of ['/api', '/apis']) {
    const document = await client.document(root, AGGREGATED, signal)
    if (document.kind === 'APIGroupDiscoveryList') readAggregated(document as unknown as Value, found)
    else await readPlain(client, root, document as unknown as Value, found, signal)
  }
  return found
}

const readAggregated = (document: Value, found: Found): void => {
  for (const item of listAt(document, 'items')) {
    const group = textAt(item, 'metadata', 'name')
    for (const entry of listAt(item, 'versions')) {
      const version = textAt(entry, 'version')
      if (!found.preferred.has(group)) found.preferred.set(group, version)
      if (textAt(entry, 'freshness') === 'Stale')
        found.failures.set(apiVersionOf(group, version), `stale GroupVersion discovery: ${apiVersionOf(group, version)}`)
      for (const resource of listAt(entry, 'resources')) {
        found.resources.push({
          group,
          version,
          resource: textAt(resource, 'resource'),
          kind: textAt(resource, 'responseKind', 'kind'),
          namespaced: textAt(resource, 'scope') === 'Namespaced',
          verbs: listAt(resource, 'verbs') as string[],
        })
      }
    }
  }
}

const readPlain = async (client: ApiClient, root: string, document: Value, found: Found, signal?: AbortSignal): Promise<void> => {
  const versions =
    root === '/api'
      ? (listAt(document, 'versions') as string[])
      : listAt(document, 'groups').flatMap((group) => listAt(group, 'versions').map((version) => textAt(version, 'groupVersion')))
  for (const groupVersion of versions) {
    const { group, version } = parseApiVersion(groupVersion) ?? { group: '', version: groupVersion }
    if (!found.preferred.has(group)) found.preferred.set(group, version)
    try {
      const list = await client.document(`${root}/${groupVersion}`, 'application/json', signal)
      for (const resource of listAt(list, 'resources')) {
        const name = textAt(resource, 'name')
        if (name.includes('/')) continue
        const verbs = listAt(resource, 'verbs') as string[]
        found.resources.push({
          group,
          version,
          resource: name,
          kind: textAt(resource, 'kind'),
          namespaced: at(resource, 'namespaced') === true,
          verbs,
        })
      }
    } catch (error) {
      signal?.throwIfAborted()
      found.failures.set(groupVersion, (error as Error).message)
    }
  }
}

/** One version of each resource: the group's preferred one, or the first that has it. */
export const preferredResources = ({ resources, preferred }: Discovery): DiscoveredResource[] => {
  const chosen = new Map<string, DiscoveredResource>()
  for (const resource of resources) {
    const key = `${resource.group}/${resource.resource}`
    const known = chosen.get(key)
    if (!known || (resource.version === preferred.get(resource.group) && known.version !== resource.version)) chosen.set(key, resource)
  }
  return [...chosen.values()]
}
