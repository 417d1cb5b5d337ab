// The service that names the API server inside the cluster: its address, and the endpoints behind it.
// Upstream: pkg/controlplane/controller/kubernetesservice, pkg/controlplane/reconcilers.
import { isIP, isIPv6 } from 'node:net'
import { cloneTree, type Frozen, type KubeObject } from '../../apimachinery/kube-object.ts'
import { type BootstrapParts, type BootstrapSubject, ObjectKeeper, replacing } from './bootstrap-parts.ts'

export interface ServiceAddresses {
  /** First address of the service range. */
  serviceAddress: string
  /** Where this server is reached; '' when it has no address that others could use. */
  advertiseAddress: string
  securePort: number
}

const NAME = { name: 'kubernetes', namespace: 'default' }

const service = ({ serviceAddress, securePort }: ServiceAddresses): KubeObject => ({
  kind: 'Service',
  apiVersion: 'v1',
  metadata: { ...NAME, labels: { component: 'apiserver', provider: 'kubernetes' } },
  spec: {
    ports: [{ name: 'https', protocol: 'TCP', port: 443, targetPort: securePort }],
    clusterIP: serviceAddress,
    type: 'ClusterIP',
    sessionAffinity: 'None',
    ipFamilyPolicy: 'SingleStack',
    internalTrafficPolicy: 'Cluster',
  },
  status: { loadBalancer: {} },
})

const endpoints = ({ advertiseAddress, securePort }: ServiceAddresses): KubeObject => ({
  kind: 'Endpoints',
  apiVersion: 'v1',
  metadata: { ...NAME, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
  subsets: [{ addresses: [{ ip: advertiseAddress }], ports: [{ name: 'https', port: securePort, protocol: 'TCP' }] }],
})

const endpointSlice = ({ advertiseAddress, securePort }: ServiceAddresses): KubeObject => ({
  kind: 'EndpointSlice',
  apiVersion: 'discovery.k8s.io/v1',
  metadata: { ...NAME, labels: { 'kubernetes.io/service-name': NAME.name } },
  addressType: isIPv6(advertiseAddress) ? 'IPv6' : 'IPv4',
  endpoints: [{ addresses: [advertiseAddress], conditions: { ready: true } }],
  ports: [{ name: 'https', protocol: 'TCP', port: securePort }],
})

/** Addresses that endpoints may have: upstream's validation refuses loopback and link-local ones, so a server with no other has none. */
const mayBeEndpoint = (address: string): boolean =>
  isIP(address) !== 0 && !/^(?:127\.|0\.0\.0\.0$|169\.254\.|::1?$|fe[89ab])/i.test(address)

export const kubernetesService = (parts: BootstrapParts, addresses: ServiceAddresses): BootstrapSubject => {
  const keepers = {
    services: new ObjectKeeper(parts, '', 'services'),
    endpoints: new ObjectKeeper(parts, '', 'endpoints'),
    slices: new ObjectKeeper(parts, 'discovery.k8s.io', 'endpointslices'),
  }
  const objects = {
    service: service(addresses),
    endpoints: endpoints(addresses),
    slice: endpointSlice(addresses),
  }
  const keepTarget = (current: KubeObject, wanted: Frozen<KubeObject>): void => {
    const { ports, type } = wanted['spec'] as Record<string, unknown>
    current['spec'] = { ...(current['spec'] as object), ports: cloneTree(ports), type }
  }
  return {
    check: 'bootstrap-controller',
    ensure: async () => {
      await Promise.all([
        keepers.services.keep(objects.service, keepTarget),
        ...(mayBeEndpoint(addresses.advertiseAddress)
          ? [
              keepers.endpoints.keep(objects.endpoints, (current, wanted) => {
                replacing('subsets')(current, wanted)
                current.metadata.labels = { ...current.metadata.labels, ...objects.endpoints.metadata.labels }
              }),
              keepers.slices.keep(objects.slice, (current, wanted) => {
                replacing('endpoints', 'ports')(current, wanted)
                current.metadata.labels = { ...current.metadata.labels, ...objects.slice.metadata.labels }
              }),
            ]
          : []),
      ])
    },
  }
}
