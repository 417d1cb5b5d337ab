// What admission webhooks must meet; match conditions are checked for all but what they compile to.
// Upstream: pkg/apis/admissionregistration/validation, k8s.io/apiserver/pkg/util/webhook/validation.go.
import { duplicateValue, invalidValue, notSupported, required, tooMany } from '../../../apimachinery/field-error.ts'
import { type Frozen, type KubeObject, listAt } from '../../../apimachinery/kube-object.ts'
import { dns1035Label, dns1123Subdomain, qualifiedName } from '../../../apimachinery/names.ts'
import { validateMetadata } from '../../registry/metadata-validation.ts'
import { type Errors, each, oneOf, present, requiredName } from '../validation/checks.ts'
import { checkLabelSelector, hasInvalidLabelValue, type LabelSelector } from '../validation/label-selectors.ts'

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

interface Webhook {
  name?: string
  rules?: Rule[]
  failurePolicy?: string
  matchPolicy?: string
  sideEffects?: string | null
  timeoutSeconds?: number
  namespaceSelector?: LabelSelector
  objectSelector?: LabelSelector
  reinvocationPolicy?: string
  clientConfig?: { url?: string; service?: { name?: string; namespace?: string; path?: string; port?: number } }
  matchConditions?: MatchCondition[]
  admissionReviewVersions?: string[] | null
}

/** What a configuration may keep because it has it already. */
interface Tolerated {
  sideEffects: boolean
  reviewVersions: boolean
  sameNames: boolean
  labelValues: boolean
}

const STRICT: Tolerated = { sideEffects: false, reviewVersions: false, sameNames: false, labelValues: false }
const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE']
const SCOPES = ['*', 'Cluster', 'Namespaced']
const NO_EFFECTS = ['None', 'NoneOnDryRun']
const EFFECTS = ['None', 'NoneOnDryRun', 'Some', 'Unknown']
const REVIEW_VERSIONS = ['v1', 'v1beta1']
const MAX_CONDITIONS = 64
const FORM = '; desired format: https://host[/path]'

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

/** A domain of three labels at least. */
const checkName = (name: string, path: string, errors: Errors): void => {
  if (!present(name, path, errors)) return
  const messages = dns1123Subdomain(name)
  if (messages.length > 0) errors.push(invalidValue(path, name, messages.join(',')))
  else if (name.split('.').length < 3)
    errors.push(invalidValue(path, name, 'should be a domain with at least three segments separated by dots'))
}

