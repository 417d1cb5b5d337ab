// What admission policies and their bindings must meet; expressions are checked for all but what they compile to.
// Upstream: pkg/apis/admissionregistration/validation.
import { duplicateValue, forbiddenField, invalidValue, notSupported, required } from '../../../apimachinery/field-error.ts'
import { type Frozen, type KubeObject, listAt, parseApiVersion, textAt } from '../../../apimachinery/kube-object.ts'
import { dns1035Label, dns1123Subdomain, pathSegment, qualifiedName } from '../../../apimachinery/names.ts'
import { validateMetadata } from '../../registry/metadata-validation.ts'
import { type Errors, each, named, oneOf, optionalName, present, requiredName, requiredOneOf } from '../validation/checks.ts'
import { type Condition, checkConditions } from '../validation/conditions.ts'
import { checkLabelSelector, type LabelSelector } from '../validation/label-selectors.ts'
import { checkMatchConditions, checkRule, type MatchCondition, type Rule } from './webhook-validation.ts'

interface MatchResources {
  matchPolicy?: string
  namespaceSelector?: LabelSelector
  objectSelector?: LabelSelector
  resourceRules?: NamedRule[]
  excludeResourceRules?: NamedRule[]
}

interface NamedRule extends Rule {
  resourceNames?: string[]
}

interface ParamRef {
  name?: string
  selector?: LabelSelector
  parameterNotFoundAction?: string
}

interface BindingSpec {
  policyName?: string
  paramRef?: ParamRef
  matchResources?: MatchResources
  validationActions?: string[]
}

interface PolicySpec {
  failurePolicy?: string
  paramKind?: { apiVersion?: string; kind?: string }
  matchConstraints?: MatchResources
  matchConditions?: MatchCondition[]
  variables?: { name?: string; expression?: string }[]
  validations?: { expression?: string; message?: string; messageExpression?: string; reason?: string }[]
  auditAnnotations?: { key?: string; valueExpression?: string }[]
  mutations?: { patchType?: string; jsonPatch?: object; applyConfiguration?: object }[]
  reinvocationPolicy?: string
}

const ACTIONS = ['Audit', 'Deny', 'Warn']
const MUTABLE_OPERATIONS = ['*', 'CONNECT', 'CREATE', 'UPDATE']
const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge']
const MAX_AUDIT_ANNOTATIONS = 20
const MAX_VALUE_EXPRESSION = 5 * 1024
const EXCLUSIVE = 'name and selector are mutually exclusive'
const NOTHING_CHECKED = 'validations or auditAnnotations must contain at least one item'
const IDENTIFIER = /^[_a-zA-Z][_a-zA-Z0-9]*$/
const RESERVED = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(' '),
)

const specOf = <T>(object: KubeObject): T => (object['spec'] ?? {}) as T

const checkNamedRule = (rule: NamedRule, path: string, errors: Errors): void => {
  const names = rule.resourceNames ?? []
  names.forEach((name, index) => {
    const own = `${path}.resourceNames[${index}]`
    named(name, pathSegment, own, errors)
    if (names.indexOf(name) < index) errors.push(duplicateValue(own, name))
  })
  checkRule(rule, path, errors)
}

/** Defaults leave nothing of it out. */
const checkMatchResources = (resources: MatchResources | undefined, path: string, errors: Errors): void => {
  if (!resources) return
  requiredOneOf(resources.matchPolicy, ['Equivalent', 'Exact'], `${path}.matchPolicy`, errors)
  for (const member of ['namespaceSelector', 'objectSelector'] as const) {
    if (resources[member]) checkLabelSelector(resources[member], `${path}.${member}`, errors)
    else errors.push(required(`${path}.${member}`, ''))
  }
  each(resources.resourceRules, `${path}.resourceRules`, errors, checkNamedRule)
  each(resources.excludeResourceRules, `${path}.excludeResourceRules`, errors, checkNamedRule)
}

/** Only what is written can be changed. */
const checkMutable = (resources: MatchResources | undefined, path: string, errors: Errors): void => {
  for (const { operations = [] } of resources?.resourceRules ?? [])
    for (const operation of operations) oneOf(operation, MUTABLE_OPERATIONS, `${path}.resourceRules.operations`, errors)
}

const checkParamRef = (reference: ParamRef | undefined, path: string, errors: Errors): void => {
  if (!reference) return
  const { name = '', selector, parameterNotFoundAction } = reference
  optionalName(name, pathSegment, `${path}.name`, errors)
  if (name !== '' && selector) errors.push(forbiddenField(`${path}.name`, EXCLUSIVE))
  checkLabelSelector(selector, `${path}.selector`, errors)
  if (name !== '' && selector) errors.push(forbiddenField(`${path}.selector`, EXCLUSIVE))
  if (name === '' && !selector) errors.push(required(path, 'one of name or selector must be specified'))
  const own = `${path}.parameterNotFoundAction`
  if (!parameterNotFoundAction) errors.push(required(own, ''))
  else oneOf(parameterNotFoundAction, ['Deny', 'Allow'], own, errors)
}

