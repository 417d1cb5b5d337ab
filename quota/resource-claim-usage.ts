// How many devices claims take, by their class and by the names under which pods ask for such. Upstream:
// pkg/quota/v1/evaluator/core/resource_claims.go.
import { at, type Frozen, type KubeObject, listAt, textAt } from '../apimachinery/kube-object.ts'
import { isRequestedExtended, REQUESTS } from './scopes.ts'
import type { UsageEvaluator } from './usage-evaluators.ts'

const BY_DEVICE_CLASS = '.deviceclass.resource.k8s.io/devices'
const IMPLICIT_DEVICES = 'requests.deviceclass.resource.kubernetes.io/'
/** Counted of a request for all devices: as many as an allocation can hold. */
const ALL_DEVICES = 32

const devicesOf = (request: unknown): number => {
  const mode = textAt(request, 'allocationMode')
  return mode === 'ExactCount' ? Number(at(request, 'count') ?? 0) : mode === 'All' ? ALL_DEVICES : 0
}

/** The most devices of each class that a claim may be given. */
const devicesByClass = (claim: Frozen<KubeObject>): Map<string, number> => {
  const sums = new Map<string, number>()
  for (const request of listAt(claim, 'spec', 'devices', 'requests')) {
    const alternatives = listAt(request, 'firstAvailable')
    const exactly = at(request, 'exactly')
    const most = new Map<string, number>()
    for (const alternative of alternatives.length > 0 ? alternatives : exactly === undefined ? [] : [exactly]) {
      const name = textAt(alternative, 'deviceClassName')
      most.set(name, Math.max(most.get(name) ?? 0, devicesOf(alternative)))
    }
    for (const [name, count] of most) sums.set(name, (sums.get(name) ?? 0) + count)
  }
  return sums
}

/** The names by which pods ask for devices of a class without a claim. */
export interface ExtendedResources {
  /** '' where there is none. */
  ofClass(deviceClass: string): string
  has(resource: string): boolean
}

export const resourceClaimUsage = ({ ofClass, has }: ExtendedResources): UsageEvaluator => ({
  counts: (resource) => {
    if (resource === 'count/resourceclaims.resource.k8s.io' || resource.endsWith(BY_DEVICE_CLASS)) return true
    if (resource.startsWith(IMPLICIT_DEVICES) && ofClass(resource.slice(IMPLICIT_DEVICES.length)) !== '') return true
    return isRequestedExtended(resource) && has(resource.slice(REQUESTS.length))
  },
  matches: () => false,
  usage: (claim) => {
    const usage: Record<string, string> = { 'count/resourceclaims.resource.k8s.io': '1' }
    for (const [name, count] of devicesByClass(claim)) {
      usage[`${name}${BY_DEVICE_CLASS}`] = String(count)
      if (count === 0) continue
      usage[`${IMPLICIT_DEVICES}${name}`] = String(count)
      const extended = ofClass(name)
      if (extended !== '') usage[`${REQUESTS}${extended}`] = String(count)
    }
    return usage
  },
})
