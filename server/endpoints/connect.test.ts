// Subresources that lead elsewhere, against a server and a kubelet that is played: what is refused before anything is asked of it, what
// is asked, and how bytes travel.
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Duplex } from 'node:stream'
import { test } from 'tap'
import { WebSocket, WebSocketServer } from 'ws'
import { PODS, stage, tlsOf } from '../testing/connection-stage.ts'
import { speakSpdy } from '../testing/fake-kubelet.ts'
import { TestServer } from '../testing/test-server.ts'

const refusals: readonly [method: string, path: string, code: number, message: string][] = [
  ['GET', '/two/log', 400, 'a container name must be specified for pod two, choose one of: [c d]'],
  ['GET', '/two/log?container=x', 400, 'container x is not valid for pod two'],
  ['GET', '/live/log?tailLines=x', 400, 'strconv.ParseInt: parsing "x": invalid syntax'],
  ['GET', '/live/log?limitBytes=0', 422, 'PodLogOptions "live" is invalid: limitBytes: Invalid value: 0: must be greater than 0'],
  [
    'GET',
    '/live/log?sinceTime=2020-01-01T00:00:00Z&sinceSeconds=1',
    422,
    'PodLogOptions "live" is invalid: []: Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified',
  ],
  ['GET', '/missing/log', 404, 'pods "missing" not found'],
  ['GET', '/lost/log', 404, 'pods "missing" not found'],
  ['GET', '/nowhere/log', 500, 'no preferred addresses found; known addresses: [{Hostname x}]'],
  ['GET', '/live/log/more', 404, 'the server could not find the requested resource'],
  ['POST', '/live/log', 405, 'the server does not allow this method on the requested resource'],
  [
    'GET',
    '/closed/log',
    500,
    'Get "https://127.0.0.1:1/containerLogs/default/closed/c": dial tcp 127.0.0.1:1: connect: connection refused',
  ],
  ['POST', '/live/exec', 400, 'Upgrade request required'],
  ['PUT', '/live/exec', 405, 'the server does not allow this method on the requested resource'],
  ['POST', '/live/exec?dryRun=All', 400, 'dryRun is not supported'],
  ['POST', '/free/attach', 400, 'pod free does not have a host assigned'],
  ['POST', '/live/portforward?ports=a', 400, 'cannot convert to []int32: strconv.ParseUint: parsing "a": invalid syntax'],
  ['GET', '/live/proxy/x', 400, 'address not allowed'],
  ['GET', '/a:b:c:d/proxy/x', 400, 'invalid pod request "a:b:c:d"'],
  ['GET', '/../services/none/proxy/x', 404, 'services "none" not found'],
  ['GET', '/../services/kubernetes:1/proxy/x', 503, 'no service port 1 found for service "kubernetes"'],
]

interface Upgraded {
  status: number
  socket: Duplex
  head: string
}

/** Asks for SPDY as clients do; the body where the answer is no. */
const askSpdy = (server: TestServer, path: string): Promise<Upgraded | { status: number; text: string }> => {
  const headers = { connection: 'Upgrade', upgrade: 'SPDY/3.1', 'x-stream-protocol-version': 'v4.channel.k8s.io' }
  return new Promise((resolve, reject) => {
    const asked = httpsRequest({ host: '127.0.0.1', port: server.port, path, method: 'POST', headers, agent: false, ...tlsOf(server) })
    asked.on('error', reject)
    asked.on('upgrade', (answer, socket, head) => resolve({ status: answer.statusCode ?? 0, socket, head: head.toString() }))
    asked.on('response', async (answer) => {
      let text = ''
      for await (const piece of answer) text += String(piece)
      resolve({ status: answer.statusCode ?? 0, text })
    })
    asked.end()
  })
}

