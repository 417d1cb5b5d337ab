// Stateful sets. Upstream: pkg/registry/apps/statefulset, printStatefulSet.
import { at } from '../../../apimachinery/kube-object.ts'
import { containerCells, integerAt, selectorText } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { strategyOf } from '../strategies.ts'

export const statefulsets = defineResource('apps', 'StatefulSet', {
  cells: {
    Ready: (set) => `${integerAt(set, 'status', 'readyReplicas')}/${integerAt(set, 'spec', 'replicas')}`,
    ...containerCells('spec', 'template', 'spec'),
  },
  strategy: strategyOf({ status: () => ({ replicas: 0 }), generation: ['spec'] }),
  scaleSelector: (object) => selectorText(at(object, 'spec', 'selector')),
})
