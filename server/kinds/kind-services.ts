// How kinds reach what they may not import: made by cluster.ts, passed in.
import type { KubeObject } from '../../apimachinery/kube-object.ts'
import type { UserInfo, WriteContext } from '../registry/resource-definition.ts'

export interface TokenClaim {
  namespace: string
  name: string
  uid: string
  seconds: number
  audiences: readonly string[]
  bound: BoundObjects
  /** After so long its use is to be warned of, though it is still good. */
  warnAfterSeconds?: number
}

interface BoundObject {
  name: string
  uid: string
}

/** What a token ends with; a pod's node is told besides. */
export interface BoundObjects {
  pod?: BoundObject
  node?: BoundObject
  secret?: BoundObject
}

export interface DeletionOptions {
  gracePeriodSeconds: number | undefined
  propagation: 'Foreground' | 'Background' | 'Orphan' | undefined
  preconditions: { uid?: string; resourceVersion?: string }
}

export interface KindServices {
  tokens: {
    audiences: readonly string[]
    issue(claim: TokenClaim): { token: string }
    /** Who a token belongs to; undefined when nobody accepts it. */
    review(token: string): Promise<UserInfo | undefined>
  }
  /** Cluster IPs. */
  serviceAddresses: {
    /** The cluster's families, the first by default. */
    families(): readonly string[]
    /** Takes an address for a service: the one wanted, or any for ''. Throws AllocationError. */
    allocate(family: 'IPv4' | 'IPv6', wanted: string, service: KubeObject, dryRun: boolean): Promise<string>
    release(address: string): Promise<void>
  }
  nodePorts: {
    /** Takes a port that is not in `besides`: the one wanted, or any for 0. Throws AllocationError. */
    allocate(wanted: number, dryRun: boolean, besides: ReadonlySet<number>): Promise<number>
    release(port: number): Promise<void>
  }
  /** Objects of other kinds. */
  objects: {
    /** A private tree, if there is one. */
    get(group: string, plural: string, namespace: string, name: string): KubeObject | undefined
    /** All of a namespace, as private trees. */
    list(group: string, plural: string, namespace: string): KubeObject[]
    /** Changes an object's status as the server itself; `change` may run again. Throws StatusError. */
    changeStatus(group: string, plural: string, namespace: string, name: string, change: (object: KubeObject) => void): Promise<void>
    /** Deletes as the request's user. Throws StatusError. */
    delete(group: string, plural: string, name: string, options: DeletionOptions, context: WriteContext): Promise<void>
  }
  /** How the server reaches out. */
  network: {
    /** Of a node's addresses, which to take before others. */
    preferredAddressTypes: readonly string[]
    /** A host's addresses, or why there are none. */
    lookup(host: string): Promise<{ addresses: readonly string[] } | { error: string }>
    /** How a component is, by what it says of itself at a URL. */
    probe(url: string): Promise<{ isHealthy: boolean; message: string }>
    /** A whole number below the count: which of equals to take first. */
    choose(count: number): number
  }
  /** Deletes an object of another kind, if it is there. */
  remove(group: string, plural: string, namespace: string, name: string): Promise<void>
  access: {
    /** Whether a user may do something. */
    authorize(user: UserInfo, attributes: AccessAttributes): Promise<{ decision: 'Allow' | 'Deny' | 'NoOpinion'; reason: string }>
    /** What a user may do in a namespace, as far as that can be listed. */
    rulesFor(user: UserInfo, namespace: string): UserRules
    /** The rules of the role that a binding of a namespace ('' for the cluster's) names; undefined where there is none. */
    roleRules(reference: { kind: string; name: string }, namespace: string): readonly PolicyRule[] | undefined
    /** What to tell a user who writes a `resource` that gives rules beyond their own; undefined where they hold them all. */
    escalation(user: UserInfo, namespace: string, rules: readonly PolicyRule[], resource: string): string | undefined
  }
}

/** A rule of a role, all its lists there. */
export interface PolicyRule {
  readonly verbs: readonly string[]
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly resourceNames: readonly string[]
  readonly nonResourceURLs: readonly string[]
}

export interface UserRules {
  readonly resourceRules: readonly Omit<PolicyRule, 'nonResourceURLs'>[]
  readonly nonResourceRules: readonly Pick<PolicyRule, 'verbs' | 'nonResourceURLs'>[]
  readonly incomplete: boolean
  /** '' for none. */
  readonly error: string
}

/** What an access review asks about; `path` for non-resource requests. */
export interface AccessAttributes {
  verb: string
  group: string
  version: string
  resource: string
  subresource: string
  namespace: string
  name: string
  path?: string
}
