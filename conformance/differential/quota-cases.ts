// Quotas at their limits. Nobody counts in this run, so the cases write each quota's status themselves; what is used comes from admission.
import { AdmissionSteps, claim, container, object, pod, resources } from './admission-steps.ts'
import { type JsonObject, objectAt } from './json-value.ts'
import type { Case, Step } from './step.ts'

interface Tried {
  readonly hard: JsonObject
  readonly used?: JsonObject
  readonly spec?: JsonObject
  readonly steps: (on: AdmissionSteps) => readonly Step[]
}

const zeros = (hard: JsonObject): JsonObject => Object.fromEntries(Object.keys(hard).map((name) => [name, '0']))

const quotaCase = (name: string, { hard, used = zeros(hard), spec = {}, steps }: Tried): Case => {
  const on = new AdmissionSteps(`ResourceQuota-${name}`)
  const quota = object('v1', 'ResourceQuota', 'limits', { spec: { hard, ...spec } })
  return {
    name: `quota ${name}`,
    steps: [
      ...on.prepare(),
      on.create(quota),
      on.update(quota, (held) => ({ ...held, status: { hard, used } }), { subresource: 'status', settles: true }),
      ...steps(on),
      on.get(quota, { note: 'what is used' }),
    ],
  }
}

const asking = (name: string, requests: JsonObject, limits: JsonObject = {}, spec: JsonObject = {}): JsonObject =>
  pod(name, { containers: [container(resources(requests, limits))], ...spec })

