// A cluster: one store, one clock, its caches and resources, made by one function. Everything that lives hangs on it.
import type { Clock } from '../apimachinery/clock.ts'
import type { KubeObject, Value } from '../apimachinery/kube-object.ts'
import type { Random } from '../apimachinery/random.ts'
import { SchemaSet } from '../openapi/schema-set.ts'
import { AdmissionChain } from './admission/admission.ts'
import type { Authorizer } from './authorization/authorizer.ts'
import { decide } from './authorization/authorizer.ts'
import { bootstrapObjects } from './bootstrap/bootstrap-objects.ts'
import { canonical } from './codec/canonical.ts'
import { decodeItem, encodedItem, encodeObject } from './codec/encoded-item.ts'
import type { ApiParts } from './endpoints/scope.ts'
import { builtInKinds } from './kinds/built-in-kinds.ts'
import type { KindServices } from './kinds/kind-services.ts'
import type { ItemEncoding } from './registry/encoding.ts'
import type { ResourceDefinition } from './registry/resource-definition.ts'
import { ResourceRegistry } from './registry/resource-registry.ts'
import { ResourceStore } from './registry/resource-store.ts'
import { servedVersions } from './runtime-config.ts'
import { ClusterCache } from './storage/cluster-cache.ts'
import type { Store } from './storage/store.ts'

export interface ClusterOptions {
  store: Store
  clock: Clock
  random: Random
  /** Folder of the minor's tables. */
  tables: string
  runtimeConfig: Readonly<Record<string, string>>
  tokens: KindServices['tokens']
  authorizers: readonly Authorizer[]
  serviceAddress: string
  securePort: number
}

export interface Cluster {
  readonly parts: ApiParts
  readonly cache: ClusterCache
  /** The store of a kind by group and plural. Throws for an unknown one. */
  storeOf(group: string, plural: string): ResourceStore
  /** Serves one more kind from now on. */
  addKind(definition: ResourceDefinition): void
  stop(): Promise<void>
}

const encoding: ItemEncoding = {
  encode: encodeObject,
  decode: decodeItem,
  locate: encodedItem,
  canonical: (schema, object) => canonical(schema, object as unknown as Value, { unknown: 0 }) as unknown as KubeObject,
}

const kindServices = (options: ClusterOptions): KindServices => ({
  tokens: options.tokens,
  authorize: async (user, attributes) => {
    const { path = '', ...resource } = attributes
    const { decision, reason } = await decide(options.authorizers, { ...resource, user, path, isResource: path === '' })
    return { allowed: decision === 'Allow', reason }
  },
})

/** Starts a cluster: caches loaded, bootstrap objects there. */
export const startCluster = async (options: ClusterOptions): Promise<Cluster> => {
  const schemas = new SchemaSet(options.tables)
  const registry = new ResourceRegistry()
  for (const definition of builtInKinds(options.tables, schemas, kindServices(options), servedVersions(options.runtimeConfig)))
    registry.add(definition)
  const cache = new ClusterCache(options.store)
  const stores = new Map<ResourceDefinition, ResourceStore>()
  for (const definition of registry.definitions())
    if (definition.storage !== 'virtual') stores.set(definition, new ResourceStore(definition, cache, encoding))
  await cache.start()
  const parts: ApiParts = {
    registry,
    schemas,
    encoding,
    clock: options.clock,
    storeOf: (definition) => stores.get(definition) as ResourceStore,
    write: { random: options.random, admission: new AdmissionChain([]) },
    waitFor: (revision, timeoutMs) => cache.waitWithin(revision, timeoutMs),
  }
  const storeOf = (group: string, plural: string): ResourceStore => {
    const definition = registry.definitions().find((candidate) => candidate.group === group && candidate.plural === plural)
    const store = definition && stores.get(definition)
    if (!store) throw new Error(`no resource ${plural} in group ${group}`)
    return store
  }
  const context = {
    user: { name: 'system:apiserver', groups: ['system:masters'] },
    clock: options.clock,
    dryRun: false,
    version: 'v1',
    namespace: '',
    newUuid: () => options.random.uuid(),
    warn: () => undefined,
  }
  await bootstrapObjects({
    namespaces: storeOf('', 'namespaces'),
    services: storeOf('', 'services'),
    write: parts.write,
    context,
    serviceAddress: options.serviceAddress,
    securePort: options.securePort,
  })
  const addKind = (definition: ResourceDefinition): void => {
    if (definition.storage !== 'virtual') stores.set(definition, new ResourceStore(definition, cache, encoding))
    registry.add(definition)
  }
  const stop = async (): Promise<void> => {
    cache.stop()
    await options.store.close()
  }
  return { parts, cache, storeOf, addKind, stop }
}
