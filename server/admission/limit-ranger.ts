// LimitRanger: containers get a namespace's default resources, and pods, containers and claims stay within its bounds.
// Upstream: plugin/pkg/admission/limitranger.

import { aggregated } from '../../apimachinery/go-text.ts'
import { at, cloneTree, type Frozen, type KubeObject, listAt } from '../../apimachinery/kube-object.ts'
import { quantityMilliValue, quantityValue } from '../../apimachinery/quantity.ts'
import type { Amounts } from '../../quota/amounts.ts'
import { plainPodResources } from '../../quota/pod-resources.ts'
import { type AdmissionAttributes, type AdmissionPlugin, refused } from './admission.ts'
import type { AdmissionParts, Prepared } from './admission-parts.ts'
import { type AdmittedContainer, type AdmittedPod, podOf, type Resources, setInSpec } from './admitted-pod.ts'

interface Limit {
  readonly type: string
  readonly min: readonly Bound[]
  readonly max: readonly Bound[]
  readonly ratio: readonly Bound[]
}

type Bound = readonly [resource: string, amount: string]

interface LimitRange {
  readonly defaults: { readonly requests: Amounts; readonly limits: Amounts }
  readonly limits: readonly Limit[]
}

const ANNOTATION = 'kubernetes.io/limit-ranger'
/** Amounts above are compared as whole numbers: in thousandths they would not fit. */
const MAX_MILLI_VALUE = (2n ** 63n - 1n) / 1000n

const amountsAt = (limit: unknown, member: string): Amounts => (at(limit, member) ?? {}) as Amounts

const prepare = (limitRange: Frozen<KubeObject>): LimitRange => {
  const limits = listAt(limitRange, 'spec', 'limits')
  const ofContainers = limits.filter((limit) => at(limit, 'type') === 'Container')
  const merged = (member: string): Amounts => Object.assign({}, ...ofContainers.map((limit) => amountsAt(limit, member)))
  return {
    defaults: { requests: merged('defaultRequest'), limits: merged('default') },
    limits: limits.map((limit) => ({
      type: String(at(limit, 'type') ?? ''),
      min: Object.entries(amountsAt(limit, 'min')),
      max: Object.entries(amountsAt(limit, 'max')),
      ratio: Object.entries(amountsAt(limit, 'maxLimitRequestRatio')),
    })),
  }
}

/** Sets what is missing on one side and tells what it was. */
const fill = (container: AdmittedContainer, side: 'requests' | 'limits', defaults: Amounts): string[] => {
  const own = container.resources?.[side]
  const missing = Object.keys(defaults)
    .filter((name) => own?.[name] === undefined)
    .sort()
  if (missing.length === 0) return []
  const resources: Resources = (container.resources ??= {})
  resources[side] = { ...own, ...Object.fromEntries(missing.map((name) => [name, defaults[name] as string])) }
  return missing
}

const setDefaults = (pod: AdmittedPod, { defaults }: LimitRange): void => {
  const said: string[] = []
  const each = (containers: readonly AdmittedContainer[] | undefined, kind: string): void => {
    for (const container of containers ?? []) {
      const limits = fill(container, 'limits', defaults.limits)
      const requests = fill(container, 'requests', defaults.requests)
      if (requests.length > 0) said.push(`${requests.join(', ')} request for ${kind} ${container.name}`)
      if (limits.length > 0) said.push(`${limits.join(', ')} limit for ${kind} ${container.name}`)
    }
  }
  each(pod.spec.containers, 'container')
  each(pod.spec.initContainers, 'init container')
  if (said.length > 0)
    pod.metadata.annotations = { ...pod.metadata.annotations, [ANNOTATION]: `LimitRanger plugin set: ${said.join('; ')}` }
}

/** At a precision that all of them have. */
const comparable = (amounts: readonly (string | undefined)[]): bigint[] => {
  const whole = amounts.map((amount) => quantityValue(amount ?? '0'))
  return whole.some((value) => value > MAX_MILLI_VALUE) ? whole : amounts.map((amount) => quantityMilliValue(amount ?? '0'))
}

interface Asked {
  requests: Amounts
  limits: Amounts
}

const belowMin = (type: string, [name, least]: Bound, { requests, limits }: Asked): string | undefined => {
  const [request, limit] = [requests[name], limits[name]]
  const [asked = 0n, limited = 0n, bound = 0n] = comparable([request, limit, least])
  const head = `minimum ${name} usage per ${type} is ${least}`
  if (request === undefined) return `${head}.  No request is specified`
  if (asked < bound) return `${head}, but request is ${request}`
  return limit !== undefined && limited < bound ? `${head}, but limit is ${limit}` : undefined
}

