// What every cluster has from its first moment: four namespaces and the service that names the API server.
import type { KubeObject } from '../../apimachinery/kube-object.ts'
import { StatusError } from '../../apimachinery/status-error.ts'
import type { WriteContext } from '../registry/resource-definition.ts'
import type { ResourceStore } from '../registry/resource-store.ts'
import { createObject, type WriteServices } from '../registry/write-path.ts'

export interface BootstrapParts {
  namespaces: ResourceStore
  services: ResourceStore
  write: WriteServices
  context: WriteContext
  /** First address of the service range. */
  serviceAddress: string
  securePort: number
}

const NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease']

const ensure = async (store: ResourceStore, object: KubeObject, context: WriteContext, write: WriteServices): Promise<void> => {
  if (store.get(object.metadata.namespace ?? '', object.metadata.name ?? '')) return
  try {
    store.definition.strategy.setDefaults?.(object, 'v1')
    await createObject(store, object, { ...context, namespace: object.metadata.namespace ?? '' }, write)
  } catch (error) {
    if (!(error instanceof StatusError && error.reason === 'AlreadyExists')) throw error
  }
}

const kubernetesService = ({ serviceAddress, securePort }: BootstrapParts): KubeObject => ({
  kind: 'Service',
  apiVersion: 'v1',
  metadata: { name: 'kubernetes', namespace: 'default', labels: { component: 'apiserver', provider: 'kubernetes' } },
  spec: {
    ports: [{ name: 'https', protocol: 'TCP', port: 443, targetPort: securePort }],
    clusterIP: serviceAddress,
    clusterIPs: [serviceAddress],
    type: 'ClusterIP',
    sessionAffinity: 'None',
    ipFamilies: [serviceAddress.includes(':') ? 'IPv6' : 'IPv4'],
    ipFamilyPolicy: 'SingleStack',
    internalTrafficPolicy: 'Cluster',
  },
  status: { loadBalancer: {} },
})

/** Makes what is missing. */
export const bootstrapObjects = async (parts: BootstrapParts): Promise<void> => {
  for (const name of NAMESPACES)
    await ensure(
      parts.namespaces,
      { kind: 'Namespace', apiVersion: 'v1', metadata: { name }, spec: {}, status: {} },
      parts.context,
      parts.write,
    )
  await ensure(parts.services, kubernetesService(parts), parts.context, parts.write)
}
