import { type ClientHttp2Session, connect } from 'node:http2'
import { test } from 'tap'
import { configMap, TestServer } from './testing/test-server.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'
const LIMIT = 3 * 1024 * 1024
const tooLarge = 'Request entity too large: limit is 3145728'

const adminSession = (server: TestServer): ClientHttp2Session => {
  const { admin } = server.server.certificates
  return connect(`https://127.0.0.1:${server.port}`, {
    rejectUnauthorized: false,
    ...(admin ? { cert: admin.certificate, key: admin.key } : {}),
  })
}

test('requests beyond their bounds get upstream answers, and the server lives on', async (t) => {
  const server = await TestServer.start()
  t.teardown(() => server.stop())
  await server.send('POST', MAPS, configMap('a'))
  const large = Buffer.alloc(LIMIT + 1, 0x20)

  for (const [method, path, type] of [
    ['POST', MAPS, 'application/json'],
    ['POST', MAPS, 'application/yaml'],
    ['POST', MAPS, 'application/vnd.kubernetes.protobuf'],
    ['PUT', `${MAPS}/a`, 'application/json'],
    ['PATCH', `${MAPS}/a`, 'application/merge-patch+json'],
    ['PATCH', `${MAPS}/a`, 'application/json-patch+json'],
    ['PATCH', `${MAPS}/a`, 'application/strategic-merge-patch+json'],
    ['DELETE', `${MAPS}/a`, 'application/json'],
    ['DELETE', MAPS, 'application/json'],
    ['PUT', '/api/v1/namespaces/default/pods/x/status', 'application/json'],
    ['POST', '/api/v1/namespaces/default/pods/x/binding', 'application/json'],
    ['PUT', '/apis/apps/v1/namespaces/default/deployments/x/scale', 'application/json'],
    ['POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', 'application/json'],
  ] as const) {
    await t.test(`${method} ${path} takes no ${type} past 3 MiB`, async (t) => {
      const answer = await server.send(method, path, undefined, { raw: large, headers: { 'content-type': type } })
      t.match(answer, { status: 413, body: { message: tooLarge, reason: 'RequestEntityTooLarge' } })
      t.equal(answer.headers['connection'], 'close', 'what is left of the body is not waited for')
    })
  }

  for (const [method, path, headers, status, message] of [
    ['POST', MAPS, { 'content-type': 'text/foo' }, 415, /unknown format/],
    ['POST', MAPS, { 'content-encoding': 'gzip' }, 422, /name or generateName is required/],
    ['GET', `${MAPS}/a?timeout=bogus`, {}, 400, 'invalid timeout specified in the request URL - time: invalid duration "bogus"'],
    ['GET', '/version?timeout=1', {}, 400, 'invalid timeout specified in the request URL - time: missing unit in duration "1"'],
    ['GET', `${MAPS}/a?timeout=1ns`, {}, 504, 'Timeout: request did not complete within the allotted timeout'],
    ['GET', '/healthz?timeout=1us', {}, 504, 'Timeout: request did not complete within the allotted timeout'],
    ['GET', `${MAPS}?limit=9223372036854775808`, {}, 400, 'strconv.ParseInt: parsing "9223372036854775808": value out of range'],
    [
      'GET',
      `${MAPS}?resourceVersion=99999999999999999999`,
      {},
      400,
      /strconv.ParseUint: parsing "99999999999999999999": value out of range/,
    ],
    ['GET', `${MAPS}?continue=bnVsbA`, {}, 400, /continue key is not valid/],
    ['GET', `${MAPS}/a/constructor`, {}, 404, 'the server could not find the requested resource'],
    ['GET', '/api/v1/namespaces/default/pods/a/toString', {}, 404, 'the server could not find the requested resource'],
    ['GET', `${MAPS}/..`, {}, 400, 'Name parameter invalid: "..": may not be \'..\''],
    ['GET', `${MAPS}/a?timeout=%zz`, {}, 200, undefined],
    ['GET', MAPS.replace('/v1/', '/v1//'), {}, 404, 'the server could not find the requested resource'],
    ['GET', `${MAPS}/a`, { accept: 'constructor' }, 406, /406: Not Acceptable/],
    ['GET', `${MAPS}/a`, { 'x-long': 'x'.repeat(200_000) }, 200, undefined],
  ] as const) {
    await t.test(`${method} ${path} ${JSON.stringify(headers).slice(0, 60)} is answered ${status}`, async (t) => {
      const answer = await server.send(method, path, method === 'POST' ? {} : undefined, { headers })
      t.equal(answer.status, status)
      if (message !== undefined) t.match(answer.body.message, message)
    })
  }

  await t.test('a path that cannot be decoded is not found', async (t) => {
    t.match(await server.send('GET', '/apis/%ff'), { status: 404, text: '404 page not found\n' })
  })

  await t.test('members with the names of prototypes stay members', async (t) => {
    const raw =
      '{"metadata":{"name":"p","labels":{"constructor":"a"}},"data":{"__proto__":"x","constructor":"y"},"__proto__":{"polluted":1}}'
    const answer = await server.send('POST', MAPS, undefined, { raw })
    t.match(answer.text, /"data":\{"__proto__":"x","constructor":"y"\}/)
    t.equal(({} as Record<string, unknown>)['polluted'], undefined)
  })
})

test('a large body that nobody reads does not keep its stream open', async (t) => {
  const server = await TestServer.start()
  t.teardown(() => server.stop())
  const session = adminSession(server)
  t.teardown(() => session.destroy())
  for (const path of ['/version', '/nothing', MAPS]) {
    const stream = session.request({ ':method': 'POST', ':path': path })
    stream.resume().end(Buffer.alloc(2 * LIMIT))
    await new Promise((resolve) => stream.once('close', resolve))
    t.pass(`the stream of ${path} is over`)
  }
})

test('a body that never ends is not waited for', async (t) => {
  const server = await TestServer.start()
  t.teardown(() => server.stop())
  const session = adminSession(server)
  t.teardown(() => session.destroy())
  const stream = session.request({ ':method': 'POST', ':path': `${MAPS}?timeout=20ms`, 'content-type': 'application/json' })
  stream.on('error', () => undefined)
  stream.write('{')
  const status = new Promise((resolve) => stream.once('response', (headers) => resolve(headers[':status'])))
  const closed = new Promise((resolve) => stream.once('close', resolve))
  stream.resume()
  t.equal(await status, 504)
  await closed
  t.pass('the stream is over')
})
