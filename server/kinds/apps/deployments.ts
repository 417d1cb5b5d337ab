// Deployments. Upstream: pkg/registry/apps/deployment, printDeployment.
import { at, type Frozen, type KubeObject } from '../../../apimachinery/kube-object.ts'
import { ageColumn, column, containerColumns, formatSelector, integerAt, nameColumn, selectorText } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { emptyStatus, strategyOf } from '../strategies.ts'

const ready = (deployment: Frozen<KubeObject>): string =>
  `${integerAt(deployment, 'status', 'readyReplicas')}/${integerAt(deployment, 'spec', 'replicas')}`

export const deployments = defineResource('apps', 'Deployment', {
  scaleSelector: (object) => selectorText(at(object, 'spec', 'selector')),
  columns: [
    nameColumn,
    column('Ready', 'string', ready),
    column('Up-to-date', 'string', (deployment) => integerAt(deployment, 'status', 'updatedReplicas')),
    column('Available', 'string', (deployment) => integerAt(deployment, 'status', 'availableReplicas')),
    ageColumn,
    ...containerColumns(['spec', 'template', 'spec']),
    column('Selector', 'string', (deployment) => formatSelector(at(deployment, 'spec', 'selector')), { wide: true }),
  ],
  strategy: strategyOf({ status: emptyStatus, statusKeeps: ['labels'], generation: ['spec', 'annotations'] }),
})
