// Resource quotas: used over hard, limits apart from the rest. Upstream: pkg/registry/core/resourcequota, ValidateResourceQuota,
// printResourceQuota.
import { invalidValue, required } from '../../../apimachinery/field-error.ts'
import { at, type Frozen, type KubeObject } from '../../../apimachinery/kube-object.ts'
import { compareQuantities } from '../../../apimachinery/quantity.ts'
import { textIfSet } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { emptyStatus, strategyOf } from '../strategies.ts'
import { type Errors, immutable } from '../validation/checks.ts'
import { checkAmount, checkQuotaName, isStandardQuotaName } from '../validation/quota-resources.ts'

type Amounts = Readonly<Record<string, string>>

interface ScopeRequirement {
  scopeName?: string
  operator?: string
  values?: string[]
}

interface QuotaSpec {
  hard?: Amounts
  scopes?: string[]
  scopeSelector?: { matchExpressions?: ScopeRequirement[] }
}

const POD_RESOURCES = new Set(['pods', 'cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory'])

/** What a quota in each scope may count. */
const scopes: Readonly<Record<string, ReadonlySet<string>>> = {
  Terminating: POD_RESOURCES,
  NotTerminating: POD_RESOURCES,
  NotBestEffort: POD_RESOURCES,
  PriorityClass: POD_RESOURCES,
  CrossNamespacePodAffinity: POD_RESOURCES,
  BestEffort: new Set(['pods']),
  VolumeAttributesClass: new Set(['persistentvolumeclaims', 'requests.storage']),
}

const EXISTS_ONLY = new Set(['BestEffort', 'NotBestEffort', 'Terminating', 'NotTerminating', 'CrossNamespacePodAffinity'])
const CONFLICTING = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const

const specOf = (object: Frozen<KubeObject>): QuotaSpec => (object['spec'] ?? {}) as QuotaSpec

const checkAmounts = (amounts: Amounts | undefined, path: string, errors: Errors): void => {
  for (const name in amounts) {
    checkQuotaName(name, `${path}[${name}]`, errors)
    checkAmount(name, amounts[name] as string, `${path}[${name}]`, errors)
  }
}

/** The resources that a scope has nothing to do with, once each. */
const misfits = (scope: string, hard: Amounts | undefined): number => {
  const fitting = Object.hasOwn(scopes, scope) ? scopes[scope] : undefined
  return fitting ? Object.keys(hard ?? {}).filter((name) => isStandardQuotaName(name) && !fitting.has(name)).length : 0
}

const checkConflicts = (named: readonly string[], path: string, shown: unknown, errors: Errors): void => {
  for (const pair of CONFLICTING)
    if (pair.every((scope) => named.includes(scope))) errors.push(invalidValue(path, shown, 'conflicting scopes'))
}

const checkScopes = ({ scopes: given, hard }: QuotaSpec, errors: Errors): void => {
  if (!given?.length) return
  const path = 'spec.scopes'
  for (const scope of given) {
    if (!Object.hasOwn(scopes, scope)) errors.push(invalidValue(path, given, 'unsupported scope'))
    for (let count = misfits(scope, hard); count > 0; count--)
      errors.push(invalidValue(path, given, 'unsupported scope applied to resource'))
  }
  checkConflicts(given, path, given, errors)
}

/** As upstream's internal type prints it. */
const shownSelector = (expressions: readonly ScopeRequirement[]): object => ({
  MatchExpressions: expressions.map(({ scopeName = '', operator = '', values = null }) => ({
    ScopeName: scopeName,
    Operator: operator,
    Values: values,
  })),
})

const checkOperator = ({ operator = '', values = [] }: ScopeRequirement, path: string, errors: Errors): void => {
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0)
      errors.push(required(`${path}.values`, "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"))
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    const detail = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"
    if (values.length > 0) errors.push(invalidValue(`${path}.values`, values, detail))
  } else errors.push(invalidValue(`${path}.operator`, operator, 'not a valid selector operator'))
}

const checkSelector = ({ scopeSelector, scopes: given, hard }: QuotaSpec, errors: Errors): void => {
  if (!scopeSelector) return
  const { matchExpressions: expressions = [] } = scopeSelector
  const path = 'spec.scopeSelector.matchExpressions'
  for (const requirement of expressions) {
    const { scopeName = '', operator = '' } = requirement
    if (!Object.hasOwn(scopes, scopeName)) errors.push(invalidValue(`${path}.scopeName`, scopeName, 'unsupported scope'))
    for (let count = misfits(scopeName, hard); count > 0; count--)
      errors.push(invalidValue(path, shownSelector(expressions), 'unsupported scope applied to resource'))
    if (EXISTS_ONLY.has(scopeName) && operator !== 'Exists')
      errors.push(
        invalidValue(
          `${path}.operator`,
          operator,
          "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity",
        ),
      )
    checkOperator(requirement, path, errors)
  }
  checkConflicts(
    expressions.map(({ scopeName = '' }) => scopeName),
    path,
    given,
    errors,
  )
}

const validate = (object: KubeObject): Errors => {
  const errors: Errors = []
  const spec = specOf(object)
  checkAmounts(spec.hard, 'spec.hard', errors)
  checkScopes(spec, errors)
  checkSelector(spec, errors)
  return errors
}

const validateUpdate = (object: KubeObject, old: Frozen<KubeObject>): Errors => {
  const errors = validate(object)
  const [after, before] = [specOf(object).scopes, specOf(old).scopes]
  const same = (after ?? []).every((scope) => before?.includes(scope)) && (before ?? []).every((scope) => after?.includes(scope))
  immutable(same, after, 'spec.scopes', errors)
  return errors
}

const validateStatus = (object: KubeObject): Errors => {
  const errors: Errors = []
  for (const member of ['hard', 'used']) checkAmounts(at(object, 'status', member) as Amounts | undefined, `status.${member}`, errors)
  return errors
}

/** Requests above limits are let in. */
const warnings = (object: KubeObject, old: Frozen<KubeObject> | undefined): string[] => {
  if (old) return []
  const hard = specOf(object).hard ?? {}
  return ['cpu', 'memory', 'storage', 'ephemeral-storage'].flatMap((name) => {
    const short = hard[`requests.${name}`] === undefined && (name === 'cpu' || name === 'memory')
    const request = short ? name : `requests.${name}`
    const [asked, limit] = [hard[request], hard[`limits.${name}`]]
    if (asked === undefined || limit === undefined || compareQuantities(asked, limit) <= 0) return []
    return [`ResourceQuota ${request} (${asked}) should be less than limits.${name} (${limit})`]
  })
}

const amounts = (quota: Frozen<KubeObject>, wanted: (resource: string) => boolean): string =>
  Object.entries((at(quota, 'status', 'hard') ?? {}) as Record<string, string>)
    .filter(([resource]) => wanted(resource))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([resource, hard]) => `${resource}: ${textIfSet(quota, '0', 'status', 'used', resource)}/${hard}`)
    .join(', ')

const isLimit = (resource: string): boolean => resource.startsWith('limits.')

export const resourcequotas = defineResource('', 'ResourceQuota', {
  cells: { Request: (quota) => amounts(quota, (resource) => !isLimit(resource)), Limit: (quota) => amounts(quota, isLimit) },
  strategy: strategyOf({ status: emptyStatus, returnsDeletedObject: true }, { validate, validateUpdate, warnings }),
  statusRules: { validateUpdate: validateStatus },
})
