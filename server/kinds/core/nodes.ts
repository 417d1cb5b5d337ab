// Nodes: columns and the field they are selected by. Upstream: pkg/registry/core/node, printNode.
import { at, type Frozen, type KubeObject, listAt, textAt } from '../../../apimachinery/kube-object.ts'
import { textIfSet, textOr } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { strategyOf } from '../strategies.ts'

const ROLE_PREFIX = 'node-role.kubernetes.io/'
const ROLE_LABEL = 'kubernetes.io/role'

const status = (node: Frozen<KubeObject>): string => {
  const ready = listAt(node, 'status', 'conditions').findLast((condition) => textAt(condition, 'type') === 'Ready')
  const word = ready === undefined ? 'Unknown' : textAt(ready, 'status') === 'True' ? 'Ready' : 'NotReady'
  return at(node, 'spec', 'unschedulable') === true ? `${word},SchedulingDisabled` : word
}

const roles = (node: Frozen<KubeObject>): string => {
  const found = new Set<string>()
  for (const [label, value] of Object.entries(node.metadata.labels ?? {})) {
    if (label.startsWith(ROLE_PREFIX) && label.length > ROLE_PREFIX.length) found.add(label.slice(ROLE_PREFIX.length))
    else if (label === ROLE_LABEL && value !== '') found.add(value)
  }
  return [...found].sort().join(',') || '<none>'
}

const address = (node: Frozen<KubeObject>, type: string): string =>
  textIfSet(
    listAt(node, 'status', 'addresses').find((entry) => textAt(entry, 'type') === type),
    '<none>',
    'address',
  )

const kernel = (node: Frozen<KubeObject>): string => {
  const architecture = textAt(node, 'status', 'nodeInfo', 'architecture')
  return textOr(node, '<unknown>', 'status', 'nodeInfo', 'kernelVersion') + (architecture === '' ? '' : ` (${architecture})`)
}

export const nodes = defineResource('', 'Node', {
  cells: {
    Status: status,
    Roles: roles,
    Version: (node) => textAt(node, 'status', 'nodeInfo', 'kubeletVersion'),
    'Internal-IP': (node) => address(node, 'InternalIP'),
    'External-IP': (node) => address(node, 'ExternalIP'),
    'OS-Image': (node) => textOr(node, '<unknown>', 'status', 'nodeInfo', 'osImage'),
    'Kernel-Version': kernel,
    'Container-Runtime': (node) => textOr(node, '<unknown>', 'status', 'nodeInfo', 'containerRuntimeVersion'),
  },
  selectableFields: {
    names: ['spec.unschedulable'],
    of: (node) => ({ 'spec.unschedulable': String(at(node, 'spec', 'unschedulable') === true) }),
    withNamespace: false,
  },
  strategy: strategyOf(
    {},
    {
      prepareForUpdate: (object, old) => {
        if (old['status'] !== undefined) object['status'] = old['status']
      },
    },
  ),
})
