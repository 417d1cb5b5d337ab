// Who may do what in a cluster: the authorizers of --authorization-mode in its order, over the cluster's own roles and bindings, and what
// kinds ask of them.
import type { Authorizer } from './authorization/authorizer.ts'
import { decide, userRules } from './authorization/authorizer.ts'
import { alwaysAllow, alwaysDeny, node, privilegedGroup } from './authorization/built-in.ts'
import { escalation, rbac } from './authorization/rbac.ts'
import { type PolicyObjects, RbacPolicy } from './authorization/rbac-policy.ts'
import type { KindServices } from './kinds/kind-services.ts'
import type { ResourceStore } from './registry/resource-store.ts'

export interface AccessControl {
  readonly authorizers: readonly Authorizer[]
  /** How kinds reach them. */
  readonly services: KindServices['access']
}

const GROUP = 'rbac.authorization.k8s.io'

/** The objects of the four kinds, read off their caches. */
const policyObjects = (storeOf: (group: string, plural: string) => ResourceStore): PolicyObjects => ({
  get: (kind, namespace, name) => {
    const store = storeOf(GROUP, kind)
    const entry = store.get(namespace, name)
    return entry && store.decode(entry)
  },
  list: (kind, namespace) => {
    const store = storeOf(GROUP, kind)
    const entries = store.cache.range(store.prefix(namespace))
    return entries.map((entry) => ({ name: entry.fields['metadata.name'] as string, object: store.decode(entry) }))
  },
  listen: (kind, changed) => {
    storeOf(GROUP, kind).cache.listen(({ entry, previous }) => {
      const fields = entry?.fields ?? previous?.fields
      if (fields) changed(fields['metadata.namespace'] ?? '', fields['metadata.name'] as string)
    })
  },
})

const authorizersOf = (modes: readonly string[], policy: RbacPolicy): Authorizer[] => {
  const known: Record<string, Authorizer> = { AlwaysAllow: alwaysAllow, AlwaysDeny: alwaysDeny, Node: node, RBAC: rbac(policy) }
  return [privilegedGroup, ...modes.flatMap((mode) => known[mode] ?? [])]
}

/** `storeOf` gives the store of a kind by group and plural; its caches are loaded. */
export const accessControl = (modes: readonly string[], storeOf: (group: string, plural: string) => ResourceStore): AccessControl => {
  const policy = new RbacPolicy(policyObjects(storeOf))
  const authorizers = authorizersOf(modes, policy)
  const services: KindServices['access'] = {
    authorize: async (user, attributes) => {
      const { path = '', ...resource } = attributes
      return decide(authorizers, { ...resource, user, path, isResource: attributes.path === undefined })
    },
    rulesFor: (user, namespace) => userRules(authorizers, user, namespace),
    roleRules: (reference, namespace) => policy.roleRules(reference, namespace),
    escalation: (user, namespace, rules, resource) => escalation(policy, user, namespace, rules, resource),
  }
  return { authorizers, services }
}
