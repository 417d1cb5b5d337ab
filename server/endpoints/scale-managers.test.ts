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
