import { test } from 'tap'
import { configMap, TestServer, type WatchEvent } from '../testing/test-server.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'

const shown = (events: readonly WatchEvent[]): string[] => events.map(({ type, object }) => `${type} ${String(object.metadata['name'])}`)

test('watches', async (t) => {
  const server = await TestServer.start()
  t.teardown(() => server.stop())

  await t.test('from nothing: the state as ADDED, then what happens', async (t) => {
    await server.send('POST', MAPS, configMap('w1'))
    const watch = server.watch(`${MAPS}?watch=1`)
    t.same(shown(await watch.next(1)), ['ADDED w1'])
    await server.send('PUT', `${MAPS}/w1`, configMap('w1', {}, { a: '1' }))
    const deleted = await server.send('DELETE', `${MAPS}/w1`)
    t.equal(deleted.status, 200)
    const events = await watch.next(2)
    t.same(shown(events), ['MODIFIED w1', 'DELETED w1'])
    const [modified, gone] = events.map(({ object }) => Number(object.metadata['resourceVersion']))
    t.ok((gone as number) > (modified as number), 'a deletion has a revision of its own')
    watch.close()
  })

  await t.test('from a revision: what came after it, each once', async (t) => {
    const first = await server.send('POST', MAPS, configMap('r1'))
    await server.send('POST', MAPS, configMap('r2'))
    const watch = server.watch(`${MAPS}?watch=1&resourceVersion=${String(first.body.metadata['resourceVersion'])}`)
    await server.send('DELETE', `${MAPS}/r1`)
    t.same(shown(await watch.next(2)), ['ADDED r2', 'DELETED r1'])
    watch.close()
  })

  await t.test('entering a selector is ADDED, leaving it is DELETED', async (t) => {
    const watch = server.watch(`${MAPS}?watch=1&labelSelector=on%3Dyes`)
    await server.send('POST', MAPS, configMap('sel'))
    await server.send('PUT', `${MAPS}/sel`, configMap('sel', { labels: { on: 'yes' } }))
    await server.send('PUT', `${MAPS}/sel`, configMap('sel', { labels: { on: 'yes' } }, { b: '1' }))
    await server.send('PUT', `${MAPS}/sel`, configMap('sel', { labels: { on: 'no' } }))
    t.same(shown(await watch.next(3)), ['ADDED sel', 'MODIFIED sel', 'DELETED sel'])
    watch.close()
  })

  await t.test('timeoutSeconds ends it', async (t) => {
    const watch = server.watch(`${MAPS}?watch=1&timeoutSeconds=1&resourceVersion=1`)
    await watch.ended
    t.pass('ended by the server')
  })

  await t.test('sendInitialEvents closes the state with a marked bookmark', async (t) => {
    const watch = server.watch(
      `${MAPS}?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&fieldSelector=metadata.name%3Dr2`,
    )
    const [added, bookmark] = await watch.next(2)
    t.equal(added?.type, 'ADDED')
    t.match(bookmark, {
      type: 'BOOKMARK',
      object: { kind: 'ConfigMap', metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } },
    })
    watch.close()
  })

  await t.test('from a compacted revision: one ERROR event with 410', async (t) => {
    const { revision } = server.server.cluster.cache
    for (let index = 0; index < 5000; index++)
      await server.server.cluster.parts
        .storeOf(server.server.cluster.storeOf('', 'secrets').definition)
        .store.create(
          `/registry/secrets/x/${index}`,
          Buffer.from(`{"kind":"Secret","apiVersion":"v1","metadata":{"name":"${index}","namespace":"x","uid":"u"}}`),
        )
    await server.server.cluster.cache.store.compact(server.server.cluster.cache.revision)
    const watch = server.watch(`/api/v1/secrets?watch=1&resourceVersion=${revision}`)
    const [event] = await watch.next(1)
    t.match(event, { type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired', message: /^too old resource version: / } })
    await watch.ended
  })

  await t.test('the columns of a table come with the first event only', async (t) => {
    const { get } = await import('node:https')
    const { authority = '', admin } = server.server.certificates
    const lines = await new Promise<string[]>((resolve, reject) => {
      const options = {
        host: '127.0.0.1',
        port: server.port,
        path: '/api/v1/namespaces?watch=1',
        headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
        ca: authority,
        cert: admin?.certificate,
        key: admin?.key,
        agent: false as const,
      }
      const ask = get(options, (response) => {
        let text = ''
        response.on('data', (piece: Buffer) => {
          text += piece.toString()
          const complete = text.split('\n').slice(0, -1)
          if (complete.length >= 2) {
            ask.destroy()
            resolve(complete)
          }
        })
      })
      ask.on('error', reject)
    })
    const tables = lines
      .slice(0, 2)
      .map((line) => (JSON.parse(line) as { object: { columnDefinitions: unknown[] | null; rows: { cells: unknown[] }[] } }).object)
    t.equal(tables[0]?.columnDefinitions?.length, 3)
    t.equal(tables[1]?.columnDefinitions, null)
    t.match(tables[0]?.rows[0]?.cells, ['default', 'Active'])
  })
})
