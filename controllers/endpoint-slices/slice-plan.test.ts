import { test } from 'tap'
import { type KubeObject, listAt, textAt } from '../../apimachinery/kube-object.ts'
import { planSlices, type SliceInput, type SlicePlan } from './slice-plan.ts'

const service = (spec: object = {}): KubeObject => ({
  metadata: { name: 'web', namespace: 'n', uid: 'service', labels: { crew: 'a' } },
  spec: { clusterIP: '10.96.0.1', ports: [{ name: '', port: 80, protocol: 'TCP', targetPort: 8080 }], ...spec },
})

const pod = (name: string, more: { ready?: boolean; node?: string; deleted?: boolean; phase?: string } = {}): KubeObject => ({
  metadata: { name, namespace: 'n', uid: `uid-${name}`, ...(more.deleted ? { deletionTimestamp: '2026-01-02T03:04:05Z' } : {}) },
  spec: { nodeName: more.node ?? 'here', containers: [] },
  status: {
    phase: more.phase ?? 'Running',
    podIP: `10.0.0.${name}`,
    podIPs: [{ ip: `10.0.0.${name}` }],
    conditions: [{ type: 'Ready', status: more.ready === false ? 'False' : 'True' }],
  },
})

const pods = (...names: number[]): KubeObject[] => names.map((name) => pod(String(name)))

const planned = (input: Partial<SliceInput>): SlicePlan =>
  planSlices({
    service: service(),
    pods: [],
    existing: [],
    type: 'IPv4',
    maxEndpoints: 3,
    node: (name) => (name === 'here' ? { metadata: { name, labels: { 'topology.kubernetes.io/zone': 'east' } } } : undefined),
    ...input,
  })

/** Slices as the server would have them. */
const stored = (...groups: readonly (readonly number[])[]): KubeObject[] =>
  groups.map((names, index) => {
    const [slice] = planned({ pods: pods(...names), maxEndpoints: 100 }).create
    return { ...(slice as KubeObject), metadata: { ...(slice as KubeObject).metadata, name: `web-${index}` } }
  })

const inside = (slices: readonly KubeObject[]): string[] =>
  slices.map((slice) =>
    [
      slice.metadata.name ?? 'new',
      ...listAt(slice, 'endpoints')
        .map((one) => textAt(one, 'targetRef', 'name'))
        .sort(),
    ].join(' '),
  )

const rows: readonly [what: string, had: number[][], wanted: number[], create: string[], update: string[], remove: string[]][] = [
  ['nothing at first', [], [], ['new'], [], []],
  ['all in as many as it takes', [], [1, 2, 3, 4], ['new 1 2 3', 'new 4'], [], []],
  ['nothing to do', [[1, 2]], [1, 2], [], [], []],
  ['one more where there is room', [[1, 2]], [1, 2, 3], [], ['web-0 1 2 3'], []],
  ['one more where there is none', [[1, 2, 3]], [1, 2, 3, 4], ['new 4'], [], []],
  ['one for another', [[1, 2, 3]], [1, 2, 4], [], ['web-0 1 2 4'], []],
  [
    'a changed slice is filled before others',
    [
      [1, 2],
      [3, 4],
    ],
    [1, 3, 4, 5],
    [],
    ['web-0 1 5'],
    [],
  ],
  ['an empty one goes', [[1, 2, 3], [4]], [1, 2, 3], [], [], ['web-1 4']],
  ['one that would go is used for what is new', [[1], [2, 3, 4]], [2, 3, 4, 5], [], ['web-0 5'], []],
  ['the last pod leaves an empty slice', [[1]], [], [], ['web-0'], []],
]

test('slices are changed as little as can be', async (t) => {
  for (const [what, had, wanted, create, update, remove] of rows) {
    const plan = planned({ existing: stored(...had), pods: pods(...wanted) })
    t.same([inside(plan.create), inside(plan.update), inside(plan.remove)], [create, update, remove], what)
  }
})

test('an empty slice stays as it is', async (t) => {
  const [slice] = planned({}).create
  const plan = planned({ existing: [{ ...(slice as KubeObject), metadata: { ...(slice as KubeObject).metadata, name: 'web-0' } }] })
  t.same([plan.create, plan.update, plan.remove], [[], [], []])
})

test('endpoints say whether they are ready, where they are and who should use them', async (t) => {
  const spec = { trafficDistribution: 'PreferSameNode' }
  const all = [pod('1'), pod('2', { ready: false }), pod('3', { deleted: true }), pod('4', { phase: 'Failed' }), pod('5', { node: 'lost' })]
  const { create, errors } = planned({ service: service(spec), pods: all })
  const common = { nodeName: 'here', zone: 'east' }
  t.match(create[0]?.['endpoints'], [
    {
      ...common,
      conditions: { ready: true, serving: true, terminating: false },
      hints: { forZones: [{ name: 'east' }], forNodes: [{ name: 'here' }] },
    },
    { ...common, conditions: { ready: false, serving: false, terminating: false } },
    { ...common, conditions: { ready: false, serving: true, terminating: true } },
  ])
  t.equal(listAt(create[0], 'endpoints').length, 3)
  t.same(errors, ['skipping Pod 5 for Service n/web: Node lost Not Found'])
})

test('slices carry the labels of their service, and are owned by it; those of a service before it go', async (t) => {
  const [slice] = planned({ service: service({ clusterIP: 'None' }) }).create
  t.same(slice?.metadata.labels, {
    crew: 'a',
    'service.kubernetes.io/headless': '',
    'kubernetes.io/service-name': 'web',
    'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
  })
  const [older] = stored([1])
  const foreign = { ...(older as KubeObject), metadata: { ...(older as KubeObject).metadata, ownerReferences: [] } }
  const plan = planned({ existing: [foreign], pods: pods(1) })
  t.same([inside(plan.create), inside(plan.update), inside(plan.remove)], [['new 1'], [], ['web-0 1']])
})
