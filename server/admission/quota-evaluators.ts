// How much of which resource an object takes, for quotas: by kind. What has no rules of its own is counted.
// Upstream: pkg/quota/v1/evaluator/core, k8s.io/apiserver/pkg/quota/v1/generic.
import { at, type Frozen, type KubeObject, listAt, qualified, textAt } from '../../apimachinery/kube-object.ts'
import { quantityValue } from '../../apimachinery/quantity.ts'
import type { AdmissionAttributes } from './admission.ts'
import type { Amounts } from './admitted-pod.ts'
import { claimClass } from './persistent-volume-claim-resize.ts'
import { inScope, isRequestedExtended, REQUESTS, type ScopeRequirement } from './quota-scopes.ts'

export interface QuotaEvaluator {
  handles(attributes: AdmissionAttributes): boolean
  /** Which resources of a quota it counts. */
  counts(resource: string): boolean
  matches(scope: ScopeRequirement, object: Frozen<KubeObject>): boolean
  /** What the object must say so that it can be counted; undefined where it does. */
  missing?(resources: readonly string[], object: Frozen<KubeObject>): string | undefined
  usage(object: Frozen<KubeObject>, now: number): Amounts
}

/** Counted under an older name as well. */
const ALIASES = new Set(['configmaps', 'resourcequotas', 'replicationcontrollers', 'secrets'])

export const objectCounts = (resource: { group: string; resource: string }): QuotaEvaluator => {
  const name = qualified(resource)
  const names = [`count/${name}`, ...(ALIASES.has(name) ? [name] : [])]
  const usage = Object.fromEntries(names.map((counted) => [counted, '1']))
  return {
    handles: ({ operation, subresource }) => operation === 'CREATE' && subresource === '',
    counts: (counted) => names.includes(counted),
    matches: () => false,
    usage: () => usage,
  }
}

const SERVICES = ['count/services', 'services', 'services.nodeports', 'services.loadbalancers']

const writes = ({ operation, subresource }: AdmissionAttributes): boolean =>
  subresource === '' && (operation === 'CREATE' || operation === 'UPDATE')

export const serviceQuota: QuotaEvaluator = {
  handles: writes,
  counts: (resource) => SERVICES.includes(resource),
  matches: () => false,
  usage: (service) => {
    const type = textAt(service, 'spec', 'type')
    const ports = listAt(service, 'spec', 'ports')
    const allocates = at(service, 'spec', 'allocateLoadBalancerNodePorts') !== false
    const counted = type === 'LoadBalancer' && !allocates ? ports.filter((port) => at(port, 'nodePort') !== undefined) : ports
    return {
      'count/services': '1',
      services: '1',
      'services.nodeports': String(type === 'NodePort' || type === 'LoadBalancer' ? counted.length : 0),
      'services.loadbalancers': type === 'LoadBalancer' ? '1' : '0',
    }
  },
}

const BY_CLASS = '.storageclass.storage.k8s.io/'
const CLAIMS = ['persistentvolumeclaims', 'requests.storage']

/** Whole bytes; more than was asked for while a failed growth is taken back. */
const storageOf = (claim: Frozen<KubeObject>): string | undefined => {
  const asked = at(claim, 'spec', 'resources', 'requests', 'storage') as string | undefined
  const allocated = at(claim, 'status', 'allocatedResources', 'storage') as string | undefined
  if (asked === undefined) return undefined
  const larger = allocated !== undefined && quantityValue(allocated) > quantityValue(asked) ? allocated : asked
  return /[mun]$|\./.test(larger) ? String(quantityValue(larger)) : larger
}

const attributeClasses = (claim: Frozen<KubeObject>): string[] =>
  [
    textAt(claim, 'spec', 'volumeAttributesClassName'),
    textAt(claim, 'status', 'currentVolumeAttributesClassName'),
    textAt(claim, 'status', 'modifyVolumeStatus', 'targetVolumeAttributesClassName'),
  ].filter((name) => name !== '')

export const claimQuota: QuotaEvaluator = {
  // Upstream compares pointers to see whether a status changed what is allocated: any status update counts anew.
  handles: (attributes) => writes(attributes) || attributes.subresource === 'status',
  counts: (resource) =>
    resource === 'count/persistentvolumeclaims' ||
    CLAIMS.includes(resource) ||
    CLAIMS.some((counted) => resource.endsWith(BY_CLASS + counted)),
  matches: (scope, claim) => scope.scopeName === 'VolumeAttributesClass' && inScope(scope, attributeClasses(claim)),
  usage: (claim) => {
    const storage = storageOf(claim)
    const name = claimClass(claim)
    return {
      persistentvolumeclaims: '1',
      'count/persistentvolumeclaims': '1',
      ...(name === '' ? {} : { [`${name}${BY_CLASS}persistentvolumeclaims`]: '1' }),
      ...(storage === undefined ? {} : { 'requests.storage': storage }),
      ...(storage === undefined || name === '' ? {} : { [`${name}${BY_CLASS}requests.storage`]: storage }),
    }
  },
}

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

export const resourceClaimQuota = ({ ofClass, has }: ExtendedResources): QuotaEvaluator => ({
  handles: writes,
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