const websocket = (server: TestServer, path: string, protocol: string): { socket: WebSocket; messages: Buffer[] } => {
  const socket = new WebSocket(`wss://127.0.0.1:${server.port}${path}`, protocol, tlsOf(server))
  const messages: Buffer[] = []
  socket.on('message', (data: Buffer) => messages.push(data))
  socket.on('error', () => undefined)
  return { socket, messages }
}

/** What came on a channel, joined. */
const onChannel = (messages: readonly Buffer[], channel: number): string =>
  Buffer.concat(messages.filter((message) => message[0] === channel).map((message) => message.subarray(1))).toString()

test('connections', async (t) => {
  const { server, kubelet } = await stage(t)

  for (const [method, path, code, message] of refusals)
    await t.test(`${method} ${path} is refused with ${code}`, async (t) => {
      const answer = await server.send(method, new URL(`http://x${PODS}${path}`).href.slice('http://x'.length))
      t.equal(answer.status, code)
      t.equal(answer.body.message, message)
    })

  await t.test('a pod without a node has no log yet', async (t) => {
    t.equal((await server.send('GET', `${PODS}/free/log`)).status, 204)
  })

  await t.test('logs are asked of the kubelet with the options it knows, and its text is the answer', async (t) => {
    kubelet.script = { answer: (request, response) => void response.end(`log of ${request.url}`) }
    const answer = await server.send('GET', `${PODS}/two/log?container=d&follow=true&tailLines=3&previous=0&pretty=1`)
    t.equal(answer.text, 'log of /containerLogs/default/two/d?follow=true&tailLines=3')
    t.equal(answer.headers['content-type'], 'text/plain')
  })

  for (const [code, message] of [
    [400, 'no'],
    [404, 'the server could not find the requested resource ( pods/log live)'],
    [500, 'Internal error occurred: no'],
    [503, 'the server is currently unable to handle the request ( pods/log live)'],
  ] as const)
    await t.test(`a kubelet's ${code} is the server's own`, async (t) => {
      kubelet.script = { answer: (_request, response) => void response.writeHead(code).end('no') }
      const answer = await server.send('GET', `${PODS}/live/log`)
      t.equal(answer.status, code)
      t.equal(answer.body.message, message)
    })

  await t.test('a log that breaks off ends the answer, and the server lives', async (t) => {
    kubelet.script = {
      answer: (_request, response) => {
        response.writeHead(200)
        response.write('beginning', () => response.destroy())
      },
    }
    const asked = httpsRequest({ host: '127.0.0.1', port: server.port, path: `${PODS}/live/log`, agent: false, ...tlsOf(server) }).end()
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    answer.on('error', () => undefined).resume()
    await new Promise((resolve) => answer.once('close', resolve))
    t.notOk(answer.complete)
    t.equal((await server.send('GET', `${PODS}/live`)).status, 200)
  })

  await t.test('an upgrade goes to the kubelet and back, bytes either way', async (t) => {
    let asked: IncomingMessage | undefined
    kubelet.script = {
      upgrade: (request, socket) => {
        asked = request
        socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Own: y\r\n\r\nfirst')
        socket.on('data', (bytes: Buffer) => socket.write(`heard ${bytes.toString()}`))
      },
    }
    const made = await askSpdy(server, `${PODS}/live/exec?command=a&command=b&stdin=true&stdout=1&tty=false`)
    if (!('socket' in made)) throw new Error('no upgrade')
    made.socket.write('ping')
    let text = made.head
    while (!text.includes('ping')) text += String(((await once(made.socket, 'data')) as [Buffer])[0])
    t.equal(text, 'firstheard ping')
    t.equal(asked?.url, '/exec/default/live/c?command=a&command=b&input=1&output=1')
    t.equal(asked?.headers['x-forwarded-for'], '127.0.0.1')
    made.socket.destroy()
  })

  await t.test('a kubelet that does not upgrade is heard', async (t) => {
    kubelet.script = {}
    t.match(await askSpdy(server, `${PODS}/live/attach`), { status: 400, text: 'not today' })
    const refused = await askSpdy(server, `${PODS}/closed/exec`)
    t.equal(refused.status, 500)
    t.match('text' in refused && refused.text, 'error dialing backend: dial tcp 127.0.0.1:1: connect: connection refused')
  })

  await t.test('websockets of older protocols go to the kubelet as they are', async (t) => {
    const own = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: 1000,
      perMessageDeflate: false,
      handleProtocols: ([protocol]) => protocol ?? false,
    })
    kubelet.script = {
      upgrade: (request, socket) => own.handleUpgrade(request, socket, Buffer.alloc(0), (peer) => peer.send(`over ${peer.protocol}`)),
    }
    const { socket, messages } = websocket(server, `${PODS}/live/exec?command=a`, 'v4.channel.k8s.io')
    await once(socket, 'message')
    t.equal(messages[0]?.toString(), 'over v4.channel.k8s.io')
    socket.close()
  })

  await t.test('websockets of the newest protocol are translated to SPDY', async (t) => {
    kubelet.script = {
      upgrade: (_request, socket) =>
        speakSpdy(socket, 'v4.channel.k8s.io', (peer, stream, text) => {
          if (stream !== 'stdin' || text === '') return
          if (text !== undefined) return peer.say('stdout', `heard ${text}`)
          peer.say('stderr', 'bad')
          const details = { causes: [{ reason: 'ExitCode', message: '3' }] }
          peer.say('error', JSON.stringify({ status: 'Failure', reason: 'NonZeroExitCode', details }))
          for (const name of ['stdout', 'stderr', 'error']) peer.finish(name)
        }),
    }
    const { socket, messages } = websocket(server, `${PODS}/live/exec?command=a&stdin=1&stdout=1&stderr=1`, 'v5.channel.k8s.io')
    await once(socket, 'open')
    socket.send(Buffer.from('\u0000hello'))
    socket.send(Buffer.from([255, 0]))
    await once(socket, 'close')
    t.same(messages[0], Buffer.from([1]), 'a first message says that the connection stands')
    t.equal(onChannel(messages, 1), 'heard hello')
    t.equal(onChannel(messages, 2), 'bad')
    t.same(JSON.parse(onChannel(messages, 3)), {
      metadata: {},
      status: 'Failure',
      message: 'command terminated with non-zero exit code: command terminated with exit code 3',
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: '3' }] },
    })
  })

  await t.test('what keeps a translated command from running is told on its error channel', async (t) => {
    kubelet.script = {}
    const { socket, messages } = websocket(server, `${PODS}/live/exec?command=a&stdout=1`, 'v5.channel.k8s.io')
    await once(socket, 'close')
    t.match(JSON.parse(onChannel(messages, 3)), {
      code: 500,
      message: 'Internal error occurred: unable to upgrade connection: not today',
    })
  })
})

test('a GET of a command needs the right to create', async (t) => {
  const folder = t.testdir({ tokens: 'secret,reader,1\n' })
  const server = await TestServer.start('--authorization-mode=RBAC', `--token-auth-file=${folder}/tokens`, '--anonymous-auth=false')
  t.teardown(() => server.stop())
  const rules = [{ apiGroups: [''], resources: ['pods/exec', 'pods/log'], verbs: ['get'] }]
  await server.send('POST', '/apis/rbac.authorization.k8s.io/v1/clusterroles', { metadata: { name: 'reader' }, rules })
  await server.send('POST', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
    metadata: { name: 'reader' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'reader' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'reader' }],
  })
  const headers = { authorization: 'Bearer secret' }
  const exec = await server.send('GET', `${PODS}/none/exec`, undefined, { as: 'none', headers })
  t.equal(exec.status, 403)
  t.equal(exec.body.message, 'pods "none" is forbidden: ')
  t.equal((await server.send('GET', `${PODS}/none/log`, undefined, { as: 'none', headers })).status, 404)
})
