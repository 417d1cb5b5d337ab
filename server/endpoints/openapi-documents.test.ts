import { test } from 'tap'
import { TestServer } from '../testing/test-server.ts'

const PROTOBUF_V2 = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf'
const PROTOBUF_V3 = 'application/com.github.proto-openapi.spec.v3.v1.0+protobuf'

test('OpenAPI over HTTP', async (t) => {
  const server = await TestServer.start()
  t.teardown(() => server.stop())
  const get = (path: string, headers: Record<string, string> = {}) => server.send('GET', path, undefined, { headers })
  const index = (await get('/openapi/v3')).body as unknown as { paths: Record<string, { serverRelativeURL: string }> }
  const url = index.paths['apis/batch/v1']?.serverRelativeURL ?? ''

  for (const [accept, path, status, contentType] of [
    ['', '/openapi/v2', 200, 'application/json'],
    ['*/*', '/openapi/v2', 200, 'application/json'],
    ['application/com.github.proto-openapi.spec.v2@v1.0+protobuf', '/openapi/v2', 200, PROTOBUF_V2],
    [`application/json;q=0.5, ${PROTOBUF_V2}`, '/openapi/v2', 200, PROTOBUF_V2],
    ['text/plain', '/openapi/v2', 406, undefined],
    ['application/com.github.proto-openapi.spec.v3@v1.0+protobuf', '/openapi/v3/version', 200, PROTOBUF_V3],
    [`application/*;q=0.3, ${PROTOBUF_V3};q=0.1`, '/openapi/v3/version', 200, PROTOBUF_V3],
    ['text/plain', '/openapi/v3/version', 406, undefined],
    ['*/*', '/openapi/v3/apis/nowhere/v1', 404, undefined],
  ] as const)
    t.test(`${path} accepted as '${accept}' is ${status} ${contentType}`, async (t) => {
      const answer = await get(path, accept === '' ? {} : { accept })
      t.equal(answer.status, status)
      t.equal(answer.headers['content-type'], contentType)
      if (status !== 404) t.match(answer.headers['vary'], /Accept$/)
      if (status === 200) t.match(answer.headers, { etag: /^"[0-9A-F]{128}"$/, 'last-modified': / GMT$/ })
    })

  t.test('the index leads to documents that may be kept for ever', async (t) => {
    const answer = await get(url)
    t.equal(answer.status, 200)
    t.equal(answer.headers['etag'], `"${url.split('=')[1]}"`)
    t.match(answer.headers, { 'cache-control': 'public, immutable', expires: / GMT$/ })
    t.match(answer.body, { openapi: '3.0.0', paths: { '/apis/batch/v1/namespaces/{namespace}/jobs/{name}': {} } })
    t.equal((await get('/openapi/v3/apis/batch/v1')).headers['cache-control'], 'no-cache, private')
  })

  t.test('an old hash leads to the document as it is', async (t) => {
    const answer = await get('/openapi/v3/apis/batch/v1?hash=ABC')
    t.equal(answer.status, 301)
    t.equal(answer.headers['location'], url)
  })

  t.test('who has a document is told so, by tag or by time', async (t) => {
    for (const path of ['/openapi/v2', url]) {
      const { etag, 'last-modified': since } = (await get(path)).headers as Record<string, string>
      for (const headers of [{ 'if-none-match': etag ?? '' }, { 'if-modified-since': since ?? '' }]) {
        const answer = await get(path, headers)
        t.equal(answer.status, 304)
        t.equal(answer.text, '')
      }
      t.equal((await get(path, { 'if-none-match': '"old"', 'if-modified-since': since ?? '' })).status, 200, 'the tag goes first')
    }
  })

  t.test('version 2 is compressed for who takes it so', async (t) => {
    const answer = await get('/openapi/v2', { 'accept-encoding': 'gzip' })
    t.equal(answer.headers['content-encoding'], 'gzip')
    t.match(answer.body, { swagger: '2.0', definitions: { 'io.k8s.api.core.v1.Pod': {} } })
  })
})
