// What flow schemas and priority levels must meet. Upstream: pkg/apis/flowcontrol/validation.
import { duplicateValue, forbiddenField, invalidValue, notSupported, required } from '../../../apimachinery/field-error.ts'
import { type Frozen, type KubeObject, listAt } from '../../../apimachinery/kube-object.ts'
import { dns1123Label, dns1123Subdomain } from '../../../apimachinery/names.ts'
import { type Errors, each, named, oneOf, present, within } from '../validation/checks.ts'
import { metadataErrors } from '../validation/metadata.ts'

interface Subject {
  kind?: string
  user?: { name?: string }
  group?: { name?: string }
  serviceAccount?: { name?: string; namespace?: string }
}

/** Lists that are not there are null: these types say so. */
type List = readonly string[] | null

interface ResourceRule {
  verbs?: List
  apiGroups?: List
  resources?: List
  namespaces?: List
  clusterScope?: boolean
}

interface UrlRule {
  verbs?: List
  nonResourceURLs?: List
}

interface PolicyRules {
  subjects?: Subject[]
  resourceRules?: ResourceRule[]
  nonResourceRules?: UrlRule[]
}

interface FlowSpec {
  matchingPrecedence?: number
  distinguisherMethod?: { type?: string }
  priorityLevelConfiguration?: { name?: string }
  rules?: PolicyRules[]
}

interface Queuing {
  queues?: number
  handSize?: number
  queueLengthLimit?: number
}

interface LevelSpec {
  type?: string
  limited?: {
    nominalConcurrencyShares?: number
    limitResponse?: { type?: string; queuing?: Queuing }
    lendablePercent?: number
    borrowingLimitPercent?: number
  }
  exempt?: { nominalConcurrencyShares?: number; lendablePercent?: number }
}

const EXEMPT = 'exempt'
const MAX_PRECEDENCE = 10_000
const MAX_QUEUES = 10_000_000
const MAX_HASH_BITS = 60
const METHODS = ['ByNamespace', 'ByUser']
const KINDS = ['Group', 'ServiceAccount', 'User']
const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch']
const NAMESPACE_INTRO = "each member of this list must be '*' or a DNS-1123 label; "

const checkAccount = ({ name = '', namespace = '' }: NonNullable<Subject['serviceAccount']>, path: string, errors: Errors): void => {
  if (present(name, `${path}.name`, errors) && name !== '*') named(name, dns1123Subdomain, `${path}.name`, errors)
  if (present(namespace, `${path}.namespace`, errors, 'must specify namespace for service account'))
    named(namespace, dns1123Label, `${path}.namespace`, errors)
}

/** A subject's members, the kinds they belong to, and upstream's order of refusals. */
const MEMBERS = [
  ['serviceAccount', 'ServiceAccount'],
  ['user', 'User'],
  ['group', 'Group'],
] as const

const checkSubject = (subject: Subject, path: string, errors: Errors): void => {
  const { kind = '' } = subject
  const own = MEMBERS.find(([, name]) => name === kind)?.[0]
  if (own === undefined) {
    errors.push(notSupported(`${path}.kind`, kind, KINDS))
    return
  }
  const value = subject[own]
  if (!value) errors.push(required(`${path}.${own}`, `${own} is required when subject kind is '${kind}'`))
  else if (own === 'serviceAccount') checkAccount(value, `${path}.${own}`, errors)
  else present(value.name, `${path}.${own}.name`, errors)
  for (const [member, name] of MEMBERS)
    if (member !== own && subject[member])
      errors.push(forbiddenField(`${path}.${member}`, `${member} is forbidden when subject kind is not '${name}'`))
}

const checkVerbs = (verbs: readonly string[], path: string, errors: Errors): void => {
  if (!present(verbs, path, errors, 'verbs must contain at least one value')) return
  if (verbs.includes('*')) checkAlone(verbs, path, errors, 'verbs')
  else if (!verbs.every((verb) => VERBS.includes(verb))) errors.push(notSupported(path, verbs, VERBS))
}

const checkAlone = (values: readonly string[], path: string, errors: Errors, others: string): void => {
  if (values.length > 1 && values.includes('*'))
    errors.push(invalidValue(path, values, `if '*' is present, must not specify other ${others}`))
}

