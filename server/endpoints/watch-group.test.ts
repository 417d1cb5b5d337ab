import { test } from 'tap'
import { configMap, TestServer } from '../testing/test-server.ts'
import { OpenWatches } from './open-watches.ts'
import { WatchSession } from './watch-session.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'

const options = (told: number[]) => ({
  selection: { namespace: 'default', labels: [], fields: [] },
  bookmarks: false,
  timeoutMs: 60_000,
  meter: { sent: (_: number, watchers: number) => void told.push(watchers) },
  open: new OpenWatches(),
})

const framing = {
  form: 'test',
  frame: (type: string, _: unknown, revision: number) => Buffer.from(`${type} ${revision}\n`),
  bookmark: () => Buffer.from('BOOKMARK\n'),
}

/** Frames of half a megabyte: a round takes several turns. */
const large = {
  ...framing,
  form: 'large',
  frame: (type: string, _: unknown, revision: number) => Buffer.from(`${`${type} ${revision}`.padEnd(512 * 1024)}\n`),
}

/** A client that notes what it is sent; `pending` is what it has not taken. */
const client = () => {
  const noted = { text: '', pending: 0, ended: false }
  const stream = {
    write: (chunk: Uint8Array) => void (noted.text += Buffer.from(chunk).toString()),
    writePieces: () => Promise.resolve(),
    end: () => void (noted.ended = true),
    pendingBytes: () => noted.pending,
  }
  return { noted, stream }
}

test('watches that are told the same', async (t) => {
  const server = await TestServer.start()
  t.teardown(() => server.stop())
  const store = server.server.cluster.storeOf('', 'configmaps')
  const told: number[] = []
  const open = (from: number) => {
    const { noted, stream } = client()
    const session = new WatchSession(store, stream, framing, options(told))
    session.follow(from)
    return { noted, session }
  }
  const make = async (name: string): Promise<string> => {
    const made = await server.send('POST', MAPS, configMap(name))
    await new Promise(setImmediate)
    return `ADDED ${made.body.metadata['resourceVersion']}\n`
  }
  const first = open(store.revision)
  const one = await make('one')
  const second = open(store.revision)
  const ahead = open(store.revision + 1)
  const two = await make('two')
  t.equal(first.noted.text, one + two)
  t.equal(second.noted.text, two, 'who comes later is told what comes later')
  t.equal(ahead.noted.text, '', 'who waits for a revision ahead is told what is after it')
  t.same(told, [1, 2], 'counted once for each watcher')

  second.noted.pending = 65 * 1024 * 1024
  const three = await make('three')
  t.equal(second.noted.text, two, 'a slow reader is ended without what it could not take')
  t.equal(second.noted.ended, true)
  t.equal(first.noted.text, one + two + three, 'others are not held up')
  t.equal(ahead.noted.text, three)

  first.session.end()
  t.equal(first.noted.ended, true)
  const again = open(store.revision)
  const four = await make('four')
  t.equal(first.noted.text, one + two + three, 'ended: told no more')
  t.equal(again.noted.text, four, 'a group that everybody left begins anew')
})

test('an end in the turn of an event comes after the event', async (t) => {
  const server = await TestServer.start()
  t.teardown(() => server.stop())
  const store = server.server.cluster.storeOf('', 'configmaps')
  const { noted, stream } = client()
  const session = new WatchSession(store, stream, framing, options([]))
  session.follow(store.revision)
  const unlisten = store.cache.listen(() => session.end())
  const made = await server.send('POST', MAPS, configMap('last'))
  unlisten()
  t.equal(noted.text, `ADDED ${made.body.metadata['resourceVersion']}\n`)
  t.equal(noted.ended, true)
})

test('many watches are told of what gathers, each event once and in order', async (t) => {
  const server = await TestServer.start()
  t.teardown(() => server.stop())
  const store = server.server.cluster.storeOf('', 'configmaps')
  const watches = Array.from({ length: 40 }, () => {
    const { noted, stream } = client()
    const writes: string[] = []
    const write = (chunk: Uint8Array): void => {
      writes.push(Buffer.from(chunk).toString())
      stream.write(chunk)
    }
    const session = new WatchSession(store, { ...stream, write }, large, options([]))
    session.follow(store.revision)
    return { noted, session, writes }
  })
  const revisions: unknown[] = []
  for (const name of ['a', 'b', 'c']) {
    const made = await server.send('POST', MAPS, configMap(name))
    revisions.push(made.body.metadata['resourceVersion'])
  }
  const [first, second] = watches as [(typeof watches)[0], (typeof watches)[0]]
  first.session.end()
  const ofRevision = (text: string): string[] => text.split('\n').map((line) => line.trim())
  const all = [...revisions.map((revision) => `ADDED ${revision}`), '']
  t.same(ofRevision(first.noted.text), all, 'who ends is told of everything before')
  while (ofRevision(second.noted.text).length < all.length) await new Promise((resolve) => setTimeout(resolve, 1))
  for (const { noted } of watches) t.same(ofRevision(noted.text), all)
})
