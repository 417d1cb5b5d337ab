// Who owns whom, kept from watches of every kind, and which objects that makes worth a look. Owners that no watch has shown stand in it
// as virtual nodes until they are seen or found absent. Upstream: pkg/controller/garbagecollector/graph_builder.go.
import type { KubeObject, OwnerReference } from '../../apimachinery/kube-object.ts'
import type { EventRecorder } from '../../client/event-recorder.ts'
import type { WorkQueue } from '../../client/work-queue.ts'
import { AbsentOwners } from './absent-owners.ts'
import {
  alternateIdentity,
  FOREGROUND,
  GraphNode,
  hasFinalizer,
  type Identity,
  identityOfReference,
  identityText,
  isSame,
  namesSame,
  ORPHAN,
  partition,
} from './graph-node.ts'

export interface ObservedKind {
  readonly apiVersion: string
  readonly kind: string
}

type References = readonly OwnerReference[]

const identityOf = ({ metadata }: KubeObject, { apiVersion, kind }: ObservedKind): Identity => ({
  apiVersion,
  kind,
  name: metadata.name ?? '',
  uid: metadata.uid ?? '',
  namespace: metadata.namespace ?? '',
})

const startsWaiting = (object: KubeObject, previous: KubeObject | undefined, finalizer: string): boolean => {
  const waits = (one: KubeObject): boolean => one.metadata.deletionTimestamp !== undefined && hasFinalizer(one, finalizer)
  return waits(object) && !(previous && waits(previous))
}

const differences = (before: References, after: References): { added: References; removed: References; unblocked: References } => {
  const old = new Map(before.map((reference) => [reference.uid, reference]))
  const uids = new Set(after.map(({ uid }) => uid))
  const removed = [...old.values()].filter(({ uid }) => !uids.has(uid))
  return {
    added: after.filter(({ uid }) => !old.has(uid)),
    removed,
    unblocked: [
      ...removed.filter(({ blockOwnerDeletion }) => blockOwnerDeletion),
      ...after.filter(({ uid, blockOwnerDeletion }) => old.get(uid)?.blockOwnerDeletion && !blockOwnerDeletion),
    ],
  }
}

/** Queues hold uids. */
export class OwnershipGraph {
  readonly absentOwners = new AbsentOwners()
  readonly #nodes = new Map<string, GraphNode>()
  readonly #recorder: EventRecorder
  readonly #toDelete: Pick<WorkQueue, 'add' | 'addRateLimited'>
  readonly #toOrphan: Pick<WorkQueue, 'add'>

  constructor(recorder: EventRecorder, toDelete: Pick<WorkQueue, 'add' | 'addRateLimited'>, toOrphan: Pick<WorkQueue, 'add'>) {
    this.#recorder = recorder
    this.#toDelete = toDelete
    this.#toOrphan = toOrphan
  }

  get(uid: string): GraphNode | undefined {
    return this.#nodes.get(uid)
  }

  get size(): number {
    return this.#nodes.size
  }

