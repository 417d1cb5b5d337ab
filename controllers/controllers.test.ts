import { type Test, test } from 'tap'
import { formatTime } from '../apimachinery/clock.ts'
import { at, type KubeObject, listAt, textAt } from '../apimachinery/kube-object.ts'
import type { ApiResource } from '../client/resource.ts'
import { ControlledServer } from '../server/testing/controlled-server.ts'
import { claims, clusterRoles, configMaps, namespaces, nodes, pods, secrets, serviceAccounts, volumes } from './resources.ts'

const core = (resource: string, kind: string): ApiResource => ({ group: '', version: 'v1', resource, kind, namespaced: true })
const quotas = core('resourcequotas', 'ResourceQuota')
const jobs: ApiResource = { group: 'batch', version: 'v1', resource: 'jobs', kind: 'Job', namespaced: true }
const namespace = 'default'
const HOLD = 'example.com/hold'
const containers = [{ name: 'main', image: 'registry.example/app:1' }]

const started = async (t: Test, controllers: string, ...flags: string[]): Promise<ControlledServer> => {
  const server = await ControlledServer.start(`${controllers},serviceaccount`, ...flags)
  t.teardown(() => server.stop())
  await server.until('the default account', () => server.find(serviceAccounts, { namespace, name: 'default' }))
  return server
}

const finalizersOff = (server: ControlledServer, resource: ApiResource, name: string, inNamespace = namespace): Promise<unknown> =>
  server.client.patch(resource, { namespace: inNamespace, name }, { metadata: { finalizers: null } }, { type: 'merge' })

const conditionOf = (object: KubeObject, type: string): unknown =>
  listAt(object, 'status', 'conditions').find((condition) => textAt(condition, 'type') === type)

test('a namespace ends with what it holds; until then it says what holds it', async (t) => {
  const server = await started(t, 'namespace')
  const { client } = server
  await client.create(namespaces, { metadata: { name: 'harbour' } })
  for (const [name, finalizers] of [
    ['free', []],
    ['held', [HOLD]],
  ] as const)
    await client.create(configMaps, { metadata: { name, namespace: 'harbour', finalizers } })
  await client.delete(namespaces, { name: 'harbour' })
  const held = await server.until('conditions', async () => {
    const found = await client.get(namespaces, { name: 'harbour' })
    return conditionOf(found, 'NamespaceFinalizersRemaining') !== undefined && found
  })
  t.match(conditionOf(held, 'NamespaceContentRemaining'), {
    status: 'True',
    reason: 'SomeResourcesRemain',
    message: 'Some resources are remaining: configmaps. has 1 resource instances',
  })
  t.match(conditionOf(held, 'NamespaceFinalizersRemaining'), {
    status: 'True',
    reason: 'SomeFinalizersRemain',
    message: `Some content in the namespace has finalizers remaining: ${HOLD} in 1 resource instances`,
  })
  t.match(conditionOf(held, 'NamespaceDeletionDiscoveryFailure'), { status: 'False', reason: 'ResourcesDiscovered' })
  await finalizersOff(server, configMaps, 'held', 'harbour')
  await server.gone(namespaces, { name: 'harbour' })
  t.same(server.errors, [])
})

test('namespaces have their account and authority, and again when somebody takes them away', async (t) => {
  const server = await started(t, 'root-ca-cert-publisher')
  const authority = { namespace, name: 'kube-root-ca.crt' }
  const found = await server.until('the authority', () => server.find(configMaps, authority))
  await server.client.update(configMaps, { ...found, data: { other: 'text' } })
  await server.client.delete(serviceAccounts, { namespace, name: 'default' })
  await server.until('the authority as it was', async () => at(await server.find(configMaps, authority), 'data', 'ca.crt') !== undefined)
  await server.until('the account', () => server.find(serviceAccounts, { namespace, name: 'default' }))
})

