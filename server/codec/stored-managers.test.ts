import { test } from 'tap'
import { configMap, TestServer } from '../testing/test-server.ts'
import { encodedItem } from './encoded-item.ts'
import { managersBytes, viewItem } from './stored-managers.ts'

const LIST = '[{"manager":"a\\"b]}","fieldsV1":{"f:data":{"k:{\\"x\\":[1]}":{}}}}]'
const item = (metadata: string, rest = '') => encodedItem(Buffer.from(`{"kind":"A","metadata":{"name":"é","uid":"u"${metadata}}${rest}}`))

test('an object is seen with its managers, which are read when asked for', async (t) => {
  const seen = viewItem(item(`,"managedFields":${LIST}`, ',"spec":{"a":1}'), 7)
  t.same(seen, { kind: 'A', metadata: { name: 'é', uid: 'u', resourceVersion: '7', managedFields: JSON.parse(LIST) }, spec: { a: 1 } })
  t.equal(seen.metadata.managedFields, seen.metadata.managedFields, 'once')
  t.same({ ...seen.metadata }.managedFields, JSON.parse(LIST), 'also by a copy')
})

test("a template's managers are not the object's", async (t) => {
  const template = `,"spec":{"template":{"metadata":{"name":"t","managedFields":${LIST}}}}`
  t.equal(managersBytes(item('', template)), undefined)
  t.notOk('managedFields' in viewItem(item('', template), 1).metadata)
  t.equal(managersBytes(item(`,"managedFields":${LIST}`, template))?.toString(), `,"managedFields":${LIST}`)
})

test('updates that send managers back', async (t) => {
  const server = await TestServer.start()
  t.teardown(() => server.stop())
  const path = '/api/v1/namespaces/default/configmaps'
  const made = await server.send('POST', `${path}?fieldManager=one`, configMap('m', {}, { a: '1' }))
  const managersOf = (body: Record<string, unknown>): string[] =>
    ((body['metadata'] as Record<string, unknown>)['managedFields'] as { manager: string; fieldsV1: object }[]).map(
      ({ manager, fieldsV1 }) => `${manager} ${JSON.stringify(fieldsV1)}`,
    )
  const back = { ...made.body, data: { a: '2' } }
  const changed = await server.send('PUT', `${path}/m?fieldManager=two`, back)
  t.equal(changed.status, 200)
  t.same(managersOf(changed.body), ['one {"f:data":{}}', 'two {"f:data":{"f:a":{}}}'])
  const twice = JSON.stringify(changed.body).replace('"managedFields":', '"managedFields":[],"managedFields":')
  const strict = await server.send('PUT', `${path}/m?fieldValidation=Strict`, undefined, {
    raw: twice,
    headers: { 'content-type': 'application/json' },
  })
  t.match(strict.body.message, /duplicate field "metadata.managedFields"/)
  const none = await server.send('PUT', `${path}/m?fieldManager=two`, {
    ...changed.body,
    metadata: { ...changed.body.metadata, managedFields: [] },
  })
  t.same(managersOf({ metadata: { managedFields: [], ...none.body.metadata } }), [], 'an empty list still clears them')
})
