// An object in the graph of owners and dependents. Upstream: pkg/controller/garbagecollector/graph.go.
import type { KubeObject, OwnerReference } from '../../apimachinery/kube-object.ts'

/** How a reference names an object, and the namespace it must be in; '' for none. */
export interface Identity {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
  readonly namespace: string
}

export const identityText = ({ apiVersion, kind, namespace, name, uid }: Identity): string =>
  `[${apiVersion}/${kind}, namespace: ${namespace}, name: ${name}, uid: ${uid}]`

export const identityOfReference = ({ apiVersion, kind, name, uid }: OwnerReference, namespace: string): Identity => ({
  apiVersion,
  kind,
  name,
  uid,
  namespace,
})

export const namesSame = (a: Omit<Identity, 'namespace'>, b: Omit<Identity, 'namespace'>): boolean =>
  a.uid === b.uid && a.name === b.name && a.kind === b.kind && a.apiVersion === b.apiVersion

export const isSame = (a: Identity, b: Identity): boolean => namesSame(a, b) && a.namespace === b.namespace

export const hasFinalizer = ({ metadata }: KubeObject, finalizer: string): boolean => (metadata.finalizers ?? []).includes(finalizer)

export const FOREGROUND = 'foregroundDeletion'
export const ORPHAN = 'orphan'

export class GraphNode {
  identity: Identity
  owners: readonly OwnerReference[]
  readonly dependents = new Set<GraphNode>()
  /** Waits, deleted in the foreground, for its dependents. */
  deletingDependents = false
  beingDeleted = false
  /** Known from references alone: no watch has shown it. */
  virtual: boolean

  constructor(identity: Identity, owners: readonly OwnerReference[], virtual: boolean) {
    this.identity = identity
    this.owners = owners
    this.virtual = virtual
  }

  /** Dependents whose references keep this one from going. */
  blockingDependents(): GraphNode[] {
    const blocks = ({ uid, blockOwnerDeletion }: OwnerReference): boolean => uid === this.identity.uid && blockOwnerDeletion === true
    return [...this.dependents].filter(({ owners }) => owners.some(blocks))
  }
}

/**
 * Dependents whose reference to the owner fits its coordinates, and those whose does not. One with two references to it, or in another
 * namespace, may be in both or in the second.
 */
export const partition = (dependents: Iterable<GraphNode>, owner: Identity): { fitting: GraphNode[]; others: GraphNode[] } => {
  const fitting: GraphNode[] = []
  const others: GraphNode[] = []
  for (const dependent of dependents) {
    const elsewhere = owner.namespace !== '' && owner.namespace !== dependent.identity.namespace
    const references = dependent.owners.filter(({ uid }) => uid === owner.uid)
    if (!elsewhere && references.some((reference) => namesSame(reference, owner))) fitting.push(dependent)
    if (elsewhere || references.some((reference) => !namesSame(reference, owner))) others.push(dependent)
  }
  return { fitting, others }
}

const orderKey = ({ kind, apiVersion, namespace, name, uid }: Identity): string[] => [kind, apiVersion, namespace, name, uid]

const isBefore = (a: Identity, b: Identity): boolean => {
  const [left, right] = [orderKey(a), orderKey(b)]
  const differs = left.findIndex((part, index) => part !== right[index])
  return differs >= 0 && (left[differs] as string) < (right[differs] as string)
}

/** Another identity that dependents give an owner found absent: the next one in order, then the first. */
export const alternateIdentity = (dependents: readonly GraphNode[], absent: Identity): Identity | undefined => {
  let first: Identity | undefined
  let following: Identity | undefined
  for (const dependent of dependents) {
    for (const reference of dependent.owners) {
      if (reference.uid !== absent.uid) continue
      const { namespace } = dependent.identity
      if (namesSame(reference, absent) && (absent.namespace === '' || absent.namespace === namespace)) continue
      const clusterScoped = absent.namespace === '' && reference.apiVersion === absent.apiVersion && reference.kind === absent.kind
      const candidate = identityOfReference(reference, clusterScoped ? '' : namespace)
      if (isSame(candidate, absent)) continue
      if (!first || isBefore(candidate, first)) first = candidate
      if (isBefore(absent, candidate) && (!following || isBefore(candidate, following))) following = candidate
    }
  }
  return following ?? first
}
