// What pods take of a quota. Upstream: pkg/quota/v1/evaluator/core/pods.go, k8s.io/component-helpers/resource/helpers.go.
import { at, type Frozen, type KubeObject, listAt, textAt } from '../apimachinery/kube-object.ts'
import { addQuantities, compareQuantities } from '../apimachinery/quantity.ts'
import { type Amounts, addTo, raiseTo, type Sums } from './amounts.ts'
import { inScope, isCountedRequest, isRequestedExtended, REQUESTS, type ScopeRequirement } from './scopes.ts'
import type { UsageEvaluator } from './usage-evaluators.ts'

type Pod = Frozen<KubeObject>
type Side = 'requests' | 'limits'

const COMPUTE = ['cpu', 'memory', 'ephemeral-storage']
const COUNTED = new Set(['count/pods', 'pods', ...COMPUTE.flatMap((name) => [name, `requests.${name}`, `limits.${name}`])])
const HUGE_PAGES = 'hugepages-'

const amountsAt = (value: unknown, ...path: string[]): Amounts | undefined => at(value, ...path) as Amounts | undefined

/** Whether a pod is to end by itself. */
export const isTerminating = (pod: Pod): boolean => Number(at(pod, 'spec', 'activeDeadlineSeconds') ?? -1) >= 0

const asksSomething = (amounts: Amounts | undefined): boolean =>
  ['cpu', 'memory'].some((name) => compareQuantities(amounts?.[name] ?? '0', '0') > 0)

const isBestEffort = (pod: Pod): boolean => {
  const said = textAt(pod, 'status', 'qosClass')
  if (said !== '') return said === 'BestEffort'
  const own = at(pod, 'spec', 'resources')
  const all = own ? [at(pod, 'spec')] : [...listAt(pod, 'spec', 'containers'), ...listAt(pod, 'spec', 'initContainers')]
  return !all.some((one) => asksSomething(amountsAt(one, 'resources', 'requests')) || asksSomething(amountsAt(one, 'resources', 'limits')))
}

const crossesNamespaces = (pod: Pod): boolean =>
  ['podAffinity', 'podAntiAffinity'].some((side) => {
    const of = (list: string): unknown[] => listAt(pod, 'spec', 'affinity', side, list)
    const preferred = of('preferredDuringSchedulingIgnoredDuringExecution').map((one) => at(one, 'podAffinityTerm'))
    const terms = [...of('requiredDuringSchedulingIgnoredDuringExecution'), ...preferred]
    return terms.some((term) => listAt(term, 'namespaces').length > 0 || at(term, 'namespaceSelector') !== undefined)
  })

const matches = (scope: ScopeRequirement, pod: Pod): boolean => {
  const priorityClass = textAt(pod, 'spec', 'priorityClassName')
  switch (scope.scopeName) {
    case 'Terminating':
      return isTerminating(pod)
    case 'NotTerminating':
      return !isTerminating(pod)
    case 'BestEffort':
      return isBestEffort(pod)
    case 'NotBestEffort':
      return !isBestEffort(pod)
    case 'PriorityClass':
      return inScope(scope, priorityClass === '' ? [] : [priorityClass])
    case 'CrossNamespacePodAffinity':
      return crossesNamespaces(pod)
    default:
      return false
  }
}

/** What a container is counted with: the most of what it asks for and what its node says it was given. */
const effectiveOf = (pod: Pod, side: Side): ((container: unknown) => Amounts | undefined) => {
  const statuses = [...listAt(pod, 'status', 'containerStatuses'), ...listAt(pod, 'status', 'initContainerStatuses')]
  const byName = new Map(statuses.map((status) => [textAt(status, 'name'), status]))
  const pending = listAt(pod, 'status', 'conditions').find((condition) => textAt(condition, 'type') === 'PodResizePending')
  const isInfeasible = textAt(pending, 'reason') === 'Infeasible'
  return (container) => {
    const status = byName.get(textAt(container, 'name'))
    const own = amountsAt(container, 'resources', side)
    if (at(status, 'resources') === undefined) return own
    const most: Sums = isInfeasible ? {} : { ...own }
    raiseTo(most, amountsAt(status, 'resources', side))
    if (side === 'requests') raiseTo(most, amountsAt(status, 'allocatedResources'))
    return most
  }
}

/** What all containers ask for: the regular ones and sidecars at once, or one of those that run before them if that is more. */
const ofContainers = (pod: Pod, side: Side): Sums => {
  const effective = effectiveOf(pod, side)
  const sum: Sums = {}
  for (const container of listAt(pod, 'spec', 'containers')) addTo(sum, effective(container))
  const sidecars: Sums = {}
  const first: Sums = {}
  for (const container of listAt(pod, 'spec', 'initContainers')) {
    if (textAt(container, 'restartPolicy') === 'Always') {
      const own = effective(container)
      addTo(sum, own)
      addTo(sidecars, own)
      raiseTo(first, sidecars)
    } else {
      const during: Sums = {}
      addTo(during, amountsAt(container, 'resources', side))
      addTo(during, sidecars)
      raiseTo(first, during)
    }
  }
  raiseTo(sum, first)
  return sum
}

const isPodLevel = (name: string): boolean => name === 'cpu' || name === 'memory' || name.startsWith(HUGE_PAGES)

/** With overhead; limits of what is unlimited get none. What the pod itself says overrides its containers. */
const podResources = (pod: Pod, side: Side): Amounts => {
  const sums = ofContainers(pod, side)
  const own = amountsAt(pod, 'spec', 'resources', side)
  for (const name in own) if (isPodLevel(name)) sums[name] = own[name] as string
  const overhead = amountsAt(pod, 'spec', 'overhead')
  for (const name in overhead) {
    const extra = overhead[name] as string
    if (side === 'requests') sums[name] = sums[name] === undefined ? extra : addQuantities(sums[name], extra)
    else if (sums[name] !== undefined && compareQuantities(sums[name], '0') !== 0) sums[name] = addQuantities(sums[name], extra)
  }
  return sums
}

/** Ended, or marked to have ended by now: it takes nothing any more. */
export const isOver = (pod: Pod, now: number): boolean => {
  const phase = textAt(pod, 'status', 'phase')
  if (phase === 'Failed' || phase === 'Succeeded') return true
  const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === undefined) return false
  return now > Date.parse(deletionTimestamp) + deletionGracePeriodSeconds * 1000
}

/** Requests and limits under the names that quotas have for them. */
const usageOf = (requests: Amounts, limits: Amounts): Sums => {
  const usage: Sums = { 'count/pods': '1', pods: '1' }
  for (const name in requests) {
    const amount = requests[name] as string
    if (COMPUTE.includes(name) || name.startsWith(HUGE_PAGES)) usage[name] = usage[`${REQUESTS}${name}`] = amount
    else if (isCountedRequest(name)) usage[`${REQUESTS}${name}`] = amount
  }
  for (const name of COMPUTE) if (limits[name] !== undefined) usage[`limits.${name}`] = limits[name]
  return usage
}

export const podUsage: UsageEvaluator = {
  counts: (resource) =>
    COUNTED.has(resource) ||
    resource.startsWith(HUGE_PAGES) ||
    resource.startsWith(`${REQUESTS}${HUGE_PAGES}`) ||
    isRequestedExtended(resource),
  matches,
  usage: (pod, now) => (isOver(pod, now) ? { 'count/pods': '1' } : usageOf(podResources(pod, 'requests'), podResources(pod, 'limits'))),
}
