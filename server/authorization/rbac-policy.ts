// Who is bound to which rules: an index from users and groups to the bindings that name them, kept up with the caches of the four kinds of
// RBAC. Objects are decoded once, when somebody first asks for the namespace they are in; what is known of a user hangs on the user and
// holds until any of the four kinds changes. Upstream visits every binding for every request: pkg/registry/rbac/validation/rule.go.
import { goQuote } from '../../apimachinery/go-text.ts'
import { listAt, textAt } from '../../apimachinery/kube-object.ts'
import type { AuthorizedUser, Decision } from './authorizer.ts'
import { type PolicyRule, rulesOf } from './policy-rule.ts'

export type PolicyKind = 'clusterroles' | 'clusterrolebindings' | 'roles' | 'rolebindings'

/** The objects as the cluster has them; '' is the namespace of cluster-scoped kinds. */
export interface PolicyObjects {
  get(kind: PolicyKind, namespace: string, name: string): unknown
  list(kind: PolicyKind, namespace: string): { name: string; object: unknown }[]
  /** Tells of every change from now on. */
  listen(kind: PolicyKind, changed: (namespace: string, name: string) => void): void
}

export interface RoleReference {
  readonly kind: string
  readonly name: string
}

/** One binding for one subject, with what its role says: its rules, or why there are none. */
export interface Grant {
  readonly allow: Decision
  readonly rules: readonly PolicyRule[]
  /** The role, where it is not there. */
  readonly missing: RoleReference | undefined
}

interface Membership {
  readonly binding: string
  /** Which of the binding's subjects it is: the first that applies is named. */
  readonly position: number
  readonly roleRef: RoleReference
  readonly allow: Decision
}

/** Of one user, at one state of the policy. */
interface Known {
  version: number
  readonly cluster: readonly Grant[]
  readonly namespaces: Map<string, readonly Grant[]>
}

/** Namespaces remembered of one user. */
const MAX_NAMESPACES = 256
const NONE: readonly Grant[] = []

/** The subject as the index knows it; undefined where it can be nobody. */
const subjectKey = (subject: unknown, namespace: string): string | undefined => {
  const name = textAt(subject, 'name')
  switch (textAt(subject, 'kind')) {
    case 'User':
      return `u${name}`
    case 'Group':
      return `g${name}`
    case 'ServiceAccount': {
      const own = textAt(subject, 'namespace') || namespace
      return own === '' ? undefined : `usystem:serviceaccount:${own}:${name}`
    }
    default:
      return undefined
  }
}

const describeSubject = (subject: unknown, namespace: string): string => {
  const [kind, name] = [textAt(subject, 'kind'), textAt(subject, 'name')]
  return `${kind} ${goQuote(kind === 'ServiceAccount' ? `${name}/${textAt(subject, 'namespace') || namespace}` : name)}`
}

/** The bindings of one namespace, or the cluster's own, by their subjects. */
class SubjectIndex {
  readonly #namespace: string
  readonly #members = new Map<string, Map<string, Membership>>()
  readonly #keys = new Map<string, readonly string[]>()

  constructor(namespace: string) {
    this.#namespace = namespace
  }

  remove(binding: string): void {
    for (const key of this.#keys.get(binding) ?? []) {
      const members = this.#members.get(key)
      members?.delete(binding)
      if (members?.size === 0) this.#members.delete(key)
    }
    this.#keys.delete(binding)
  }

