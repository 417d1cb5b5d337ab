// The admission chain of a cluster: what its plug-ins read and ask, filled from the watch caches, the authorizers and the write path.

import type { Clock } from '../apimachinery/clock.ts'
import type { Frozen, KubeObject } from '../apimachinery/kube-object.ts'
import { cloneTree } from '../apimachinery/kube-object.ts'
import type { Random } from '../apimachinery/random.ts'
import { notFound } from '../apimachinery/status-error.ts'
import { AdmissionChain } from './admission/admission.ts'
import type { AdmissionParts, Prepared } from './admission/admission-parts.ts'
import { builtInPlugins } from './admission/built-in-plugins.ts'
import type { NamespaceState } from './admission/namespace-lifecycle.ts'
import { enabledPlugins } from './admission/plugin-order.ts'
import { type Authorizer, decide } from './authorization/authorizer.ts'
import { keptWithEntries } from './registry/kept-with-entries.ts'
import { groupResource, type WriteContext } from './registry/resource-definition.ts'
import type { ResourceRegistry } from './registry/resource-registry.ts'
import type { Entry, ResourceStore } from './registry/resource-store.ts'
import { createObject, updateObject, type WriteServices } from './registry/write-path.ts'

export interface AdmissionOptions {
  /** Names of plug-ins that are on besides those that are by default. */
  readonly enabledAdmissionPlugins: readonly string[]
  /** Names of plug-ins that are off. */
  readonly disabledAdmissionPlugins: readonly string[]
  readonly tolerationSeconds: AdmissionParts['tolerationSeconds']
}

export interface AdmissionSources {
  readonly options: AdmissionOptions
  readonly clock: Clock
  readonly random: Random
  readonly authorizers: readonly Authorizer[]
  readonly registry: ResourceRegistry
  storeOf(group: string, plural: string): ResourceStore | undefined
  /** The server's own. */
  readonly context: WriteContext
  /** There once the chain is. */
  write(): WriteServices
}

/** Lists that are kept; past them all are made anew. */
const MOST_LISTS = 1000
const NONE: readonly never[] = []

const preparedFrom = <T>(store: ResourceStore, prepare: (object: Frozen<KubeObject>) => T): Prepared<T> => {
  const kept = keptWithEntries(prepare)
  const of = (entry: Entry): T => kept(store, entry)
  const lists = new Map<string, readonly T[]>()
  store.cache.listen(() => lists.clear())
  return {
    get: (namespace, name) => {
      const entry = store.get(namespace, name)
      return entry && of(entry)
    },
    list: (namespace) => {
      if (store.cache.size === 0) return NONE
      let found = lists.get(namespace)
      if (!found) {
        if (lists.size >= MOST_LISTS) lists.clear()
        lists.set(namespace, (found = store.cache.range(store.prefix(namespace)).map(of)))
      }
      return found
    },
  }
}

const NO_OBJECTS: Prepared<never> = { get: () => undefined, list: () => NONE }

/** What NamespaceLifecycle asks: read off the cache without decoding. */
const namespaceState = (namespaces: ResourceStore | undefined): NamespaceState => {
  return (name) => {
    const entry = namespaces?.get('', name)
    if (!entry) return 'missing'
    return entry.fields['status.phase'] === 'Terminating' ? 'terminating' : 'active'
  }
}

const quotaWriter = ({ storeOf, context, write }: AdmissionSources): AdmissionParts['writeQuotaUsage'] => {
  return async (namespace, name, resourceVersion, used) => {
    const quotas = storeOf('', 'resourcequotas')
    const version = quotas?.definition.versions[0]
    if (!quotas || !version) throw notFound({ group: '', resource: 'resourcequotas' }, name)
    const change = (current: Frozen<KubeObject> | undefined): KubeObject => {
      if (!current) throw notFound(groupResource(quotas.definition), name)
      const quota = cloneTree<KubeObject>(current)
      quota['status'] = { ...(quota['status'] as object | undefined), used: { ...used } }
      quota.metadata.resourceVersion = resourceVersion
      return quota
    }
    const request = { name, change, strategy: { allowUnconditionalUpdate: true }, subresource: 'status', version }
    await updateObject(quotas, request, { ...context, namespace }, write())
  }
}

const partsOf = (sources: AdmissionSources): AdmissionParts => ({
  clock: sources.clock,
  random: sources.random,
  namespaceState: namespaceState(sources.storeOf('', 'namespaces')),
  tolerationSeconds: sources.options.tolerationSeconds,
  prepared: (group, plural, prepare) => {
    const store = sources.storeOf(group, plural)
    return store ? preparedFrom(store, prepare) : NO_OBJECTS
  },
  authorize: async (user, question) => {
    const attributes = { ...question, user: { name: user.name, groups: user.groups }, path: '', isResource: true }
    const { decision, reason } = await decide(sources.authorizers, attributes)
    return { allowed: decision === 'Allow', reason }
  },
  resourceOf: (group, version, kind) => {
    const definition = sources.registry.byKind(group, kind)
    const served = definition?.versions.some((candidate) => candidate.name === version && candidate.served)
    return definition && served ? { resource: definition.plural, namespaced: definition.scope === 'Namespaced' } : undefined
  },
  organizationsOf: async (request) => (await import('../certs/certificate-request.ts')).organizationsOf(request),
  writeQuotaUsage: quotaWriter(sources),
  podsIn: (namespace) => {
    const pods = sources.storeOf('', 'pods')
    return pods ? pods.cache.range(pods.prefix(namespace)).map((entry) => () => pods.decode(entry)) : []
  },
  createNamespace: async (name) => {
    const namespaces = sources.storeOf('', 'namespaces')
    if (!namespaces) return
    const namespace: KubeObject = { metadata: { name }, spec: {}, status: {} }
    namespaces.definition.strategy.setDefaults?.(namespace, 'v1')
    await createObject(namespaces, namespace, sources.context, sources.write())
  },
})

export const clusterAdmission = (sources: AdmissionSources): AdmissionChain => {
  const { enabledAdmissionPlugins, disabledAdmissionPlugins } = sources.options
  return new AdmissionChain(builtInPlugins(enabledPlugins(enabledAdmissionPlugins, disabledAdmissionPlugins), partsOf(sources)))
}