  /** An object was added or changed. */
  observed(object: KubeObject, kind: ObservedKind, previous?: KubeObject): void {
    const { uid = '', ownerReferences = [], deletionTimestamp } = object.metadata
    const known = this.#nodes.get(uid)
    if (!known) {
      const node = new GraphNode(identityOf(object, kind), ownerReferences, false)
      node.beingDeleted = deletionTimestamp !== undefined
      node.deletingDependents = node.beingDeleted && hasFinalizer(object, FOREGROUND)
      this.#nodes.set(uid, node)
      this.#addToOwners(node, ownerReferences)
      this.#follow(node, object, previous)
      return
    }
    this.#realize(known, identityOf(object, kind))
    const { added, removed, unblocked } = differences(known.owners, ownerReferences)
    for (const { uid: owner } of unblocked) if (this.#nodes.has(owner)) this.#toDelete.add(owner)
    known.owners = ownerReferences
    this.#addToOwners(known, added)
    for (const { uid: owner } of removed) this.#nodes.get(owner)?.dependents.delete(known)
    if (deletionTimestamp !== undefined) known.beingDeleted = true
    this.#follow(known, object, previous)
  }

  /** A watch showed that an object is gone. */
  deleted(object: KubeObject, kind: ObservedKind): void {
    const node = this.#nodes.get(object.metadata.uid ?? '')
    if (!node) return
    const identity = identityOf(object, kind)
    this.#realize(node, identity)
    this.#remove(node, identity)
  }

  /** The server has no object of this identity; one of the same uid may still be elsewhere. */
  foundAbsent(absent: Identity): void {
    const node = this.#nodes.get(absent.uid)
    if (!node) return
    const { fitting, others } = partition(node.dependents, absent)
    const keep = node.virtual ? others.length > 0 : !isSame(node.identity, absent)
    if (!keep) return this.#remove(node, absent)
    if (fitting.length > 0) {
      this.absentOwners.add(absent)
      for (const { identity } of fitting) this.#toDelete.add(identity.uid)
    }
    if (!node.virtual || !isSame(node.identity, absent)) return
    const alternate = alternateIdentity(others, absent)
    if (!alternate) return
    node.identity = alternate
    this.#toDelete.addRateLimited(alternate.uid)
  }

  /** A node known by references is seen; dependents that named it wrongly are looked at. */
  #realize(node: GraphNode, identity: Identity): void {
    if (!node.virtual) return
    if (!isSame(node.identity, identity)) {
      for (const dependent of partition(node.dependents, identity).others) {
        if (identity.namespace !== '' && dependent.identity.namespace !== identity.namespace) this.#reportNamespace(dependent, identity.uid)
        this.#toDelete.add(dependent.identity.uid)
      }
      node.identity = identity
    }
    node.virtual = false
  }

  #remove(node: GraphNode, identity: Identity): void {
    this.#nodes.delete(node.identity.uid)
    for (const { uid } of node.owners) this.#nodes.get(uid)?.dependents.delete(node)
    if (node.dependents.size > 0) this.absentOwners.add(identity)
    for (const dependent of node.dependents) this.#toDelete.add(dependent.identity.uid)
    for (const { uid } of node.owners) if (this.#nodes.get(uid)?.deletingDependents) this.#toDelete.add(uid)
  }

  #addToOwners(node: GraphNode, owners: References): void {
    let doubtful = false
    for (const reference of owners) {
      const known = this.#nodes.get(reference.uid)
      const owner = known ?? new GraphNode(identityOfReference(reference, node.identity.namespace), [], true)
      owner.dependents.add(node)
      if (!known) {
        this.#nodes.set(reference.uid, owner)
        // The server is asked whether there is such an owner.
        this.#toDelete.add(reference.uid)
      } else if (!doubtful) doubtful = this.#isDoubtful(node, reference, owner)
    }
    if (doubtful) this.#toDelete.add(node.identity.uid)
  }

  /** Whether a reference may not fit the owner that has its uid. */
  #isDoubtful(node: GraphNode, reference: OwnerReference, owner: GraphNode): boolean {
    const elsewhere = owner.identity.namespace !== node.identity.namespace
    if (owner.identity.namespace !== '' && elsewhere) {
      if (!owner.virtual) this.#reportNamespace(node, reference.uid)
      return true
    }
    return !namesSame(reference, owner.identity) || (elsewhere && owner.virtual)
  }

  #reportNamespace(node: GraphNode, owner: string): void {
    const reference = node.owners.find(({ uid }) => uid === owner)
    if (!reference) return
    const { namespace } = node.identity
    const text = identityText(identityOfReference(reference, namespace))
    const message = `ownerRef ${text} does not exist in namespace ${JSON.stringify(namespace)}`
    this.#recorder.event(node.identity, 'Warning', 'OwnerRefInvalidNamespace', message)
  }

  /** A deletion that waits for dependents has begun. */
  #follow(node: GraphNode, object: KubeObject, previous: KubeObject | undefined): void {
    const { uid } = node.identity
    if (startsWaiting(object, previous, ORPHAN)) return this.#toOrphan.add(uid)
    if (!startsWaiting(object, previous, FOREGROUND)) return
    node.deletingDependents = true
    for (const dependent of node.dependents) this.#toDelete.add(dependent.identity.uid)
    this.#toDelete.add(uid)
  }
}
