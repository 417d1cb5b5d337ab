// Defaults of admissionregistration.k8s.io, in each of its versions. Upstream: pkg/apis/admissionregistration/v1/defaults.go.
import type { ValueMap } from '../../../apimachinery/kube-object.ts'
import { fillUnset } from './core-defaults.ts'
import type { TypeDefault } from './type-defaults.ts'

const matching = { matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {} }

const webhook: TypeDefault = (value) => fillUnset(value, { failurePolicy: 'Fail', ...matching, timeoutSeconds: 10 })

const byType: Readonly<Record<string, TypeDefault>> = {
  ValidatingWebhook: webhook,
  MutatingWebhook: (value, settled) => {
    webhook(value, settled)
    fillUnset(value, { reinvocationPolicy: 'Never' })
  },
  RuleWithOperations: (value) => fillUnset(value, { scope: '*' }),
  NamedRuleWithOperations: (value) => fillUnset(value, { scope: '*' }),
  ServiceReference: (value) => void (value['port'] ??= 443),
  ValidatingAdmissionPolicySpec: (value) => fillUnset(value, { failurePolicy: 'Fail' }),
  MutatingAdmissionPolicySpec: (value) => fillUnset(value, { failurePolicy: 'Fail' }),
  MatchResources: (value: ValueMap) => fillUnset(value, matching),
}

export const admissionDefaults: Readonly<Record<string, TypeDefault>> = Object.fromEntries(
  ['v1', 'v1beta1', 'v1alpha1'].flatMap((version) =>
    Object.entries(byType).map(([type, fillIn]) => [`admissionregistration/${version}.${type}`, fillIn]),
  ),
)
