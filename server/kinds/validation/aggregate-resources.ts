// What all containers of a pod take together. Upstream: k8s.io/component-helpers/resource AggregateContainerRequests and its twin.
import { addQuantities, compareQuantities } from '../../../apimachinery/quantity.ts'
import { isSidecar, type PodSpec, type Quantities } from './pod-types.ts'

type Side = 'requests' | 'limits'

const addAll = (sum: Record<string, string>, amounts: Quantities | undefined): void => {
  for (const name in amounts)
    sum[name] = sum[name] === undefined ? (amounts[name] as string) : addQuantities(sum[name], amounts[name] as string)
}

const raiseTo = (most: Record<string, string>, amounts: Quantities): void => {
  for (const name in amounts)
    if (most[name] === undefined || compareQuantities(amounts[name] as string, most[name]) > 0) most[name] = amounts[name] as string
}

/** What all containers ask for together: the regular ones and sidecars at once, or one of those that run before them if that is more. */
export const aggregateResources = (spec: PodSpec, side: Side): Record<string, string> => {
  const sum: Record<string, string> = {}
  for (const { resources } of spec.containers ?? []) addAll(sum, resources?.[side])
  const sidecars: Record<string, string> = {}
  const first: Record<string, string> = {}
  for (const container of spec.initContainers ?? []) {
    const own = container.resources?.[side]
    if (isSidecar(container)) {
      addAll(sum, own)
      addAll(sidecars, own)
      raiseTo(first, sidecars)
    } else {
      const during: Record<string, string> = {}
      addAll(during, own)
      addAll(during, sidecars)
      raiseTo(first, during)
    }
  }
  raiseTo(sum, first)
  return sum
}
