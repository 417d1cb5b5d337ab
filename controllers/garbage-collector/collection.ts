// What is done about one object: deleted once no owner of it is left, freed of owners that are gone, or of one that leaves it behind.
// Upstream: attemptToDeleteItem and attemptToOrphan of pkg/controller/garbagecollector/garbagecollector.go.
import type { KubeObject, OwnerReference } from '../../apimachinery/kube-object.ts'
import type { WorkQueue } from '../../client/work-queue.ts'
import { isNotFound } from '../api-failures.ts'
import { FOREGROUND, type GraphNode, hasFinalizer, identityOfReference, ORPHAN } from './graph-node.ts'
import { NamespacedOwner, type ObjectAccess } from './object-access.ts'
import type { OwnershipGraph } from './ownership-graph.ts'

/** Dependents that are freed of an owner at a time. */
const ORPHANS_AT_ONCE = 20

interface Owners {
  solid: OwnerReference[]
  dangling: OwnerReference[]
  /** Owners deleted in the foreground, which wait for this one. */
  waiting: OwnerReference[]
}

const uids = (references: readonly OwnerReference[]): string[] => references.map(({ uid }) => uid)

/** The object cannot be judged yet: look again. */
export class NotObserved extends Error {}

export class Collection {
  readonly #graph: OwnershipGraph
  readonly #access: ObjectAccess
  readonly #toDelete: Pick<WorkQueue, 'add'>

  constructor(graph: OwnershipGraph, access: ObjectAccess, toDelete: Pick<WorkQueue, 'add'>) {
    this.#graph = graph
    this.#access = access
    this.#toDelete = toDelete
  }

  /** Throws to be called again: NotObserved for a virtual node that exists, UnknownKind, the server's errors. */
  async attemptToDelete(uid: string, signal: AbortSignal): Promise<void> {
    const node = this.#graph.get(uid)
    if (!node) return
    try {
      await this.#attempt(node, signal)
    } catch (error) {
      if (error instanceof NamespacedOwner) return
      if (!isNotFound(error)) throw error
      this.#graph.foundAbsent(node.identity)
      return
    }
    if (node.virtual && this.#graph.get(uid) === node) throw new NotObserved('the object is there but no watch has shown it yet')
  }

  /** Frees all dependents of an owner, then lets it go. */
  async attemptToOrphan(uid: string, signal: AbortSignal): Promise<void> {
    const owner = this.#graph.get(uid)
    if (!owner) return
    const dependents = [...owner.dependents]
    for (let from = 0; from < dependents.length; from += ORPHANS_AT_ONCE) {
      const freed = dependents.slice(from, from + ORPHANS_AT_ONCE).map(async ({ identity }) => {
        await this.#access.removeOwners(identity, [uid], signal).catch((error: unknown) => {
          if (!isNotFound(error)) throw error
        })
      })
      await Promise.all(freed)
    }
    await this.#access.removeFinalizer(owner.identity, ORPHAN, signal)
  }

  async #attempt(node: GraphNode, signal: AbortSignal): Promise<void> {
    if (node.beingDeleted && !node.deletingDependents) return
    const { identity } = node
    const latest = await this.#access.get(identity, signal)
    if (latest.metadata.uid !== identity.uid) return this.#graph.foundAbsent(identity)
    if (node.deletingDependents) return this.#deleteDependents(node, signal)
    const owners = await this.#classified(node, latest.metadata.ownerReferences ?? [], signal)
    if (!owners) return
    const { solid, dangling, waiting } = owners
    if (solid.length > 0) {
      const gone = [...uids(dangling), ...uids(waiting)]
      if (gone.length > 0) await this.#access.removeOwners(identity, gone, signal)
      return
    }
    await this.#delete(node, latest, waiting.length > 0 && node.dependents.size > 0, signal)
  }

  async #delete(node: GraphNode, latest: KubeObject, awaited: boolean, signal: AbortSignal): Promise<void> {
    const { identity } = node
    if (!awaited) {
      const kept = hasFinalizer(latest, ORPHAN) ? 'Orphan' : hasFinalizer(latest, FOREGROUND) ? 'Foreground' : 'Background'
      return this.#access.delete(identity, latest, kept, signal)
    }
    // Where owners own each other in a circle nobody would ever be the first to go.
    if ([...node.dependents].some(({ deletingDependents }) => deletingDependents))
      await this.#access.unblockOwners(identity, node.owners, signal)
    await this.#access.delete(identity, latest, 'Foreground', signal)
  }

  async #deleteDependents(node: GraphNode, signal: AbortSignal): Promise<void> {
    const blocking = node.blockingDependents()
    if (blocking.length === 0) return this.#access.removeFinalizer(node.identity, FOREGROUND, signal)
    for (const dependent of blocking) if (!dependent.deletingDependents) this.#toDelete.add(dependent.identity.uid)
  }

  /** Undefined: it has none. */
  async #classified(node: GraphNode, references: readonly OwnerReference[], signal: AbortSignal): Promise<Owners | undefined> {
    if (references.length === 0) return undefined
    const owners: Owners = { solid: [], dangling: [], waiting: [] }
    for (const reference of references) {
      const owner = await this.#owner(node, reference, signal)
      if (!owner) owners.dangling.push(reference)
      else if (owner.metadata.deletionTimestamp && hasFinalizer(owner, FOREGROUND)) owners.waiting.push(reference)
      else owners.solid.push(reference)
    }
    return owners
  }

  /** Undefined: there is no such owner. */
  async #owner(node: GraphNode, reference: OwnerReference, signal: AbortSignal): Promise<KubeObject | undefined> {
    const { absentOwners } = this.#graph
    const { namespace } = node.identity
    if (absentOwners.has(identityOfReference(reference, '')) || absentOwners.has(identityOfReference(reference, namespace)))
      return undefined
    const { namespaced } = this.#access.resource(reference.apiVersion, reference.kind)
    const identity = identityOfReference(reference, namespaced ? namespace : '')
    const owner = await this.#access.get(identity, signal).catch((error: unknown) => {
      if (!isNotFound(error)) throw error
      return undefined
    })
    if (owner?.metadata.uid === reference.uid) return owner
    absentOwners.add(identity)
    return undefined
  }
}
