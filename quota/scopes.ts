// Names and scopes of quotas. Upstream: pkg/apis/core/v1/helper/helpers.go, pkg/quota/v1/evaluator/core.
import { qualifiedName } from '../apimachinery/names.ts'

/** One condition of a quota's scopes or scope selector. */
export interface ScopeRequirement {
  scopeName?: string
  operator?: string
  values?: readonly string[]
}

export const REQUESTS = 'requests.'
const DEVICES = 'deviceclass.resource.kubernetes.io/'

/** Whether a selector of a scope's values matches one of an object's, or none where it has none. */
export const inScope = ({ operator, values = [] }: ScopeRequirement, own: readonly string[]): boolean => {
  const matches = (value: string | undefined): boolean => {
    if (operator === 'In') return value !== undefined && values.includes(value)
    if (operator === 'NotIn') return value === undefined || !values.includes(value)
    return (operator === 'Exists') === (value !== undefined)
  }
  return (own.length === 0 ? [undefined] : own).some(matches)
}

const isNative = (resource: string): boolean => !resource.includes('/') || resource.includes('kubernetes.io/')

/** Of a node's own resources beyond Kubernetes' own: `example.com/gpu`. */
export const isExtended = (resource: string): boolean =>
  !isNative(resource) && !resource.startsWith(REQUESTS) && qualifiedName(`${REQUESTS}${resource}`).length === 0

/** What pods may ask for by name, though it comes from claims or device plug-ins. */
export const isCountedRequest = (resource: string): boolean => isExtended(resource) || resource.startsWith(DEVICES)

/** As quotas name them: `requests.example.com/gpu`. */
export const isRequestedExtended = (resource: string): boolean =>
  resource.startsWith(REQUESTS) && (!isNative(resource) || resource.startsWith(`${REQUESTS}${DEVICES}`))
