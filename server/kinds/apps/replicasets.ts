// Replica sets. Upstream: pkg/registry/apps/replicaset, printReplicaSet.
import { at } from '../../../apimachinery/kube-object.ts'
import { containerCells, formatSelector, integerAt, selectorText } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { collected, strategyOf } from '../strategies.ts'
import { checkReplicaSet, checkReplicaStatus } from '../validation/replicated-kinds.ts'
import { SPEC_TEMPLATE, workloadStrategy } from '../workload-strategy.ts'

export const replicasets = defineResource('apps', 'ReplicaSet', {
  scaleSelector: (object) => selectorText(at(object, 'spec', 'selector')),
  cells: {
    Desired: (set) => integerAt(set, 'spec', 'replicas'),
    Current: (set) => integerAt(set, 'status', 'replicas'),
    Ready: (set) => integerAt(set, 'status', 'readyReplicas'),
    ...containerCells('spec', 'template', 'spec'),
    Selector: (set) => formatSelector(at(set, 'spec', 'selector')),
  },
  strategy: strategyOf(
    { status: () => ({ replicas: 0 }), generation: ['spec'] },
    workloadStrategy({ template: SPEC_TEMPLATE, check: checkReplicaSet, namesPods: true }),
  ),
  status: { validateUpdate: (object) => collected((errors) => checkReplicaStatus(object, errors)) },
})