const address = /^(?:([A-Za-z][-+.A-Za-z0-9]*):)?(?:\/\/(?:([^@/?#]*)@)?([^/?#]*))?[^?#]*(?:\?([^#]*))?(?:#(.*))?$/

const checkUrl = (url: string, path: string, errors: Errors): void => {
  const [, scheme = '', user, host = '', query = '', fragment = ''] = address.exec(url) ?? []
  if (scheme.toLowerCase() !== 'https')
    errors.push(invalidValue(path, scheme.toLowerCase(), `'https' is the only allowed URL scheme${FORM}`))
  if (host === '') errors.push(invalidValue(path, host, `host must be specified${FORM}`))
  if (user !== undefined) errors.push(invalidValue(path, user, 'user information is not permitted in the URL'))
  if (fragment !== '') errors.push(invalidValue(path, fragment, 'fragments are not permitted in the URL'))
  if (query !== '') errors.push(invalidValue(path, query, 'query parameters are not permitted in the URL'))
}

const checkPath = (text: string, path: string, errors: Errors): void => {
  if (text === '' || text === '/') return
  if (text === '//') {
    errors.push(invalidValue(path, text, 'segment[0] may not be empty'))
    return
  }
  if (!text.startsWith('/')) errors.push(invalidValue(path, text, "must start with a '/'"))
  const steps = text.slice(1).replace(/\/$/, '').split('/')
  steps.forEach((step, index) => {
    if (step === '') errors.push(invalidValue(path, text, `segment[${index}] may not be empty`))
    else for (const message of dns1123Subdomain(step)) errors.push(invalidValue(path, text, `segment[${index}]: ${message}`))
  })
}

const checkClient = ({ clientConfig = {} }: Webhook, path: string, errors: Errors): void => {
  const { url, service } = clientConfig
  if ((url === undefined) === (service === undefined)) errors.push(required(path, 'exactly one of url or service is required'))
  else if (url !== undefined) checkUrl(url, `${path}.url`, errors)
  else if (service) {
    const own = `${path}.service`
    // Upstream mixes the two up.
    present(service.namespace, `${own}.name`, errors)
    present(service.name, `${own}.namespace`, errors)
    const port = service.port ?? 0
    if (port < 1 || port > 65535)
      errors.push(invalidValue(`${own}.port`, port, 'port is not valid: must be between 1 and 65535, inclusive'))
    if (service.path !== undefined) checkPath(service.path, `${own}.path`, errors)
  }
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

const checkVersions = (versions: readonly string[], path: string, errors: Errors, anyVersion: boolean): void => {
  const list = REVIEW_VERSIONS.join(', ')
  if (!present(versions, path, errors, `must specify one of ${list}`)) return
  versions.forEach((version, index) => {
    const own = `${path}[${index}]`
    if (versions.indexOf(version) < index) errors.push(invalidValue(own, version, 'duplicate version'))
    else for (const message of dns1035Label(version)) errors.push(invalidValue(own, version, message))
  })
  if (!anyVersion && !versions.some((version) => REVIEW_VERSIONS.includes(version)))
    errors.push(invalidValue(path, versions, `must include at least one of ${list}`))
}

const checkWebhook = (webhook: Webhook, path: string, errors: Errors, tolerated: Tolerated): void => {
  const { failurePolicy, matchPolicy, sideEffects, timeoutSeconds: timeout, reinvocationPolicy } = webhook
  checkName(webhook.name ?? '', `${path}.name`, errors)
  each(webhook.rules, `${path}.rules`, errors, checkRule)
  if (failurePolicy !== undefined) oneOf(failurePolicy, ['Fail', 'Ignore'], `${path}.failurePolicy`, errors)
  if (matchPolicy !== undefined) oneOf(matchPolicy, ['Equivalent', 'Exact'], `${path}.matchPolicy`, errors)
  const effects = tolerated.sideEffects ? EFFECTS : NO_EFFECTS
  if (typeof sideEffects !== 'string') errors.push(required(`${path}.sideEffects`, `must specify one of ${effects.join(', ')}`))
  else if (!effects.includes(sideEffects)) errors.push(notSupported(`${path}.sideEffects`, sideEffects, effects))
  if (timeout !== undefined && (timeout > 30 || timeout < 1))
    errors.push(invalidValue(`${path}.timeoutSeconds`, timeout, 'the timeout value must be between 1 and 30 seconds'))
  const options = { allowInvalidValues: tolerated.labelValues }
  checkLabelSelector(webhook.namespaceSelector, `${path}.namespaceSelector`, errors, options)
  checkLabelSelector(webhook.objectSelector, `${path}.objectSelector`, errors, options)
  if (reinvocationPolicy !== undefined) oneOf(reinvocationPolicy, ['IfNeeded', 'Never'], `${path}.reinvocationPolicy`, errors)
  checkClient(webhook, `${path}.clientConfig`, errors)
  checkMatchConditions(webhook.matchConditions ?? [], `${path}.matchConditions`, errors)
  checkVersions(webhook.admissionReviewVersions ?? [], `${path}.admissionReviewVersions`, errors, tolerated.reviewVersions)
}

const webhooksOf = (configuration: Frozen<KubeObject>): Webhook[] => listAt(configuration, 'webhooks') as Webhook[]

const toleratedBy = (old: Frozen<KubeObject>): Tolerated => {
  const webhooks = webhooksOf(old)
  const names = webhooks.flatMap(({ name }) => name ?? [])
  return {
    sideEffects: webhooks.some(({ sideEffects }) => !NO_EFFECTS.includes(sideEffects ?? '')),
    reviewVersions: webhooks.some(
      ({ admissionReviewVersions: versions }) => versions?.length && !versions.some((version) => REVIEW_VERSIONS.includes(version)),
    ),
    sameNames: new Set(names).size < names.length,
    labelValues: webhooks.some(
      ({ namespaceSelector, objectSelector }) => hasInvalidLabelValue(namespaceSelector) || hasInvalidLabelValue(objectSelector),
    ),
  }
}

export const validateWebhooks = (configuration: KubeObject, old?: Frozen<KubeObject>): Errors => {
  const errors: Errors = validateMetadata(configuration.metadata, false, dns1123Subdomain)
  const tolerated = old ? toleratedBy(old) : STRICT
  const names = new Set<string>()
  each(webhooksOf(configuration), 'webhooks', errors, (webhook, path) => {
    checkWebhook(webhook, path, errors, tolerated)
    const { name } = webhook
    if (!name || tolerated.sameNames) return
    if (names.has(name)) errors.push(duplicateValue(`${path}.name`, name))
    names.add(name)
  })
  return errors
}
