// Defaults of admissionregistration.k8s.io, in each of its versions. Upstream: pkg/apis/admissionregistration/v1/defaults.go.
import type { ValueMap } from '../../../apimachinery/kube-object.ts'
import { fill } from './core-defaults.ts'
import type { TypeDefault } from './type-defaults.ts'

const matching = { matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {} }

const webhook: TypeDefault = (value) => fill(value, { failurePolicy: 'Fail', ...matching, timeoutSeconds: 10 })

const byType: Readonly<Record<string, TypeDefault>> = {
  ValidatingWebhook: webhook,
  MutatingWebhook: (value, settled) => {
    webhook(value, settled)
    fill(value, { reinvocationPolicy: 'Never' })
  },
  RuleWithOperations: (value) => fill(value, { scope: '*' }),
  NamedRuleWithOperations: (value) => fill(value, { scope: '*' }),
  ServiceReference: (value) => void (value['port'] ??= 443),
  ValidatingAdmissionPolicySpec: (value) => fill(value, { failurePolicy: 'Fail' }),
  MutatingAdmissionPolicySpec: (value) => fill(value, { failurePolicy: 'Fail' }),
  MatchResources: (value: ValueMap) => fill(value, matching),
}

export const admissionDefaults: Readonly<Record<string, TypeDefault>> = Object.fromEntries(
  ['v1', 'v1beta1', 'v1alpha1'].flatMap((version) =>
    Object.entries(byType).map(([type, fillIn]) => [`admissionregistration/${version}.${type}`, fillIn]),
  ),
)
