// What the garbage collector asks of the server: objects' metadata, by how references name them.
// Upstream: pkg/controller/garbagecollector/operations.go, patch.go.
import { equalValues } from '../../apimachinery/equal-values.ts'
import type { KubeObject, OwnerReference } from '../../apimachinery/kube-object.ts'
import { StatusError } from '../../apimachinery/status-error.ts'
import type { ApiClient } from '../../client/api-client.ts'
import type { ApiResource } from '../../client/resource.ts'
import { isConflict, isNotFound } from '../api-failures.ts'
import type { Identity } from './graph-node.ts'

/** A reference that no resource fits; the kind may come yet. */
export class UnknownKind extends Error {}

/** An object without a namespace names an owner in one: nothing can be said of it. */
export class NamespacedOwner extends Error {}

type Propagation = 'Background' | 'Foreground' | 'Orphan'

const CONFLICT_TRIES = 5

export class ObjectAccess {
  readonly #client: ApiClient
  #kinds: ReadonlyMap<string, ApiResource> = new Map()

  constructor(client: ApiClient) {
    this.#client = client
  }

  /** What is served from now on, by `apiVersion/kind`. */
  set kinds(kinds: ReadonlyMap<string, ApiResource>) {
    this.#kinds = kinds
  }

  /** Throws UnknownKind. */
  resource(apiVersion: string, kind: string): ApiResource {
    const resource = this.#kinds.get(`${apiVersion}/${kind}`)
    if (!resource) throw new UnknownKind(`unable to get REST mapping for ${apiVersion}/${kind}.`)
    return resource
  }

  /** Throws NamespacedOwner, UnknownKind, and the server's errors. */
  async get(identity: Identity, signal: AbortSignal): Promise<KubeObject> {
    const resource = this.resource(identity.apiVersion, identity.kind)
    if (resource.namespaced && identity.namespace === '')
      throw new NamespacedOwner('cluster-scoped objects cannot refer to namespaced owners')
    return this.#client.get(resource, identity, { metadataOnly: true, signal })
  }

  /** Deletes what `object` shows; an object whose owners are the same although it changed is deleted all the same. */
  async delete(identity: Identity, object: KubeObject, propagationPolicy: Propagation, signal: AbortSignal): Promise<void> {
    const resource = this.resource(identity.apiVersion, identity.kind)
    const { resourceVersion = '', ownerReferences } = object.metadata
    const options = { propagationPolicy, signal }
    try {
      await this.#client.delete(resource, identity, { ...options, preconditions: { uid: identity.uid, resourceVersion } })
    } catch (error) {
      if (!isConflict(error)) throw error
      const { metadata } = await this.get(identity, signal)
      const sameOwners = equalValues(metadata.ownerReferences, ownerReferences)
      if (metadata.uid !== identity.uid || metadata.resourceVersion === resourceVersion || !sameOwners) throw error
      await this.#client.delete(resource, identity, { ...options, preconditions: { uid: identity.uid } })
    }
  }

  /** Takes owners out of an object's references. */
  async removeOwners(identity: Identity, owners: readonly string[], signal: AbortSignal): Promise<void> {
    const directives = owners.map((uid) => ({ $patch: 'delete', uid }))
    const metadata = { uid: identity.uid, ownerReferences: directives }
    await this.#patch(identity, metadata, (references) => references.filter(({ uid }) => !owners.includes(uid)), signal)
  }

  /** No reference of the object blocks its owner's deletion any more. */
  async unblockOwners(identity: Identity, owners: readonly OwnerReference[], signal: AbortSignal): Promise<void> {
    const unblocked = (reference: OwnerReference): OwnerReference => ({ ...reference, blockOwnerDeletion: false })
    const blocking = owners.filter(({ blockOwnerDeletion }) => blockOwnerDeletion).map(unblocked)
    await this.#patch(identity, { uid: identity.uid, ownerReferences: blocking }, () => owners.map(unblocked), signal)
  }

  async removeFinalizer(identity: Identity, finalizer: string, signal: AbortSignal): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        const { metadata } = await this.get(identity, signal)
        const { resourceVersion, finalizers = [] } = metadata
        if (!finalizers.includes(finalizer)) return
        const left = finalizers.filter((name) => name !== finalizer)
        const patch = { metadata: { resourceVersion, finalizers: left.length === 0 ? null : left } }
        await this.#client.patch(this.resource(identity.apiVersion, identity.kind), identity, patch, { type: 'merge', signal })
        return
      } catch (error) {
        if (isNotFound(error)) return
        if (!isConflict(error) || attempt === CONFLICT_TRIES) throw error
      }
    }
  }

  /** By strategic merge where the kind takes it, else by a merge patch of the whole list at a known version. */
  async #patch(
    identity: Identity,
    strategic: object,
    change: (references: readonly OwnerReference[]) => readonly OwnerReference[],
    signal: AbortSignal,
  ): Promise<void> {
    const resource = this.resource(identity.apiVersion, identity.kind)
    try {
      await this.#client.patch(resource, identity, { metadata: strategic }, { type: 'strategic', signal })
    } catch (error) {
      if (!(error instanceof StatusError) || error.code !== 415) throw error
      const { metadata } = await this.get(identity, signal)
      const { resourceVersion } = metadata
      const ownerReferences = change(metadata.ownerReferences ?? [])
      const patch = { metadata: { resourceVersion, ownerReferences: ownerReferences.length === 0 ? null : ownerReferences } }
      await this.#client.patch(resource, identity, patch, { type: 'merge', signal })
    }
  }
}
