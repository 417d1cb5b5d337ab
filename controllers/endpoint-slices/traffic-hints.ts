// Hints of which endpoints a zone or node should use, where a service asks for traffic that stays close.
// Upstream: k8s.io/endpointslice/trafficdist.
import { equalValues } from '../../apimachinery/equal-values.ts'
import { type KubeObject, listAt, textAt, type Value } from '../../apimachinery/kube-object.ts'
import type { Endpoint } from './endpoints-of-pods.ts'

const SAME_NODE = 'PreferSameNode'
const CLOSE = ['PreferClose', 'PreferSameZone', SAME_NODE]

const endpointsIn = (slice: KubeObject): Endpoint[] => listAt(slice, 'endpoints') as unknown as Endpoint[]

/** An endpoint with the hints it should have; what is not ready keeps its own while hints are wanted. */
const hinted = (endpoint: Endpoint, distribution: string): Endpoint => {
  const { hints, ...rest } = endpoint
  if (!CLOSE.includes(distribution)) return rest
  if (!endpoint.conditions.ready) return endpoint
  const forZones = endpoint.zone === undefined ? {} : { forZones: [{ name: endpoint.zone }] }
  const forNodes = endpoint.nodeName === undefined || distribution !== SAME_NODE ? {} : { forNodes: [{ name: endpoint.nodeName }] }
  const wanted = { ...forZones, ...forNodes }
  return Object.keys(wanted).length === 0 ? rest : { ...rest, hints: wanted }
}

/** Sets the hints of slices that change; gives those of the others that have to change for their hints. */
export const hintEndpoints = (service: KubeObject, changed: readonly KubeObject[], unchanged: readonly KubeObject[]): KubeObject[] => {
  const distribution = textAt(service, 'spec', 'trafficDistribution')
  const hintedIn = (slice: KubeObject): Value => endpointsIn(slice).map((endpoint) => hinted(endpoint, distribution)) as unknown as Value
  for (const slice of changed) slice['endpoints'] = hintedIn(slice)
  return unchanged
    .map((slice) => ({ ...slice, endpoints: hintedIn(slice) }))
    .filter((slice, index) => !equalValues(slice.endpoints, (unchanged[index] as KubeObject)['endpoints'] ?? []))
}