const urlFault = (url: string): string | undefined => {
  if (url === '') return 'must not be empty'
  if (url === '/') return undefined
  if (!url.startsWith('/')) return 'must start with slash'
  if (url.includes(' ')) return 'must not contain white-space'
  if (url.includes('//')) return 'must not contain double slash'
  const first = url.indexOf('*')
  return first >= 0 && !(first === url.length - 1 && url.endsWith('/*')) ? 'wildcard can only do suffix matching' : undefined
}

const checkUrls = ({ verbs, nonResourceURLs }: UrlRule, path: string, errors: Errors): void => {
  const urls = nonResourceURLs ?? []
  checkVerbs(verbs ?? [], `${path}.verbs`, errors)
  const own = `${path}.nonResourceURLs`
  if (!present(urls, own, errors, 'nonResourceURLs must contain at least one value')) return
  if (urls.includes('*')) checkAlone(urls, own, errors, 'non-resource URLs')
  else
    each(urls, own, errors, (url, at) => {
      const fault = urlFault(url)
      if (fault !== undefined) errors.push(invalidValue(at, url, fault))
    })
}

const checkResources = (rule: ResourceRule, path: string, errors: Errors): void => {
  const { clusterScope } = rule
  const [apiGroups, resources, namespaces] = [rule.apiGroups ?? [], rule.resources ?? [], rule.namespaces ?? []]
  checkVerbs(rule.verbs ?? [], `${path}.verbs`, errors)
  present(apiGroups, `${path}.apiGroups`, errors, 'resource rules must supply at least one api group')
  checkAlone(apiGroups, `${path}.apiGroups`, errors, 'api groups')
  present(resources, `${path}.resources`, errors, 'resource rules must supply at least one resource')
  checkAlone(resources, `${path}.resources`, errors, 'resources')
  const own = `${path}.namespaces`
  if (namespaces.length === 0 && !clusterScope)
    errors.push(required(own, 'resource rules that are not cluster scoped must supply at least one namespace'))
  else if (namespaces.includes('*')) checkAlone(namespaces, own, errors, 'namespaces')
  else
    each(namespaces, own, errors, (namespace, at) => {
      for (const message of dns1123Label(namespace)) errors.push(invalidValue(at, namespace, NAMESPACE_INTRO + message))
    })
}

const checkRules = ({ subjects, resourceRules, nonResourceRules }: PolicyRules, path: string, errors: Errors): void => {
  present(subjects, `${path}.subjects`, errors, 'subjects must contain at least one value')
  each(subjects, `${path}.subjects`, errors, checkSubject)
  if (!resourceRules?.length && !nonResourceRules?.length)
    errors.push(required(path, 'at least one of resourceRules and nonResourceRules has to be non-empty'))
  each(resourceRules, `${path}.resourceRules`, errors, checkResources)
  each(nonResourceRules, `${path}.nonResourceRules`, errors, checkUrls)
}

/** Conditions of both kinds: a type that comes once. */
export const validateFlowStatus = (object: Frozen<KubeObject>): Errors => {
  const errors: Errors = []
  const seen = new Set<string>()
  each(listAt(object, 'status', 'conditions') as { type?: string }[], 'status.conditions', errors, ({ type = '' }, path) => {
    if (seen.has(type)) errors.push(duplicateValue(`${path}.type`, type))
    seen.add(type)
    present(type, `${path}.type`, errors)
  })
  return errors
}

export const validateFlowSchema = (schema: KubeObject): Errors => {
  const errors = metadataErrors(schema, false, dns1123Subdomain)
  const {
    matchingPrecedence: precedence = 0,
    distinguisherMethod: method,
    priorityLevelConfiguration,
    rules,
  } = (schema['spec'] ?? {}) as FlowSpec
  const path = 'spec.matchingPrecedence'
  if (precedence <= 0) errors.push(invalidValue(path, precedence, 'must be a positive value'))
  if (precedence > MAX_PRECEDENCE) errors.push(invalidValue(path, precedence, `must not be greater than ${MAX_PRECEDENCE}`))
  if (precedence === 1 && schema.metadata.name !== EXEMPT)
    errors.push(invalidValue(path, precedence, "only the schema named 'exempt' may have matchingPrecedence 1"))
  if (method && !METHODS.includes(method.type ?? ''))
    errors.push(notSupported('spec.distinguisherMethod.type', { Type: method.type ?? '' }, METHODS))
  const level = 'spec.priorityLevelConfiguration.name'
  if (present(priorityLevelConfiguration?.name, level, errors, 'must reference a priority level'))
    named(priorityLevelConfiguration?.name, dns1123Subdomain, level, errors)
  each(rules, 'spec.rules', errors, checkRules)
  return [...errors, ...validateFlowStatus(schema)]
}

