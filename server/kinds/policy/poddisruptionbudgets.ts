// Pod disruption budgets. Upstream: pkg/registry/policy/poddisruptionbudget.
import { invalidValue, notSupported } from '../../../apimachinery/field-error.ts'
import { at, type Frozen, type KubeObject, listAt } from '../../../apimachinery/kube-object.ts'
import { integerAt } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { strategyOf } from '../strategies.ts'
import { type Errors, nonNegative } from '../validation/checks.ts'
import { type Condition, checkConditions } from '../validation/conditions.ts'
import { checkLabelSelector, hasInvalidLabelValue, type LabelSelector, type LabelSelectorOptions } from '../validation/label-selectors.ts'
import { checkPercentBelow, type IntOrString } from '../validation/percentages.ts'

interface BudgetSpec {
  minAvailable?: IntOrString
  maxUnavailable?: IntOrString
  selector?: LabelSelector
  unhealthyPodEvictionPolicy?: string
}

const POLICIES = ['AlwaysAllow', 'IfHealthyBudget']
const COUNTS = ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods']

const specOf = (budget: Frozen<KubeObject>): BudgetSpec => (budget['spec'] ?? {}) as BudgetSpec

const checkBudget = (budget: KubeObject, options: LabelSelectorOptions): Errors => {
  const errors: Errors = []
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy: policy } = specOf(budget)
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    const shown = {
      MinAvailable: minAvailable,
      Selector: selector ?? null,
      MaxUnavailable: maxUnavailable,
      UnhealthyPodEvictionPolicy: policy ?? null,
    }
    errors.push(invalidValue('spec', shown, 'minAvailable and maxUnavailable cannot be both set'))
  }
  checkPercentBelow(minAvailable, 'spec.minAvailable', errors)
  checkPercentBelow(maxUnavailable, 'spec.maxUnavailable', errors)
  checkLabelSelector(selector, 'spec.selector', errors, options)
  if (policy !== undefined && !POLICIES.includes(policy)) errors.push(notSupported('spec.unhealthyPodEvictionPolicy', policy, POLICIES))
  return errors
}

const validateStatus = (budget: KubeObject): Errors => {
  const errors: Errors = []
  checkConditions(listAt(budget, 'status', 'conditions') as Condition[], 'status.conditions', errors)
  for (const count of COUNTS) nonNegative(at(budget, 'status', count) as number | undefined, `status.${count}`, errors)
  return errors
}

export const poddisruptionbudgets = defineResource('policy', 'PodDisruptionBudget', {
  cells: {
    'Min Available': (budget) => String(at(budget, 'spec', 'minAvailable') ?? 'N/A'),
    'Max Unavailable': (budget) => String(at(budget, 'spec', 'maxUnavailable') ?? 'N/A'),
    'Allowed Disruptions': (budget) => integerAt(budget, 'status', 'disruptionsAllowed'),
  },
  strategy: strategyOf(
    {
      status: () => ({ disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 }),
      generation: ['spec'],
      conditionalUpdate: true,
      name: false,
    },
    {
      validate: (budget) => checkBudget(budget, {}),
      validateUpdate: (budget, old) => checkBudget(budget, { allowInvalidValues: hasInvalidLabelValue(specOf(old).selector) }),
    },
  ),
  status: { validateUpdate: validateStatus },
})
