// Limit ranges; one without a name gets a uid for one. Upstream: pkg/registry/core/limitrange, ValidateLimitRange.
import { duplicateValue, forbiddenField, invalidValue, required } from '../../../apimachinery/field-error.ts'
import { type KubeObject, listAt } from '../../../apimachinery/kube-object.ts'
import { dns1123Subdomain, qualifiedName } from '../../../apimachinery/names.ts'
import { compareQuantities, parseQuantity } from '../../../apimachinery/quantity.ts'
import { defineResource } from '../define-resource.ts'
import { strategyOf } from '../strategies.ts'
import { type Errors, each, named } from '../validation/checks.ts'
import { metadataErrors } from '../validation/metadata.ts'
import { allowsOvercommit, checkLimitName } from '../validation/quota-resources.ts'

type Amounts = Readonly<Record<string, string>>

interface Limit {
  type?: string
  max?: Amounts
  min?: Amounts
  default?: Amounts
  defaultRequest?: Amounts
  maxLimitRequestRatio?: Amounts
}

const TYPES = ['Pod', 'Container', 'PersistentVolumeClaim']
const STORAGE = 'storage'

const checkType = (type: string, path: string, errors: Errors): void => {
  const found = errors.length
  named(type, qualifiedName, path, errors)
  if (errors.length === found && !type.includes('/') && !TYPES.includes(type))
    errors.push(invalidValue(path, type, 'must be a standard limit type or fully qualified'))
}

/** The first is above the second; where either is missing nothing is above anything. */
const above = (first: string | undefined, second: string | undefined): boolean =>
  first !== undefined && second !== undefined && compareQuantities(first, second) > 0

/** As a number; only ratios of it are looked at. */
const numberOf = (text: string): number => {
  const quantity = parseQuantity(text)
  return 'error' in quantity ? 0 : Number(quantity.unscaled) * 10 ** quantity.scale
}

const checkRatio = (ratio: string, min: string | undefined, max: string | undefined, path: string, errors: Errors): void => {
  if (compareQuantities(ratio, '1') < 0) errors.push(invalidValue(path, ratio, `ratio ${ratio} is less than 1`))
  if (min === undefined || max === undefined) return
  const most = numberOf(max) / numberOf(min)
  if (numberOf(ratio) > most) errors.push(invalidValue(path, ratio, `ratio ${ratio} is greater than max/min = ${most.toFixed(6)}`))
}

/** One resource's amounts against one another. */
const checkAmounts = (limit: Limit, name: string, path: string, errors: Errors): void => {
  const pod = limit.type === 'Pod'
  const [min, max, ratio] = [limit.min?.[name], limit.max?.[name], limit.maxLimitRequestRatio?.[name]]
  const [most, asked] = pod ? [undefined, undefined] : [limit.default?.[name], limit.defaultRequest?.[name]]
  const request = `${path}.defaultRequest[${name}]`
  const fallback = `${path}.default[${name}]`
  if (above(min, max)) errors.push(invalidValue(`${path}.min[${name}]`, min, `min value ${min} is greater than max value ${max}`))
  if (above(min, asked)) errors.push(invalidValue(request, asked, `min value ${min} is greater than default request value ${asked}`))
  if (above(asked, max)) errors.push(invalidValue(request, asked, `default request value ${asked} is greater than max value ${max}`))
  if (above(asked, most))
    errors.push(invalidValue(request, asked, `default request value ${asked} is greater than default limit value ${most}`))
  if (above(min, most)) errors.push(invalidValue(fallback, min, `min value ${min} is greater than default value ${most}`))
  if (above(most, max)) errors.push(invalidValue(fallback, max, `default value ${most} is greater than max value ${max}`))
  if (ratio !== undefined) checkRatio(ratio, min, max, `${path}.maxLimitRequestRatio[${name}]`, errors)
  if (!allowsOvercommit(name) && most !== undefined && asked !== undefined && compareQuantities(most, asked) !== 0)
    errors.push(invalidValue(request, asked, `default value ${most} must equal to defaultRequest value ${asked} in ${name}`))
}

const checkLimit = (limit: Limit, path: string, errors: Errors, types: Set<string>): void => {
  const { type = '', min, max } = limit
  checkType(type, `${path}.type`, errors)
  if (types.has(type)) errors.push(duplicateValue(`${path}.type`, type))
  types.add(type)
  const names = new Set<string>()
  const checkNames = (member: keyof Limit & ('max' | 'min' | 'default' | 'defaultRequest' | 'maxLimitRequestRatio')): void => {
    for (const name in limit[member]) {
      checkLimitName(type, name, `${path}.${member}[${name}]`, errors)
      names.add(name)
    }
  }
  checkNames('max')
  checkNames('min')
  for (const member of ['default', 'defaultRequest'] as const)
    if (type !== 'Pod') checkNames(member)
    else if (Object.keys(limit[member] ?? {}).length > 0)
      errors.push(forbiddenField(`${path}.${member}`, "may not be specified when `type` is 'Pod'"))
  if (type === 'PersistentVolumeClaim' && min?.[STORAGE] === undefined && max?.[STORAGE] === undefined)
    errors.push(required(`${path}.limits`, 'either minimum or maximum storage value is required, but neither was provided'))
  checkNames('maxLimitRequestRatio')
  for (const name of names) checkAmounts(limit, name, path, errors)
}

const validate = (object: KubeObject): Errors => {
  const errors = metadataErrors(object, true, dns1123Subdomain)
  const types = new Set<string>()
  each(listAt(object, 'spec', 'limits') as Limit[], 'spec.limits', errors, (limit, path) => checkLimit(limit, path, errors, types))
  return errors
}

export const limitranges = defineResource('', 'LimitRange', {
  strategy: strategyOf(
    { createOnUpdate: true, name: false },
    {
      prepareForCreate: (object, context) => {
        object.metadata.name ||= context.newUuid()
      },
      validate,
      validateUpdate: validate,
    },
  ),
})
