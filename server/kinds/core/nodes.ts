// Nodes: columns and the field they are selected by. Upstream: pkg/registry/core/node, printNode.
import { at, type Frozen, type KubeObject, listAt, textAt, type ValueMap } from '../../../apimachinery/kube-object.ts'
import { dns1123Subdomain } from '../../../apimachinery/names.ts'
import { textIfSet, textOr } from '../columns.ts'
import { defineResource, type KindRecord } from '../define-resource.ts'
import type { KindServices } from '../kind-services.ts'
import { strategyOf } from '../strategies.ts'
import { metadataErrors } from '../validation/metadata.ts'
import { nodeConnections } from './node-connections.ts'
import { matchRanges, nodeSpecOf, nodeWarnings, validateNode, validateNodeChange } from './node-validation.ts'

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

/** Configuration from config maps is gone; what has some keeps it. */
const dropConfiguration = (node: KubeObject): void => {
  delete nodeSpecOf(node).configSource
  delete (node['status'] as ValueMap | undefined)?.['config']
}

const record: Omit<KindRecord, 'group' | 'kind'> = {
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
      setDefaults: matchRanges,
      prepareForCreate: dropConfiguration,
      prepareForUpdate: (object, old) => {
        if (old['status'] !== undefined) object['status'] = old['status']
        if (nodeSpecOf(old).configSource === undefined) delete nodeSpecOf(object).configSource
      },
      validate: validateNode,
      validateUpdate: (node, old) => [
        ...metadataErrors(node, false, dns1123Subdomain),
        ...validateNode(node),
        ...validateNodeChange(node, old),
      ],
      warnings: nodeWarnings,
    },
  ),
  statusRules: {
    prepareForUpdate: (node, old) => {
      if (at(old, 'status', 'config') === undefined) delete (node['status'] as ValueMap | undefined)?.['config']
    },
    validateUpdate: validateNodeChange,
  },
}

export const nodes = (services: KindServices): KindRecord =>
  defineResource('', 'Node', { ...record, connections: nodeConnections(services) })
