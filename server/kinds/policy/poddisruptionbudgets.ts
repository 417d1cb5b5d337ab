// Pod disruption budgets. Upstream: pkg/registry/policy/poddisruptionbudget.
import { at } from '../../../apimachinery/kube-object.ts'
import { pathSegment } from '../../../apimachinery/names.ts'
import { integerAt } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { strategyOf } from '../strategies.ts'

export const poddisruptionbudgets = defineResource('policy', 'PodDisruptionBudget', {
  cells: {
    'Min Available': (budget) => String(at(budget, 'spec', 'minAvailable') ?? 'N/A'),
    'Max Unavailable': (budget) => String(at(budget, 'spec', 'maxUnavailable') ?? 'N/A'),
    'Allowed Disruptions': (budget) => integerAt(budget, 'status', 'disruptionsAllowed'),
  },
  strategy: strategyOf({
    status: () => ({ disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 }),
    generation: ['spec'],
    conditionalUpdate: true,
    name: pathSegment,
  }),
})
