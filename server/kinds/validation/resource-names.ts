// Names of resources, and what may be asked of each. Upstream: pkg/apis/core/helper, validateResourceName and those beside it.
import { invalidValue, notSupported } from '../../../apimachinery/field-error.ts'
import { qualifiedName } from '../../../apimachinery/names.ts'
import { isWholeQuantity, parseQuantity, quantityValue } from '../../../apimachinery/quantity.ts'
import type { Errors } from './checks.ts'

const HUGE_PAGES = 'hugepages-'
const REQUESTS = 'requests.'
const standardContainer = new Set(['cpu', 'memory', 'ephemeral-storage'])
const objectCounts = new Set([
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
const standard = new Set([
  ...standardContainer,
  ...objectCounts,
  'requests.cpu',
  'requests.memory',
  'requests.storage',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  'storage',
])
const POD_LEVEL = ['cpu', 'hugepages-', 'memory']

export const isHugePages = (name: string): boolean => name.startsWith(HUGE_PAGES)

/** In Kubernetes' own namespace, or in none. */
export const isNative = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/')

export const isExtended = (name: string): boolean =>
  !isNative(name) && !name.startsWith(REQUESTS) && qualifiedName(`${REQUESTS}${name}`).length === 0

/** Counted in whole numbers. */
export const isCounted = (name: string): boolean => objectCounts.has(name) || (name.includes('/') && isExtended(name))

/** More may be promised than there is. */
export const allowsOvercommit = (name: string): boolean => isNative(name) && !isHugePages(name)

/** Whether an amount is so many whole pages of the size that the name says. */
export const isWholePages = (name: string, amount: string): boolean => {
  const size = name.slice(HUGE_PAGES.length)
  if ('error' in parseQuantity(size) || size.startsWith('-') || !isWholeQuantity(size)) return false
  const bytes = quantityValue(size)
  return bytes > 0n && quantityValue(amount) % bytes === 0n
}

/** Any resource name. */
export const checkResourceName = (name: string, path: string, errors: Errors): boolean => {
  if (standardContainer.has(name)) return true
  const before = errors.length
  for (const message of qualifiedName(name)) errors.push(invalidValue(path, name, message))
  if (errors.length > before) return false
  if (name.includes('/') || standard.has(name) || isHugePages(name) || name.startsWith(`${REQUESTS}${HUGE_PAGES}`)) return true
  errors.push(invalidValue(path, name, 'must be a standard resource type or fully qualified'))
  return false
}

/** What a container may ask for. */
export const checkContainerResourceName = (name: string, path: string, errors: Errors): void => {
  if (standardContainer.has(name)) return
  checkResourceName(name, path, errors)
  if (!name.includes('/')) {
    if (!isHugePages(name)) errors.push(invalidValue(path, name, 'must be a standard resource for containers'))
  } else if (!isNative(name) && !isExtended(name)) errors.push(invalidValue(path, name, "doesn't follow extended resource name standard"))
}

/** What a pod as a whole may ask for. */
export const checkPodResourceName = (name: string, path: string, errors: Errors): void => {
  if (!checkResourceName(name, path, errors)) return
  if (name !== 'cpu' && name !== 'memory' && !isHugePages(name)) errors.push(notSupported(path, name, POD_LEVEL))
}
