import { test } from 'tap'
import type { KubeObject, Value } from '../apimachinery/kube-object.ts'
import { excessOf, sameAmounts, sumOf } from './amounts.ts'
import { podUsage } from './pod-usage.ts'
import { resourceClaimUsage } from './resource-claim-usage.ts'
import { claimUsage, objectCount, serviceUsage, type UsageEvaluator } from './usage-evaluators.ts'

const NOW = Date.parse('2026-01-02T03:04:05Z')

type Tree = Record<string, unknown>

const object = (spec: Tree, more: Tree = {}): KubeObject => ({ metadata: {}, spec: spec as Value, ...more }) as KubeObject

const container = (requests: Tree, more: Tree = {}): Tree => ({ name: 'main', resources: { requests }, ...more })

const pods: readonly [what: string, pod: KubeObject, usage: Record<string, string>][] = [
  ['nothing asked for', object({ containers: [container({})] }), {}],
  [
    'containers together',
    object({ containers: [container({ cpu: '100m' }), container({ cpu: '1', memory: '1Gi' })] }),
    { cpu: '1100m', 'requests.cpu': '1100m', memory: '1Gi', 'requests.memory': '1Gi' },
  ],
  [
    'a larger first container, with the sidecar before it',
    object({
      initContainers: [container({ cpu: '200m' }, { restartPolicy: 'Always' }), container({ cpu: '2' })],
      containers: [container({ cpu: '1' })],
    }),
    { cpu: '2200m', 'requests.cpu': '2200m' },
  ],
  [
    'overhead; what the pod says of itself overrides its containers',
    object({ overhead: { cpu: '50m' }, resources: { requests: { cpu: '1' } }, containers: [container({ cpu: '3' })] }),
    { cpu: '1050m', 'requests.cpu': '1050m' },
  ],
  [
    'more given than asked for',
    object(
      { containers: [container({ cpu: '1' })] },
      { status: { containerStatuses: [{ name: 'main', resources: { requests: { cpu: '2' } }, allocatedResources: { cpu: '3' } }] } },
    ),
    { cpu: '3', 'requests.cpu': '3' },
  ],
  ['a device', object({ containers: [container({ 'example.com/gpu': '2' })] }), { 'requests.example.com/gpu': '2' }],
]

test('pods take what their containers ask for in the worst case', async (t) => {
  for (const [what, pod, usage] of pods) t.same(podUsage.usage(pod, NOW), { pods: '1', 'count/pods': '1', ...usage }, what)
  const ended = object({ containers: [container({ cpu: '1' })] }, { status: { phase: 'Succeeded' } })
  t.same(podUsage.usage(ended, NOW), { 'count/pods': '1' }, 'one that has ended is there, no more')
})

test('scopes are met by pods, or not', async (t) => {
  const lasting = object({ containers: [container({})] })
  const ending = object({ activeDeadlineSeconds: 5, priorityClassName: 'high', containers: [container({ cpu: '1' })] })
  const rows: readonly [scopeName: string, lasting: boolean, ending: boolean, more?: object][] = [
    ['Terminating', false, true],
    ['NotTerminating', true, false],
    ['BestEffort', true, false],
    ['NotBestEffort', false, true],
    ['PriorityClass', false, true, { operator: 'In', values: ['high'] }],
    ['PriorityClass', true, false, { operator: 'DoesNotExist' }],
    ['CrossNamespacePodAffinity', false, false],
    ['VolumeAttributesClass', false, false],
  ]
  for (const [scopeName, first, second, more = { operator: 'Exists' }] of rows) {
    const scope = { scopeName, ...more }
    t.same([podUsage.matches(scope, lasting), podUsage.matches(scope, ending)], [first, second], JSON.stringify(scope))
  }
})

test('services, claims, devices and all else are counted by their own rules', async (t) => {
  const devices = resourceClaimUsage({ ofClass: (name) => (name === 'gpu' ? 'example.com/gpu' : ''), has: () => true })
  const exactly = { deviceClassName: 'gpu', allocationMode: 'ExactCount', count: 2 }
  const rows: readonly [what: string, evaluator: UsageEvaluator, found: KubeObject, usage: Record<string, string>][] = [
    [
      'a load balancer',
      serviceUsage,
      object({ type: 'LoadBalancer', ports: [{ port: 1 }, { port: 2 }] }),
      { 'count/services': '1', services: '1', 'services.nodeports': '2', 'services.loadbalancers': '1' },
    ],
    [
      'one without node ports',
      serviceUsage,
      object({ type: 'LoadBalancer', allocateLoadBalancerNodePorts: false, ports: [{ port: 1 }, { port: 2, nodePort: 30_000 }] }),
      { 'count/services': '1', services: '1', 'services.nodeports': '1', 'services.loadbalancers': '1' },
    ],
    [
      'a claim of a class',
      claimUsage,
      object({ storageClassName: 'fast', resources: { requests: { storage: '1Gi' } } }),
      {
        'count/persistentvolumeclaims': '1',
        persistentvolumeclaims: '1',
        'requests.storage': '1Gi',
        'fast.storageclass.storage.k8s.io/persistentvolumeclaims': '1',
        'fast.storageclass.storage.k8s.io/requests.storage': '1Gi',
      },
    ],
    [
      'devices of a class that pods know by another name',
      devices,
      object({ devices: { requests: [{ name: 'a', exactly }] } }),
      {
        'count/resourceclaims.resource.k8s.io': '1',
        'gpu.deviceclass.resource.k8s.io/devices': '2',
        'requests.deviceclass.resource.kubernetes.io/gpu': '2',
        'requests.example.com/gpu': '2',
      },
    ],
    ['a kind of no rules', objectCount({ group: 'apps', resource: 'deployments' }), object({}), { 'count/deployments.apps': '1' }],
    ['one with an older name', objectCount({ group: '', resource: 'secrets' }), object({}), { 'count/secrets': '1', secrets: '1' }],
  ]
  for (const [what, evaluator, found, usage] of rows) {
    t.same(evaluator.usage(found, NOW), usage, what)
    t.ok(Object.keys(usage).every(evaluator.counts), `${what}: each name is counted`)
  }
})

test('amounts are added and compared as quantities', async (t) => {
  t.same(sumOf({ cpu: '500m' }, { cpu: '1', memory: '1Gi' }), { cpu: '1500m', memory: '1Gi' })
  t.same(excessOf({ cpu: '2', pods: '1' }, { cpu: '500m', pods: '3', memory: '1' }), { cpu: '1500m', pods: '0', memory: '0' })
  t.ok(sameAmounts({ cpu: '1' }, { cpu: '1000m' }))
  t.notOk(sameAmounts({ cpu: '1' }, { cpu: '1', pods: '0' }))
})