test('secrets get a token of their account, and go with it', async (t) => {
  const server = await started(t, 'serviceaccount-token')
  const { client } = server
  await client.create(serviceAccounts, { metadata: { name: 'sailor', namespace } })
  const annotations = { 'kubernetes.io/service-account.name': 'sailor' }
  await client.create(secrets, { type: 'kubernetes.io/service-account-token', metadata: { name: 'token', namespace, annotations } })
  const token = await server.until('the token', async () => at(await client.get(secrets, { namespace, name: 'token' }), 'data', 'token'))
  const [, claims = ''] = Buffer.from(String(token), 'base64').toString().split('.')
  t.match(JSON.parse(Buffer.from(claims, 'base64url').toString()), {
    iss: 'kubernetes/serviceaccount',
    sub: 'system:serviceaccount:default:sailor',
    'kubernetes.io/serviceaccount/secret.name': 'token',
  })
  await client.delete(serviceAccounts, { namespace, name: 'sailor' })
  await server.gone(secrets, { namespace, name: 'token' })
})

test('quotas say what is used, also of kinds that nothing but their number is counted of', async (t) => {
  const server = await started(t, 'resourcequota')
  const { client } = server
  await client.create(configMaps, { metadata: { name: 'a', namespace } })
  await client.create(pods, {
    metadata: { name: 'web', namespace },
    spec: { containers: [{ ...containers[0], resources: { requests: { cpu: '250m' } } }] },
  })
  const hard = { configmaps: '5', 'requests.cpu': '1', 'count/deployments.apps': '3', 'count/widgets.example.com': '1' }
  await client.create(quotas, { metadata: { name: 'q', namespace }, spec: { hard } })
  const used = (wanted: string): Promise<unknown> =>
    server.until(`${wanted} config maps`, async () => {
      const found = at(await client.get(quotas, { namespace, name: 'q' }), 'status', 'used')
      return at(found, 'configmaps') === wanted && found
    })
  t.same(await used('1'), { configmaps: '1', 'requests.cpu': '250m', 'count/deployments.apps': '0' })
  await client.delete(pods, { namespace, name: 'web' }, { gracePeriodSeconds: 0 })
  await client.delete(configMaps, { namespace, name: 'a' })
  t.same(await used('0'), { configmaps: '0', 'requests.cpu': '0', 'count/deployments.apps': '0' })
})

test('claims and volumes in use outlast their deletion', async (t) => {
  const server = await started(t, 'pvc-protection,pv-protection')
  const { client } = server
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }
  for (const name of ['used', 'unused']) await client.create(claims, { metadata: { name, namespace }, spec })
  const using = { nodeName: 'n', containers, volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'used' } }] }
  await client.create(pods, { metadata: { name: 'web', namespace }, spec: using })
  const volume = { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/tmp/v' } }
  await client.create(volumes, { metadata: { name: 'v' }, spec: volume })
  await client.patch(volumes, { name: 'v' }, { status: { phase: 'Bound' } }, { type: 'merge', subresource: 'status' })
  for (const name of ['used', 'unused']) await client.delete(claims, { namespace, name })
  await client.delete(volumes, { name: 'v' })
  await server.gone(claims, { namespace, name: 'unused' })
  t.ok(await server.find(claims, { namespace, name: 'used' }))
  t.ok(await server.find(volumes, { name: 'v' }))
  await client.delete(pods, { namespace, name: 'web' }, { gracePeriodSeconds: 0 })
  await client.patch(volumes, { name: 'v' }, { status: { phase: 'Released' } }, { type: 'merge', subresource: 'status' })
  await server.gone(claims, { namespace, name: 'used' })
  await server.gone(volumes, { name: 'v' })
})

