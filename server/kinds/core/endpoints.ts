// Endpoints: the addresses behind a service, in the old form. Upstream: pkg/registry/core/endpoint, formatEndpoints.
import { required } from '../../../apimachinery/field-error.ts'
import { at, type Frozen, type KubeObject, listAt, textAt } from '../../../apimachinery/kube-object.ts'
import { dns1123Label, dns1123Subdomain, qualifiedName } from '../../../apimachinery/names.ts'
import { firstFew } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { differs, strategyOf } from '../strategies.ts'
import { addressWarnings, checkAddress, checkEndpointAddress } from '../validation/addresses.ts'
import { type Errors, each, named, optionalName, requiredName, requiredOneOf } from '../validation/checks.ts'
import { metadataErrors } from '../validation/metadata.ts'
import { checkPortNumber, PROTOCOLS } from '../validation/port-checks.ts'

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

interface EndpointAddress {
  ip?: string
  hostname?: string
  nodeName?: string
}

interface EndpointPort {
  name?: string
  port?: number
  protocol?: string
  appProtocol?: string
}

interface EndpointSubset {
  addresses?: EndpointAddress[]
  notReadyAddresses?: EndpointAddress[]
  ports?: EndpointPort[]
}

const MANAGER_LABEL = 'endpoints.kubernetes.io/managed-by'
const MANAGER = 'endpoint-controller'

const checkOne = ({ ip = '', hostname, nodeName }: EndpointAddress, path: string, errors: Errors): void => {
  checkAddress(ip, `${path}.ip`, errors)
  optionalName(hostname, dns1123Label, `${path}.hostname`, errors)
  if (nodeName !== undefined) named(nodeName, dns1123Subdomain, `${path}.nodeName`, errors)
  checkEndpointAddress(ip, `${path}.ip`, errors)
}

const checkPort = ({ name, port, protocol, appProtocol }: EndpointPort, path: string, errors: Errors, many: boolean): void => {
  if (many) requiredName(name, dns1123Label, `${path}.name`, errors)
  else optionalName(name, dns1123Label, `${path}.name`, errors)
  checkPortNumber(port, `${path}.port`, errors)
  requiredOneOf(protocol, PROTOCOLS, `${path}.protocol`, errors)
  if (appProtocol !== undefined) named(appProtocol, qualifiedName, `${path}.appProtocol`, errors)
}

const checkSubsets = (object: Frozen<KubeObject>): Errors => {
  const errors: Errors = []
  each(listAt(object, 'subsets') as EndpointSubset[], 'subsets', errors, ({ addresses = [], notReadyAddresses = [], ports = [] }, path) => {
    if (addresses.length + notReadyAddresses.length === 0) errors.push(required(path, 'must specify `addresses` or `notReadyAddresses`'))
    each(addresses, `${path}.addresses`, errors, checkOne)
    each(notReadyAddresses, `${path}.notReadyAddresses`, errors, checkOne)
    each(ports, `${path}.ports`, errors, (port, at) => checkPort(port, at, errors, ports.length > 1))
  })
  return errors
}

/** What older servers let in stays as long as nobody changes it. */
const validateUpdate = (object: KubeObject, old: Frozen<KubeObject>): Errors => {
  const errors = checkSubsets(object)
  const counted = errors.length > 0 && differs(object['subsets'], old['subsets'])
  return [...metadataErrors(object, true, dns1123Subdomain), ...(counted ? errors : [])]
}

const warnings = (object: KubeObject): string[] =>
  object.metadata.labels?.[MANAGER_LABEL] === MANAGER
    ? []
    : (listAt(object, 'subsets') as EndpointSubset[]).flatMap((subset, index) =>
        (['addresses', 'notReadyAddresses'] as const).flatMap((member) =>
          (subset[member] ?? []).flatMap(({ ip = '' }, place) => addressWarnings(`subsets[${index}].${member}[${place}].ip`, ip)),
        ),
      )

export const endpoints = defineResource('', 'Endpoints', {
  cells: { Endpoints: endpointsText },
  strategy: strategyOf({ createOnUpdate: true }, { validate: (object) => checkSubsets(object), validateUpdate, warnings }),
  deprecationWarning: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
})
