// What pods take of a quota. Upstream: pkg/quota/v1/evaluator/core/pods.go.
import { at, type Frozen, type KubeObject, listAt, textAt } from '../../apimachinery/kube-object.ts'
import { compareQuantities } from '../../apimachinery/quantity.ts'
import { type AdmittedContainer, type AdmittedPodSpec, type AffinityTerm, type Amounts, oldPodOf, podOf } from './admitted-pod.ts'
import type { QuotaEvaluator } from './quota-evaluators.ts'
import { inScope, isCountedRequest, isRequestedExtended, REQUESTS, type ScopeRequirement } from './quota-scopes.ts'
import { podResources, raiseTo, type Side, sumOf } from './resource-lists.ts'

const COMPUTE = ['cpu', 'memory', 'ephemeral-storage']
const COUNTED = new Set(['count/pods', 'pods', ...COMPUTE.flatMap((name) => [name, `requests.${name}`, `limits.${name}`])])
/** What every container must say where a quota counts it. */
const REQUIRED = new Set(['cpu', 'memory'].flatMap((name) => [name, `requests.${name}`, `limits.${name}`]))
const HUGE_PAGES = 'hugepages-'

const specOf = (pod: Frozen<KubeObject>): AdmittedPodSpec => (pod['spec'] ?? {}) as AdmittedPodSpec

const isTerminating = (spec: Frozen<AdmittedPodSpec>): boolean => Number(spec.activeDeadlineSeconds ?? -1) >= 0

const asksSomething = (amounts: Amounts | undefined): boolean =>
  ['cpu', 'memory'].some((name) => compareQuantities(amounts?.[name] ?? '0', '0') > 0)

const isBestEffort = (pod: Frozen<KubeObject>): boolean => {
  const said = textAt(pod, 'status', 'qosClass')
  if (said !== '') return said === 'BestEffort'
  const { resources, containers = [], initContainers = [] } = specOf(pod)
  const all = resources ? [{ resources }] : [...containers, ...initContainers]
  return !all.some((one) => asksSomething(one.resources?.requests) || asksSomething(one.resources?.limits))
}

const crossesNamespaces = ({ affinity }: AdmittedPodSpec): boolean =>
  [affinity?.podAffinity, affinity?.podAntiAffinity].some((side) => {
    const preferred = side?.preferredDuringSchedulingIgnoredDuringExecution ?? []
    const terms: readonly (AffinityTerm | undefined)[] = [
      ...(side?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
      ...preferred.map(({ podAffinityTerm }) => podAffinityTerm),
    ]
    return terms.some((term) => (term?.namespaces?.length ?? 0) > 0 || term?.namespaceSelector !== undefined)
  })

const matches = (scope: ScopeRequirement, pod: Frozen<KubeObject>): boolean => {
  const spec = specOf(pod)
  switch (scope.scopeName) {
    case 'Terminating':
      return isTerminating(spec)
    case 'NotTerminating':
      return !isTerminating(spec)
    case 'BestEffort':
      return isBestEffort(pod)
    case 'NotBestEffort':
      return !isBestEffort(pod)
    case 'PriorityClass':
      return inScope(scope, spec.priorityClassName ? [spec.priorityClassName] : [])
    case 'CrossNamespacePodAffinity':
      return crossesNamespaces(spec)
    default:
      return false
  }
}

/** Requests and limits under the names that quotas have for them. */
const usageOf = (requests: Amounts, limits: Amounts): Record<string, string> => {
  const usage: Record<string, string> = { pods: '1' }
  for (const name in requests) {
    const amount = requests[name] as string
    if (COMPUTE.includes(name) || name.startsWith(HUGE_PAGES)) usage[name] = usage[`${REQUESTS}${name}`] = amount
    else if (isCountedRequest(name)) usage[`${REQUESTS}${name}`] = amount
  }
  for (const name of COMPUTE) if (limits[name] !== undefined) usage[`limits.${name}`] = limits[name]
  return usage
}

/** Ended, or marked to have ended by now. */
const isOver = (pod: Frozen<KubeObject>, now: number): boolean => {
  const phase = textAt(pod, 'status', 'phase')
  if (phase === 'Failed' || phase === 'Succeeded') return true
  const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === undefined) return false
  return now > Date.parse(deletionTimestamp) + deletionGracePeriodSeconds * 1000
}

/** What a container is counted with: the most of what it asks for and what its node says it was given. */
const effective = (pod: Frozen<KubeObject>, side: Side): ((container: AdmittedContainer) => Amounts | undefined) => {
  const statuses = [...listAt(pod, 'status', 'containerStatuses'), ...listAt(pod, 'status', 'initContainerStatuses')]
  const byName = new Map(statuses.map((status) => [textAt(status, 'name'), status]))
  const pending = listAt(pod, 'status', 'conditions').find((condition) => textAt(condition, 'type') === 'PodResizePending')
  const isInfeasible = textAt(pending, 'reason') === 'Infeasible'
  return ({ name = '', resources }) => {
    const status = byName.get(name)
    const own = resources?.[side]
    if (at(status, 'resources') === undefined) return own
    const most: Record<string, string> = isInfeasible ? {} : { ...own }
    raiseTo(most, (at(status, 'resources', side) ?? {}) as Amounts)
    if (side === 'requests') raiseTo(most, (at(status, 'allocatedResources') ?? {}) as Amounts)
    return most
  }
}

const isPodLevel = ({ resources }: AdmittedPodSpec): boolean =>
  [...Object.keys(resources?.requests ?? {}), ...Object.keys(resources?.limits ?? {})].some(
    (name) => name === 'cpu' || name === 'memory' || name.startsWith(HUGE_PAGES),
  )

const missing = (resources: readonly string[], pod: Frozen<KubeObject>): string | undefined => {
  const spec = specOf(pod)
  if (isPodLevel(spec)) return undefined
  const required = resources.filter((name) => REQUIRED.has(name)).sort()
  const said = required.flatMap((name) => {
    const without = [...(spec.containers ?? []), ...(spec.initContainers ?? [])].filter(
      (container) => usageOf(container.resources?.requests ?? {}, container.resources?.limits ?? {})[name] === undefined,
    )
    const names = [...new Set(without.map((container) => container.name ?? ''))].sort()
    return names.length === 0 ? [] : [`${name} for: ${names.join(',')}`]
  })
  return said.length === 0 ? undefined : `must specify ${said.join('; ')}`
}

export const podQuota: QuotaEvaluator = {
  handles: (attributes) => {
    const { operation, subresource } = attributes
    if (subresource === 'resize') return operation === 'UPDATE'
    if (subresource !== '') return false
    if (operation !== 'UPDATE') return operation === 'CREATE'
    return isTerminating(podOf(attributes).spec) !== isTerminating(oldPodOf(attributes).spec)
  },
  counts: (resource) =>
    COUNTED.has(resource) ||
    resource.startsWith(HUGE_PAGES) ||
    resource.startsWith(`${REQUESTS}${HUGE_PAGES}`) ||
    isRequestedExtended(resource),
  matches,
  missing,
  usage: (pod, now) => {
    if (isOver(pod, now)) return { 'count/pods': '1' }
    const spec = specOf(pod)
    const [requests, limits] = (['requests', 'limits'] as const).map((side) => podResources(spec, side, effective(pod, side)))
    return sumOf({ 'count/pods': '1' }, usageOf(requests ?? {}, limits ?? {}))
  },
}
