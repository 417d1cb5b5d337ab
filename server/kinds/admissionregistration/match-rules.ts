// Which requests webhooks and policies look at: rules, and conditions checked for all but what they compile to.
// Upstream: pkg/apis/admissionregistration/validation.
import { duplicateValue, invalidValue, required, tooMany } from '../../../apimachinery/field-error.ts'
import { qualifiedName } from '../../../apimachinery/names.ts'
import { type Errors, each, oneOf, present, requiredName } from '../validation/checks.ts'

export interface Rule {
  operations?: string[]
  apiGroups?: string[]
  apiVersions?: string[]
  resources?: string[]
  scope?: string
}

export interface MatchCondition {
  name?: string
  expression?: string
}

export const FAILURE_POLICIES = ['Fail', 'Ignore']
export const MATCH_POLICIES = ['Equivalent', 'Exact']
export const REINVOCATION_POLICIES = ['IfNeeded', 'Never']
const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE']
const SCOPES = ['*', 'Cluster', 'Namespaced']
const MAX_CONDITIONS = 64

const checkWildcard = (values: readonly string[], path: string, errors: Errors, others: string): void => {
  if (values.length > 1 && values.includes('*'))
    errors.push(invalidValue(path, values, `if '*' is present, must not specify other ${others}`))
}

const checkResources = (resources: readonly string[], path: string, errors: Errors): void => {
  present(resources, path, errors)
  const [whole, anywhere] = [new Set<string>(), new Set<string>()]
  let plain = false
  resources.forEach((text, index) => {
    const own = `${path}[${index}]`
    if (text === '') {
      errors.push(required(own, ''))
      return
    }
    const slash = text.indexOf('/')
    if (slash < 0) {
      plain = text !== '*'
      return
    }
    const [resource, sub] = [text.slice(0, slash), text.slice(slash + 1)]
    if (whole.has(resource)) errors.push(invalidValue(own, text, `if '${resource}/*' is present, must not specify ${text}`))
    if (anywhere.has(sub)) errors.push(invalidValue(own, text, `if '*/${sub}' is present, must not specify ${text}`))
    if (sub === '*') whole.add(resource)
    if (resource === '*') anywhere.add(sub)
  })
  if (resources.length > 1 && resources.includes('*/*'))
    errors.push(invalidValue(path, resources, "if '*/*' is present, must not specify other resources"))
  if (resources.includes('*') && plain)
    errors.push(invalidValue(path, resources, "if '*' is present, must not specify other resources without subresources"))
}

export const checkRule = (rule: Rule, path: string, errors: Errors): void => {
  const { operations = [], apiGroups = [], apiVersions = [], resources = [], scope } = rule
  present(operations, `${path}.operations`, errors)
  checkWildcard(operations, `${path}.operations`, errors, 'operations')
  each(operations, `${path}.operations`, errors, (operation, own) => oneOf(operation, OPERATIONS, own, errors))
  present(apiGroups, `${path}.apiGroups`, errors)
  checkWildcard(apiGroups, `${path}.apiGroups`, errors, 'API groups')
  present(apiVersions, `${path}.apiVersions`, errors)
  checkWildcard(apiVersions, `${path}.apiVersions`, errors, 'API versions')
  each(apiVersions, `${path}.apiVersions`, errors, (version, own) => void present(version, own, errors))
  checkResources(resources, `${path}.resources`, errors)
  if (scope !== undefined) oneOf(scope, SCOPES, `${path}.scope`, errors)
}

export const checkMatchConditions = (conditions: readonly MatchCondition[], path: string, errors: Errors): void => {
  if (conditions.length > MAX_CONDITIONS) errors.push(tooMany(path, conditions.length, MAX_CONDITIONS))
  const names = new Set<string>()
  each(conditions, path, errors, ({ name = '', expression = '' }, own) => {
    present(expression.trim(), `${own}.expression`, errors)
    requiredName(name, qualifiedName, `${own}.name`, errors)
    if (name !== '' && names.has(name)) errors.push(duplicateValue(`${own}.name`, name))
    names.add(name)
  })
}
