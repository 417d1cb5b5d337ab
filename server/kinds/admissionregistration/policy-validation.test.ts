import { test } from 'tap'
import { type FieldError, fieldErrorMessage } from '../../../apimachinery/field-error.ts'
import type { KubeObject } from '../../../apimachinery/kube-object.ts'
import {
  checkPolicyStatus,
  mutatingBindingRules,
  mutatingPolicyRules,
  validatingBindingRules,
  validatingPolicyRules,
} from './policy-validation.ts'

const rule = { apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['deployments'] }
const everything = { matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {} }
const matchConstraints = { ...everything, resourceRules: [rule] }
const validating = { failurePolicy: 'Fail', matchConstraints, validations: [{ expression: 'true' }] }
const mutation = { patchType: 'JSONPatch', jsonPatch: { expression: '[]' } }
const mutating = { failurePolicy: 'Fail', matchConstraints, mutations: [mutation], reinvocationPolicy: 'Never' }
const binding = { policyName: 'p', validationActions: ['Deny'] }

type Check = (object: KubeObject) => FieldError[]
const [policy, bound] = [validatingPolicyRules.validate, validatingBindingRules.validate]
const [changing, changed] = [mutatingPolicyRules.validate, mutatingBindingRules.validate]

const cases: readonly [check: Check, spec: object, messages: string[]][] = [
  [policy, validating, []],
  [changing, mutating, []],
  [bound, binding, []],
  [changed, { policyName: 'p' }, []],
  [bound, { policyName: 'p' }, ['spec.validationActions: Required value: at least one validation action is required']],
  [
    bound,
    { ...binding, validationActions: ['Audit', 'Audit', 'Loud'] },
    [
      'spec.validationActions[1]: Duplicate value: "Audit"',
      'spec.validationActions[2]: Unsupported value: "Loud": supported values: "Audit", "Deny", "Warn"',
    ],
  ],
  [
    bound,
    { ...binding, paramRef: { name: 'a/b', selector: {} } },
    [
      'spec.paramRef.name: Invalid value: "a/b": may not contain \'/\'',
      'spec.paramRef.name: Forbidden: name and selector are mutually exclusive',
      'spec.paramRef.selector: Forbidden: name and selector are mutually exclusive',
      'spec.paramRef.parameterNotFoundAction: Required value',
    ],
  ],
  [
    changed,
    { policyName: 'p', matchResources: { ...everything, resourceRules: [{ ...rule, operations: ['DELETE'], resourceNames: ['x', 'x'] }] } },
    [
      'spec.matchResources.resourceRules[0].resourceNames[1]: Duplicate value: "x"',
      'spec.matchResources.resourceRules.operations: Unsupported value: "DELETE": supported values: "*", "CONNECT", "CREATE", "UPDATE"',
    ],
  ],
  [
    policy,
    { ...validating, validations: [] },
    [
      'spec.validations: Required value: validations or auditAnnotations must contain at least one item',
      'spec.auditAnnotations: Required value: validations or auditAnnotations must contain at least one item',
    ],
  ],
  [
    policy,
    { ...validating, variables: [{ name: 'in', expression: ' ' }] },
    [
      'spec.variables[0].name: Invalid value: "in": must be a valid CEL identifier',
      'spec.variables[0].expression: Required value: expression is not specified',
    ],
  ],
  [
    changing,
    { ...mutating, mutations: [{ ...mutation, applyConfiguration: { expression: 'x' } }, { patchType: 'ApplyConfiguration' }] },
    [
      'spec.mutations[0].applyConfiguration: Invalid value: "{applyConfiguration}": must not be specified when patchType is JSONPatch',
      'spec.mutations[1].applyConfiguration: Required value: must be specified when patchType is ApplyConfiguration',
    ],
  ],
]

for (const [check, spec, messages] of cases)
  test(`${JSON.stringify(spec).slice(0, 100)} has ${messages.length} faults`, async (t) => {
    t.same(check({ metadata: { name: 'x' }, spec } as KubeObject).map(fieldErrorMessage), messages)
  })

test('conditions and warnings of a policy are checked', async (t) => {
  const status = { typeChecking: { expressionWarnings: [{ fieldRef: ' ' }] }, conditions: [{ type: 'A', status: 'True' }] }
  t.same(checkPolicyStatus({ metadata: {}, status } as KubeObject).map(fieldErrorMessage), [
    'status.typeChecking.expressionWarnings[0].warning: Required value',
    'status.typeChecking.expressionWarnings[0].fieldRef: Required value',
    'status.conditions[0].lastTransitionTime: Required value',
    'status.conditions[0].reason: Required value',
  ])
})
