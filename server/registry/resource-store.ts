// One resource's objects: reads from its cache, writes to the store. Keys are upstream's (/registry/pods/NAMESPACE/NAME).
// The only place that maps StoreError to StatusError.
import type { Frozen, KubeObject } from '../../apimachinery/kube-object.ts'
import { apiVersionOf, keepEmptyManagers } from '../../apimachinery/kube-object.ts'
import {
  alreadyExists,
  expired,
  internalError,
  notFound,
  type StatusError,
  staleWrite,
  tooManyRequests,
} from '../../apimachinery/status-error.ts'
import type { TypeSchema } from '../../openapi/schema-set.ts'
import type { ClusterCache } from '../storage/cluster-cache.ts'
import { type Revision, type Store, type StoredObject, StoreError } from '../storage/store.ts'
import { type CacheEntry, WatchCache } from '../storage/watch-cache.ts'
import type { EncodedItem, ItemEncoding, SharedParts } from './encoding.ts'
import { groupResource, type ResourceDefinition } from './resource-definition.ts'

export type Entry = CacheEntry<EncodedItem>

/** What this process has of an object that it writes itself. */
interface OwnWrite {
  object: Frozen<KubeObject>
  /** As the entry's. */
  checked: boolean
}

/** What stands at a key, decoded on demand. */
export interface Written {
  revision: Revision
  item: EncodedItem
}

export type StoreOperation = 'create' | 'update' | 'delete'

/** Takes the time of a call of the store, and gives the call back. */
export type StoreTimer = <T>(operation: StoreOperation, definition: ResourceDefinition, call: Promise<T>) => Promise<T>

export class ResourceStore {
  readonly definition: ResourceDefinition
  readonly cache: WatchCache<EncodedItem>
  readonly #cluster: ClusterCache
  readonly #encoding: ItemEncoding
  readonly #timed: StoreTimer | undefined
  readonly #storage: Exclude<ResourceDefinition['storage'], 'virtual'>

  constructor(definition: ResourceDefinition, cluster: ClusterCache, encoding: ItemEncoding, timed?: StoreTimer) {
    if (definition.storage === 'virtual') throw new Error(`${definition.plural} stores nothing`)
    this.definition = definition
    this.#storage = definition.storage
    this.#cluster = cluster
    this.#encoding = encoding
    this.#timed = timed
    this.cache = cluster.add(
      `${definition.storage.keyPrefix}/`,
      () => new WatchCache(`${this.#storage.keyPrefix}/`, (stored) => this.entry(stored)),
    )
  }

  /** The entry of stored bytes; labels and fields read out. */
  entry(stored: StoredObject): Entry {
    const item = this.#encoding.locate(stored.value)
    const own = stored.decoded as OwnWrite | undefined
    const object = own?.object ?? this.#encoding.decode(stored.value, stored.modRevision)
    const { name = '', namespace, labels } = object.metadata
    const others = this.definition.selectableFields?.(object)
    const fields =
      namespace === undefined ? { 'metadata.name': name, ...others } : { 'metadata.name': name, 'metadata.namespace': namespace, ...others }
    return { key: stored.key, revision: stored.modRevision, item, labels, fields, checked: own?.checked ?? false }
  }

  get store(): Store {
    return this.#cluster.store
  }

