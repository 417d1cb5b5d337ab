// Quotas of all sorts, over objects that come and go: what is said to be used.
import type { ApiResource } from '../../client/resource.ts'
import { type Cluster, claims, configMaps, type Findings, leases, managersOf, pods, quotas, services } from './cluster.ts'

const DEVICES = { group: 'resource.k8s.io', version: 'v1' }
const deviceClasses: ApiResource = { ...DEVICES, resource: 'deviceclasses', kind: 'DeviceClass', namespaced: false }
const resourceClaims: ApiResource = { ...DEVICES, resource: 'resourceclaims', kind: 'ResourceClaim', namespaced: true }

const specs: Record<string, object> = {
  amounts: {
    hard: {
      cpu: '4',
      'requests.cpu': '4000m',
      'limits.cpu': '8',
      memory: '4Gi',
      'requests.memory': '4Gi',
      'limits.memory': '8Gi',
      'requests.ephemeral-storage': '1Gi',
      'hugepages-2Mi': '10Mi',
      'requests.example.com/gpu': '3',
    },
  },
  storage: {
    hard: {
      persistentvolumeclaims: '5',
      'requests.storage': '50Gi',
      'fast.storageclass.storage.k8s.io/requests.storage': '10Gi',
      'fast.storageclass.storage.k8s.io/persistentvolumeclaims': '2',
    },
  },
  devices: {
    hard: {
      'count/resourceclaims.resource.k8s.io': '5',
      'gpu.example.com.deviceclass.resource.k8s.io/devices': '99',
      'requests.deviceclass.resource.kubernetes.io/gpu.example.com': '99',
      'requests.example.com/gpu': '99',
    },
  },
  terminating: { hard: { pods: '5', 'requests.cpu': '4' }, scopes: ['Terminating'] },
  'not-terminating': { hard: { pods: '5', 'requests.cpu': '4' }, scopes: ['NotTerminating'] },
  'best-effort': { hard: { pods: '5' }, scopes: ['BestEffort'] },
  'not-best-effort': { hard: { pods: '5', cpu: '4' }, scopes: ['NotBestEffort', 'NotTerminating'] },
  unprioritized: {
    hard: { pods: '5' },
    scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'DoesNotExist' }] },
  },
  // Last, for it counts the others too, and is not told of what is made while it is first counted.
  counts: {
    hard: {
      pods: '10',
      'count/pods': '10',
      services: '5',
      'services.nodeports': '5',
      'services.loadbalancers': '5',
      configmaps: '10',
      'count/configmaps': '20',
      secrets: '9',
      resourcequotas: '20',
      replicationcontrollers: '1',
      'count/leases.coordination.k8s.io': '7',
      'count/deployments.apps': '7',
      'count/widgets.example.com': '7',
    },
  },
}

const container = (name: string, requests: object, limits: object = {}, more: object = {}): object => ({
  name,
  image: 'registry.example/app:1',
  resources: { requests, limits },
  ...more,
})

const podSpecs: Record<string, object> = {
  plain: { containers: [{ name: 'a', image: 'a' }] },
  sized: {
    containers: [container('a', { cpu: '250m', memory: '100Mi' }, { cpu: '1', memory: '1Gi' }), container('b', { cpu: '1' }, { cpu: '2' })],
    initContainers: [container('first', { cpu: '2', memory: '50Mi' }), container('side', { cpu: '100m' }, {}, { restartPolicy: 'Always' })],
  },
  ending: { activeDeadlineSeconds: 600, containers: [container('a', { cpu: '500m' })] },
  extended: { containers: [container('a', { 'example.com/gpu': '2' }, { 'example.com/gpu': '2' })] },
}

const exactly = (count: number): object => ({ deviceClassName: 'gpu.example.com', allocationMode: 'ExactCount', count })
const resourceClaimSpec = {
  devices: {
    requests: [
      { name: 'own', exactly: exactly(2) },
      { name: 'all', exactly: { deviceClassName: 'nic.example.com', allocationMode: 'All' } },
      { name: 'either', firstAvailable: [1, 3].map((count) => ({ name: `of-${count}`, ...exactly(count) })) },
    ],
  },
}

const claim = (storage: string, storageClassName?: string): object => ({
  spec: {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage } },
    ...(storageClassName === undefined ? {} : { storageClassName }),
  },
})

export const quotaCases = async (cluster: Cluster): Promise<Findings> => {
  const { client } = cluster
  const namespace = await cluster.namespace('quotas')
  await cluster.share(deviceClasses, { metadata: { name: 'gpu.example.com' }, spec: { extendedResourceName: 'example.com/gpu' } })
  const make = (resource: ApiResource, name: string, rest: object = {}): Promise<unknown> =>
    client.create(resource, { metadata: { name, namespace }, ...rest })
  for (const [name, spec] of Object.entries(podSpecs)) await make(pods, name, { spec })
  await make(services, 'plain', { spec: { ports: [{ port: 80 }] } })
  await make(services, 'node', {
    spec: { type: 'NodePort', ports: [{ port: 80 }, { name: 'b', port: 81 }].map((port, index) => ({ ...port, name: `p${index}` })) },
  })
  await make(services, 'balanced', { spec: { type: 'LoadBalancer', ports: [{ port: 80 }] } })
  await make(claims, 'any', claim('10Gi'))
  await make(claims, 'fast', claim('1500M', 'fast'))
  for (const name of ['one', 'two']) await make(configMaps, name)
  await make(leases, 'lease', { spec: {} })
  await make(resourceClaims, 'devices', { spec: resourceClaimSpec })
  for (const [name, spec] of Object.entries(specs)) await make(quotas, name, { spec })
  const statuses = async (): Promise<Findings> => {
    const { items } = await client.list(quotas, { namespace })
    return Object.fromEntries(items.map((quota) => [quota.metadata.name, quota['status']]))
  }
  const findings: Findings = {}
  const record = async (when: string): Promise<void> => {
    for (const [name, status] of Object.entries(await cluster.settled(statuses))) findings[`${name}, ${when}`] = status
  }
  await record('at first')
  findings['managers'] = managersOf(await client.get(quotas, { namespace, name: 'counts' }))
  await client.delete(pods, { namespace, name: 'sized' }, { gracePeriodSeconds: 0 })
  await client.patch(pods, { namespace, name: 'plain' }, { status: { phase: 'Succeeded' } }, { type: 'merge', subresource: 'status' })
  await client.delete(services, { namespace, name: 'balanced' })
  await client.delete(claims, { namespace, name: 'fast' })
  await client.delete(configMaps, { namespace, name: 'two' })
  await client.delete(leases, { namespace, name: 'lease' })
  await client.patch(quotas, { namespace, name: 'storage' }, { spec: { hard: { persistentvolumeclaims: '9' } } }, { type: 'merge' })
  await record('after deletions')
  return findings
}
