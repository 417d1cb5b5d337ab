// How evenly pods lie over the cluster. Upstream: validateTopologySpreadConstraints.
import { duplicateValue, invalidValue, required } from '../../../apimachinery/field-error.ts'
import { checkMatchLabelKeys } from './affinity.ts'
import { type Errors, oneOf, positive } from './checks.ts'
import { checkLabelSelector } from './label-selectors.ts'
import type { PodContext } from './pod-context.ts'
import type { TopologySpreadConstraint } from './pod-types.ts'

const ACTIONS = ['DoNotSchedule', 'ScheduleAnyway']
const POLICIES = ['Honor', 'Ignore']

const sameKind = (a: TopologySpreadConstraint, b: TopologySpreadConstraint): boolean =>
  (a.topologyKey ?? '') === (b.topologyKey ?? '') && (a.whenUnsatisfiable ?? '') === (b.whenUnsatisfiable ?? '')

const checkPolicy = (policy: string | undefined, path: string, errors: Errors): void => {
  if (policy !== undefined) oneOf(policy, POLICIES, path, errors)
}

export const checkTopologySpread = (
  constraints: readonly TopologySpreadConstraint[] | undefined,
  path: string,
  errors: Errors,
  { tolerances }: PodContext,
): void => {
  constraints?.forEach((constraint, index) => {
    const at = `${path}[${index}]`
    const { maxSkew, topologyKey = '', whenUnsatisfiable = '', minDomains, labelSelector, matchLabelKeys } = constraint
    positive(maxSkew, `${at}.maxSkew`, errors)
    if (topologyKey === '') errors.push(required(`${at}.topologyKey`, 'can not be empty'))
    oneOf(whenUnsatisfiable, ACTIONS, `${at}.whenUnsatisfiable`, errors)
    if (constraints.slice(index + 1).some((other) => sameKind(constraint, other)))
      errors.push(duplicateValue(`${at}.{topologyKey, whenUnsatisfiable}`, `{${topologyKey}, ${whenUnsatisfiable}}`))
    if (minDomains !== undefined) {
      positive(minDomains, `${at}.minDomains`, errors)
      if (whenUnsatisfiable !== 'DoNotSchedule')
        errors.push(
          invalidValue(
            `${at}.minDomains`,
            minDomains,
            `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`,
          ),
        )
    }
    checkPolicy(constraint.nodeAffinityPolicy, `${at}.nodeAffinityPolicy`, errors)
    checkPolicy(constraint.nodeTaintsPolicy, `${at}.nodeTaintsPolicy`, errors)
    if (matchLabelKeys) checkMatchLabelKeys({ matchLabelKeys, ...(labelSelector ? { labelSelector } : {}) }, at, errors)
    if (!tolerances.invalidSpreadSelector) checkLabelSelector(labelSelector, `${at}.labelSelector`, errors)
  })
}
