import { test } from 'tap'
import { at, listAt } from '../../apimachinery/kube-object.ts'
import { TestServer } from '../testing/test-server.ts'
import { serverIdentity } from './identity-lease.ts'

const FLOW = '/apis/flowcontrol.apiserver.k8s.io/v1'
const AUTO_UPDATE = 'apf.kubernetes.io/autoupdate-spec'

type Body = Record<string, unknown> & { metadata: Record<string, unknown> }

const managersOf = (object: object): string[] =>
  listAt(object, 'metadata', 'managedFields').map((entry) => `${String(at(entry, 'manager'))} ${String(at(entry, 'operation'))}`)

test('the objects every cluster has', async (t) => {
  const server = await TestServer.start('--advertise-address=10.10.10.10', '--requestheader-allowed-names=front,other')
  t.teardown(() => server.stop())
  const get = async (path: string): Promise<Body> => (await server.send('GET', path)).body
  const names = async (path: string): Promise<unknown[]> => listAt(await get(path), 'items').map((item) => at(item, 'metadata', 'name'))
  const checkAgain = (): Promise<void> => server.server.cluster.bootstrap.check()
  const change = async (path: string, edit: (object: Body) => void): Promise<number> => {
    const object = await get(path)
    edit(object)
    return (await server.send('PUT', path, object)).status
  }

  await t.test('are there when the server has started', async (t) => {
    t.same(await names('/apis/scheduling.k8s.io/v1/priorityclasses'), ['system-cluster-critical', 'system-node-critical'])
    t.equal((await names('/apis/apiregistration.k8s.io/v1/apiservices')).length, 21)
    t.equal((await names(`${FLOW}/flowschemas`)).length, 11)
    t.equal((await names(`${FLOW}/prioritylevelconfigurations`)).length, 8)
    t.same(await names('/apis/networking.k8s.io/v1/ipaddresses'), ['10.0.0.1'])
    t.match(await get('/apis/networking.k8s.io/v1/servicecidrs/kubernetes'), {
      spec: { cidrs: ['10.0.0.0/24'] },
      status: { conditions: [{ type: 'Ready', status: 'True', reason: '' }] },
    })
    t.match(await get('/api/v1/namespaces/default/endpoints/kubernetes'), {
      subsets: [{ addresses: [{ ip: '10.10.10.10' }], ports: [{ name: 'https', port: server.port }] }],
    })
    const data = (await get('/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication'))['data']
    t.same(Object.keys(data as object), ['client-ca-file'], 'names of a front proxy count only with its authority')
  })

  await t.test('have the managers that upstream has', async (t) => {
    t.same(managersOf(await get(`${FLOW}/flowschemas/probes`)), [
      'api-priority-and-fairness-config-consumer-v1 Apply',
      'api-priority-and-fairness-config-producer-v1 Update',
    ])
    t.same(managersOf(await get('/apis/apiregistration.k8s.io/v1/apiservices/v1.apps')), ['kube-apiserver Update'])
  })

  await t.test('come back when they are deleted', async (t) => {
    const gone = [
      '/apis/scheduling.k8s.io/v1/priorityclasses/system-node-critical',
      '/apis/apiregistration.k8s.io/v1/apiservices/v1.apps',
      `${FLOW}/flowschemas/probes`,
      '/api/v1/namespaces/default/endpoints/kubernetes',
    ]
    for (const path of gone) t.equal((await server.send('DELETE', path)).status, 200)
    await checkAgain()
    for (const path of gone) t.equal((await server.send('GET', path)).status, 200, path)
  })

  await t.test('users still may make no APIService of their own', async (t) => {
    const metadata = { name: 'v1.example.org' }
    const spec = { group: 'example.org', version: 'v1', groupPriorityMinimum: 1, versionPriority: 1 }
    t.equal((await server.send('POST', '/apis/apiregistration.k8s.io/v1/apiservices', { metadata, spec })).status, 501)
  })

  await t.test('a mandatory flow schema is put back, a suggested one once it asks for it, others stay', async (t) => {
    const edit = (annotation: string | undefined) => (object: Body) => {
      ;(object['spec'] as Record<string, unknown>)['matchingPrecedence'] = 77
      object.metadata['annotations'] = annotation === undefined ? {} : { [AUTO_UPDATE]: annotation }
    }
    const cases = [
      { name: 'catch-all', annotation: 'false', precedence: 10_000, says: 'true' },
      { name: 'service-accounts', annotation: 'true', precedence: 9000, says: 'true' },
      { name: 'global-default', annotation: 'false', precedence: 77, says: 'false' },
      { name: 'system-nodes', annotation: undefined, precedence: 77, says: 'false' },
    ]
    for (const { name, annotation } of cases) t.equal(await change(`${FLOW}/flowschemas/${name}`, edit(annotation)), 200)
    await checkAgain()
    for (const { name, precedence, says } of cases) {
      const schema = await get(`${FLOW}/flowschemas/${name}`)
      t.equal(at(schema, 'spec', 'matchingPrecedence'), precedence, name)
      t.equal(at(schema, 'metadata', 'annotations', AUTO_UPDATE), says, name)
    }
  })

  await t.test('shares of the exempt level are the users own', async (t) => {
    const path = `${FLOW}/prioritylevelconfigurations/exempt`
    await change(path, (level) => void (level['spec'] = { type: 'Exempt', exempt: { nominalConcurrencyShares: 5, lendablePercent: 50 } }))
    await checkAgain()
    t.same(at(await get(path), 'spec', 'exempt'), { nominalConcurrencyShares: 5, lendablePercent: 50 })
  })

  await t.test('a flow schema is told whether its level exists, whoever made it', async (t) => {
    const spec = { priorityLevelConfiguration: { name: 'nowhere' }, matchingPrecedence: 5 }
    await server.send('POST', `${FLOW}/flowschemas`, { metadata: { name: 'lost' }, spec })
    await checkAgain()
    const dangling = async () => at(await get(`${FLOW}/flowschemas/lost`), 'status', 'conditions', 0)
    t.match(await dangling(), { type: 'Dangling', status: 'True', reason: 'NotFound' })
    const level = { type: 'Limited', limited: { limitResponse: { type: 'Reject' } } }
    await server.send('POST', `${FLOW}/prioritylevelconfigurations`, { metadata: { name: 'nowhere' }, spec: level })
    await checkAgain()
    t.match(await dangling(), { type: 'Dangling', status: 'False', reason: 'Found' })
  })

  await t.test('objects of another release that ask to be kept up to date are removed', async (t) => {
    const spec = { priorityLevelConfiguration: { name: 'exempt' }, matchingPrecedence: 5 }
    for (const [name, says] of [
      ['old-one', 'true'],
      ['own-one', 'false'],
    ])
      await server.send('POST', `${FLOW}/flowschemas`, { metadata: { name, annotations: { [AUTO_UPDATE]: says } }, spec })
    await checkAgain()
    t.equal((await server.send('GET', `${FLOW}/flowschemas/old-one`)).status, 404)
    t.equal((await server.send('GET', `${FLOW}/flowschemas/own-one`)).status, 200)
  })

  await t.test('endpoints and the service lead to this server again', async (t) => {
    await change('/api/v1/namespaces/default/endpoints/kubernetes', (object) => void delete object['subsets'])
    await change('/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes', (object) => void (object['endpoints'] = []))
    await checkAgain()
    const endpoints = await get('/api/v1/namespaces/default/endpoints/kubernetes')
    t.equal(at(endpoints, 'subsets', 0, 'addresses', 0, 'ip'), '10.10.10.10')
    const slice = await get('/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes')
    t.same(at(slice, 'endpoints', 0, 'addresses'), ['10.10.10.10'])
  })

  await t.test('authorities of other servers stay in the ConfigMap beside this one', async (t) => {
    const path = '/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication'
    const own = at(await get(path), 'data', 'client-ca-file')
    await change(path, (object) => void (object['data'] = { 'client-ca-file': 'no certificate at all' }))
    await checkAgain()
    t.equal(at(await get(path), 'data', 'client-ca-file'), own)
  })

  await t.test('looking again at what is right writes nothing', async (t) => {
    await checkAgain()
    const { revision } = server.server.cluster.cache
    await checkAgain()
    t.equal(server.server.cluster.cache.revision, revision)
  })
})

test('a server that only its own host reaches has no endpoints', async (t) => {
  const server = await TestServer.start('--advertise-address=127.0.0.1')
  t.teardown(() => server.stop())
  t.equal((await server.send('GET', '/api/v1/namespaces/default/endpoints/kubernetes')).status, 404)
})

test('a server is named by its host, as upstream names it', async (t) => {
  t.equal(serverIdentity('vm'), 'apiserver-wlv32tlttr4jl3gtroqexyxapa')
})
