// Deployments. Upstream: pkg/registry/apps/deployment, printDeployment.
import { at, type Frozen, type KubeObject } from '../../../apimachinery/kube-object.ts'
import { containerCells, integerAt, selectorText } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { collected, emptyStatus, strategyOf } from '../strategies.ts'
import { checkDeployment, checkDeploymentStatus } from '../validation/replicated-kinds.ts'
import { SPEC_TEMPLATE, workloadStrategy } from '../workload-strategy.ts'

const ready = (deployment: Frozen<KubeObject>): string =>
  `${integerAt(deployment, 'status', 'readyReplicas')}/${integerAt(deployment, 'spec', 'replicas')}`

export const deployments = defineResource('apps', 'Deployment', {
  fieldAnnotations: ['deprecated.deployment.rollback.to'],
  scaleSelector: (object) => selectorText(at(object, 'spec', 'selector')),
  cells: {
    Ready: ready,
    'Up-to-date': (deployment) => integerAt(deployment, 'status', 'updatedReplicas'),
    Available: (deployment) => integerAt(deployment, 'status', 'availableReplicas'),
    ...containerCells('spec', 'template', 'spec'),
    Selector: (deployment) => selectorText(at(deployment, 'spec', 'selector')),
  },
  strategy: strategyOf(
    { status: emptyStatus, statusKeeps: ['labels'], generation: ['spec', 'annotations'] },
    workloadStrategy({ template: SPEC_TEMPLATE, check: checkDeployment, namesPods: true }),
  ),
  statusRules: { validateUpdate: (object, old) => collected((errors) => checkDeploymentStatus(object, old, errors)) },
})
