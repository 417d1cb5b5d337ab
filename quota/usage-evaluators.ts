// How much of which resource an object takes: services and claims have rules of their own, what has none is counted.
// Upstream: pkg/quota/v1/evaluator/core, k8s.io/apiserver/pkg/quota/v1/generic.
import { at, type Frozen, type GroupResource, type KubeObject, listAt, qualified, textAt } from '../apimachinery/kube-object.ts'
import { quantityValue } from '../apimachinery/quantity.ts'
import type { Amounts } from './amounts.ts'
import { inScope, type ScopeRequirement } from './scopes.ts'

export interface UsageEvaluator {
  /** Which resources of a quota it counts. */
  counts(resource: string): boolean
  matches(scope: ScopeRequirement, object: Frozen<KubeObject>): boolean
  /** What the object must say so that it can be counted; undefined where it does. */
  missing?(resources: readonly string[], object: Frozen<KubeObject>): string | undefined
  usage(object: Frozen<KubeObject>, now: number): Amounts
}

/** Counted under an older name as well. */
const ALIASES = new Set(['configmaps', 'resourcequotas', 'replicationcontrollers', 'secrets'])

export const objectCount = (resource: GroupResource): UsageEvaluator => {
  const name = qualified(resource)
  const names = [`count/${name}`, ...(ALIASES.has(name) ? [name] : [])]
  const usage = Object.fromEntries(names.map((counted) => [counted, '1']))
  return { counts: (counted) => names.includes(counted), matches: () => false, usage: () => usage }
}

const SERVICES = ['count/services', 'services', 'services.nodeports', 'services.loadbalancers']

export const serviceUsage: UsageEvaluator = {
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
const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class'
const CLAIMS = ['persistentvolumeclaims', 'requests.storage']

/** Whole bytes; more than was asked for while a failed growth is taken back. */
const storageOf = (claim: Frozen<KubeObject>): string | undefined => {
  const asked = at(claim, 'spec', 'resources', 'requests', 'storage') as string | undefined
  const allocated = at(claim, 'status', 'allocatedResources', 'storage') as string | undefined
  if (asked === undefined) return undefined
  const larger = allocated !== undefined && quantityValue(allocated) > quantityValue(asked) ? allocated : asked
  return /[mun]$|\./.test(larger) ? String(quantityValue(larger)) : larger
}

/** The volume attributes classes a claim has or is to have. */
export const attributeClasses = (claim: Frozen<KubeObject>): string[] =>
  [
    textAt(claim, 'spec', 'volumeAttributesClassName'),
    textAt(claim, 'status', 'currentVolumeAttributesClassName'),
    textAt(claim, 'status', 'modifyVolumeStatus', 'targetVolumeAttributesClassName'),
  ].filter((name) => name !== '')

/** The class a claim names, in its older form first. */
export const claimClass = (claim: Frozen<KubeObject> | undefined): string =>
  claim?.metadata.annotations?.[CLASS_ANNOTATION] ?? textAt(claim, 'spec', 'storageClassName')

export const claimUsage: UsageEvaluator = {
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
