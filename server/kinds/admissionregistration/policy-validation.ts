// What admission policies must meet, all but what their expressions compile to. Upstream: pkg/apis/admissionregistration/validation.
import { duplicateValue, invalidValue, notSupported, required } from '../../../apimachinery/field-error.ts'
import type { Frozen, KubeObject } from '../../../apimachinery/kube-object.ts'
import { dns1035Label, dns1123Subdomain, qualifiedName } from '../../../apimachinery/names.ts'
import { differs } from '../strategies.ts'
import { type Errors, each, named, oneOf, present, requiredOneOf } from '../validation/checks.ts'
import { checkMatchResources, checkMutatingOperations, type MatchResources } from './match-resources.ts'
import { checkMatchConditions, FAILURE_POLICIES, type MatchCondition, REINVOCATION_POLICIES } from './match-rules.ts'

interface ParamKind {
  apiVersion?: string
  kind?: string
}

interface Expression {
  expression?: string
}

interface Policy {
  failurePolicy?: string
  paramKind?: ParamKind
  matchConstraints?: MatchResources
  matchConditions?: MatchCondition[]
  variables?: { name?: string; expression?: string }[]
}

interface Validation extends Expression {
  message?: string
  messageExpression?: string
  reason?: string
}

interface AuditAnnotation {
  key?: string
  valueExpression?: string
}

interface ValidatingPolicy extends Policy {
  validations?: Validation[]
  auditAnnotations?: AuditAnnotation[]
}

interface Mutation {
  patchType?: string
  applyConfiguration?: Expression
  jsonPatch?: Expression
}

interface MutatingPolicy extends Policy {
  mutations?: Mutation[]
  reinvocationPolicy?: string
}

const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge']
const PATCH_TYPES = ['ApplyConfiguration', 'JSONPatch']
const MAX_ANNOTATIONS = 20
const MAX_VALUE_EXPRESSION = 5 * 1024
const NOTHING_TO_DO = 'validations or auditAnnotations must contain at least one item'
const IDENTIFIER = /^[_a-zA-Z][_a-zA-Z0-9]*$/
const RESERVED = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(' '),
)

const checkVersion = (apiVersion: string, path: string, errors: Errors): void => {
  const parts = apiVersion.split('/')
  if (parts.length > 2) {
    errors.push(invalidValue(path, apiVersion, `unexpected GroupVersion string: ${apiVersion}`))
    return
  }
  const [group, version] = apiVersion === '/' ? ['', ''] : ([parts.length > 1 ? parts[0] : '', parts.at(-1)] as [string, string])
  const groupMessages = group === '' ? [] : dns1123Subdomain(group)
  if (groupMessages.length > 0) errors.push(invalidValue(path, group, groupMessages.join(',')))
  if (version === '') errors.push(invalidValue(path, apiVersion, 'version must be specified'))
  else {
    const messages = dns1035Label(version)
    if (messages.length > 0) errors.push(invalidValue(path, version, messages.join(',')))
  }
}

const checkParamKind = ({ apiVersion = '', kind = '' }: ParamKind, path: string, errors: Errors): void => {
  if (present(apiVersion, `${path}.apiVersion`, errors)) checkVersion(apiVersion, `${path}.apiVersion`, errors)
  if (!present(kind, `${path}.kind`, errors)) return
  const messages = dns1035Label(kind.toLowerCase())
  if (messages.length > 0)
    errors.push(invalidValue(`${path}.kind`, kind, `may have mixed case, but should otherwise match: ${messages.join(',')}`))
}

const checkVariable = ({ name = '', expression = '' }: MatchCondition, path: string, errors: Errors): void => {
  if (name.trim() === '') errors.push(required(`${path}.name`, 'name is not specified'))
  else if (!IDENTIFIER.test(name) || RESERVED.has(name)) errors.push(invalidValue(`${path}.name`, name, 'must be a valid CEL identifier'))
  present(expression.trim(), `${path}.expression`, errors, 'expression is not specified')
}

const checkValidation = (validation: Validation, path: string, errors: Errors): void => {
  const { expression = '', message = '', messageExpression = '', reason } = validation
  present(expression.trim(), `${path}.expression`, errors, 'expression is not specified')
  if (messageExpression !== '' && messageExpression.trim() === '')
    errors.push(invalidValue(`${path}.messageExpression`, messageExpression, 'must be non-empty if specified'))
  if (message !== '' && message.trim() === '') errors.push(invalidValue(`${path}.message`, message, 'must be non-empty if specified'))
  else if (/[\n\r]/.test(message.trim())) errors.push(invalidValue(`${path}.message`, message, 'must not contain line breaks'))
  if (reason !== undefined) oneOf(reason, REASONS, `${path}.reason`, errors)
}

