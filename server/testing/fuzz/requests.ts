// Whole requests to a server in this process, over HTTP/2 and as raw HTTP/1.1 bytes: every one is answered, none with a fault of ours.
import { type ClientHttp2Session, connect } from 'node:http2'
import { connect as connectTls } from 'node:tls'
import { writeJson } from '../../../apimachinery/json-write.ts'
import type { Value, ValueMap } from '../../../apimachinery/kube-object.ts'
import { after } from '../../../apimachinery/machine-clock.ts'
import { canonical } from '../../codec/canonical.ts'
import { writeEnvelope, writeMessage } from '../../codec/protobuf-writer.ts'
import { TestServer } from '../test-server.ts'
import type { FuzzRandom } from './fuzz-random.ts'
import { type FuzzSubject, mustBe } from './fuzz-subject.ts'
import { mutatedBytes, mutatedTree } from './mutations.ts'
import { allKinds, type KindType, randomObject } from './random-objects.ts'
import { METHODS, randomAccept, randomUrl } from './request-parts.ts'

const TYPES = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf', 'application/merge-patch+json']
const MORE_TYPES = [
  'application/json-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
  'text/plain',
  '',
]
const QUERIES = [
  'dryRun=All',
  'fieldValidation=Strict',
  'limit=2',
  'timeout=1s',
  'timeout=bogus',
  'pretty=1',
  'watch=1',
  'labelSelector=a',
  'fieldManager=x',
]
const MORE_QUERIES = [
  'limit=-1',
  'limit=99999999999999999999',
  'continue=bnVsbA',
  'resourceVersion=0',
  'resourceVersion=x',
  'fieldSelector=metadata.name=a',
  'gracePeriodSeconds=0',
  'gracePeriodSeconds=x',
  'propagationPolicy=Orphan',
  'sendInitialEvents=true',
]
const NAMES = ['a', 'b', 'c', 'kube-system', 'constructor', 'x%00', '..', '%2e%2e']
const SUBRESOURCES = ['', '', '', '/status', '/scale', '/binding', '/eviction', '/log', '/constructor', '/token', '/finalize']
const PATIENCE_MS = 900
const FAULT = 'the server log says why'

interface Request {
  method: string
  path: string
  headers: Record<string, string>
  body: Buffer
}

const pathOf = ({ group, version, kind }: KindType, random: FuzzRandom): string => {
  const plural = `${kind
    .toLowerCase()
    .replace(/list$/, '')
    .replace(/y$/, 'ie')
    .replace(/(?:ss|ch)$/, '$&e')}s`
  const namespace = random.chance(3) ? '' : `/namespaces/${random.pick(['default', 'kube-system', 'none', ...NAMES])}`
  const name = random.chance(3) ? '' : `/${random.pick(NAMES)}${random.pick(SUBRESOURCES)}`
  return `${group === '' ? '/api' : `/apis/${group}`}/${version}${namespace}/${plural}${name}`
}

const bodyOf = (kind: KindType, random: FuzzRandom): Buffer => {
  const object = randomObject(kind, random)
  if (!random.chance(4)) object['metadata'] = { name: random.pick(NAMES) }
  if (random.chance(6)) {
    const { kind: name, apiVersion } = object as { kind: string; apiVersion: string }
    return mutatedBytes(
      writeEnvelope(apiVersion, name, writeMessage(kind.type, canonical(kind.type, object, { unknown: 0 }) as ValueMap)),
      random,
    )
  }
  const text = Buffer.from(writeJson(random.chance(2) ? object : (mutatedTree(object, random) as Value)))
  return random.chance(4) ? mutatedBytes(text, random) : text
}

const requestOf = (random: FuzzRandom): Request => {
  const kind = random.pick(allKinds)
  const query = Array.from({ length: random.below(3) }, () => random.pick([...QUERIES, ...MORE_QUERIES])).join('&')
  const path = random.chance(6) ? randomUrl(random) : `${pathOf(kind, random)}${query === '' ? '' : `?${query}`}`
  const headers: Record<string, string> = {}
  if (!random.chance(8)) headers['content-type'] = random.pick(random.chance(2) ? TYPES.slice(0, 1) : [...TYPES, ...MORE_TYPES])
  if (random.chance(4)) headers['accept'] = randomAccept(random).replaceAll(/[^\x20-\x7e]/g, '')
  if (random.chance(10)) headers['content-encoding'] = random.pick(['gzip', 'identity', 'x'])
  if (random.chance(10)) headers['impersonate-user'] = random.pick(['', 'x', 'constructor'])
  if (random.chance(20)) headers['authorization'] = random.pick(['Bearer', 'Bearer x.y.z', 'Basic =', 'Bearer a.e30.b'])
  const method = random.pick(METHODS)
  // A body belongs to what writes; a path is sent as a client may write it, without what HTTP itself forbids.
  const body = method === 'GET' || method === 'HEAD' ? Buffer.alloc(0) : bodyOf(kind, random)
  return { method, path: path.replaceAll(/[^\x21-\x7e]/g, '-').replace(/^[^/]*/, ''), headers, body }
}

