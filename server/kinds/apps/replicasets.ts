// Replica sets. Upstream: pkg/registry/apps/replicaset, printReplicaSet.
import { at, textAt } from '../../../apimachinery/kube-object.ts'
import { ageColumn, column, containerColumns, formatSelector, integerAt, nameColumn, selectorText } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { strategyOf } from '../strategies.ts'

export const replicasets = defineResource('apps', 'ReplicaSet', {
  scaleSelector: (object) => selectorText(at(object, 'spec', 'selector')),
  columns: [
    nameColumn,
    column('Desired', 'integer', (set) => integerAt(set, 'spec', 'replicas')),
    column('Current', 'integer', (set) => integerAt(set, 'status', 'replicas')),
    column('Ready', 'integer', (set) => integerAt(set, 'status', 'readyReplicas')),
    ageColumn,
    ...containerColumns(['spec', 'template', 'spec']),
    column('Selector', 'string', (set) => formatSelector(at(set, 'spec', 'selector')), { wide: true }),
  ],
  selectableFields: {
    names: ['status.replicas'],
    of: (set) => ({ 'status.replicas': String(at(set, 'status', 'replicas') ?? textAt(set, 'status', 'replicas')) }),
  },
  strategy: strategyOf({ status: () => ({ replicas: 0 }), generation: ['spec'] }),
})
