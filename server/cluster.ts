// A cluster: one store, one clock, its caches and resources, made by one function. Everything that lives hangs on it.
import type { Clock } from '../apimachinery/clock.ts'
import type { KubeObject, Value } from '../apimachinery/kube-object.ts'
import { after, every, machineNow, type Timer } from '../apimachinery/machine-clock.ts'
import type { Random } from '../apimachinery/random.ts'
import { SchemaSet } from '../openapi/schema-set.ts'
import { type AccessControl, accessControl } from './access-control.ts'
import { NodePorts } from './allocation/node-ports.ts'
import { AllocationRepair } from './allocation/repair.ts'
import { ServiceAddresses } from './allocation/service-addresses.ts'
import type { Authorizer } from './authorization/authorizer.ts'
import { BootstrapObjects, type ServerFacts } from './bootstrap/bootstrap-objects.ts'
import { type AdmissionOptions, clusterAdmission } from './cluster-admission.ts'
import { canonical } from './codec/canonical.ts'
import { decodeItem, encodedItem, encodeObject } from './codec/encoded-item.ts'
import { GzipBlocks } from './codec/gzip-blocks.ts'
import { MessageCache } from './codec/message-cache.ts'
import { viewItem } from './codec/stored-managers.ts'
import { joinedItems } from './endpoints/list.ts'
import { OpenWatches } from './endpoints/open-watches.ts'
import type { ApiParts } from './endpoints/scope.ts'
import { managerName } from './field-manager/field-manager.ts'
import { authorizeCreate } from './filters/authorization.ts'
import { BackendClient } from './http/backend-client.ts'
import { PiecePool } from './http/piece-pool.ts'
import { objectsOf } from './kind-objects.ts'
import { type KubeletOptions, kindServices, type Pools } from './kind-services.ts'
import { builtInKinds } from './kinds/built-in-kinds.ts'
import type { KindServices } from './kinds/kind-services.ts'
import type { ServerMetrics } from './metrics/server-metrics.ts'
import { removeIfThere } from './registry/deletion.ts'
import type { ItemEncoding } from './registry/encoding.ts'
import type { ResourceDefinition, WriteContext } from './registry/resource-definition.ts'
import { ResourceRegistry } from './registry/resource-registry.ts'
import { ResourceStore, type StoreTimer } from './registry/resource-store.ts'
import type { WriteServices } from './registry/write-path.ts'
import { servedVersions } from './runtime-config.ts'
import { ClusterCache } from './storage/cluster-cache.ts'
import type { Store } from './storage/store.ts'

export interface ClusterOptions {
  /** May still be opening: what needs no store is made meanwhile. */
  store: Promise<Store>
  clock: Clock
  random: Random
  /** Folder of the minor's tables. */
  tables: string
  runtimeConfig: Readonly<Record<string, string>>
  tokens: KindServices['tokens']
  /** Names of authorizers, in the order in which they are asked. */
  authorizationModes: readonly string[]
  logError(error: unknown): void
  metrics: ServerMetrics
  /** Blocks of --service-cluster-ip-range, the primary one first. */
  serviceCidrs: readonly string[]
  /** `30000-32767`. */
  nodePortRange: string
  admission: AdmissionOptions
  kubelets: KubeletOptions
}

export interface Cluster {
  readonly parts: ApiParts
  readonly cache: ClusterCache
  /** The store of a kind by group and plural. Throws for an unknown one. */
  storeOf(group: string, plural: string): ResourceStore
  /** Serves one more kind from now on. */
  addKind(definition: ResourceDefinition): void
  readonly bootstrap: BootstrapObjects
  readonly authorizers: readonly Authorizer[]
  /** What the server does of its own accord, it does as this. */
  readonly own: WriteContext
  /** Looks after all objects from now on; those that say where the server is are made a moment later, when it is in use. */
  announce(facts: ServerFacts): void
  /** Ends every watch, and those that still come. */
  endWatches(): void
  stop(): Promise<void>
}

/** Protobuf forms of items, with the items themselves. */
const MESSAGE_CACHE_BYTES = 48 * 1024 * 1024
/** How often the objects every cluster has are looked after. */
const BOOTSTRAP_CHECK_MS = 5000
/** Upstream makes these too once it finds itself ready, for which it looks this often. */
const ANNOUNCE_AFTER_MS = 100
/** How often addresses and ports are compared with the services that have them. */
const REPAIR_MS = 180_000

const encoding: ItemEncoding = {
  encode: encodeObject,
  decode: decodeItem,
  view: viewItem,
  locate: encodedItem,
  canonical: (schema, object) => canonical(schema, object as unknown as Value, { unknown: 0 }) as unknown as KubeObject,
}

const storeTimer =
  (metrics: ServerMetrics): StoreTimer =>
  async (operation, { group, plural }, call) => {
    const start = machineNow()
    try {
      return await call
    } finally {
      metrics.resources.storeCall(operation, group, plural, (machineNow() - start) / 1000)
    }
  }

/** Every kind's records, and the stores of those that are stored. */
class Kinds {
  readonly registry = new ResourceRegistry()
  readonly #stores = new Map<ResourceDefinition, ResourceStore>()
  readonly #cache: ClusterCache
  readonly #timed: StoreTimer

  constructor(cache: ClusterCache, timed: StoreTimer) {
    this.#cache = cache
    this.#timed = timed
  }

  add(definition: ResourceDefinition): void {
    if (definition.storage !== 'virtual') this.#stores.set(definition, new ResourceStore(definition, this.#cache, encoding, this.#timed))
    this.registry.add(definition)
  }