interface Answer {
  status: number
  type: string
  text: string
}

/** The answer; of a stream that does not end, its beginning. */
const ask = (session: ClientHttp2Session, { method, path, headers, body }: Request): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const stream = session.request({ ':method': method, ':path': path || '/', ...headers }, { endStream: false })
    const pieces: Buffer[] = []
    const found: Answer = { status: 0, type: '', text: '' }
    const timer = after(PATIENCE_MS, () => stream.close(), true)
    stream.on('response', (given) => {
      found.status = given[':status'] ?? 0
      found.type = String(given['content-type'] ?? '')
      if (/watch=/.test(path) || path.includes('/watch/')) stream.close()
    })
    stream.on('data', (piece: Buffer) => pieces.push(piece))
    stream.on('error', reject)
    stream.on('close', () => {
      timer.cancel()
      resolve({ ...found, text: Buffer.concat(pieces).toString() })
    })
    stream.end(body)
  })

const checkAnswer = ({ status, type, text }: Answer, method: string, path: string): void => {
  mustBe(status > 0, () => 'no answer')
  mustBe(!text.includes(FAULT), () => `a fault of the server's: ${text}`)
  mustBe(status < 500 || [500, 501, 504].includes(status), () => `${status} ${text}`)
  if (type !== 'application/json' || method === 'HEAD' || text === '' || path.includes('watch')) return
  const body = JSON.parse(text) as { kind?: string; code?: number }
  if (body.kind === 'Status' && body.code !== undefined) mustBe(body.code === status, () => `${status} says ${body.code}`)
}

/** Bytes on a connection of their own; resolves when the server closes it, or has had its time. */
const sendRaw = (server: TestServer, bytes: Buffer): Promise<void> =>
  new Promise((resolve) => {
    const socket = connectTls({ host: '127.0.0.1', port: server.port, rejectUnauthorized: false })
    const timer = after(PATIENCE_MS / 3, () => socket.destroy(), true)
    socket.on('error', () => undefined)
    socket.on('data', () => undefined)
    socket.on('close', () => {
      timer.cancel()
      resolve()
    })
    socket.end(bytes)
  })

const rawBytes = ({ method, path, headers, body }: Request, random: FuzzRandom): Buffer => {
  const lines = Object.entries({ host: 'x', ...headers, 'content-length': String(body.length) }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  )
  return mutatedBytes(Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`), body]), random)
}

let running: Promise<{ server: TestServer; session: ClientHttp2Session }> | undefined

const start = async (): Promise<{ server: TestServer; session: ClientHttp2Session }> => {
  // That plug-in waits for accounts which no controller makes here.
  const server = await TestServer.start('--disable-admission-plugins=ServiceAccount')
  const { admin } = server.server.certificates
  const session = connect(`https://127.0.0.1:${server.port}`, {
    rejectUnauthorized: false,
    ...(admin ? { cert: admin.certificate, key: admin.key } : {}),
  })
  session.on('error', () => undefined)
  return { server, session }
}

export const requestSubject: FuzzSubject = {
  name: 'requests',
  run: async ({ random, show }) => {
    running ??= start()
    const { server, session } = await running
    const request = requestOf(random)
    if (random.chance(25)) {
      const bytes = rawBytes(request, random)
      show(bytes)
      await sendRaw(server, bytes)
      return checkAnswer(await ask(session, { method: 'GET', path: '/readyz', headers: {}, body: Buffer.alloc(0) }), 'GET', '/readyz')
    }
    show({ ...request, body: request.body.toString('base64'), text: request.body.toString() })
    checkAnswer(await ask(session, request), request.method, request.path)
  },
  stop: async () => {
    const open = await running
    running = undefined
    open?.session.destroy()
    await open?.server.stop()
  },
}
