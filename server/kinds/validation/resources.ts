// What containers and pods ask for: amounts, limits above requests, whole huge pages, claims by name.
// Upstream: validateResourceRequirements, validateResourceClaimNames, validatePodResources.
import { duplicateValue, forbiddenField, invalidValue, notFoundValue, required } from '../../../apimachinery/field-error.ts'
import { dns1123Label } from '../../../apimachinery/names.ts'
import { compareQuantities, isWholeQuantity } from '../../../apimachinery/quantity.ts'
import { aggregateResources } from './aggregate-resources.ts'
import { type Errors, named } from './checks.ts'
import type { PodContext } from './pod-context.ts'
import type { Container, PodSpec, ResourceRequirements } from './pod-types.ts'
import {
  allowsOvercommit,
  checkContainerResourceName,
  checkPodResourceName,
  isCounted,
  isHugePages,
  isWholePages,
} from './resource-names.ts'

/** Not negative, and whole where it is counted. */
export const checkQuantityValue = (name: string, amount: string, path: string, errors: Errors): void => {
  if (amount.startsWith('-')) errors.push(invalidValue(path, amount, 'must be greater than or equal to 0'))
  if (isCounted(name) && !isWholeQuantity(amount)) errors.push(invalidValue(path, amount, 'must be an integer'))
}

const isCompute = (name: string): boolean => name === 'cpu' || name === 'memory'

type NameCheck = (name: string, path: string, errors: Errors) => void

const checkPages = (name: string, amount: string, path: string, errors: Errors, context: PodContext): void => {
  if (context.tolerances.indivisibleHugePages || isWholePages(name, amount)) return
  errors.push(invalidValue(path, amount, `${amount} is not positive integer multiple of ${name}`))
}

const checkRequest = (name: string, amount: string, limit: string | undefined, path: string, errors: Errors): void => {
  if (limit === undefined) {
    if (!allowsOvercommit(name)) errors.push(required(`${path}.limits`, 'Limit must be set for non overcommitable resources'))
    return
  }
  if (amount === limit) return
  const order = compareQuantities(amount, limit)
  if (order !== 0 && !allowsOvercommit(name))
    errors.push(invalidValue(`${path}.requests`, amount, `must be equal to ${name} limit of ${limit}`))
  else if (order > 0) errors.push(invalidValue(`${path}.requests`, amount, `must be less than or equal to ${name} limit of ${limit}`))
}

const checkRequirements = (
  requirements: ResourceRequirements,
  checkName: NameCheck,
  path: string,
  errors: Errors,
  context: PodContext,
): void => {
  const { limits, requests } = requirements
  let [compute, pages] = [false, false]
  for (const [list, side] of [
    [limits, 'limits'],
    [requests, 'requests'],
  ] as const) {
    for (const name in list) {
      const amount = list[name] as string
      const at = `${path}.${side}[${name}]`
      checkName(name, at, errors)
      checkQuantityValue(name, amount, at, errors)
      if (side === 'requests') checkRequest(name, amount, limits?.[name], path, errors)
      if (isHugePages(name)) {
        pages = true
        checkPages(name, amount, at, errors, context)
      }
      compute ||= isCompute(name)
    }
  }
  if (pages && !compute) errors.push(forbiddenField(path, 'HugePages require cpu or memory'))
  checkClaimNames(requirements, `${path}.claims`, errors, context.claimNames)
}

const notClaimed = (claimNames: ReadonlySet<string>): string =>
  `must be one of the names in pod.spec.resourceClaims${claimNames.size === 0 ? ' which is empty' : `: ${[...claimNames].sort().join(', ')}`}`

const checkClaimNames = ({ claims }: ResourceRequirements, path: string, errors: Errors, claimNames: ReadonlySet<string>): void => {
  if (!claims) return
  const seen = new Set<string>()
  claims.forEach(({ name = '', request = '' }, index) => {
    const at = `${path}[${index}]`
    if (name === '') {
      errors.push(required(at, ''))
      return
    }
    if (seen.has(name)) errors.push(duplicateValue(at, name))
    else {
      if (request !== '') named(request, dns1123Label, `${at}.request`, errors)
      const key = request === '' ? name : `${name}/${request}`
      if (seen.has(key)) errors.push(duplicateValue(at, key))
      else if (request === '') for (const other of seen) if (other.startsWith(`${name}/`)) errors.push(duplicateValue(at, name))
      seen.add(key)
    }
    if (!claimNames.has(name)) errors.push(notFoundValue(at, name, notClaimed(claimNames)))
  })
}

/** A container's resources; of a pod's overhead too, as limits. */
export const checkContainerResources = (
  requirements: ResourceRequirements | undefined,
  path: string,
  errors: Errors,
  context: PodContext,
): void => {
  if (requirements) checkRequirements(requirements, checkContainerResourceName, path, errors, context)
}

/** The pod's own amounts against those of its containers. */
const checkConsistency = (spec: PodSpec, resources: ResourceRequirements, path: string, errors: Errors): void => {
  const asked = aggregateResources(spec, 'requests')
  for (const name in asked) {
    const own = resources.requests?.[name]
    if (own !== undefined && compareQuantities(asked[name] as string, own) > 0)
      errors.push(
        invalidValue(`${path}.requests[${name}]`, own, `must be greater than or equal to aggregate container requests of ${asked[name]}`),
      )
  }
  const limited = aggregateResources(spec, 'limits')
  for (const name in limited) {
    const own = resources.limits?.[name]
    if (isHugePages(name) && own !== undefined && compareQuantities(limited[name] as string, own) > 0)
      errors.push(
        invalidValue(`${path}.limits[${name}]`, own, `must be greater than or equal to aggregate container limits of ${limited[name]}`),
      )
  }
  ;(spec.containers ?? []).forEach((container: Container, index) => {
    const limits = container.resources?.limits
    for (const name in limits) {
      const own = resources.limits?.[name]
      if (own !== undefined && compareQuantities(limits[name] as string, own) > 0)
        errors.push(
          invalidValue(`${path}.containers[${index}][${name}].limits`, limits[name], `must be less than or equal to pod limits of ${own}`),
        )
    }
  })
}

/** What the pod as a whole asks for. */
export const checkPodResources = (spec: PodSpec, specPath: string, errors: Errors, context: PodContext): void => {
  const { resources, os } = spec
  if (!resources) return
  const path = `${specPath}.resources`
  if (os?.name === 'windows') {
    errors.push(forbiddenField(path, 'may not be set for a windows pod'))
    return
  }
  if (resources.claims) errors.push(forbiddenField(`${path}.claims`, 'claims may not be set for Resources at pod-level'))
  checkRequirements(resources, checkPodResourceName, path, errors, context)
  checkConsistency(spec, resources, path, errors)
}