const pods: Readonly<Record<string, Tried>> = {
  count: {
    hard: { pods: '2', 'count/pods': '3' },
    steps: (on) => [
      on.create(pod('dry'), { query: 'dryRun=All' }),
      ...['a', 'b', 'c'].map((name) => on.create(pod(name))),
      on.create(pod('generated', {}, { name: '', generateName: 'generated-' })),
      on.create(pod('a'), { note: 'there already' }),
      on.remove(pod('a'), { query: 'gracePeriodSeconds=0' }),
      on.create(pod('d'), { note: 'nothing is given back' }),
    ],
  },
  compute: {
    hard: { cpu: '1', 'requests.memory': '1Gi', 'limits.cpu': '2', 'limits.memory': '4Gi' },
    steps: (on) => [
      on.create(pod('says-nothing')),
      on.create(asking('says-some', { cpu: '100m' })),
      on.create(asking('fits', { cpu: '600m', memory: '512Mi' }, { cpu: '1', memory: '1Gi' })),
      on.create(asking('cpu', { cpu: '500m', memory: '1Mi' }, { cpu: '1', memory: '1Gi' })),
      on.create(asking('both', { cpu: '500m', memory: '1Gi' }, { cpu: '1500m', memory: '1Gi' })),
      on.create(asking('rest', { cpu: '400m', memory: '512Mi' }, { cpu: '1', memory: '1536Mi' })),
      on.create(pod('two', { containers: [container(), container({ name: 'b', ...resources({ cpu: '1' }) })] })),
    ],
  },
  overhead: {
    hard: { 'requests.cpu': '2', 'requests.example.com/gpu': '2', 'hugepages-2Mi': '4Mi', 'requests.ephemeral-storage': '1Gi' },
    steps: (on) => [
      on.create(asking('init', { cpu: '100m' }, {}, { initContainers: [container({ name: 'first', ...resources({ cpu: '1' }) })] })),
      on.create(
        asking(
          'sidecar',
          { cpu: '500m' },
          {},
          { initContainers: [container({ name: 's', restartPolicy: 'Always', ...resources({ cpu: '600m' }) })] },
        ),
      ),
      on.create(asking('own', {}, {}, { resources: { requests: { cpu: '900m' }, limits: { cpu: '1' } } })),
      on.create(asking('gpus', { cpu: '1m', 'example.com/gpu': '2' }, { 'example.com/gpu': '2' })),
      on.create(asking('more-gpus', { cpu: '1m', 'example.com/gpu': '1' }, { 'example.com/gpu': '1' })),
      on.create(asking('disk', { cpu: '1m', 'ephemeral-storage': '2Gi' })),
    ],
  },
  unknown: { hard: { pods: '2' }, used: {}, steps: (on) => [on.create(pod('uncounted'))] },
  terminating: {
    hard: { pods: '1' },
    spec: { scopes: ['Terminating'] },
    steps: (on) => [
      on.create(pod('stays')),
      on.create(pod('ends', { activeDeadlineSeconds: 5 })),
      on.create(pod('ends-too', { activeDeadlineSeconds: 5 })),
      on.patch(pod('stays'), { spec: { activeDeadlineSeconds: 9 } }),
    ],
  },
  lasting: {
    hard: { pods: '1' },
    spec: { scopes: ['NotTerminating', 'NotBestEffort'] },
    steps: (on) => [on.create(pod('effortless')), on.create(asking('first', { cpu: '1' })), on.create(asking('second', { cpu: '1' }))],
  },
  effortless: {
    hard: { pods: '1' },
    spec: { scopes: ['BestEffort'] },
    steps: (on) => [on.create(asking('asks', { cpu: '1' })), on.create(pod('first')), on.create(pod('second'))],
  },
  priority: {
    hard: { pods: '1' },
    spec: { scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['system-node-critical'] }] } },
    steps: (on) => [
      on.create(pod('usual')),
      on.create(pod('critical', { priorityClassName: 'system-node-critical' })),
      on.create(pod('critical-too', { priorityClassName: 'system-node-critical' })),
      on.create(pod('other', { priorityClassName: 'system-cluster-critical' })),
    ],
  },
  unprioritized: {
    hard: { pods: '1' },
    spec: { scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'DoesNotExist' }] } },
    steps: (on) => [
      on.create(pod('first')),
      on.create(pod('second')),
      on.create(pod('third', { priorityClassName: 'system-node-critical' })),
    ],
  },
  affinity: {
    hard: { pods: '0' },
    spec: { scopes: ['CrossNamespacePodAffinity'] },
    steps: (on) => {
      const term = (rest: JsonObject): JsonObject => ({
        affinity: {
          podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'a', labelSelector: {}, ...rest }] },
        },
      })
      return [
        on.create(pod('own', term({}))),
        on.create(pod('named', term({ namespaces: ['b'] }))),
        on.create(pod('selected', term({ namespaceSelector: {} }))),
      ]
    },
  },
  resized: {
    hard: { 'requests.cpu': '1' },
    steps: (on) => {
      const sized = (cpu: string): JsonObject => ({ spec: { containers: [{ ...container(), ...resources({ cpu }) }] } })
      return [
        on.create(asking('grows', { cpu: '500m' })),
        on.patch(pod('grows'), sized('900m'), { subresource: 'resize' }),
        on.patch(pod('grows'), sized('1100m'), { subresource: 'resize' }),
        on.patch(pod('grows'), sized('100m'), { subresource: 'resize' }),
      ]
    },
  },
}

const service = (name: string, spec: JsonObject): JsonObject => object('v1', 'Service', name, { spec: { ports: [{ port: 80 }], ...spec } })

const BY_CLASS = 'slow.storageclass.storage.k8s.io'
const BY_DEVICE = 'gpu.deviceclass.resource.k8s.io/devices'

const deviceClaim = (name: string, ...requests: JsonObject[]): JsonObject =>
  object('resource.k8s.io/v1', 'ResourceClaim', name, { spec: { devices: { requests } } })

