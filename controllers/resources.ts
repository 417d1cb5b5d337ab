// The resources that controllers know by name.
import type { ApiResource } from '../client/resource.ts'

const core = (resource: string, kind: string, namespaced = true): ApiResource => ({ group: '', version: 'v1', resource, kind, namespaced })

export const claims = core('persistentvolumeclaims', 'PersistentVolumeClaim')
export const clusterRoles: ApiResource = {
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  resource: 'clusterroles',
  kind: 'ClusterRole',
  namespaced: false,
}
export const configMaps = core('configmaps', 'ConfigMap')
export const deviceClasses: ApiResource = {
  group: 'resource.k8s.io',
  version: 'v1',
  resource: 'deviceclasses',
  kind: 'DeviceClass',
  namespaced: false,
}
export const endpointSlices: ApiResource = {
  group: 'discovery.k8s.io',
  version: 'v1',
  resource: 'endpointslices',
  kind: 'EndpointSlice',
  namespaced: true,
}
export const namespaces = core('namespaces', 'Namespace', false)
export const nodes = core('nodes', 'Node', false)
export const pods = core('pods', 'Pod')
export const secrets = core('secrets', 'Secret')
export const serviceAccounts = core('serviceaccounts', 'ServiceAccount')
export const services = core('services', 'Service')
export const volumes = core('persistentvolumes', 'PersistentVolume', false)
