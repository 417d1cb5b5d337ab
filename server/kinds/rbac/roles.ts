// Roles and who has them, in a namespace and in the cluster. Upstream: pkg/registry/rbac, printRoleBinding.
import { type Frozen, type KubeObject, listAt, textAt } from '../../../apimachinery/kube-object.ts'
import { pathSegment } from '../../../apimachinery/names.ts'
import type { Cells } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { strategyOf } from '../strategies.ts'

const GROUP = 'rbac.authorization.k8s.io'

const strategy = strategyOf({ createOnUpdate: true, name: pathSegment })

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

export const roles = [
  defineResource(GROUP, 'Role', { strategy }),
  defineResource(GROUP, 'ClusterRole', { strategy }),
  defineResource(GROUP, 'RoleBinding', { cells: bindingCells, strategy }),
  defineResource(GROUP, 'ClusterRoleBinding', { cells: bindingCells, strategy }),
]
