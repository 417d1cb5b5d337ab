// Priority classes. Upstream: pkg/registry/scheduling/priorityclass.
import { at, textAt } from '../../../apimachinery/kube-object.ts'
import { integerAt } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { strategyOf } from '../strategies.ts'

export const priorityclasses = defineResource('scheduling.k8s.io', 'PriorityClass', {
  cells: {
    Value: (priority) => integerAt(priority, 'value'),
    'Global-Default': (priority) => at(priority, 'globalDefault') === true,
    PreemptionPolicy: (priority) => textAt(priority, 'preemptionPolicy'),
  },
  strategy: strategyOf({ generation: ['value', 'globalDefault', 'description', 'preemptionPolicy'] }),
})
