// Admission policies and their bindings. Upstream: pkg/registry/admissionregistration/validatingadmissionpolicy and its neighbours.
import { at, type Frozen, type KubeObject, listAt, textAt } from '../../../apimachinery/kube-object.ts'
import type { Cells } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { emptyStatus, strategyOf, USER_METADATA } from '../strategies.ts'
import {
  checkPolicyStatus,
  mutatingBindingRules,
  mutatingPolicyRules,
  validatingBindingRules,
  validatingPolicyRules,
} from './policy-validation.ts'

const GROUP = 'admissionregistration.k8s.io'

const paramKind = (policy: Frozen<KubeObject>): string => {
  const kind = at(policy, 'spec', 'paramKind')
  return kind ? `${textAt(kind, 'apiVersion')}/${textAt(kind, 'kind')}` : '<unset>'
}

/** A label selector as Go's generated String methods write it. */
const goSelector = (selector: unknown): string => {
  const labels = Object.entries((at(selector, 'matchLabels') ?? {}) as Record<string, string>).sort(([a], [b]) => (a < b ? -1 : 1))
  const expressions = listAt(selector, 'matchExpressions').map(
    (expression) =>
      `LabelSelectorRequirement{Key:${textAt(expression, 'key')},Operator:${textAt(expression, 'operator')},` +
      `Values:[${listAt(expression, 'values').join(' ')}],},`,
  )
  const pairs = labels.map(([key, value]) => `${key}: ${value},`).join('')
  return `&LabelSelector{MatchLabels:map[string]string{${pairs}},MatchExpressions:[]LabelSelectorRequirement{${expressions.join('')}},}`
}

/** A parameter's name does not tell whether it has a namespace. */
const paramRef = (binding: Frozen<KubeObject>): string => {
  const reference = at(binding, 'spec', 'paramRef')
  const name = textAt(reference, 'name')
  if (name !== '') return `${textAt(reference, 'namespace') || '*'}/${name}`
  return at(reference, 'selector') ? goSelector(at(reference, 'selector')) : '<unset>'
}

const bindingCells: Cells = { PolicyName: (binding) => textAt(binding, 'spec', 'policyName'), ParamRef: paramRef }
const metadataRules = { anyFinalizer: true, metadataOnce: true }
const specified = { generation: ['spec'], conditionalUpdate: true }

export const admissionPolicies = [
  defineResource(GROUP, 'MutatingAdmissionPolicy', {
    cells: { Mutations: (policy) => listAt(policy, 'spec', 'mutations').length, ParamKind: paramKind },
    strategy: strategyOf(specified, { ...metadataRules, ...mutatingPolicyRules }),
  }),
  defineResource(GROUP, 'MutatingAdmissionPolicyBinding', {
    cells: bindingCells,
    strategy: strategyOf(specified, { ...metadataRules, ...mutatingBindingRules }),
  }),
  defineResource(GROUP, 'ValidatingAdmissionPolicy', {
    cells: { Validations: (policy) => listAt(policy, 'spec', 'validations').length, ParamKind: paramKind },
    strategy: strategyOf({ ...specified, statusKeeps: USER_METADATA, status: emptyStatus }, { ...metadataRules, ...validatingPolicyRules }),
    statusRules: { validateUpdate: checkPolicyStatus, createdByApply: true },
  }),
  defineResource(GROUP, 'ValidatingAdmissionPolicyBinding', {
    cells: bindingCells,
    strategy: strategyOf(specified, { ...metadataRules, ...validatingBindingRules }),
  }),
]
