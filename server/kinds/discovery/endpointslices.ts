// Endpoint slices. Upstream: pkg/registry/discovery/endpointslice, formatDiscoveryPorts.
import { at, listAt, textAt, type Value } from '../../../apimachinery/kube-object.ts'
import { firstFew } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { strategyOf, withoutFields } from '../strategies.ts'

/** A port's number, else its name; `*` is every port. */
const portText = (port: Value): string => String(at(port, 'port') ?? at(port, 'name') ?? '*')

export const endpointslices = defineResource('discovery.k8s.io', 'EndpointSlice', {
  cells: {
    AddressType: (slice) => textAt(slice, 'addressType'),
    Ports: (slice) => firstFew(listAt(slice, 'ports').map(portText)),
    Endpoints: (slice) => firstFew(listAt(slice, 'endpoints').flatMap((endpoint) => listAt(endpoint, 'addresses') as string[])),
  },
  strategy: strategyOf({ generation: ['endpoints', 'ports'] }, { prepareForCreate: withoutFields('endpoints', 'deprecatedTopology') }),
})
