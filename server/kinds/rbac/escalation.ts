// Nobody hands out rights that they do not have, unless they may `escalate` the role or `bind` it; system:masters may always.
// Upstream: pkg/registry/rbac/*/policybased, pkg/registry/rbac/escalation_check.go.

import { equalValues } from '../../../apimachinery/equal-values.ts'
import { goQuote } from '../../../apimachinery/go-text.ts'
import { type Frozen, type KubeObject, listAt, textAt } from '../../../apimachinery/kube-object.ts'
import { forbidden, notFound, unreasoned } from '../../../apimachinery/status-error.ts'
import type { Strategy, WriteContext } from '../../registry/resource-definition.ts'
import type { KindServices, PolicyRule } from '../kind-services.ts'

const GROUP = 'rbac.authorization.k8s.io'
const FULL_AUTHORITY: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'], resourceNames: [], nonResourceURLs: [] },
  { verbs: ['*'], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: ['*'] },
]

type AuthorizeWrite = NonNullable<Strategy['authorizeWrite']>

const mayAlways = ({ user, byServer }: WriteContext): boolean => byServer === true || user.groups.includes('system:masters')

/** Whether an update changes nothing but what the garbage collector changes. */
const onlyForCollection = (object: Frozen<KubeObject>, old: Frozen<KubeObject>): boolean => {
  const rest = ({ metadata, kind: _, apiVersion: __, ...members }: Frozen<KubeObject>): unknown => {
    const { ownerReferences: ___, finalizers: ____, selfLink: _____, managedFields: ______, ...kept } = metadata
    return { ...members, metadata: kept }
  }
  return equalValues(rest(object), rest(old))
}

const list = (rule: unknown, name: keyof PolicyRule): string[] => listAt(rule, name) as string[]

const rulesOf = (role: Frozen<KubeObject>): PolicyRule[] =>
  listAt(role, 'rules').map((rule) => ({
    verbs: list(rule, 'verbs'),
    apiGroups: list(rule, 'apiGroups'),
    resources: list(rule, 'resources'),
    resourceNames: list(rule, 'resourceNames'),
    nonResourceURLs: list(rule, 'nonResourceURLs'),
  }))

const aggregates = (role: Frozen<KubeObject> | undefined): boolean => listAt(role, 'aggregationRule', 'clusterRoleSelectors').length > 0

/** Whether the authorizers let the user do it by name. */
const authorized = async (
  { access }: KindServices,
  { user }: WriteContext,
  asked: { verb: string; resource: string; name: string; namespace: string },
): Promise<boolean> => (await access.authorize(user, { ...asked, group: GROUP, version: '*', subresource: '' })).decision === 'Allow'

const nameOf = ({ metadata }: Frozen<KubeObject>): string => metadata.name ?? ''

export const roleEscalation =
  (services: KindServices, resource: 'roles' | 'clusterroles'): AuthorizeWrite =>
  async (role, old, context) => {
    const { user, namespace, requestName = '' } = context
    if (mayAlways(context)) return
    if (await authorized(services, context, { verb: 'escalate', resource, name: requestName, namespace })) return
    if (old && onlyForCollection(role, old)) return
    const refused = (why: string): Error => forbidden({ group: GROUP, resource }, nameOf(role), why)
    const missing = services.access.escalation(user, namespace, rulesOf(role), resource)
    if (missing !== undefined) throw refused(missing)
    const aggregated = resource === 'clusterroles' && (aggregates(role) || aggregates(old))
    if (aggregated && services.access.escalation(user, namespace, FULL_AUTHORITY, resource) !== undefined)
      throw refused('must have cluster-admin privileges to use the aggregationRule')
  }

export const bindingEscalation =
  (services: KindServices, resource: 'rolebindings' | 'clusterrolebindings'): AuthorizeWrite =>
  async (binding, old, context) => {
    const { user, namespace } = context
    if (mayAlways(context) || (old && onlyForCollection(binding, old))) return
    const [kind, name] = [textAt(binding, 'roleRef', 'kind'), textAt(binding, 'roleRef', 'name')]
    if (kind !== 'Role' && kind !== 'ClusterRole') throw unreasoned(`unsupported role reference kind: ${goQuote(kind)}`)
    const roles = `${kind.toLowerCase()}s`
    if (await authorized(services, context, { verb: 'bind', resource: roles, name, namespace })) return
    const rules = services.access.roleRules({ kind, name }, namespace)
    // Upstream's store names the resource of the request, whatever it looks for.
    if (!rules) throw notFound({ group: GROUP, resource }, name)
    const missing = services.access.escalation(user, namespace, rules, resource)
    if (missing !== undefined) throw forbidden({ group: GROUP, resource }, nameOf(binding), missing)
  }
