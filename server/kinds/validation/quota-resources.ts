// Names and amounts of resources in quotas, limit ranges and nodes. Upstream: ValidateResourceQuotaResourceName,
// validateLimitRangeResourceName, ValidateResourceQuantityValue, pkg/apis/core/helper.
import { invalidValue } from '../../../apimachinery/field-error.ts'
import { qualifiedName } from '../../../apimachinery/names.ts'
import { parseQuantity } from '../../../apimachinery/quantity.ts'
import type { Errors } from './checks.ts'

const compute = new Set(['cpu', 'memory', 'ephemeral-storage'])
const counted = new Set([
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
])
const quota = new Set([
  ...compute,
  ...counted,
  ...[...compute].flatMap((name) => [`requests.${name}`, `limits.${name}`]),
  'requests.storage',
])

const isPages = (name: string): boolean => name.startsWith('hugepages-')
const isQuotaPages = (name: string): boolean => isPages(name) || name.startsWith('requests.hugepages-')
const isNative = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/')
const isExtended = (name: string): boolean =>
  !isNative(name) && !name.startsWith('requests.') && qualifiedName(`requests.${name}`).length === 0

/** Whether quotas know it without a domain. */
export const isStandardQuotaName = (name: string): boolean => quota.has(name) || isQuotaPages(name)

/** More may be promised than there is. */
export const allowsOvercommit = (name: string): boolean => isNative(name) && !isPages(name)

const checkName = (name: string, path: string, errors: Errors): void => {
  if (quota.has(name)) return
  const found = errors.length
  for (const message of qualifiedName(name)) errors.push(invalidValue(path, name, message))
  if (errors.length === found && !name.includes('/') && name !== 'storage' && !isQuotaPages(name))
    errors.push(invalidValue(path, name, 'must be a standard resource type or fully qualified'))
}

/** What a quota may be of. */
export const checkQuotaName = (name: string, path: string, errors: Errors): void => {
  checkName(name, path, errors)
  if (!name.includes('/') && !isStandardQuotaName(name)) errors.push(invalidValue(path, name, 'must be a standard resource for quota'))
}

/** What may be limited: of containers and pods less than of the rest. */
export const checkLimitName = (type: string, name: string, path: string, errors: Errors): void => {
  checkName(name, path, errors)
  if (type !== 'Pod' && type !== 'Container') return
  if (!name.includes('/')) {
    if (!compute.has(name) && !isPages(name)) errors.push(invalidValue(path, name, 'must be a standard resource for containers'))
  } else if (!isNative(name) && !isExtended(name)) errors.push(invalidValue(path, name, "doesn't follow extended resource name standard"))
}

/** Whole to a thousandth, rounded up. */
export const isWholeAmount = (amount: string): boolean => {
  const quantity = parseQuantity(amount)
  if ('error' in quantity || quantity.scale >= 0) return true
  const { unscaled, scale } = quantity
  const size = unscaled < 0n ? -unscaled : unscaled
  const finer = scale < -3 ? 10n ** BigInt(-3 - scale) : 1n
  const thousandths = scale < -3 ? (size + finer - 1n) / finer : size * 10n ** BigInt(scale + 3)
  return thousandths % 1000n === 0n
}

/** Not negative, and whole where it is counted. */
export const checkAmount = (name: string, amount: string, path: string, errors: Errors): void => {
  if (amount.startsWith('-')) errors.push(invalidValue(path, amount, 'must be greater than or equal to 0'))
  if ((counted.has(name) || isExtended(name)) && !isWholeAmount(amount)) errors.push(invalidValue(path, amount, 'must be an integer'))
}

/** Not negative, where upstream shows the whole number. Upstream: validateBasicResource. */
export const checkBasicAmount = (amount: string, path: string, errors: Errors): void => {
  const quantity = parseQuantity(amount)
  if ('error' in quantity || quantity.unscaled >= 0n) return
  const value = Math.floor(Number(quantity.unscaled) * 10 ** quantity.scale)
  errors.push(invalidValue(path, value, 'must be a valid resource quantity'))
}
