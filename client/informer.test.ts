import { test } from 'tap'
import type { KubeObject } from '../apimachinery/kube-object.ts'
import { SteppedTimers } from '../apimachinery/machine-clock.ts'
import { expired } from '../apimachinery/status-error.ts'
import { clientOf } from '../server/testing/test-client.ts'
import { configMap, TestServer } from '../server/testing/test-server.ts'
import type { ListOptions, ObjectList, WatchOptions } from './api-client.ts'
import { ConnectionError } from './connection.ts'
import { Informer, type InformerHandler, type InformerOptions } from './informer.ts'
import type { ApiResource } from './resource.ts'
import type { WatchEvent } from './watch-stream.ts'

const configMaps: ApiResource = { group: '', version: 'v1', resource: 'configmaps', kind: 'ConfigMap', namespaced: true }

const object = (name: string, resourceVersion: string, uid = name): KubeObject => ({
  metadata: { namespace: 'n', name, resourceVersion, uid },
})

type Scripted = WatchEvent | Error

/** A server that answers from a script: each list and each watch takes the next. */
class ScriptedClient {
  readonly asked: string[] = []
  readonly #lists: (Error | KubeObject[])[]
  readonly #watches: Scripted[][]
  #revision = 10
  #idle: () => void = () => undefined
  /** Resolves when the script is over. */
  readonly idle = new Promise<void>((resolve) => void (this.#idle = resolve))

  constructor(lists: (Error | KubeObject[])[], watches: Scripted[][]) {
    this.#lists = lists
    this.#watches = watches
  }

  async listAll(_: ApiResource, { resourceVersion }: ListOptions = {}): Promise<ObjectList> {
    this.asked.push(`list ${resourceVersion ?? 'latest'}`)
    const next = this.#lists.shift()
    if (!next || next instanceof Error) throw next ?? new Error('no list left')
    this.#revision += 10
    return { metadata: { resourceVersion: String(this.#revision) }, items: next }
  }

  async *watch(_: ApiResource, { resourceVersion, signal }: WatchOptions): AsyncGenerator<WatchEvent, void> {
    this.asked.push(`watch ${resourceVersion}`)
    const script = this.#watches.shift()
    for (const step of script ?? []) {
      if (step instanceof Error) throw step
      yield step
    }
    if (script) return
    this.#idle()
    await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
  }
}

const recorded = (): { told: string[]; handler: InformerHandler } => {
  const told: string[] = []
  const name = ({ metadata }: KubeObject): string => `${metadata.name}@${metadata.resourceVersion}`
  const handler = {
    added: (added: KubeObject) => told.push(`added ${name(added)}`),
    updated: (updated: KubeObject) => told.push(`updated ${name(updated)}`),
    deleted: (deleted: KubeObject) => told.push(`deleted ${name(deleted)}`),
  }
  return { told, handler: handler as unknown as InformerHandler }
}

const run = async (client: ScriptedClient, options: Partial<InformerOptions> = {}): Promise<{ told: string[]; informer: Informer }> => {
  const timers = new SteppedTimers()
  const informer = new Informer({ client, resource: configMaps, timers, random: { uuid: () => '', below: () => 0 }, ...options })
  const { told, handler } = recorded()
  informer.addHandler(handler)
  const stop = new AbortController()
  const running = informer.run(stop.signal)
  let over = false
  void client.idle.then(() => void (over = true))
  for (let turn = 0; turn < 1000 && !over; turn++) {
    await new Promise(setImmediate)
    timers.step(timers.nextMs ?? 0)
  }
  stop.abort()
  await running
  return { told, informer }
}

test('a lost watch resumes at the last revision seen, bookmarks included', async (t) => {
  const client = new ScriptedClient(
    [[object('a', '1')]],
    [
      [{ type: 'ADDED', object: object('b', '21') }, new ConnectionError('gone')],
      [
        { type: 'MODIFIED', object: object('a', '22') },
        { type: 'BOOKMARK', object: { metadata: { resourceVersion: '30' } } },
      ],
      [{ type: 'DELETED', object: object('b', '31') }],
    ],
  )
  const { told, informer } = await run(client)
  t.same(client.asked, ['list 0', 'watch 20', 'watch 21', 'watch 30', 'watch 31'])
  t.same(told, ['added a@1', 'added b@21', 'updated a@22', 'deleted b@31'])
  t.same([...informer.store.keys()], ['n/a'])
})

test('a revision that is compacted away is listed anew; what vanished is told as deleted, what was replaced as both', async (t) => {
  const client = new ScriptedClient(
    [
      [object('a', '1'), object('b', '2'), object('c', '3')],
      [object('b', '2'), object('c', '25', 'another'), object('d', '26')],
    ],
    [[expired('too old resource version: 20 (25)')]],
  )
  const { told } = await run(client)
  t.same(client.asked, ['list 0', 'watch 20', 'list 20', 'watch 30'])
  t.same(told, ['added a@1', 'added b@2', 'added c@3', 'deleted a@1', 'deleted c@3', 'added c@25', 'added d@26'])
})

test('a list the server cannot give from its cache is asked of its store, and failures are tried again', async (t) => {
  const failures: string[] = []
  const client = new ScriptedClient([new ConnectionError('no route'), expired('too old'), [object('a', '1')]], [])
  const { told } = await run(client, { failed: (message) => failures.push(message) })
  t.same(client.asked, ['list 0', 'list 0', 'list latest', 'watch 20'])
  t.same(told, ['added a@1'])
  t.same(failures, ['configmaps/v1 could not be listed or watched'])
})

test('a handler that fails harms no other, a late one hears of all, and indexes follow', async (t) => {
  const client = new ScriptedClient([[object('a', '1')]], [[{ type: 'ADDED', object: object('b', '21') }]])
  const informer = new Informer({ client, resource: configMaps })
  informer.addHandler({
    added: () => {
      throw new Error('oops')
    },
  })
  informer.store.addIndex('letter', ({ metadata }) => [metadata.name === 'a' ? 'first' : 'other'])
  const stop = new AbortController()
  const running = informer.run(stop.signal)
  await client.idle
  const { told, handler } = recorded()
  const remove = informer.addHandler(handler)
  t.same(told, ['added a@1', 'added b@21'])
  t.same(
    informer.store.indexed('letter', 'other').map(({ metadata }) => metadata.name),
    ['b'],
  )
  remove()
  stop.abort()
  await running
})

test('against a server: everything arrives, and a restart of the connection loses nothing', async (t) => {
  const server = await TestServer.start()
  const client = clientOf(server)
  t.teardown(async () => {
    client.close()
    await server.stop()
  })
  await client.create(configMaps, configMap('before', { namespace: 'default' }))
  const informer = new Informer({ client, resource: configMaps, metadataOnly: true, namespace: 'default' })
  const seen: string[] = []
  let wake = (): void => undefined
  const until = async (count: number): Promise<void> => {
    while (seen.length < count) await new Promise<void>((resolve) => void (wake = resolve))
  }
  const tell = (what: string): void => {
    seen.push(what)
    wake()
  }
  informer.addHandler({ added: ({ metadata }) => tell(`+${metadata.name}`), deleted: ({ metadata }) => tell(`-${metadata.name}`) })
  const stop = new AbortController()
  const running = informer.run(stop.signal)
  await informer.synced
  server.server.cluster.endWatches()
  await client.create(configMaps, configMap('while-away', { namespace: 'default' }))
  await client.delete(configMaps, { namespace: 'default', name: 'before' })
  await until(3)
  t.same(seen, ['+before', '+while-away', '-before'])
  t.equal(informer.store.get('default/while-away')?.metadata.managedFields, undefined)
  stop.abort()
  await running
})
