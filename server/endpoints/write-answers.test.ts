// Writes whose answer the client could not read.
import { test } from 'tap'
import { TestServer } from '../testing/test-server.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'

test('a write that nobody could be answered is not done', async (t) => {
  const server = await TestServer.start()
  t.teardown(() => server.stop())
  const map = (name: string): object => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } })
  await server.send('POST', MAPS, map('there'))
  const refusals: [method: string, path: string, body: object | undefined][] = [
    ['POST', MAPS, map('new')],
    ['PUT', `${MAPS}/there`, { ...map('there'), data: { a: 'b' } }],
    ['PATCH', `${MAPS}/there`, { data: { a: 'b' } }],
    ['DELETE', `${MAPS}/there`, undefined],
    ['DELETE', MAPS, undefined],
  ]
  for (const [method, path, body] of refusals) {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
    const { status } = await server.send(method, path, body, { headers: { accept: 'text/html', 'content-type': type } })
    t.equal(status, 406, `${method} ${path}`)
  }
  t.equal((await server.send('GET', `${MAPS}/new`)).status, 404)
  const { body } = await server.send('GET', `${MAPS}/there`)
  t.equal(body.data, undefined)
})

test('a warning of a field that no header could hold as it is comes in UTF-8', async (t) => {
  const server = await TestServer.start()
  t.teardown(() => server.stop())
  const { status, headers } = await server.send('POST', MAPS, { metadata: { name: 'a' }, '\u{1f600}蹊': 1 })
  t.equal(status, 201)
  t.equal(Buffer.from(String(headers['warning']), 'latin1').toString(), '299 - "unknown field \\"\u{1f600}蹊\\""')
})