const checkAnnotation = ({ key = '', valueExpression = '' }: AuditAnnotation, name: string, path: string, errors: Errors): void => {
  if (name !== '') named(`${name}/${key}`, qualifiedName, `${path}.key`, errors)
  else errors.push(invalidValue(`${path}.key`, key, 'requires metadata.name be non-empty'))
  const value = valueExpression.trim()
  if (value === '') errors.push(required(`${path}.valueExpression`, 'valueExpression is not specified'))
  else if (Buffer.byteLength(value) > MAX_VALUE_EXPRESSION)
    errors.push(required(`${path}.valueExpression`, `must not exceed ${MAX_VALUE_EXPRESSION} bytes in length`))
}

const checkAnnotations = (annotations: readonly AuditAnnotation[], name: string, path: string, errors: Errors): void => {
  if (annotations.length > MAX_ANNOTATIONS)
    errors.push(invalidValue(path, annotations, `must not have more than ${MAX_ANNOTATIONS} auditAnnotations`))
  const keys = new Set<string>()
  each(annotations, path, errors, (annotation, own) => {
    checkAnnotation(annotation, name, own, errors)
    const { key = '' } = annotation
    if (keys.has(key)) errors.push(duplicateValue(`${own}.key`, key))
    keys.add(key)
  })
}

/** What both kinds of policy say alike. Match conditions that stay as they were, for the same parameters, are let be. */
const checkCommon = (spec: Policy, old: Policy | undefined, errors: Errors, afterConstraints: () => void): void => {
  const { failurePolicy, paramKind, matchConstraints, matchConditions = [], variables } = spec
  if (failurePolicy === undefined) errors.push(required('spec.failurePolicy', ''))
  else oneOf(failurePolicy, FAILURE_POLICIES, 'spec.failurePolicy', errors)
  if (paramKind) checkParamKind(paramKind, 'spec.paramKind', errors)
  if (matchConstraints) {
    checkMatchResources(matchConstraints, 'spec.matchConstraints', errors)
    present(matchConstraints.resourceRules, 'spec.matchConstraints.resourceRules', errors)
    afterConstraints()
  } else errors.push(required('spec.matchConstraints', ''))
  if (!old || differs(paramKind, old.paramKind) || differs(matchConditions, old.matchConditions ?? []))
    checkMatchConditions(matchConditions, 'spec.matchConditions', errors)
  each(variables, 'spec.variables', errors, checkVariable)
}

const specOf = <T>(policy: Frozen<KubeObject> | undefined): T | undefined => policy && ((policy['spec'] ?? {}) as T)

export const checkValidatingPolicy = (policy: KubeObject, errors: Errors, old?: Frozen<KubeObject>): void => {
  const spec = specOf<ValidatingPolicy>(policy) as ValidatingPolicy
  const { validations = [], auditAnnotations = [] } = spec
  checkCommon(spec, specOf<Policy>(old), errors, () => undefined)
  if (validations.length === 0 && auditAnnotations.length === 0)
    for (const list of ['validations', 'auditAnnotations']) errors.push(required(`spec.${list}`, NOTHING_TO_DO))
  each(validations, 'spec.validations', errors, checkValidation)
  checkAnnotations(auditAnnotations, policy.metadata.name ?? '', 'spec.auditAnnotations', errors)
}

const checkMutation = (mutation: Mutation, path: string, errors: Errors): void => {
  const { patchType = '' } = mutation
  if (!present(patchType, `${path}.patchType`, errors)) return
  if (!PATCH_TYPES.includes(patchType)) {
    errors.push(notSupported(`${path}.patchType`, patchType, PATCH_TYPES))
    return
  }
  const [own, other] =
    patchType === 'JSONPatch' ? (['jsonPatch', 'applyConfiguration'] as const) : (['applyConfiguration', 'jsonPatch'] as const)
  const given = mutation[own]
  if (given) present((given.expression ?? '').trim(), `${path}.${own}.expression`, errors)
  else errors.push(required(`${path}.${own}`, `must be specified when patchType is ${patchType}`))
  if (mutation[other]) errors.push(invalidValue(`${path}.${other}`, `{${other}}`, `must not be specified when patchType is ${patchType}`))
}

export const checkMutatingPolicy = (policy: KubeObject, errors: Errors, old?: Frozen<KubeObject>): void => {
  const spec = specOf<MutatingPolicy>(policy) as MutatingPolicy
  checkCommon(spec, specOf<Policy>(old), errors, () =>
    checkMutatingOperations(spec.matchConstraints, 'spec.matchConstraints.resourceRules.operations', errors),
  )
  if (present(spec.mutations, 'spec.mutations', errors, 'mutations must contain at least one item'))
    each(spec.mutations, 'spec.mutations', errors, checkMutation)
  requiredOneOf(spec.reinvocationPolicy, REINVOCATION_POLICIES, 'spec.reinvocationPolicy', errors)
}
