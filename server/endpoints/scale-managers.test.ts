import { test } from 'tap'
import { TestServer } from '../testing/test-server.ts'

test('a patch of a scale begins with who owns the replicas', async (t) => {
  const server = await TestServer.start()
  t.teardown(() => server.stop())
  const path = '/apis/apps/v1/namespaces/default/deployments'
  const labels = { app: 'web' }
  const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } }
  await server.send('POST', `${path}?fieldManager=maker`, {
    metadata: { name: 'd' },
    spec: { selector: { matchLabels: labels }, template },
  })
  const patch = (body: object, manager: string) =>
    server.send('PATCH', `${path}/d/scale?fieldManager=${manager}`, body, { headers: { 'content-type': 'application/merge-patch+json' } })
  t.equal((await patch({ spec: { replicas: 3 } }, 'scaler')).status, 200)
  const { status, body } = await patch({ spec: { replicas: 'many' } }, 'other')
  t.equal(status, 422)
  const entry = {
    manager: 'scaler',
    operation: 'Update',
    apiVersion: 'autoscaling/v1',
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:spec': { 'f:replicas': {} } },
    subresource: 'scale',
  }
  t.ok(body.message.includes(JSON.stringify(JSON.stringify({ managedFields: [entry] })).slice(2, -3)), body.message)
})

test('what a scale changes is owned apart, without a time; uids and forms are looked at', async (t) => {
  const server = await TestServer.start()
  t.teardown(() => server.stop())
  const path = '/apis/apps/v1/namespaces/default/deployments'
  const labels = { app: 'web' }
  const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } }
  await server.send('POST', `${path}?fieldManager=m`, { metadata: { name: 'd' }, spec: { selector: { matchLabels: labels }, template } })
  const put = (metadata: object, replicas: number) => server.send('PUT', `${path}/d/scale?fieldManager=m`, { metadata, spec: { replicas } })
  type Entry = { subresource?: string; time?: string; fieldsV1: { 'f:spec': object } }
  const entries = async (): Promise<Entry[]> => (await server.send('GET', `${path}/d`)).body.metadata['managedFields'] as Entry[]
  const replicas = { 'f:spec': { 'f:replicas': {} } }
  t.equal((await put({ name: 'd' }, 1)).status, 200)
  const [same, rest] = await entries()
  t.same(
    [same?.fieldsV1, same?.time, same?.subresource],
    [replicas, undefined, undefined],
    'an unchanged number changes hands all the same',
  )
  t.notOk('f:replicas' in (rest?.fieldsV1['f:spec'] ?? {}))
  const patched = await server.send('POST', `${path}?fieldManager=m`, {
    metadata: { name: 'e' },
    spec: { selector: { matchLabels: labels }, template },
  })
  t.equal(patched.status, 201)
  const merge = { headers: { 'content-type': 'application/merge-patch+json' } }
  await server.send('PATCH', `${path}/e/scale?fieldManager=m`, { spec: { replicas: 4 } }, merge)
  const [scaled] = (await server.send('GET', `${path}/e`)).body.metadata['managedFields'] as Entry[]
  t.same([scaled?.fieldsV1, scaled?.time, scaled?.subresource], [replicas, undefined, 'scale'])
  t.equal((await put({ name: 'd', uid: 'other' }, 5)).status, 409)
  for (const [metadata, message] of [
    [{ name: null }, 'the name of the object (d based on URL) was undeterminable: name must be provided'],
    [{ name: 'q' }, 'the name of the object (q) does not match the name on the URL (d)'],
    [{ namespace: 'q' }, 'the namespace of the provided object does not match the namespace sent on the request'],
  ] as const)
    t.equal((await server.send('PATCH', `${path}/d/scale`, { metadata }, merge)).body.message, message)
  t.equal((await put({ name: 'd', namespace: 'other' }, 5)).status, 400)
  const accept = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1'
  t.equal((await server.send('GET', `${path}/d/scale`, undefined, { headers: { accept } })).body['kind'], 'PartialObjectMetadata')
})
