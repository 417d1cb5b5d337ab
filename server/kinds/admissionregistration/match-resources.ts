// What policies and their bindings look at, and which parameters go with them. Upstream: pkg/apis/admissionregistration/validation.
import { duplicateValue, forbiddenField, invalidValue, notSupported, required } from '../../../apimachinery/field-error.ts'
import type { KubeObject } from '../../../apimachinery/kube-object.ts'
import { dns1123Subdomain, pathSegment } from '../../../apimachinery/names.ts'
import { type Errors, each, named, oneOf, present, requiredName } from '../validation/checks.ts'
import { checkLabelSelector, type LabelSelector } from '../validation/label-selectors.ts'
import { checkRule, MATCH_POLICIES, type Rule } from './match-rules.ts'

interface NamedRule extends Rule {
  resourceNames?: string[]
}

export interface MatchResources {
  matchPolicy?: string
  namespaceSelector?: LabelSelector
  objectSelector?: LabelSelector
  resourceRules?: NamedRule[]
  excludeResourceRules?: NamedRule[]
}

interface ParamRef {
  name?: string
  namespace?: string
  selector?: LabelSelector
  parameterNotFoundAction?: string
}

interface Binding {
  policyName?: string
  paramRef?: ParamRef
  matchResources?: MatchResources
  validationActions?: string[]
}

/** Nothing can be changed in what is deleted. */
const MUTATING_OPERATIONS = ['*', 'CONNECT', 'CREATE', 'UPDATE']
const ACTIONS = ['Audit', 'Deny', 'Warn']
const NOT_FOUND_ACTIONS = ['Deny', 'Allow']
const EITHER = 'name and selector are mutually exclusive'
const DENY_AND_WARN =
  'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)'

const checkNamedRule = (rule: NamedRule, path: string, errors: Errors): void => {
  const names = new Set<string>()
  each(rule.resourceNames, `${path}.resourceNames`, errors, (name, own) => {
    named(name, pathSegment, own, errors)
    if (names.has(name)) errors.push(duplicateValue(own, name))
    names.add(name)
  })
  checkRule(rule, path, errors)
}

export const checkMatchResources = (resources: MatchResources, path: string, errors: Errors): void => {
  const { matchPolicy, namespaceSelector, objectSelector, resourceRules, excludeResourceRules } = resources
  if (matchPolicy === undefined) errors.push(required(`${path}.matchPolicy`, ''))
  else oneOf(matchPolicy, MATCH_POLICIES, `${path}.matchPolicy`, errors)
  for (const [name, selector] of Object.entries({ namespaceSelector, objectSelector })) {
    if (selector) checkLabelSelector(selector, `${path}.${name}`, errors)
    else errors.push(required(`${path}.${name}`, ''))
  }
  each(resourceRules, `${path}.resourceRules`, errors, checkNamedRule)
  each(excludeResourceRules, `${path}.excludeResourceRules`, errors, checkNamedRule)
}

/** `path` is the same for all rules. */
export const checkMutatingOperations = (resources: MatchResources | undefined, path: string, errors: Errors): void => {
  for (const { operations = [] } of resources?.resourceRules ?? [])
    for (const operation of operations) oneOf(operation, MUTATING_OPERATIONS, path, errors)
}

const checkParamRef = (reference: ParamRef, path: string, errors: Errors): void => {
  const { name = '', selector, parameterNotFoundAction: action = '' } = reference
  if (name !== '') {
    named(name, pathSegment, `${path}.name`, errors)
    if (selector) errors.push(forbiddenField(`${path}.name`, EITHER))
  }
  if (selector) {
    checkLabelSelector(selector, `${path}.selector`, errors)
    if (name !== '') errors.push(forbiddenField(`${path}.selector`, EITHER))
  }
  if (name === '' && !selector) errors.push(required(path, 'one of name or selector must be specified'))
  if (present(action, `${path}.parameterNotFoundAction`, errors) && !NOT_FOUND_ACTIONS.includes(action))
    errors.push(notSupported(`${path}.parameterNotFoundAction`, action, NOT_FOUND_ACTIONS))
}

const checkActions = (actions: readonly string[], path: string, errors: Errors): void => {
  const seen = new Set<string>()
  each(actions, path, errors, (action, own) => {
    oneOf(action, ACTIONS, own, errors)
    if (seen.has(action)) errors.push(duplicateValue(own, action))
    seen.add(action)
  })
  if (seen.has('Deny') && seen.has('Warn')) errors.push(invalidValue(path, actions, DENY_AND_WARN))
  present(actions, path, errors, 'at least one validation action is required')
}

const checkBinding = ({ policyName, paramRef, matchResources }: Binding, errors: Errors): void => {
  requiredName(policyName, dns1123Subdomain, 'spec.policyName', errors)
  if (paramRef) checkParamRef(paramRef, 'spec.paramRef', errors)
  if (matchResources) checkMatchResources(matchResources, 'spec.matchResources', errors)
}

export const checkValidatingBinding = (object: KubeObject, errors: Errors): void => {
  const spec = (object['spec'] ?? {}) as Binding
  checkBinding(spec, errors)
  checkActions(spec.validationActions ?? [], 'spec.validationActions', errors)
}

export const checkMutatingBinding = (object: KubeObject, errors: Errors): void => {
  const spec = (object['spec'] ?? {}) as Binding
  checkBinding(spec, errors)
  checkMutatingOperations(spec.matchResources, 'spec.matchResources.resourceRules.operations', errors)
}
