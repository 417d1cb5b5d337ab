// Which nodes a pod wants, and which pods it wants near or far. Upstream: validateAffinity and those below it.
import { forbiddenField, invalidValue, required } from '../../../apimachinery/field-error.ts'
import { dns1123Label, dns1123Subdomain, labelValue } from '../../../apimachinery/names.ts'
import { type Errors, each, named } from './checks.ts'
import { checkLabelName, checkLabelSelector, checkValueCount, type LabelSelector, UNKNOWN_OPERATOR } from './label-selectors.ts'
import type { PodContext } from './pod-context.ts'
import type { Affinity, NodeAffinity, NodeSelectorRequirement, NodeSelectorTerm, PodAffinity, PodAffinityTerm } from './pod-types.ts'

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution'
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution'

const checkLabelRequirement = (
  { key, operator, values = [] }: NodeSelectorRequirement,
  path: string,
  errors: Errors,
  anyValue: boolean,
): void => {
  if (operator === 'Gt' || operator === 'Lt') {
    if (values.length !== 1) errors.push(required(`${path}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"))
  } else if (!checkValueCount(operator, values, path, errors))
    errors.push(invalidValue(`${path}.operator`, operator ?? '', UNKNOWN_OPERATOR))
  checkLabelName(key, `${path}.key`, errors)
  if (!anyValue) each(values, `${path}.values`, errors, (value, at) => named(value, labelValue, at, errors))
}

const checkFieldRequirement = ({ key = '', operator, values = [] }: NodeSelectorRequirement, path: string, errors: Errors): void => {
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length !== 1)
      errors.push(required(`${path}.values`, "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"))
  } else errors.push(invalidValue(`${path}.operator`, operator ?? '', UNKNOWN_OPERATOR))
  if (key !== 'metadata.name') errors.push(invalidValue(`${path}.key`, key, 'not a valid field selector key'))
  else each(values, `${path}.values`, errors, (value, at) => named(value, dns1123Subdomain, at, errors))
}

/** `anyValue`: values that are no label values pass. */
export const checkNodeSelectorTerm = (term: NodeSelectorTerm, path: string, errors: Errors, anyValue: boolean): void => {
  each(term.matchExpressions, `${path}.matchExpressions`, errors, (requirement, at) =>
    checkLabelRequirement(requirement, at, errors, anyValue),
  )
  each(term.matchFields, `${path}.matchFields`, errors, checkFieldRequirement)
}

export interface NodeSelector {
  /** Written as null where there are none. */
  nodeSelectorTerms?: readonly NodeSelectorTerm[] | null
}

export const checkNodeSelector = (selector: NodeSelector, path: string, errors: Errors, anyValue: boolean): void => {
  const at = `${path}.nodeSelectorTerms`
  const terms = selector.nodeSelectorTerms ?? []
  if (terms.length === 0) errors.push(required(at, 'must have at least one node selector term'))
  each(terms, at, errors, (term, place) => checkNodeSelectorTerm(term, place, errors, anyValue))
}

const checkNodeAffinity = (affinity: NodeAffinity, path: string, errors: Errors, anyValue: boolean): void => {
  const wanted = affinity[REQUIRED]
  if (wanted) checkNodeSelector(wanted, `${path}.${REQUIRED}`, errors, anyValue)
  each(affinity[PREFERRED], `${path}.${PREFERRED}`, errors, ({ weight = 0, preference = {} }, at) => {
    checkWeight(weight, at, errors)
    checkNodeSelectorTerm(preference, `${at}.preference`, errors, true)
  })
}

const checkWeight = (weight: number, path: string, errors: Errors): void => {
  if (weight <= 0 || weight > 100) errors.push(invalidValue(`${path}.weight`, weight, 'must be in the range 1-100'))
}

const checkLabelKeys = (keys: readonly string[], selector: LabelSelector | undefined, path: string, errors: Errors): void => {
  if (keys.length === 0) return
  if (selector) each(keys, path, errors, checkLabelName)
  else errors.push(forbiddenField(path, 'must not be specified when labelSelector is not set'))
}

/** Keys whose values the pod itself gives. A create has put a requirement for each into the selector, so only a second one is a fault. */
export const checkMatchLabelKeys = (
  { matchLabelKeys = [], mismatchLabelKeys = [], labelSelector }: PodAffinityTerm,
  path: string,
  errors: Errors,
): void => {
  if (matchLabelKeys.length === 0 && mismatchLabelKeys.length === 0) return
  checkLabelKeys(matchLabelKeys, labelSelector, `${path}.matchLabelKeys`, errors)
  checkLabelKeys(mismatchLabelKeys, labelSelector, `${path}.mismatchLabelKeys`, errors)
  const selected = new Set(Object.keys(labelSelector?.matchLabels ?? {}))
  for (const { key = '' } of labelSelector?.matchExpressions ?? []) {
    const index = matchLabelKeys.lastIndexOf(key)
    if (index >= 0 && selected.has(key))
      errors.push(invalidValue(`${path}[${index}]`, key, 'exists in both matchLabelKeys and labelSelector'))
    selected.add(key)
  }
  matchLabelKeys.forEach((key, index) => {
    if (mismatchLabelKeys.includes(key))
      errors.push(invalidValue(`${path}.matchLabelKeys[${index}]`, key, 'exists in both matchLabelKeys and mismatchLabelKeys'))
  })
}

const checkPodTerm = (term: PodAffinityTerm, path: string, errors: Errors, allowInvalidValues: boolean): void => {
  checkLabelSelector(term.labelSelector, `${path}.labelSelector`, errors, { allowInvalidValues })
  checkLabelSelector(term.namespaceSelector, `${path}.namespaceSelector`, errors, { allowInvalidValues })
  for (const namespace of term.namespaces ?? []) named(namespace, dns1123Label, `${path}.namespace`, errors)
  checkMatchLabelKeys(term, path, errors)
  if (!term.topologyKey) errors.push(required(`${path}.topologyKey`, 'can not be empty'))
  checkLabelName(term.topologyKey, `${path}.topologyKey`, errors)
}

const checkPodAffinity = (affinity: PodAffinity | undefined, path: string, errors: Errors, allowInvalidValues: boolean): void => {
  if (!affinity) return
  each(affinity[REQUIRED], `${path}.${REQUIRED}`, errors, (term, at) => checkPodTerm(term, at, errors, allowInvalidValues))
  each(affinity[PREFERRED], `${path}.${PREFERRED}`, errors, ({ weight = 0, podAffinityTerm = {} }, at) => {
    checkWeight(weight, at, errors)
    checkPodTerm(podAffinityTerm, `${at}.podAffinityTerm`, errors, allowInvalidValues)
  })
}

export const checkAffinity = (affinity: Affinity | undefined, path: string, errors: Errors, { tolerances }: PodContext): void => {
  if (!affinity) return
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity
  if (nodeAffinity) checkNodeAffinity(nodeAffinity, `${path}.nodeAffinity`, errors, tolerances.invalidRequiredNodeValues)
  checkPodAffinity(podAffinity, `${path}.podAffinity`, errors, tolerances.invalidAffinityValues)
  checkPodAffinity(podAntiAffinity, `${path}.podAntiAffinity`, errors, tolerances.invalidAffinityValues)
}