  /** apiVersion of what is stored. */
  get storageApiVersion(): string {
    return apiVersionOf(this.#storage.group, this.#storage.version)
  }

  /** Revision the cache stands at. */
  get revision(): Revision {
    return this.#cluster.revision
  }

  waitFor(revision: Revision): Promise<void> | undefined {
    return this.#cluster.waitFor(revision)
  }

  prefix(namespace: string): string {
    return namespace === '' ? `${this.#storage.keyPrefix}/` : `${this.#storage.keyPrefix}/${namespace}/`
  }

  key(namespace: string, name: string): string {
    return `${this.prefix(namespace)}${name}`
  }

  get(namespace: string, name: string): Entry | undefined {
    return this.cache.get(this.key(namespace, name))
  }

  /** The entry, or 404 in upstream's words. */
  require(namespace: string, name: string): Entry {
    const entry = this.get(namespace, name)
    if (!entry) throw notFound(groupResource(this.definition), name)
    return entry
  }

  /** An object of the cache as a private tree, in the storage version. */
  decode(entry: { item: EncodedItem; revision: Revision }): KubeObject {
    return this.#encoding.decode(entry.item.bytes, entry.revision)
  }

  /** The same, not to be changed. */
  view(entry: Entry): Frozen<KubeObject> {
    return this.#encoding.view(entry.item, entry.revision)
  }

  encode(object: KubeObject, shared?: SharedParts): Buffer {
    const { schema, kind } = this.#storage
    return this.#encoding.encode(schema, { ...object, kind, apiVersion: this.storageApiVersion }, shared)
  }

  /** The object rebuilt in the storage version's canonical form, so that members compare as they are stored. */
  canonical(object: KubeObject): KubeObject {
    const rebuilt = this.#encoding.canonical(this.#storage.schema, object)
    keepEmptyManagers(object, rebuilt)
    return rebuilt
  }

  /** The object rebuilt in another version's canonical form. */
  canonicalAs(schema: TypeSchema, object: KubeObject): KubeObject {
    return this.#encoding.canonical(schema, object)
  }

  locate(bytes: Uint8Array): EncodedItem {
    return this.#encoding.locate(bytes)
  }

  /** Stores an object that was checked. */
  async create(key: string, bytes: Buffer, object: KubeObject): Promise<Written> {
    try {
      return await this.#written(await this.#call('create', this.store.create(key, bytes, this.#options({ object, checked: true }))))
    } catch (error) {
      const { namespace = '', name = '' } = object.metadata
      throw error instanceof StoreError && error.code === 'KeyExists' ? this.existsAlready(namespace, name) : this.mapped(name, error)
    }
  }

  /** Undefined when someone else wrote first: the caller looks again. */
  async update(key: string, expected: Revision, bytes: Buffer, written: OwnWrite): Promise<Written | undefined> {
    try {
      return await this.#written(await this.#call('update', this.store.update(key, expected, bytes, this.#options(written))))
    } catch (error) {
      if (error instanceof StoreError && (error.code === 'RevisionConflict' || error.code === 'NotFound')) return this.#lost(error)
      throw this.mapped(written.object.metadata.name ?? '', error)
    }
  }

  /** The deletion's revision; undefined when someone else wrote first. */
  async delete(key: string, expected: Revision, name: string): Promise<Revision | undefined> {
    try {
      const { revision } = await this.#call('delete', this.store.delete(key, expected))
      await this.waitFor(revision)
      return revision
    } catch (error) {
      if (error instanceof StoreError && (error.code === 'RevisionConflict' || error.code === 'NotFound')) return this.#lost(error)
      throw this.mapped(name, error)
    }
  }

  #call<T>(operation: StoreOperation, call: Promise<T>): Promise<T> {
    return this.#timed ? this.#timed(operation, this.definition, call) : call
  }

  async #lost(error: StoreError): Promise<undefined> {
    const revision = error.current?.modRevision ?? (await this.store.get('')).revision
    await this.waitFor(revision)
    return undefined
  }

  #options(decoded: OwnWrite): { decoded: OwnWrite; ttlSeconds?: number } {
    const { ttlSeconds } = this.definition.strategy
    return ttlSeconds === undefined ? { decoded } : { decoded, ttlSeconds }
  }

  async #written(stored: StoredObject): Promise<Written> {
    const pending = this.waitFor(stored.modRevision)
    if (pending) await pending
    return { revision: stored.modRevision, item: this.#encoding.locate(stored.value) }
  }

  /** 409 for a name that is taken, be it by an object on its way out. */
  existsAlready(namespace: string, name: string): StatusError {
    const error = alreadyExists(groupResource(this.definition), name)
    const entry = this.get(namespace, name)
    if (entry && this.decode(entry).metadata.deletionTimestamp !== undefined)
      error.status.message = `object is being deleted: ${error.message}`
    return error
  }

  /** A store's refusal as a client sees it; other errors pass through. */
  mapped(name: string, error: unknown): unknown {
    if (!(error instanceof StoreError)) return error
    switch (error.code) {
      case 'KeyExists':
        return alreadyExists(groupResource(this.definition), name)
      case 'NotFound':
        return notFound(groupResource(this.definition), name)
      case 'RevisionConflict':
        return staleWrite(groupResource(this.definition), name)
      case 'Compacted':
        return expired('The resourceVersion for the provided watch is too old.')
      case 'Overloaded':
        return tooManyRequests('The server has received too many requests and has asked us to try again later', 1)
      default:
        return internalError(error.message)
    }
  }
}
