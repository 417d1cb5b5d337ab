import { request } from 'node:https'
import { connect as connectPlain } from 'node:net'
import { test } from 'tap'
import { makeAuthority, makeCertificate } from '../certs/authority.ts'
import { configMap, TestServer } from './testing/test-server.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'

test('an API server from create to delete', async (t) => {
  const server = await TestServer.start()
  t.teardown(() => server.stop())

  await t.test('a created object comes back with its system metadata, and is read, listed and deleted', async (t) => {
    const made = await server.send('POST', MAPS, configMap('a', {}, { x: '1' }))
    t.equal(made.status, 201)
    t.match(made.body.metadata, {
      name: 'a',
      namespace: 'default',
      uid: /^[0-9a-f-]{36}$/,
      resourceVersion: /^\d+$/,
      creationTimestamp: /Z$/,
    })
    t.same((await server.send('GET', `${MAPS}/a`)).body, made.body)
    const { kind: _, apiVersion: __, ...item } = made.body
    const listed = await server.send('GET', MAPS)
    t.equal(listed.body['kind'], 'ConfigMapList')
    t.same(listed.body.items, [item])
    const deleted = await server.send('DELETE', `${MAPS}/a`)
    t.match(deleted.body, { kind: 'Status', status: 'Success', details: { name: 'a', kind: 'configmaps', uid: made.body.metadata['uid'] } })
    t.equal((await server.send('GET', `${MAPS}/a`)).status, 404)
  })

  await t.test('a name that exists is 409 AlreadyExists; a generated one is retried and unique', async (t) => {
    await server.send('POST', MAPS, configMap('twice'))
    const second = await server.send('POST', MAPS, configMap('twice'))
    t.match(second, { status: 409, body: { reason: 'AlreadyExists', message: 'configmaps "twice" already exists' } })
    const generated = await Promise.all([1, 2, 3].map(() => server.send('POST', MAPS, { metadata: { generateName: 'g-' } })))
    t.equal(new Set(generated.map(({ body }) => body.metadata['name'])).size, 3)
  })

  await t.test('a stale update is 409, a no-op update writes nothing, dry run stores nothing', async (t) => {
    const made = await server.send('POST', MAPS, configMap('u'))
    const same = await server.send('PUT', `${MAPS}/u`, made.body)
    t.equal(same.body.metadata['resourceVersion'], made.body.metadata['resourceVersion'])
    const dry = await server.send('PUT', `${MAPS}/u?dryRun=All`, configMap('u', {}, { d: '1' }))
    t.match(dry.body, { data: { d: '1' } })
    const changed = await server.send('PUT', `${MAPS}/u`, configMap('u', {}, { y: '2' }))
    t.not(changed.body.metadata['resourceVersion'], made.body.metadata['resourceVersion'])
    const stale = await server.send('PUT', `${MAPS}/u`, made.body)
    t.match(stale, { status: 409, body: { reason: 'Conflict' } })
    t.match(stale.body.message, /the object has been modified; please apply your changes to the latest version and try again$/)
    t.equal((await server.send('POST', `${MAPS}?dryRun=All`, configMap('dry'))).status, 201)
    t.equal((await server.send('GET', `${MAPS}/dry`)).status, 404)
  })

  await t.test('finalizers hold a deletion until an update lets go', async (t) => {
    await server.send('POST', MAPS, configMap('held', { finalizers: ['example.com/hold'] }))
    const deleting = await server.send('DELETE', `${MAPS}/held`)
    t.match(deleting.body.metadata, { deletionTimestamp: /Z$/, deletionGracePeriodSeconds: 0 })
    const { finalizers: _, ...rest } = deleting.body.metadata
    t.equal((await server.send('PUT', `${MAPS}/held`, { ...deleting.body, metadata: rest })).status, 200)
    t.equal((await server.send('GET', `${MAPS}/held`)).status, 404)
  })

  await t.test('preconditions of a delete are kept', async (t) => {
    await server.send('POST', MAPS, configMap('pre'))
    t.equal((await server.send('DELETE', `${MAPS}/pre`, { preconditions: { uid: 'other' } })).status, 409)
    t.equal((await server.send('DELETE', `${MAPS}/pre`, { preconditions: { resourceVersion: '1' } })).status, 409)
    t.equal((await server.send('DELETE', `${MAPS}/pre`, {})).status, 200)
  })

  await t.test('selectors choose; a collection delete deletes what they choose', async (t) => {
    for (const tier of ['front', 'back']) await server.send('POST', MAPS, configMap(`s-${tier}`, { labels: { tier } }))
    const names = async (query: string): Promise<unknown[]> =>
      (await server.send('GET', `${MAPS}?${query}`)).body.items.map((item) => (item['metadata'] as { name: string }).name)
    t.same(await names('labelSelector=tier%3Dfront'), ['s-front'])
    t.same(await names('labelSelector=tier%20in%20(front,back),tier!%3Dfront'), ['s-back'])
    t.same(await names('fieldSelector=metadata.name%3Ds-back'), ['s-back'])
    t.equal((await server.send('DELETE', `${MAPS}?labelSelector=tier`)).body.items.length, 2)
    t.same(await names('labelSelector=tier'), [])
  })

  await t.test('pages of a list agree with its first, whatever is written meanwhile', async (t) => {
    for (let index = 0; index < 5; index++) await server.send('POST', MAPS, configMap(`p${index}`, { labels: { page: 'yes' } }))
    const query = `${MAPS}?limit=2&labelSelector=page`
    const first = await server.send('GET', query)
    await server.send('DELETE', `${MAPS}/p3`)
    const second = await server.send('GET', `${query}&continue=${String(first.body.metadata['continue'])}`)
    const third = await server.send('GET', `${query}&continue=${String(second.body.metadata['continue'])}`)
    const all = [first, second, third].flatMap(({ body }) => body.items.map((item) => (item['metadata'] as { name: string }).name))
    t.same(all, ['p0', 'p1', 'p2', 'p3', 'p4'])
    t.equal(third.body.metadata['continue'], undefined)
  })

  await t.test('one object is seen through both of its groups and versions', async (t) => {
    const event = {
      metadata: { name: 'e1' },
      regarding: { kind: 'Pod', name: 'p', namespace: 'default' },
      note: 'hello',
      reason: 'R',
      type: 'Normal',
      action: 'a',
      reportingController: 'c',
      reportingInstance: 'i',
      eventTime: '2026-01-01T00:00:00.000000Z',
    }
    t.equal((await server.send('POST', '/apis/events.k8s.io/v1/namespaces/default/events', event)).status, 201)
    t.match((await server.send('GET', '/api/v1/namespaces/default/events/e1')).body, {
      apiVersion: 'v1',
      message: 'hello',
      involvedObject: { name: 'p' },
    })
    const hpa = {
      metadata: { name: 'h' },
      spec: {
        scaleTargetRef: { kind: 'Deployment', name: 'd', apiVersion: 'apps/v1' },
        maxReplicas: 3,
        targetCPUUtilizationPercentage: 50,
      },
    }
    t.equal((await server.send('POST', '/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers', hpa)).status, 201)
    const v2 = await server.send('GET', '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers/h')
    t.match(v2.body['spec'], { metrics: [{ resource: { target: { averageUtilization: 50 } } }] })
  })

  await t.test('kinds that do not work yet refuse creation', async (t) => {
    const refused = await server.send('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
      metadata: { name: 'a.b' },
      spec: { group: 'b', names: {}, scope: 'Cluster', versions: [] },
    })
    t.match(refused, { status: 501, body: { reason: 'NotImplemented' } })
  })
})

