// Endpoints: the addresses behind a service, in the old form. Upstream: pkg/registry/core/endpoint, formatEndpoints.
import { at, type Frozen, type KubeObject, listAt, textAt } from '../../../apimachinery/kube-object.ts'
import { firstFew } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { strategyOf } from '../strategies.ts'

const hostPort = (address: string, port: unknown): string => `${address.includes(':') ? `[${address}]` : address}:${Number(port ?? 0)}`

/** Every address with every port, or alone where there are none. */
const endpointsText = (endpoints: Frozen<KubeObject>): string => {
  const subsets = listAt(endpoints, 'subsets')
  if (subsets.length === 0) return '<none>'
  const all = subsets.flatMap((subset) => {
    const addresses = listAt(subset, 'addresses').map((address) => textAt(address, 'ip'))
    const ports = listAt(subset, 'ports').map((port) => at(port, 'port'))
    return ports.length === 0 ? addresses : ports.flatMap((port) => addresses.map((address) => hostPort(address, port)))
  })
  return all.length === 0 ? '' : firstFew(all)
}

export const endpoints = defineResource('', 'Endpoints', {
  cells: { Endpoints: endpointsText },
  strategy: strategyOf({ createOnUpdate: true }),
  deprecationWarning: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
})