test('roles are put together from those that their rule selects, each rule once', async (t) => {
  const server = await started(t, 'clusterrole-aggregation')
  const { client } = server
  const rule = (resource: string): object => ({ verbs: ['get'], apiGroups: [''], resources: [resource] })
  const clusterRoleSelectors = [{ matchExpressions: [{ key: 'crew', operator: 'Exists' }] }]
  await client.create(clusterRoles, { metadata: { name: 'b', labels: { crew: '1' } }, rules: [rule('pods'), rule('secrets')] })
  await client.create(clusterRoles, { metadata: { name: 'a', labels: { crew: '2' } }, rules: [rule('secrets')] })
  await client.create(clusterRoles, { metadata: { name: 'c' }, rules: [rule('nodes')] })
  await client.create(clusterRoles, { metadata: { name: 'sum' }, aggregationRule: { clusterRoleSelectors } })
  const rules = await server.until('both rules', async () => {
    const found = listAt(await client.get(clusterRoles, { name: 'sum' }), 'rules')
    return found.length === 2 && found
  })
  t.same(rules, [rule('secrets'), rule('pods')])
  await server.until('the rules of admin', async () => listAt(await client.get(clusterRoles, { name: 'admin' }), 'rules').length > 20)
})

test('finished jobs go when their time is over', async (t) => {
  const server = await started(t, 'ttl-after-finished')
  const { client, clock } = server
  const make = async (name: string, ttlSecondsAfterFinished: number): Promise<void> => {
    const template = { spec: { restartPolicy: 'Never', containers } }
    await client.create(jobs, { metadata: { name, namespace, finalizers: [HOLD] }, spec: { ttlSecondsAfterFinished, template } })
    const time = formatTime(clock.now())
    const ended = (type: string): object => ({ type, status: 'True', lastProbeTime: time, lastTransitionTime: time })
    const conditions = [ended('FailureTarget'), ended('Failed')]
    const status = { startTime: time, failed: 1, uncountedTerminatedPods: {}, conditions }
    await client.patch(jobs, { namespace, name }, { status }, { type: 'merge', subresource: 'status' })
  }
  await make('soon', 60)
  await make('later', 6000)
  const before = clock.now()
  const soon = await server.until('the deletion of a job', async () => {
    const job = await client.get(jobs, { namespace, name: 'soon' })
    return job.metadata.deletionTimestamp !== undefined && job
  })
  t.ok(clock.now() - before >= 59_000, 'not before its time')
  t.same(soon.metadata.finalizers, [HOLD, 'foregroundDeletion'].sort())
  t.equal((await client.get(jobs, { namespace, name: 'later' })).metadata.deletionTimestamp, undefined)
})

test('pods of nodes that are gone and deleted ones without a node are ended', async (t) => {
  const server = await started(t, 'podgc')
  const { client } = server
  await client.create(nodes, { metadata: { name: 'here' } })
  const make = (name: string, nodeName?: string, finalizers: string[] = []): Promise<KubeObject> =>
    client.create(pods, { metadata: { name, namespace, finalizers }, spec: { containers, ...(nodeName ? { nodeName } : {}) } })
  await make('of-no-node', 'gone', [HOLD])
  await make('never-scheduled', undefined, [HOLD])
  await make('stays', 'here')
  await client.delete(pods, { namespace, name: 'never-scheduled' })
  const failed = (name: string): Promise<KubeObject> =>
    server.until(`${name} to fail`, async () => {
      const pod = await client.get(pods, { namespace, name })
      return textAt(pod, 'status', 'phase') === 'Failed' && pod.metadata.deletionTimestamp !== undefined && pod
    })
  await failed('never-scheduled')
  const orphan = await failed('of-no-node')
  t.match(conditionOf(orphan, 'DisruptionTarget'), { status: 'True', reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists' })
  t.equal(textAt(await client.get(pods, { namespace, name: 'stays' }), 'status', 'phase'), 'Pending')
})

test('of too many pods that have ended the oldest go', async (t) => {
  const server = await started(t, 'podgc', '--terminated-pod-gc-threshold=1')
  const { client } = server
  await client.create(nodes, { metadata: { name: 'here' } })
  for (const name of ['a', 'b', 'runs'])
    await client.create(pods, { metadata: { name, namespace }, spec: { containers, nodeName: 'here' } })
  for (const name of ['a', 'b'])
    await client.patch(pods, { namespace, name }, { status: { phase: 'Succeeded' } }, { type: 'merge', subresource: 'status' })
  await server.gone(pods, { namespace, name: 'a' })
  t.same(
    (await client.list(pods, { namespace })).items.map(({ metadata }) => metadata.name),
    ['b', 'runs'],
  )
})