  storeOf(definition: ResourceDefinition): ResourceStore {
    return this.#stores.get(definition) as ResourceStore
  }

  find(group: string, plural: string): ResourceStore | undefined {
    const definition = this.registry.definitions().find((candidate) => candidate.group === group && candidate.plural === plural)
    return definition && this.#stores.get(definition)
  }

  named(group: string, plural: string): ResourceStore {
    const store = this.find(group, plural)
    if (!store) throw new Error(`no resource ${plural} in group ${group}`)
    return store
  }
}

/** Who the server is when it writes for itself. */
const ownContext = (options: ClusterOptions): WriteContext => ({
  user: { name: 'system:apiserver', groups: ['system:masters'] },
  clock: options.clock,
  dryRun: false,
  version: 'v1',
  namespace: '',
  manager: 'kube-apiserver',
  byServer: true,
  newUuid: () => options.random.uuid(),
  warn: () => undefined,
})

const servicePools = (options: ClusterOptions, kinds: Kinds, store: Store, write: WriteServices): Pools => {
  const context = ownContext(options)
  return {
    addresses: new ServiceAddresses({
      addresses: kinds.named('networking.k8s.io', 'ipaddresses'),
      blocks: kinds.named('networking.k8s.io', 'servicecidrs'),
      configured: options.serviceCidrs,
      write,
      context,
      random: options.random,
    }),
    nodePorts: new NodePorts(store, options.random, options.nodePortRange),
    objects: objectsOf((group, plural) => kinds.named(group, plural), context, write),
    remove: (group, plural, namespace, name) => removeIfThere(kinds.named(group, plural), namespace, name, context, write),
  }
}

const writeServices = (options: ClusterOptions, kinds: Kinds, authorizers: readonly Authorizer[]): WriteServices => {
  const { clock, random, admission } = options
  const { registry } = kinds
  const storeOf = (group: string, plural: string): ResourceStore | undefined => kinds.find(group, plural)
  const own = { options: admission, clock, random, authorizers, registry, storeOf, context: ownContext(options) }
  const services: WriteServices = { random, admission: clusterAdmission({ ...own, write: () => services }) }
  return services
}

const repairOf = ({ addresses, nodePorts }: Pools, kinds: Kinds): AllocationRepair =>
  new AllocationRepair({
    services: kinds.named('', 'services'),
    addresses: kinds.named('networking.k8s.io', 'ipaddresses'),
    serviceAddresses: addresses,
    nodePorts,
  })

const servedGroupVersions = (registry: ResourceRegistry): { group: string; version: string }[] => {
  const found = new Map<string, { group: string; version: string }>()
  for (const { group, versions } of registry.definitions())
    for (const { name, served } of versions) if (served) found.set(`${group}/${name}`, { group, version: name })
  return [...found.values()]
}

/** Starts a cluster: caches loaded, the objects there that readiness waits for. */
export const startCluster = async (options: ClusterOptions): Promise<Cluster> => {
  const schemas = new SchemaSet(options.tables)
  const served = servedVersions(options.runtimeConfig)
  let pools: Pools | undefined
  let access: AccessControl | undefined
  const backends = new BackendClient(options.kubelets.credentials)
  const services = kindServices(
    options,
    backends,
    () => access as AccessControl,
    () => pools as Pools,
  )
  const definitions = builtInKinds(options.tables, schemas, services, served)
  const store = await options.store
  const cache = new ClusterCache(store)
  const kinds = new Kinds(cache, storeTimer(options.metrics))
  for (const definition of definitions) kinds.add(definition)
  await cache.start()
  access = accessControl(options.authorizationModes, (group, plural) => kinds.named(group, plural))
  const write = writeServices(options, kinds, access.authorizers)
  const parts: ApiParts = {
    registry: kinds.registry,
    schemas,
    encoding,
    messages: new MessageCache(MESSAGE_CACHE_BYTES),
    gzipBlocks: new GzipBlocks(joinedItems),
    backends,
    pieces: new PiecePool(),
    clock: options.clock,
    storeOf: (definition) => kinds.storeOf(definition),
    write,
    openWatches: new OpenWatches(),
    watchMeter: (group, version, resource) => options.metrics.resources.watchMeter(group, version, resource),
    managerName,
    authorizeCreate: (context) => authorizeCreate((access as AccessControl).authorizers, context),
    waitFor: (revision, timeoutMs) => cache.waitWithin(revision, timeoutMs),
  }
  pools = servicePools(options, kinds, store, write)
  const repair = repairOf(pools, kinds)
  const bootstrapParts = { storeOf: (group: string, plural: string) => kinds.named(group, plural), write, context: ownContext(options) }
  const bootstrap = new BootstrapObjects(bootstrapParts, servedGroupVersions(kinds.registry), options.authorizationModes.includes('RBAC'))
  await bootstrap.ensureFirst()
  const timers: Timer[] = []
  return {
    parts,
    cache,
    storeOf: (group, plural) => kinds.named(group, plural),
    addKind: (definition) => kinds.add(definition),
    bootstrap,
    authorizers: access.authorizers,
    own: ownContext(options),
    announce: (facts) => {
      bootstrap.begin(facts)
      timers.push(every(BOOTSTRAP_CHECK_MS, () => void bootstrap.check().catch(options.logError)))
      timers.push(every(REPAIR_MS, () => void repair.pass().catch(options.logError)))
      timers.push(after(ANNOUNCE_AFTER_MS, () => void bootstrap.check().catch(options.logError)))
    },
    endWatches: () => parts.openWatches.endAll(),
    stop: async () => {
      for (const timer of timers) timer.cancel()
      cache.stop()
      await store.close()
    },
  }
}
