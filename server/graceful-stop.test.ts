import { request as httpsRequest } from 'node:https'
import { test } from 'tap'
import { configMap, TestServer } from './testing/test-server.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'

/** A request whose body is not complete before `finish` is called. */
const halfSent = (server: TestServer) => {
  const { authority = '', admin } = server.server.certificates
  const body = JSON.stringify(configMap('late'))
  const headers = { 'content-type': 'application/json', 'content-length': String(body.length) }
  const request = httpsRequest({
    host: '127.0.0.1',
    port: server.port,
    path: MAPS,
    method: 'POST',
    headers,
    agent: false,
    ca: authority,
    ...(admin ? { cert: admin.certificate, key: admin.key } : {}),
  })
  const status = new Promise<number>((resolve, reject) => {
    request.on('response', (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    request.on('error', reject)
  })
  const begun = new Promise<void>((resolve) => request.on('socket', (socket) => socket.on('secureConnect', () => resolve())))
  request.write(body.slice(0, 5))
  return { begun, status, finish: () => void request.end(body.slice(5)) }
}

test('checks have their own paths, and the index names them', async (t) => {
  const server = await TestServer.start()
  t.teardown(() => server.stop())
  for (const path of ['/readyz/etcd', '/livez/poststarthook/scheduling/bootstrap-system-priority-classes', '/healthz/ping'])
    t.match(await server.send('GET', path), { status: 200, text: 'ok' }, path)
  t.match(await server.send('GET', '/livez/shutdown'), { status: 404, text: '404 page not found\n' })
  const { text } = await server.send('GET', '/readyz?verbose')
  t.match(text, /^\[\+\]ping ok\n\[\+\]etcd ok\n\[\+\]etcd-readiness ok\n\[\+\]informer-sync ok\n\[\+\]poststarthook\//)
  t.match(text, /\[\+\]autoregister-completion ok\n\[\+\]shutdown ok\nreadyz check passed\n$/)
  const { paths } = (await server.send('GET', '/')).body as unknown as { paths: string[] }
  t.ok(paths.includes('/readyz/shutdown'))
})

test('a stopping server is not ready first, and takes requests until its delay is over', async (t) => {
  const server = await TestServer.start('--shutdown-delay-duration=10m')
  const stopped = server.stop()
  const ready = await server.send('GET', '/readyz')
  t.match(ready, { status: 500, text: /\[-\]shutdown failed: reason withheld\nreadyz check failed\n$/ })
  t.match(await server.send('GET', '/readyz/shutdown'), { status: 500, text: 'internal server error: process is shutting down\n' })
  t.equal((await server.send('GET', '/livez')).status, 200)
  t.equal((await server.send('GET', MAPS)).status, 200)
  await server.stop()
  await stopped
})

test('watches end when the server stops, and running requests are finished', async (t) => {
  const server = await TestServer.start()
  const watch = server.watch(`${MAPS}?watch=1&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan`)
  await watch.next(1)
  const late = halfSent(server)
  await late.begun
  await server.send('GET', '/livez')
  let over = false
  const stopped = server.stop().then(() => {
    over = true
  })
  await watch.ended
  t.equal(over, false, 'the server waits for the request that runs')
  late.finish()
  t.equal(await late.status, 201)
  await stopped
  await t.rejects(server.send('GET', '/livez'), { code: 'ECONNREFUSED' })
})
