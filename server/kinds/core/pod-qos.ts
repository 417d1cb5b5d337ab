// A pod's quality of service, from what its containers ask for. Upstream: pkg/apis/core/helper/qos.
import { at, type KubeObject, listAt, type ValueMap } from '../../../apimachinery/kube-object.ts'
import { compareQuantities } from '../../../apimachinery/quantity.ts'

const COMPUTE = ['cpu', 'memory']

/** What a side asks of what counts; undefined where it asks nothing. */
const amount = (resources: unknown, side: 'requests' | 'limits', name: string): string | undefined => {
  const asked = at(resources, side, name) as string | undefined
  return asked !== undefined && compareQuantities(asked, '0') > 0 ? asked : undefined
}

/** Guaranteed when every container limits both and asks for just that; BestEffort when none asks for anything. */
export const qosClass = (pod: KubeObject): string => {
  const own = at(pod, 'spec', 'resources') as ValueMap | undefined
  const containers = [...listAt(pod, 'spec', 'containers'), ...listAt(pod, 'spec', 'initContainers')]
  const all = own ? [own] : containers.map((container) => at(container, 'resources'))
  let [some, guaranteed] = [false, all.length > 0]
  for (const resources of all)
    for (const name of COMPUTE) {
      const [request, limit] = [amount(resources, 'requests', name), amount(resources, 'limits', name)]
      some ||= request !== undefined || limit !== undefined
      guaranteed &&= limit !== undefined && request !== undefined && compareQuantities(limit, request) === 0
    }
  return !some ? 'BestEffort' : guaranteed ? 'Guaranteed' : 'Burstable'
}
