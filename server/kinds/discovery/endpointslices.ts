// Endpoint slices. Upstream: pkg/registry/discovery/endpointslice, pkg/apis/discovery/validation, formatDiscoveryPorts.
import { invalidValue, notSupported, required, tooMany } from '../../../apimachinery/field-error.ts'
import { at, type Frozen, type KubeObject, listAt, textAt, type Value } from '../../../apimachinery/kube-object.ts'
import { dns1123Label, dns1123Subdomain, labelValue, qualifiedName } from '../../../apimachinery/names.ts'
import { firstFew } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { differs, strategyOf } from '../strategies.ts'
import { addressWarnings, checkAddress, checkCanonicalAddress, checkEndpointAddress, isV6Text } from '../validation/addresses.ts'
import { type Errors, each, immutable, named, optionalName, requiredOneOf, unique } from '../validation/checks.ts'
import { checkFullyQualifiedDomainName } from '../validation/domain-checks.ts'
import { checkLabels, type Labels } from '../validation/label-selectors.ts'
import { metadataErrors } from '../validation/metadata.ts'
import { PROTOCOLS } from '../validation/port-checks.ts'

interface Endpoint {
  /** null where there are none. */
  addresses?: string[] | null
  nodeName?: string
  hostname?: string
  deprecatedTopology?: Labels
  hints?: { forZones?: { name?: string }[]; forNodes?: { name?: string }[] }
}

interface SlicePort {
  name?: string
  protocol?: string
  appProtocol?: string
}

const TYPES = ['FQDN', 'IPv4', 'IPv6']
const MAX_PORTS = 20_000
const MAX_ENDPOINTS = 1000
const MAX_ADDRESSES = 100
const MAX_LABELS = 16
const MAX_HINTS = 8
const MANAGER_LABEL = 'endpointslice.kubernetes.io/managed-by'
const MANAGERS = ['endpointslice-controller.k8s.io', 'endpointslicemirroring-controller.k8s.io']

const endpointsOf = (slice: Frozen<KubeObject>): Endpoint[] => listAt(slice, 'endpoints') as Endpoint[]

const checkPorts = (ports: SlicePort[], errors: Errors): void => {
  if (ports.length > MAX_PORTS) {
    errors.push(tooMany('ports', ports.length, MAX_PORTS))
    return
  }
  const names = new Set<string>()
  each(ports, 'ports', errors, ({ name = '', protocol, appProtocol }, path) => {
    optionalName(name, dns1123Label, `${path}.name`, errors)
    unique(name, names, `${path}.name`, errors)
    if (protocol === undefined) errors.push(required(`${path}.protocol`, ''))
    else if (!PROTOCOLS.includes(protocol)) errors.push(notSupported(`${path}.protocol`, protocol, PROTOCOLS))
    if (appProtocol !== undefined) named(appProtocol, qualifiedName, `${path}.appProtocol`, errors)
  })
}

const checkOne = (address: string, type: string, list: string, path: string, errors: Errors): void => {
  if (type === 'FQDN') checkFullyQualifiedDomainName(address, path, errors)
  if (type !== 'IPv4' && type !== 'IPv6') return
  const found = errors.length
  if (type === 'IPv4') checkAddress(address, path, errors)
  else checkCanonicalAddress(address, path, errors)
  if (errors.length > found) return
  if (isV6Text(address) !== (type === 'IPv6')) errors.push(invalidValue(list, address, `must be an ${type} address`))
  checkEndpointAddress(address, path, errors)
}

const checkHints = (names: readonly { name?: string }[], path: string, errors: Errors, check: (name: string) => string[]): boolean => {
  if (names.length > MAX_HINTS) {
    errors.push(tooMany(path, names.length, MAX_HINTS))
    return false
  }
  const seen = new Set<string>()
  each(names, path, errors, ({ name = '' }, own) => {
    unique(name, seen, `${own}.name`, errors)
    named(name, check, `${own}.name`, errors)
  })
  return true
}