const checkQueuing = ({ queues = 0, handSize = 0, queueLengthLimit = 0 }: Queuing, path: string, errors: Errors): void => {
  if (queueLengthLimit <= 0) errors.push(invalidValue(`${path}.queueLengthLimit`, queueLengthLimit, 'must be positive'))
  if (queues <= 0) errors.push(invalidValue(`${path}.queues`, queues, 'must be positive'))
  else if (queues > MAX_QUEUES) errors.push(invalidValue(`${path}.queues`, queues, `must not be greater than ${MAX_QUEUES}`))
  const own = `${path}.handSize`
  if (handSize <= 0) errors.push(invalidValue(own, handSize, 'must be positive'))
  else if (handSize > queues) errors.push(invalidValue(own, handSize, `should not be greater than queues (${queues})`))
  else if (Math.ceil(Math.log2(queues) * handSize) > MAX_HASH_BITS) {
    const detail = `required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than ${MAX_HASH_BITS}`
    errors.push(invalidValue(own, handSize, detail))
  }
}

const checkShares = (shares: number | undefined, path: string, errors: Errors): void => {
  if (shares !== undefined && shares < 0)
    errors.push(invalidValue(`${path}.nominalConcurrencyShares`, shares, 'must be a non-negative integer'))
}

const checkLimited = (limited: NonNullable<LevelSpec['limited']>, errors: Errors): void => {
  const path = 'spec.limited'
  const { limitResponse = {}, lendablePercent, borrowingLimitPercent: borrowing } = limited
  checkShares(limited.nominalConcurrencyShares, path, errors)
  const own = `${path}.limitResponse`
  const { type = '', queuing } = limitResponse
  if (type === 'Reject') {
    if (queuing) errors.push(forbiddenField(`${own}.queuing`, 'must be nil if limited.limitResponse.type is not Limited'))
  } else if (type !== 'Queue') {
    if (present(type, `${own}.type`, errors)) oneOf(type, ['Queue', 'Reject'], `${own}.type`, errors)
  } else if (queuing) checkQueuing(queuing, `${own}.queuing`, errors)
  else errors.push(required(`${own}.queuing`, 'must not be empty if limited.limitResponse.type is Limited'))
  within(lendablePercent, [0, 100], `${path}.lendablePercent`, errors)
  if (borrowing !== undefined && borrowing < 0)
    errors.push(invalidValue(`${path}.borrowingLimitPercent`, borrowing, 'if specified, must be a non-negative integer'))
}

export const validatePriorityLevel = (level: KubeObject): Errors => {
  const errors = metadataErrors(level, false, dns1123Subdomain)
  const { type = '', limited, exempt } = (level['spec'] ?? {}) as LevelSpec
  if ((level.metadata.name === EXEMPT) !== (type === 'Exempt'))
    errors.push(invalidValue('spec.type', type, "must be 'Exempt' if and only if `name` is 'exempt'"))
  if (type === 'Exempt') {
    if (limited) errors.push(forbiddenField('spec.limited', 'must be nil if the type is not Limited'))
    checkShares(exempt?.nominalConcurrencyShares, 'spec.exempt', errors)
    within(exempt?.lendablePercent, [0, 100], 'spec.exempt.lendablePercent', errors)
  } else if (type === 'Limited') {
    if (exempt) errors.push(forbiddenField('spec.exempt', 'must be nil if the type is Limited'))
    if (limited) checkLimited(limited, errors)
    else errors.push(required('spec.limited', 'must not be empty when type is Limited'))
  } else if (present(type, 'spec.type', errors)) oneOf(type, ['Exempt', 'Limited'], 'spec.type', errors)
  return [...errors, ...validateFlowStatus(level)]
}