  add(binding: string, object: unknown): void {
    const namespace = this.#namespace
    const roleRef = { kind: textAt(object, 'roleRef', 'kind'), name: textAt(object, 'roleRef', 'name') }
    const own = namespace === '' ? `ClusterRoleBinding ${goQuote(binding)}` : `RoleBinding ${goQuote(`${binding}/${namespace}`)}`
    const keys: string[] = []
    listAt(object, 'subjects').forEach((subject, position) => {
      const key = subjectKey(subject, namespace)
      if (key === undefined || this.#members.get(key)?.has(binding)) return
      const reason = `RBAC: allowed by ${own} of ${roleRef.kind} ${goQuote(roleRef.name)} to ${describeSubject(subject, namespace)}`
      const membership: Membership = { binding, position, roleRef, allow: { decision: 'Allow', reason } }
      const members = this.#members.get(key)
      if (members) members.set(binding, membership)
      else this.#members.set(key, new Map([[binding, membership]]))
      keys.push(key)
    })
    this.#keys.set(binding, keys)
  }

  /** Each binding that names the user, once, in the order of their names. */
  of({ name, groups }: AuthorizedUser): Membership[] {
    const found = new Map<string, Membership>()
    const take = (key: string): void => {
      for (const [binding, membership] of this.#members.get(key) ?? []) {
        const other = found.get(binding)
        if (!other || membership.position < other.position) found.set(binding, membership)
      }
    }
    take(`u${name}`)
    for (const group of groups) take(`g${group}`)
    return [...found.values()].sort((a, b) => (a.binding < b.binding ? -1 : 1))
  }

  get size(): number {
    return this.#keys.size
  }
}

export class RbacPolicy {
  readonly #objects: PolicyObjects
  readonly #indexes = new Map<string, SubjectIndex>()
  readonly #rules = new Map<string, readonly PolicyRule[]>()
  readonly #known = new WeakMap<AuthorizedUser, Known>()
  #version = 0

  constructor(objects: PolicyObjects) {
    this.#objects = objects
    for (const kind of ['clusterroles', 'roles'] as const)
      objects.listen(kind, (namespace, name) => {
        this.#version++
        this.#rules.delete(`${namespace}/${name}`)
      })
    for (const kind of ['clusterrolebindings', 'rolebindings'] as const)
      objects.listen(kind, (namespace, name) => this.#bindingChanged(kind, namespace, name))
  }

  #bindingChanged(kind: PolicyKind, namespace: string, name: string): void {
    this.#version++
    const index = this.#indexes.get(namespace)
    if (!index) return
    index.remove(name)
    const object = this.#objects.get(kind, namespace, name)
    if (object !== undefined) index.add(name, object)
    if (index.size === 0) this.#indexes.delete(namespace)
  }

  #indexOf(namespace: string): SubjectIndex | undefined {
    let index = this.#indexes.get(namespace)
    if (index) return index
    const bindings = this.#objects.list(namespace === '' ? 'clusterrolebindings' : 'rolebindings', namespace)
    if (bindings.length === 0) return undefined
    index = new SubjectIndex(namespace)
    for (const { name, object } of bindings) index.add(name, object)
    this.#indexes.set(namespace, index)
    return index
  }

  /** The rules of the role that a binding of a namespace ('' for the cluster's) names; undefined where there is none. */
  roleRules({ kind, name }: RoleReference, bindingNamespace: string): readonly PolicyRule[] | undefined {
    const namespace = kind === 'Role' ? bindingNamespace : ''
    const key = `${namespace}/${name}`
    const known = this.#rules.get(key)
    if (known) return known
    const role = this.#objects.get(kind === 'Role' ? 'roles' : 'clusterroles', namespace, name)
    if (role === undefined) return undefined
    const rules = rulesOf(role)
    this.#rules.set(key, rules)
    return rules
  }

  #grants(user: AuthorizedUser, namespace: string): readonly Grant[] {
    const memberships = this.#indexOf(namespace)?.of(user) ?? []
    if (memberships.length === 0) return NONE
    return memberships.map(({ roleRef, allow }): Grant => {
      const rules = this.roleRules(roleRef, namespace)
      return { allow, rules: rules ?? [], missing: rules ? undefined : roleRef }
    })
  }

  #knownOf(user: AuthorizedUser): Known {
    let known = this.#known.get(user)
    if (known?.version === this.#version) return known
    known = { version: this.#version, cluster: this.#grants(user, ''), namespaces: new Map() }
    this.#known.set(user, known)
    return known
  }

  /** What the cluster's own bindings give a user. */
  clusterGrants(user: AuthorizedUser): readonly Grant[] {
    return this.#knownOf(user).cluster
  }

  /** What the bindings of a namespace give a user besides. */
  namespaceGrants(user: AuthorizedUser, namespace: string): readonly Grant[] {
    if (namespace === '') return NONE
    const { namespaces } = this.#knownOf(user)
    let grants = namespaces.get(namespace)
    if (!grants) {
      grants = this.#grants(user, namespace)
      if (namespaces.size >= MAX_NAMESPACES) namespaces.clear()
      namespaces.set(namespace, grants)
    }
    return grants
  }
}
