// What a create adds to pods and takes from them, through the server.
import { test } from 'tap'
import { at, type KubeObject } from '../../../apimachinery/kube-object.ts'
import { TestServer } from '../../testing/test-server.ts'

const pods = '/api/v1/namespaces/default/pods'
const pod = (name: string, spec: object = {}, metadata: object = {}): object => ({
  metadata: { name, ...metadata },
  spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
})

test('pods as they are created', async (t) => {
  // No controller makes the account that pods act as.
  const server = await TestServer.start('--disable-admission-plugins=ServiceAccount')
  t.teardown(() => server.stop())
  const create = async (object: object) => (await server.send('POST', `${pods}?dryRun=All`, object)).body as unknown as KubeObject

  await t.test('a gated pod says why it waits', async (t) => {
    const created = await create(pod('a', { schedulingGates: [{ name: 'g' }] }))
    t.match(created['status'], { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] })
  })
  await t.test('keys of its labels become requirements of selectors', async (t) => {
    const term = { topologyKey: 'z', labelSelector: {}, matchLabelKeys: ['a', 'q'], mismatchLabelKeys: ['b'] }
    const affinity = { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } }
    const created = await create(pod('a', { affinity }, { labels: { a: '1', b: '2' } }))
    const path = ['podAffinity', 'requiredDuringSchedulingIgnoredDuringExecution', 0, 'labelSelector', 'matchExpressions'] as const
    t.same(at(created, 'spec', 'affinity', ...path), [
      { key: 'a', operator: 'In', values: ['1'] },
      { key: 'b', operator: 'NotIn', values: ['2'] },
    ])
  })
  await t.test('AppArmor annotations become fields', async (t) => {
    const annotations = { 'container.apparmor.security.beta.kubernetes.io/c': 'localhost/x' }
    const created = await create(pod('a', {}, { annotations }))
    t.same(at(created, 'spec', 'containers', 0, 'securityContext'), { appArmorProfile: { type: 'Localhost', localhostProfile: 'x' } })
  })
  await t.test('fields behind gates are gone', async (t) => {
    const created = await create(
      pod('a', {
        schedulingGroup: { podGroupName: 'g' },
        containers: [{ name: 'c', image: 'i', lifecycle: { stopSignal: 'SIGTERM' } }],
        volumes: [{ name: 'v', projected: { sources: [{ clusterTrustBundle: { name: 'a', path: 'b' } }] } }],
      }),
    )
    t.equal(at(created, 'spec', 'schedulingGroup'), undefined)
    t.equal(at(created, 'spec', 'containers', 0, 'lifecycle'), undefined)
    t.same(at(created, 'spec', 'volumes', 0, 'projected', 'sources'), [{}])
  })
  await t.test('a pod asks for what its containers ask for, where it only limits', async (t) => {
    const containers = [{ name: 'c', image: 'i', resources: { requests: { cpu: '100m' } } }]
    const created = await create(pod('a', { containers, resources: { limits: { cpu: '1', memory: '1Gi' } } }))
    t.same(at(created, 'spec', 'resources'), { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '100m', memory: '1Gi' } })
  })
  await t.test('no time to end is a second', async (t) => {
    const created = await create(pod('a', { terminationGracePeriodSeconds: -1 }))
    t.equal(at(created, 'spec', 'terminationGracePeriodSeconds'), 1)
  })
  await t.test('what is wrong is refused', async (t) => {
    const created = await create(pod('a', { containers: [] }))
    t.same([created['code'], created['message']], [422, 'Pod "a" is invalid: spec.containers: Required value'])
  })
})

test('a status keeps the generations it was observed at', async (t) => {
  // No controller makes the account that pods act as.
  const server = await TestServer.start('--disable-admission-plugins=ServiceAccount')
  t.teardown(() => server.stop())
  await server.send('POST', pods, pod('a'))
  const put = async (status: object) => (await server.send('PUT', `${pods}/a/status`, { ...pod('a'), status })).body.status
  await put({ observedGeneration: 2, conditions: [{ type: 'Ready', status: 'True', observedGeneration: 3 }] })
  t.match(await put({ conditions: [{ type: 'Ready', status: 'False' }] }), {
    observedGeneration: 2,
    qosClass: 'BestEffort',
    conditions: [{ type: 'Ready', status: 'False', observedGeneration: 3 }],
  })
})
