// A pod's quality of service, from what its containers ask for. Upstream: pkg/apis/core/helper/qos.
import { at, type KubeObject, listAt, type ValueMap } from '../../../apimachinery/kube-object.ts'
import { compareQuantities } from '../../../apimachinery/quantity.ts'

const COMPUTE = ['cpu', 'memory']

const amounts = (resources: unknown, side: 'requests' | 'limits'): Record<string, string> =>
  Object.fromEntries(
    Object.entries((at(resources, side) ?? {}) as Record<string, string>).filter(
      ([name, amount]) => COMPUTE.includes(name) && compareQuantities(amount, '0') > 0,
    ),
  )

/** Guaranteed when every container limits both and asks for just that; BestEffort when none asks for anything. */
export const qosClass = (pod: KubeObject): string => {
  const own = at(pod, 'spec', 'resources') as ValueMap | undefined
  const containers = [...listAt(pod, 'spec', 'containers'), ...listAt(pod, 'spec', 'initContainers')]
  const all = own ? [own] : containers.map((container) => at(container, 'resources'))
  let [some, guaranteed] = [false, all.length > 0]
  for (const resources of all) {
    const [requests, limits] = [amounts(resources, 'requests'), amounts(resources, 'limits')]
    some ||= Object.keys(requests).length > 0 || Object.keys(limits).length > 0
    const complete = COMPUTE.every(
      (name) => limits[name] !== undefined && requests[name] !== undefined && compareQuantities(limits[name], requests[name]) === 0,
    )
    guaranteed &&= complete
  }
  return !some ? 'BestEffort' : guaranteed ? 'Guaranteed' : 'Burstable'
}