const checkActions = (actions: readonly string[], errors: Errors): void => {
  const path = 'spec.validationActions'
  actions.forEach((action, index) => {
    oneOf(action, ACTIONS, `${path}[${index}]`, errors)
    if (actions.indexOf(action) < index) errors.push(duplicateValue(`${path}[${index}]`, action))
  })
  if (actions.includes('Deny') && actions.includes('Warn')) {
    const detail =
      'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)'
    errors.push(invalidValue(path, actions, detail))
  }
  if (actions.length === 0) errors.push(required(path, 'at least one validation action is required'))
}

const checkBinding = (binding: KubeObject, mutating: boolean): Errors => {
  const errors: Errors = []
  const { policyName, paramRef, matchResources, validationActions = [] } = specOf<BindingSpec>(binding)
  requiredName(policyName, dns1123Subdomain, 'spec.policyName', errors)
  checkParamRef(paramRef, 'spec.paramRef', errors)
  checkMatchResources(matchResources, 'spec.matchResources', errors)
  if (mutating) checkMutable(matchResources, 'spec.matchResources', errors)
  else checkActions(validationActions, errors)
  return errors
}

const checkApiVersion = (apiVersion: string, path: string, errors: Errors): void => {
  if (!present(apiVersion, path, errors)) return
  const parsed = apiVersion === '/' ? { group: '', version: '' } : parseApiVersion(apiVersion)
  if (!parsed) {
    errors.push(invalidValue(path, apiVersion, `unexpected GroupVersion string: ${apiVersion}`))
    return
  }
  const { group, version } = parsed
  const groupFaults = group === '' ? [] : dns1123Subdomain(group)
  if (groupFaults.length > 0) errors.push(invalidValue(path, group, groupFaults.join(',')))
  const versionFaults = dns1035Label(version)
  if (version === '') errors.push(invalidValue(path, apiVersion, 'version must be specified'))
  else if (versionFaults.length > 0) errors.push(invalidValue(path, version, versionFaults.join(',')))
}

const checkParamKind = (kind: PolicySpec['paramKind'], errors: Errors): void => {
  if (!kind) return
  checkApiVersion(kind.apiVersion ?? '', 'spec.paramKind.apiVersion', errors)
  const path = 'spec.paramKind.kind'
  if (!present(kind.kind, path, errors)) return
  const faults = dns1035Label((kind.kind ?? '').toLowerCase())
  if (faults.length > 0) errors.push(invalidValue(path, kind.kind, `may have mixed case, but should otherwise match: ${faults.join(',')}`))
}

const checkConstraints = (constraints: MatchResources | undefined, errors: Errors): void => {
  const path = 'spec.matchConstraints'
  if (!constraints) {
    errors.push(required(path, ''))
    return
  }
  checkMatchResources(constraints, path, errors)
  present(constraints.resourceRules, `${path}.resourceRules`, errors)
}

const checkVariables = (variables: PolicySpec['variables'], errors: Errors): void =>
  each(variables, 'spec.variables', errors, ({ name = '', expression = '' }, path) => {
    if (present(name.trim(), `${path}.name`, errors, 'name is not specified') && (!IDENTIFIER.test(name) || RESERVED.has(name)))
      errors.push(invalidValue(`${path}.name`, name, 'must be a valid CEL identifier'))
    present(expression.trim(), `${path}.expression`, errors, 'expression is not specified')
  })

type Validation = NonNullable<PolicySpec['validations']>[number]

const checkValidation = (validation: Validation, path: string, errors: Errors): void => {
  const { expression = '', message = '', messageExpression = '', reason } = validation
  present(expression.trim(), `${path}.expression`, errors, 'expression is not specified')
  if (messageExpression !== '' && messageExpression.trim() === '')
    errors.push(invalidValue(`${path}.messageExpression`, messageExpression, 'must be non-empty if specified'))
  if (message !== '' && message.trim() === '') errors.push(invalidValue(`${path}.message`, message, 'must be non-empty if specified'))
  else if (/[\r\n]/.test(message.trim())) errors.push(invalidValue(`${path}.message`, message, 'must not contain line breaks'))
  if (reason !== undefined) oneOf(reason, REASONS, `${path}.reason`, errors)
}

