// Roles and who has them, in a namespace and in the cluster. Upstream: pkg/registry/rbac, printRoleBinding.
import { type Frozen, type KubeObject, listAt, textAt } from '../../../apimachinery/kube-object.ts'
import { pathSegment } from '../../../apimachinery/names.ts'
import type { Strategy } from '../../registry/resource-definition.ts'
import type { Cells } from '../columns.ts'
import { defineResource, type KindRecord } from '../define-resource.ts'
import type { KindServices } from '../kind-services.ts'
import { strategyOf } from '../strategies.ts'
import { bindingEscalation, roleEscalation } from './escalation.ts'
import { validateBinding, validateBindingUpdate, validateRole, validateRoleUpdate } from './role-validation.ts'

const GROUP = 'rbac.authorization.k8s.io'

const roleStrategy = (services: KindServices, namespaced: boolean): Strategy =>
  strategyOf(
    { createOnUpdate: true, name: pathSegment },
    {
      validate: (role) => validateRole(namespaced)(role),
      comparesMetadata: true,
      validateUpdate: validateRoleUpdate(namespaced),
      authorizeWrite: roleEscalation(services, namespaced ? 'roles' : 'clusterroles'),
    },
  )

const bindingStrategy = (services: KindServices, namespaced: boolean): Strategy =>
  strategyOf(
    { createOnUpdate: true, name: pathSegment },
    {
      validate: validateBinding(namespaced),
      comparesMetadata: true,
      validateUpdate: validateBindingUpdate(namespaced),
      authorizeWrite: bindingEscalation(services, namespaced ? 'rolebindings' : 'clusterrolebindings'),
    },
  )

const subjects = (kind: string) => (binding: Frozen<KubeObject>) =>
  listAt(binding, 'subjects')
    .filter((subject) => textAt(subject, 'kind') === kind)
    .map((subject) => (kind === 'ServiceAccount' ? `${textAt(subject, 'namespace')}/` : '') + textAt(subject, 'name'))
    .join(', ')

const bindingCells: Cells = {
  Role: (binding) => `${textAt(binding, 'roleRef', 'kind')}/${textAt(binding, 'roleRef', 'name')}`,
  Users: subjects('User'),
  Groups: subjects('Group'),
  ServiceAccounts: subjects('ServiceAccount'),
}

export const roles = (services: KindServices): readonly KindRecord[] => [
  defineResource(GROUP, 'Role', { strategy: roleStrategy(services, true) }),
  defineResource(GROUP, 'ClusterRole', { strategy: roleStrategy(services, false) }),
  defineResource(GROUP, 'RoleBinding', { cells: bindingCells, strategy: bindingStrategy(services, true) }),
  defineResource(GROUP, 'ClusterRoleBinding', { cells: bindingCells, strategy: bindingStrategy(services, false) }),
]