const checkEndpoint = (endpoint: Endpoint, path: string, errors: Errors, type: string): void => {
  const { nodeName, hostname, deprecatedTopology = {}, hints } = endpoint
  const addresses = endpoint.addresses ?? []
  const list = `${path}.addresses`
  if (addresses.length === 0) errors.push(required(list, 'must contain at least 1 address'))
  else if (addresses.length > MAX_ADDRESSES) errors.push(tooMany(list, addresses.length, MAX_ADDRESSES))
  each(addresses, list, errors, (address, own) => checkOne(address, type, list, own, errors))
  if (nodeName !== undefined) named(nodeName, dns1123Subdomain, `${path}.nodeName`, errors)
  const labels = Object.keys(deprecatedTopology).length
  if (labels > MAX_LABELS) errors.push(tooMany(`${path}.deprecatedTopology`, labels, MAX_LABELS))
  checkLabels(deprecatedTopology, `${path}.deprecatedTopology`, errors)
  if (hostname !== undefined) named(hostname, dns1123Label, `${path}.hostname`, errors)
  if (hints && checkHints(hints.forZones ?? [], `${path}.hints.forZones`, errors, labelValue))
    checkHints(hints.forNodes ?? [], `${path}.hints.forNodes`, errors, dns1123Subdomain)
}

const checkEndpoints = (slice: Frozen<KubeObject>): Errors => {
  const errors: Errors = []
  const endpoints = endpointsOf(slice)
  const type = textAt(slice, 'addressType')
  if (endpoints.length > MAX_ENDPOINTS) return [tooMany('endpoints', endpoints.length, MAX_ENDPOINTS)]
  each(endpoints, 'endpoints', errors, (endpoint, path) => checkEndpoint(endpoint, path, errors, type))
  return errors
}

const checkRest = (slice: Frozen<KubeObject>): Errors => {
  const errors: Errors = []
  requiredOneOf(textAt(slice, 'addressType'), TYPES, 'addressType', errors)
  checkPorts(listAt(slice, 'ports') as SlicePort[], errors)
  return errors
}

/** Endpoints that older servers let in stay as long as nobody changes them. */
const validateUpdate = (slice: KubeObject, old: Frozen<KubeObject>): Errors => {
  const errors = [...metadataErrors(slice, true, dns1123Subdomain), ...checkRest(slice)]
  const found = checkEndpoints(slice)
  if (found.length > 0 && differs(slice['endpoints'], old['endpoints'])) errors.push(...found)
  immutable(slice['addressType'] === old['addressType'], textAt(slice, 'addressType'), 'addressType', errors)
  return errors
}

const warnings = (slice: KubeObject, old: Frozen<KubeObject> | undefined): string[] => {
  const found = old === undefined && slice['addressType'] === 'FQDN' ? ['spec.addressType: FQDN endpoints are deprecated'] : []
  if (MANAGERS.includes(slice.metadata.labels?.[MANAGER_LABEL] ?? '')) return found
  endpointsOf(slice).forEach(({ addresses }, index) => {
    addresses?.forEach((address, place) => void found.push(...addressWarnings(`endpoints[${index}].addresses[${place}]`, address)))
  })
  return found
}

const withoutTopology = (slice: KubeObject): void => {
  for (const endpoint of endpointsOf(slice)) delete endpoint.deprecatedTopology
}

const HOST = 'kubernetes.io/hostname'

/** Where a node was known by its label alone, the label becomes the name. */
const namesFromTopology = (slice: KubeObject, old: Frozen<KubeObject>): void => {
  if (!differs(slice['endpoints'], old['endpoints'])) return
  const before = new Set(endpointsOf(old).flatMap(({ deprecatedTopology }) => deprecatedTopology?.[HOST] ?? []))
  for (const endpoint of endpointsOf(slice)) {
    const name = endpoint.deprecatedTopology?.[HOST]
    if (name !== undefined && before.has(name) && dns1123Subdomain(name).length === 0) endpoint.nodeName ??= name
  }
  withoutTopology(slice)
}

/** A port's number, else its name; `*` is every port. */
const portText = (port: Value): string => String(at(port, 'port') ?? at(port, 'name') ?? '*')

export const endpointslices = defineResource('discovery.k8s.io', 'EndpointSlice', {
  cells: {
    AddressType: (slice) => textAt(slice, 'addressType'),
    Ports: (slice) => firstFew(listAt(slice, 'ports').map(portText)),
    Endpoints: (slice) => firstFew(listAt(slice, 'endpoints').flatMap((endpoint) => listAt(endpoint, 'addresses') as string[])),
  },
  strategy: strategyOf(
    { name: false, generation: ['endpoints', 'ports', 'addressType', 'labels'] },
    {
      prepareForCreate: withoutTopology,
      prepareForUpdate: namesFromTopology,
      validate: (slice) => [...metadataErrors(slice, true, dns1123Subdomain), ...checkRest(slice), ...checkEndpoints(slice)],
      validateUpdate,
      warnings,
    },
  ),
})