const checkAuditAnnotations = (annotations: NonNullable<PolicySpec['auditAnnotations']>, name: string, errors: Errors): void => {
  const list = 'spec.auditAnnotations'
  if (annotations.length > MAX_AUDIT_ANNOTATIONS)
    errors.push(invalidValue(list, annotations, `must not have more than ${MAX_AUDIT_ANNOTATIONS} auditAnnotations`))
  const keys = new Set<string>()
  each(annotations, list, errors, ({ key = '', valueExpression = '' }, path) => {
    if (name === '') errors.push(invalidValue(`${path}.key`, key, 'requires metadata.name be non-empty'))
    else named(`${name}/${key}`, qualifiedName, `${path}.key`, errors)
    const own = `${path}.valueExpression`
    const length = Buffer.byteLength(valueExpression.trim())
    if (length === 0) errors.push(required(own, 'valueExpression is not specified'))
    else if (length > MAX_VALUE_EXPRESSION) errors.push(required(own, `must not exceed ${MAX_VALUE_EXPRESSION} bytes in length`))
    if (keys.has(key)) errors.push(duplicateValue(`${path}.key`, key))
    keys.add(key)
  })
}

const checkCommon = (spec: PolicySpec, mutating: boolean, errors: Errors): void => {
  requiredOneOf(spec.failurePolicy, ['Fail', 'Ignore'], 'spec.failurePolicy', errors)
  checkParamKind(spec.paramKind, errors)
  checkConstraints(spec.matchConstraints, errors)
  if (mutating) checkMutable(spec.matchConstraints, 'spec.matchConstraints', errors)
  checkMatchConditions(spec.matchConditions ?? [], 'spec.matchConditions', errors)
  checkVariables(spec.variables, errors)
}

const checkValidatingPolicy = (policy: KubeObject): Errors => {
  const errors: Errors = []
  const spec = specOf<PolicySpec>(policy)
  const { validations = [], auditAnnotations = [] } = spec
  checkCommon(spec, false, errors)
  if (validations.length === 0 && auditAnnotations.length === 0)
    errors.push(required('spec.validations', NOTHING_CHECKED), required('spec.auditAnnotations', NOTHING_CHECKED))
  each(validations, 'spec.validations', errors, checkValidation)
  checkAuditAnnotations(auditAnnotations, policy.metadata.name ?? '', errors)
  return errors
}

const PATCHES: Readonly<Record<string, readonly [own: 'jsonPatch' | 'applyConfiguration', other: 'jsonPatch' | 'applyConfiguration']>> = {
  JSONPatch: ['jsonPatch', 'applyConfiguration'],
  ApplyConfiguration: ['applyConfiguration', 'jsonPatch'],
}

type Mutation = NonNullable<PolicySpec['mutations']>[number]

const checkMutation = (mutation: Mutation, path: string, errors: Errors): void => {
  const { patchType = '' } = mutation
  if (!present(patchType, `${path}.patchType`, errors)) return
  const members = Object.hasOwn(PATCHES, patchType) ? PATCHES[patchType] : undefined
  if (!members) {
    errors.push(notSupported(`${path}.patchType`, patchType, ['ApplyConfiguration', 'JSONPatch']))
    return
  }
  const [own, other] = members
  if (!mutation[own]) errors.push(required(`${path}.${own}`, `must be specified when patchType is ${patchType}`))
  else present(textAt(mutation[own], 'expression').trim(), `${path}.${own}.expression`, errors)
  if (mutation[other]) errors.push(invalidValue(`${path}.${other}`, `{${other}}`, `must not be specified when patchType is ${patchType}`))
}

const checkMutatingPolicy = (policy: KubeObject): Errors => {
  const errors: Errors = []
  const spec = specOf<PolicySpec>(policy)
  checkCommon(spec, true, errors)
  if (present(spec.mutations, 'spec.mutations', errors, 'mutations must contain at least one item'))
    each(spec.mutations, 'spec.mutations', errors, checkMutation)
  requiredOneOf(spec.reinvocationPolicy, ['IfNeeded', 'Never'], 'spec.reinvocationPolicy', errors)
  return errors
}

/** A new object's check, and an update's, which looks at the metadata as a new object's too. */
const both = (check: (object: KubeObject) => Errors) => ({
  validate: check,
  validateUpdate: (object: KubeObject): Errors => [...validateMetadata(object.metadata, false, dns1123Subdomain), ...check(object)],
})

export const validatingPolicyRules = both(checkValidatingPolicy)
export const mutatingPolicyRules = both(checkMutatingPolicy)
export const validatingBindingRules = both((binding) => checkBinding(binding, false))
export const mutatingBindingRules = both((binding) => checkBinding(binding, true))

/** Of a status: what type checking found, and the conditions. */
export const checkPolicyStatus = (policy: Frozen<KubeObject>): Errors => {
  const errors: Errors = []
  each(
    listAt(policy, 'status', 'typeChecking', 'expressionWarnings'),
    'status.typeChecking.expressionWarnings',
    errors,
    (warning, path) => {
      present(textAt(warning, 'warning'), `${path}.warning`, errors)
      present(textAt(warning, 'fieldRef').trim(), `${path}.fieldRef`, errors)
    },
  )
  checkConditions(listAt(policy, 'status', 'conditions') as Condition[], 'status.conditions', errors)
  return errors
}
