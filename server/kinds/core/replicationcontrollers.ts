// Replication controllers leave their pods behind when deleted, unless told otherwise. Upstream: pkg/registry/core/replicationcontroller.
import { at } from '../../../apimachinery/kube-object.ts'
import { declaredLongName } from '../../../apimachinery/names.ts'
import { containerCells, formatLabels, integerAt, selectorText } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { collected, strategyOf } from '../strategies.ts'
import { checkReplicaStatus, checkReplicationController } from '../validation/replicated-kinds.ts'
import { SPEC_TEMPLATE, workloadStrategy } from '../workload-strategy.ts'

export const replicationcontrollers = defineResource('', 'ReplicationController', {
  cells: {
    Desired: (controller) => integerAt(controller, 'spec', 'replicas'),
    Current: (controller) => integerAt(controller, 'status', 'replicas'),
    Ready: (controller) => integerAt(controller, 'status', 'readyReplicas'),
    ...containerCells('spec', 'template', 'spec'),
    Selector: (controller) => formatLabels(at(controller, 'spec', 'selector')),
  },
  selectableFields: {
    names: ['status.replicas'],
    of: (controller) => ({ 'status.replicas': String(integerAt(controller, 'status', 'replicas')) }),
    withNamespace: true,
  },
  strategy: strategyOf(
    { status: () => ({ replicas: 0 }), generation: ['spec'] },
    {
      validateName: declaredLongName,
      defaultPropagation: () => 'Orphan',
      ...workloadStrategy({ template: SPEC_TEMPLATE, check: checkReplicationController, namesPods: true, warnsOfOld: true }),
    },
  ),
  statusRules: { validateUpdate: (object) => collected((errors) => checkReplicaStatus(object, errors)) },
  scaleSelector: (object) => selectorText({ matchLabels: at(object, 'spec', 'selector') }),
})