const aboveMax = (type: string, [name, most]: Bound, { requests, limits }: Asked): string | undefined => {
  const [request, limit] = [requests[name], limits[name]]
  const [asked = 0n, limited = 0n, bound = 0n] = comparable([request, limit, most])
  const head = `maximum ${name} usage per ${type} is ${most}`
  if (limit === undefined) return `${head}.  No limit is specified`
  if (limited > bound) return `${head}, but limit is ${limit}`
  return request !== undefined && asked > bound ? `${head}, but request is ${request}` : undefined
}

const requestAboveMax = (type: string, [name, most]: Bound, requests: Amounts): string | undefined => {
  const request = requests[name]
  const [asked = 0n, , bound = 0n] = comparable([request, undefined, most])
  const head = `maximum ${name} usage per ${type} is ${most}`
  if (request === undefined) return `${head}.  No request is specified`
  return asked > bound ? `${head}, but request is ${request}` : undefined
}

const aboveRatio = (type: string, [name, most]: Bound, { requests, limits }: Asked): string | undefined => {
  const [asked = 0n, limited = 0n] = comparable([requests[name], limits[name], most])
  const head = `${name} max limit to request ratio per ${type} is ${most}`
  if (asked === 0n) return `${head}, but no request is specified or request is 0`
  if (limited === 0n) return `${head}, but no limit is specified or limit is 0`
  const ratio = Number(limited) / Number(asked)
  const fine = quantityValue(most) <= MAX_MILLI_VALUE
  const [own, bound] = fine ? [ratio * 1000, Number(quantityMilliValue(most))] : [ratio, Number(quantityValue(most))]
  return own > bound ? `${head}, but provided ratio is ${ratio.toFixed(6)}` : undefined
}

const outside = ({ type, min, max, ratio }: Limit, asked: Asked): (string | undefined)[] => [
  ...min.map((bound) => belowMin(type, bound, asked)),
  ...max.map((bound) => aboveMax(type, bound, asked)),
  ...ratio.map((bound) => aboveRatio(type, bound, asked)),
]

const podFaults = ({ spec }: AdmittedPod, limit: Limit): (string | undefined)[] => {
  if (limit.type === 'Container')
    return [...(spec.containers ?? []), ...(spec.initContainers ?? [])].flatMap(({ resources }) =>
      outside(limit, { requests: resources?.requests ?? {}, limits: resources?.limits ?? {} }),
    )
  if (limit.type !== 'Pod') return []
  return outside(limit, { requests: plainPodResources(spec, 'requests'), limits: plainPodResources(spec, 'limits') })
}

const claimFaults = (claim: KubeObject | undefined, { type, min, max }: Limit): (string | undefined)[] => {
  if (type !== 'PersistentVolumeClaim') return []
  const requests = (at(claim, 'spec', 'resources', 'requests') ?? {}) as Amounts
  return [
    ...min.map((bound) => belowMin(type, bound, { requests, limits: {} })),
    ...max.map((bound) => requestAboveMax(type, bound, requests)),
  ]
}

/** Pods when they are made or resized; claims when they are made or changed. */
const applies = ({ operation, resource, subresource, old }: AdmissionAttributes): boolean => {
  if (old?.metadata.deletionTimestamp !== undefined) return false
  const isPod = resource.resource === 'pods'
  if (subresource === 'resize') return isPod && operation === 'UPDATE'
  return subresource === '' && !(isPod && operation === 'UPDATE')
}

const check = (attributes: AdmissionAttributes, { limits }: LimitRange): void => {
  const isPod = attributes.resource.resource === 'pods'
  const faults = limits
    .flatMap((limit) => (isPod ? podFaults(podOf(attributes), limit) : claimFaults(attributes.object, limit)))
    .filter((fault) => fault !== undefined)
  if (faults.length > 0) throw refused(attributes, aggregated(faults))
}

export const limitRanger = ({ prepared }: AdmissionParts): AdmissionPlugin => {
  const limitRanges: Prepared<LimitRange> = prepared('', 'limitranges', prepare)
  return {
    name: 'LimitRanger',
    operations: ['CREATE', 'UPDATE'],
    resources: ['pods', 'persistentvolumeclaims'],
    subresources: ['', 'resize'],
    admit: (attributes) => {
      if (attributes.resource.resource !== 'pods' || !applies(attributes)) return
      const ranges = limitRanges.list(attributes.namespace)
      // A resize may share its containers with the pod before.
      if (ranges.length > 0 && attributes.operation === 'UPDATE') setInSpec(attributes, cloneTree(podOf(attributes).spec))
      for (const limitRange of ranges) setDefaults(podOf(attributes), limitRange)
    },
    validate: (attributes) => {
      if (!applies(attributes)) return
      for (const limitRange of limitRanges.list(attributes.namespace)) check(attributes, limitRange)
    },
  }
}