const others: Readonly<Record<string, Tried>> = {
  services: {
    hard: { services: '4', 'services.nodeports': '2', 'services.loadbalancers': '1', 'count/services': '9' },
    steps: (on) => [
      on.create(service('headless', { clusterIP: 'None' })),
      on.create(service('external', { type: 'ExternalName', externalName: 'a.example.com', ports: [] })),
      on.create(service('no-ports', { type: 'LoadBalancer', clusterIP: '', allocateLoadBalancerNodePorts: false })),
      on.create(service('balancer', { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false })),
      on.create(service('three-ports', { type: 'NodePort', ports: [80, 81, 82].map((port) => ({ name: `p${port}`, port })) })),
      on.patch(service('external', {}), { spec: { type: 'LoadBalancer', externalName: null, ports: [{ port: 80 }] } }),
      on.create(service('more', { clusterIP: 'None' })),
      on.create(service('too-many', { clusterIP: 'None' })),
    ],
  },
  claims: {
    hard: {
      persistentvolumeclaims: '4',
      'requests.storage': '10Gi',
      [`${BY_CLASS}/requests.storage`]: '3Gi',
      [`${BY_CLASS}/persistentvolumeclaims`]: '2',
    },
    steps: (on) => [
      on.create(claim('large', '11Gi')),
      on.create(claim('plain', '4Gi')),
      on.create(claim('slow', '2Gi', { storageClassName: 'slow' })),
      on.create(claim('slower', '2Gi', { storageClassName: 'slow' })),
      on.create(claim('slow-small', '1Gi', { storageClassName: 'slow' })),
      on.create(claim('slow-third', '1Mi', { storageClassName: 'slow' })),
      on.create(claim('odd', '1500m')),
      on.create(claim('fifth', '1Gi')),
      on.patch(claim('plain', ''), { metadata: { labels: { a: 'b' } } }),
    ],
  },
  counts: {
    hard: {
      configmaps: '1',
      secrets: '0',
      'count/secrets': '1',
      'count/deployments.apps': '1',
      'count/resourcequotas': '5',
      resourcequotas: '2',
    },
    used: {
      configmaps: '0',
      secrets: '0',
      'count/secrets': '0',
      'count/deployments.apps': '0',
      'count/resourcequotas': '1',
      resourcequotas: '1',
    },
    steps: (on) => {
      const labels = { app: 'a' }
      const deployment = (name: string): JsonObject =>
        object('apps/v1', 'Deployment', name, {
          spec: { selector: { matchLabels: labels }, template: { ...pod(''), metadata: { labels } } },
        })
      const settings = (name: string): JsonObject => object('v1', 'ConfigMap', name, { data: { a: 'b' } })
      return [
        on.create(settings('first')),
        on.create(settings('second')),
        on.patch(settings('first'), { data: { a: 'c' } }),
        on.create(object('v1', 'Secret', 'first')),
        on.create(deployment('first')),
        on.create(deployment('second')),
        on.create(object('v1', 'ResourceQuota', 'another', { spec: { hard: { pods: '1' } } })),
        on.create(object('v1', 'ResourceQuota', 'third', { spec: { hard: { pods: '1' } } })),
        on.create(pod('unlimited')),
      ]
    },
  },
  devices: {
    hard: { [BY_DEVICE]: '3', 'count/resourceclaims.resource.k8s.io': '3' },
    steps: (on) => {
      const exactly = (count: number): JsonObject => ({
        name: 'r',
        exactly: { deviceClassName: 'gpu', allocationMode: 'ExactCount', count },
      })
      const all = { name: 'r', exactly: { deviceClassName: 'gpu', allocationMode: 'All' } }
      const firstAvailable = [1, 2].map((count) => ({ name: `s${count}`, deviceClassName: 'gpu', allocationMode: 'ExactCount', count }))
      return [
        on.create(deviceClaim('all', all)),
        on.create(deviceClaim('one', exactly(1))),
        on.create(deviceClaim('three', exactly(3))),
        on.create(deviceClaim('either', { name: 'r', firstAvailable })),
        on.create(deviceClaim('another', exactly(1))),
      ]
    },
  },
}

const several = (): Case => {
  const on = new AdmissionSteps('ResourceQuota-several')
  const quotas = ['first', 'second'].map((name, index) => {
    const hard = { pods: String(2 - index) }
    return { hard, quota: object('v1', 'ResourceQuota', name, { spec: { hard } }) }
  })
  return {
    name: 'two quotas over the same',
    steps: [
      ...on.prepare(),
      ...quotas.flatMap(({ hard, quota }) => [
        on.create(quota),
        on.update(quota, (held) => ({ ...held, status: { ...objectAt(held, 'status'), hard, used: { pods: '0' } } }), {
          subresource: 'status',
          settles: true,
        }),
      ]),
      on.create(pod('a')),
      on.create(pod('b')),
      ...quotas.map(({ quota }) => on.get(quota, { note: 'what is used' })),
    ],
  }
}

export const quotaCases = (): Case[] => [
  ...Object.entries({ ...pods, ...others }).map(([name, tried]) => quotaCase(name, tried)),
  several(),
]