test('who gets in', async (t) => {
  const server = await TestServer.start('--authorization-mode=RBAC')
  t.teardown(() => server.stop())

  await t.test('health and version need no credentials, the rest does', async (t) => {
    for (const path of ['/healthz', '/livez', '/readyz', '/version'])
      t.equal((await server.send('GET', path, undefined, { as: 'none' })).status, 200)
    for (const path of ['/api', '/metrics', MAPS])
      t.match(await server.send('GET', path, undefined, { as: 'none' }), {
        status: 403,
        body: { message: /User "system:anonymous" cannot / },
      })
    t.equal((await server.send('GET', '/healthz', undefined, { as: 'none', headers: { authorization: 'Bearer nonsense' } })).status, 401)
  })

  await t.test('a self-made system:masters certificate is nobody', async (t) => {
    const now = Date.parse('2026-06-01')
    const stranger = await makeCertificate(
      await makeAuthority('stranger', now),
      { commonName: 'kubernetes-admin', organizations: ['system:masters'] },
      {},
      ['client'],
      now,
    )
    const status = await new Promise((resolve, reject) => {
      const ask = request(
        {
          host: '127.0.0.1',
          port: server.port,
          path: MAPS,
          rejectUnauthorized: false,
          cert: stranger.certificate,
          key: stranger.key,
          agent: false,
        },
        (response) => resolve(response.statusCode),
      )
      ask.on('error', reject)
      ask.end()
    })
    t.equal(status, 401)
  })

  await t.test('a service account token is its account: known, and without rights until it has some', async (t) => {
    await server.send('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'robot' } })
    const issued = await server.send('POST', '/api/v1/namespaces/default/serviceaccounts/robot/token', { spec: {} })
    const { token } = issued.body['status'] as { token: string }
    const headers = { authorization: `Bearer ${token}` }
    const refused = await server.send('GET', MAPS, undefined, { as: 'none', headers })
    t.match(refused, { status: 403, body: { reason: 'Forbidden' } })
    t.match(
      refused.body.message,
      /User "system:serviceaccount:default:robot" cannot list resource "configmaps" in API group "" in the namespace "default"/,
    )
    await server.send('DELETE', '/api/v1/namespaces/default/serviceaccounts/robot')
    t.equal((await server.send('GET', MAPS, undefined, { as: 'none', headers })).status, 401)
  })

  await t.test('plain HTTP on the TLS port is told so', async (t) => {
    const text = await new Promise<string>((resolve) => {
      const socket = connectPlain(server.port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n'))
      let got = ''
      socket.on('data', (piece) => void (got += piece.toString()))
      socket.on('close', () => resolve(got))
    })
    t.equal(text, 'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n')
  })
})
