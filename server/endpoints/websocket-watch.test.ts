import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { test } from 'tap'
import { WebSocket } from 'ws'
import { configMap, TestServer, type WatchEvent } from '../testing/test-server.ts'
import { OpenWatches } from './open-watches.ts'
import { WatchSession } from './watch-session.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'
const BEARER = 'base64url.bearer.authorization.k8s.io.'

interface Dialled {
  socket: WebSocket
  messages: { text: string; binary: boolean }[]
  /** Resolves with the refusal's code, or with undefined once the socket is open. */
  opened: Promise<number | undefined>
  next(count: number): Promise<WatchEvent[]>
}

const dial = (server: TestServer, path: string, protocols: string[] = [], options: Record<string, unknown> = {}): Dialled => {
  const { authority, admin } = server.server.certificates
  const url = `wss://127.0.0.1:${server.port}${path}`
  const tls = { ca: authority, cert: admin?.certificate, key: admin?.key }
  const socket = new WebSocket(url, protocols, { ...tls, origin: 'https://example.org', ...options })
  const messages: Dialled['messages'] = []
  socket.on('message', (data: Buffer, binary: boolean) => messages.push({ text: data.toString(), binary }))
  socket.on('error', () => undefined)
  const opened = new Promise<number | undefined>((resolve) => {
    socket.on('open', () => resolve(undefined))
    socket.on('unexpected-response', (_request: unknown, response: IncomingMessage) => {
      response.resume()
      resolve(response.statusCode)
    })
  })
  const next = async (count: number): Promise<WatchEvent[]> => {
    while (messages.length < count) await once(socket, 'message')
    return messages.splice(0, count).map(({ text }) => JSON.parse(text) as WatchEvent)
  }
  return { socket, messages, opened, next }
}

const protocolOf = (token: string): string => BEARER + Buffer.from(token).toString('base64url')

test('watches over websocket', async (t) => {
  const server = await TestServer.start('--authorization-mode=AlwaysAllow')
  t.teardown(() => server.stop())
  await server.send('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'browser' } })
  const issued = await server.send('POST', '/api/v1/namespaces/default/serviceaccounts/browser/token', { spec: {} })
  const { token } = issued.body['status'] as { token: string }
  const nobody = { cert: undefined, key: undefined }

  await t.test('each event is one text message that ends with a line end', async (t) => {
    await server.send('POST', MAPS, configMap('one'))
    await server.send('POST', MAPS, configMap('two'))
    const { socket, messages, next } = dial(server, `${MAPS}?watch=1`)
    while (messages.length < 2) await once(socket, 'message')
    t.same(
      messages.map(({ text, binary }) => [text.endsWith('}}\n'), text.indexOf('\n') === text.length - 1, binary]),
      [
        [true, true, false],
        [true, true, false],
      ],
    )
    await next(2)
    await server.send('DELETE', `${MAPS}/one`)
    t.match(await next(1), [{ type: 'DELETED', object: { metadata: { name: 'one' } } }])
    socket.terminate()
  })

  await t.test('it is closed as done when its time is over', async (t) => {
    const { socket } = dial(server, `${MAPS}?watch=1&timeoutSeconds=1`)
    const [code] = await once(socket, 'close')
    t.equal(code, 1000)
  })

  await t.test('one subprotocol is agreed on, several are refused, and there must be an origin', async (t) => {
    const one = dial(server, `${MAPS}?watch=1`, ['base64.binary.k8s.io'])
    t.equal(await one.opened, undefined)
    t.equal(one.socket.protocol, 'base64.binary.k8s.io')
    one.socket.terminate()
    t.equal(await dial(server, `${MAPS}?watch=1`, ['a', 'b']).opened, 400)
    t.equal(await dial(server, `${MAPS}?watch=1`, [], { origin: undefined }).opened, 403)
    t.equal(await dial(server, `${MAPS}?watch=1`, [], { protocolVersion: 8 }).opened, 400)
  })

  await t.test('what is no watch is answered as ever', async (t) => {
    t.equal(await dial(server, MAPS).opened, 200)
    t.equal(await dial(server, `${MAPS}/none`).opened, 404)
    t.equal(await dial(server, '/livez').opened, 200)
  })

  await t.test('a bearer token may come as a subprotocol beside another one', async (t) => {
    const cases: [what: string, protocols: string[], refused: number | undefined][] = [
      ['a good token', [protocolOf(token), 'v4.channel.k8s.io'], undefined],
      ['a bad token', [protocolOf('nonsense'), 'v4.channel.k8s.io'], 401],
      ['a token that is no base64url', [`${BEARER}a+bc`, 'v4.channel.k8s.io'], 401],
      ['a token alone', [protocolOf(token)], 401],
      ['two tokens', [protocolOf(token), protocolOf('other'), 'v4.channel.k8s.io'], 401],
    ]
    for (const [what, protocols, refused] of cases) {
      const { socket, opened } = dial(server, `${MAPS}?watch=1`, protocols, nobody)
      t.equal(await opened, refused, what)
      if (refused === undefined) t.equal(socket.protocol, 'v4.channel.k8s.io', 'the token is not sent back')
      socket.terminate()
    }
  })

  await t.test('watches that are open are counted', async (t) => {
    const { socket, opened } = dial(server, `${MAPS}?watch=1`)
    await opened
    const gauge = /apiserver_longrunning_requests\{[^}]*resource="configmaps"[^}]*} [1-9]/
    t.match((await server.send('GET', '/metrics')).text, gauge)
    socket.terminate()
  })
})

test('a websocket is authorized like any other request', async (t) => {
  const server = await TestServer.start('--authorization-mode=RBAC')
  t.teardown(() => server.stop())
  await server.send('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'browser' } })
  const issued = await server.send('POST', '/api/v1/namespaces/default/serviceaccounts/browser/token', { spec: {} })
  const { token } = issued.body['status'] as { token: string }
  const { opened } = dial(server, `${MAPS}?watch=1`, [protocolOf(token), 'x'], { cert: undefined, key: undefined })
  t.equal(await opened, 403)
})

test('a stopping server closes its websockets as done', async (t) => {
  const server = await TestServer.start()
  const { socket, opened } = dial(server, `${MAPS}?watch=1`)
  await opened
  const closed = once(socket, 'close')
  await server.stop()
  const [code] = await closed
  t.equal(code, 1000)
})

test('a reader that falls too far behind is ended', async (t) => {
  const server = await TestServer.start()
  t.teardown(() => server.stop())
  const store = server.server.cluster.storeOf('', 'configmaps')
  const told: string[] = []
  let pending = 0
  const stream = {
    messages: true as const,
    write: (chunk: Uint8Array) => void told.push(Buffer.from(chunk).toString()),
    writePieces: () => Promise.resolve(),
    end: () => void told.push('end'),
    pendingBytes: () => pending,
  }
  const framing = { form: 'test', frame: (type: string) => Buffer.from(type), bookmark: () => Buffer.from('BOOKMARK') }
  const options = {
    selection: { namespace: 'default', labels: [], fields: [] },
    bookmarks: false,
    timeoutMs: 60_000,
    meter: { sent: () => undefined },
    open: new OpenWatches(),
  }
  const session = new WatchSession(store, stream, framing, options)
  session.follow(0)
  await server.send('POST', MAPS, configMap('read'))
  t.same(told, ['ADDED'])
  pending = 65 * 1024 * 1024
  await server.send('POST', MAPS, configMap('unread'))
  await server.send('POST', MAPS, configMap('later'))
  t.same(told, ['ADDED', 'end'])
})
