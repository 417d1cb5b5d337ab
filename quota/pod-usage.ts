// What pods take of a quota. Upstream: pkg/quota/v1/evaluator/core/pods.go, k8s.io/component-helpers/resource/helpers.go.
import { at, type Frozen, type KubeObject, listAt, textAt } from '../apimachinery/kube-object.ts'
import { compareQuantities } from '../apimachinery/quantity.ts'
import { type Amounts, raiseTo, type Sums } from './amounts.ts'
import { type CountedContainer, type CountedPodSpec, HUGE_PAGES, isPodLevel, podResources, type Side } from './pod-resources.ts'
import { inScope, isCountedRequest, isRequestedExtended, REQUESTS, type ScopeRequirement } from './scopes.ts'
import type { UsageEvaluator } from './usage-evaluators.ts'

type Pod = Frozen<KubeObject>

const COMPUTE = ['cpu', 'memory', 'ephemeral-storage']
const COUNTED = new Set(['count/pods', 'pods', ...COMPUTE.flatMap((name) => [name, `requests.${name}`, `limits.${name}`])])
/** What every container must say where a quota counts it. */
const REQUIRED = new Set(['cpu', 'memory'].flatMap((name) => [name, `requests.${name}`, `limits.${name}`]))

const amountsAt = (value: unknown, ...path: string[]): Amounts | undefined => at(value, ...path) as Amounts | undefined

const specOf = (pod: Pod): CountedPodSpec => (pod['spec'] ?? {}) as CountedPodSpec

/** Whether a pod is to end by itself. */
export const isTerminating = (pod: Pod): boolean => Number(at(pod, 'spec', 'activeDeadlineSeconds') ?? -1) >= 0

const asksSomething = (amounts: Amounts | undefined): boolean =>
  ['cpu', 'memory'].some((name) => compareQuantities(amounts?.[name] ?? '0', '0') > 0)

const isBestEffort = (pod: Pod): boolean => {
  const said = textAt(pod, 'status', 'qosClass')
  if (said !== '') return said === 'BestEffort'
  const { resources, containers = [], initContainers = [] } = specOf(pod)
  const all = resources ? [{ resources }] : [...containers, ...initContainers]
  return !all.some((one) => asksSomething(one.resources?.requests) || asksSomething(one.resources?.limits))
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
const effectiveOf = (pod: Pod, side: Side): ((container: CountedContainer) => Amounts | undefined) => {
  const statuses = [...listAt(pod, 'status', 'containerStatuses'), ...listAt(pod, 'status', 'initContainerStatuses')]
  const byName = new Map(statuses.map((status) => [textAt(status, 'name'), status]))
  const pending = listAt(pod, 'status', 'conditions').find((condition) => textAt(condition, 'type') === 'PodResizePending')
  const isInfeasible = textAt(pending, 'reason') === 'Infeasible'
  return ({ name = '', resources }) => {
    const status = byName.get(name)
    const own = resources?.[side]
    if (at(status, 'resources') === undefined) return own
    const most: Sums = isInfeasible ? {} : { ...own }
    raiseTo(most, amountsAt(status, 'resources', side))
    if (side === 'requests') raiseTo(most, amountsAt(status, 'allocatedResources'))
    return most
  }
}

const amountsOf = (pod: Pod, side: Side): Amounts => podResources(specOf(pod), side, effectiveOf(pod, side))

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

const missing = (resources: readonly string[], pod: Pod): string | undefined => {
  const { resources: own, containers = [], initContainers = [] } = specOf(pod)
  if ([...Object.keys(own?.requests ?? {}), ...Object.keys(own?.limits ?? {})].some(isPodLevel)) return undefined
  const required = resources.filter((name) => REQUIRED.has(name)).sort()
  const said = required.flatMap((name) => {
    const without = [...containers, ...initContainers].filter(
      (container) => usageOf(container.resources?.requests ?? {}, container.resources?.limits ?? {})[name] === undefined,
    )
    const names = [...new Set(without.map((container) => container.name ?? ''))].sort()
    return names.length === 0 ? [] : [`${name} for: ${names.join(',')}`]
  })
  return said.length === 0 ? undefined : `must specify ${said.join('; ')}`
}

export const podUsage: UsageEvaluator = {
  counts: (resource) =>
    COUNTED.has(resource) ||
    resource.startsWith(HUGE_PAGES) ||
    resource.startsWith(`${REQUESTS}${HUGE_PAGES}`) ||
    isRequestedExtended(resource),
  matches,
  missing,
  usage: (pod, now) => (isOver(pod, now) ? { 'count/pods': '1' } : usageOf(amountsOf(pod, 'requests'), amountsOf(pod, 'limits'))),
}
