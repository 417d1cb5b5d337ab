// What a pod asks for as a whole, where it says something and not everything. Upstream: defaultHugePagePodLimits, defaultPodRequests.
import type { ValueMap } from '../../../apimachinery/kube-object.ts'
import { aggregateResources } from '../validation/aggregate-resources.ts'
import type { PodSpec, Quantities } from '../validation/pod-types.ts'
import { isHugePages } from '../validation/resource-names.ts'

const isPodLevel = (name: string): boolean => name === 'cpu' || name === 'memory' || isHugePages(name)

const addMissing = (target: Record<string, string>, source: Quantities, takes: (name: string) => boolean): void => {
  for (const name in source) if (target[name] === undefined && takes(name)) target[name] = source[name] as string
}

/** Huge pages are limited to what containers may take; requests are the containers', or else the pod's own limits. */
export const fillPodLevelResources = (spec: ValueMap): void => {
  const resources = spec['resources'] as { limits?: Quantities; requests?: Quantities } | undefined
  if (!resources) return
  const [limits, requests] = [{ ...resources.limits }, { ...resources.requests }]
  if (Object.keys(limits).length === 0 && Object.keys(requests).length === 0) return
  addMissing(limits, aggregateResources(spec as PodSpec, 'limits'), (name) => isHugePages(name) && requests[name] === undefined)
  if (Object.keys(limits).length > 0) {
    resources.limits = limits
    addMissing(requests, aggregateResources(spec as PodSpec, 'requests'), (name) => name === 'cpu' || name === 'memory')
    addMissing(requests, limits, isPodLevel)
  }
  if (Object.keys(requests).length > 0) resources.requests = requests
}
