import { test } from 'tap'
import type { KubeObject } from '../apimachinery/kube-object.ts'
import { StatusError } from '../apimachinery/status-error.ts'
import { clientOf } from '../server/testing/test-client.ts'
import { configMap, TestServer } from '../server/testing/test-server.ts'
import { ConnectionError } from './connection.ts'
import { discover, preferredResources } from './discovery.ts'
import type { ApiResource } from './resource.ts'

const configMaps: ApiResource = { group: '', version: 'v1', resource: 'configmaps', kind: 'ConfigMap', namespaced: true }
const namespaces: ApiResource = { group: '', version: 'v1', resource: 'namespaces', kind: 'Namespace', namespaced: false }
const names = (items: readonly KubeObject[]): (string | undefined)[] => items.map(({ metadata }) => metadata.name)

test('objects are created, read, changed, patched and deleted, and refusals are the server’s own', async (t) => {
  const server = await TestServer.start()
  const client = clientOf(server)
  t.teardown(async () => {
    client.close()
    await server.stop()
  })
  const made = await client.create(configMaps, configMap('oar', { namespace: 'default' }, { wood: 'ash' }))
  t.equal(made.metadata.managedFields?.[0] && (made.metadata.managedFields[0] as { manager: string }).manager, 'boat-hook')
  const changed = await client.update(configMaps, { ...made, data: { wood: 'elm' } })
  t.same(changed['data'], { wood: 'elm' })
  const name = { namespace: 'default', name: 'oar' }
  const patched = await client.patch(configMaps, name, { data: { length: '3' } }, { type: 'merge' })
  t.same(patched['data'], { length: '3', wood: 'elm' })
  const replaced = await client.patch(configMaps, name, [{ op: 'replace', path: '/data/wood', value: 'oak' }], { type: 'json' })
  t.same(replaced['data'], { length: '3', wood: 'oak' })
  t.match(await client.get(configMaps, name, { metadataOnly: true }), { kind: 'PartialObjectMetadata', metadata: { name: 'oar' } })
  await t.rejects(client.update(configMaps, made), { code: 409, reason: 'Conflict' })
  await t.rejects(client.delete(configMaps, name, { preconditions: { uid: 'other' } }), { code: 409 })
  await client.delete(configMaps, name, { propagationPolicy: 'Background' })
  const missing = await client.get(configMaps, name).catch((error: unknown) => error)
  t.ok(missing instanceof StatusError)
  t.equal((missing as StatusError).message, 'configmaps "oar" not found')
})

test('lists come whole or in pages, and a collection is deleted at once', async (t) => {
  const server = await TestServer.start()
  const client = clientOf(server)
  t.teardown(async () => {
    client.close()
    await server.stop()
  })
  for (const name of ['a', 'b', 'c', 'd', 'e'])
    await client.create(configMaps, configMap(name, { namespace: 'default', labels: { odd: name === 'c' ? 'no' : 'yes' } }))
  const page = await client.list(configMaps, { namespace: 'default', limit: 2 })
  t.same(names(page.items), ['a', 'b'])
  const all = await client.listAll(configMaps, { namespace: 'default', limit: 2, metadataOnly: true })
  t.same(names(all.items), ['a', 'b', 'c', 'd', 'e'])
  t.equal(all.metadata.resourceVersion, page.metadata.resourceVersion)
  await client.deleteCollection(configMaps, { namespace: 'default', labelSelector: 'odd=yes' })
  t.same(names((await client.list(configMaps, { namespace: 'default' })).items), ['c'])
})

test('a watch gives events until its signal, and more watches than one connection holds do not starve requests', async (t) => {
  const server = await TestServer.start()
  const client = clientOf(server)
  t.teardown(() => server.stop())
  const stop = new AbortController()
  const { metadata } = await client.list(namespaces)
  const watches = Array.from({ length: 120 }, () =>
    client.watch(namespaces, { resourceVersion: metadata.resourceVersion ?? '', signal: stop.signal }),
  )
  const firsts = watches.map((watch) => watch.next())
  await client.create(namespaces, { metadata: { name: 'dock' } })
  for (const first of await Promise.all(firsts)) t.match(first.value, { type: 'ADDED', object: { metadata: { name: 'dock' } } })
  const next = watches[0]?.next()
  stop.abort(new Error('enough'))
  await t.rejects(next as Promise<unknown>, { message: 'enough' })
  client.close()
  await t.rejects(client.list(namespaces), new ConnectionError('the connection was closed'))
})

test('a watch from a revision that is compacted away is refused as expired', async (t) => {
  const server = await TestServer.start()
  const client = clientOf(server)
  t.teardown(async () => {
    client.close()
    await server.stop()
  })
  const { cache, parts, storeOf } = server.server.cluster
  const { revision } = cache
  const { store } = parts.storeOf(storeOf('', 'configmaps').definition)
  for (let index = 0; index < 5000; index++) {
    const text = `{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"${index}","namespace":"x","uid":"u"}}`
    await store.create(`/registry/configmaps/x/${index}`, Buffer.from(text))
  }
  await cache.store.compact(cache.revision)
  await t.rejects(client.watch(configMaps, { resourceVersion: String(revision) }).next(), { code: 410, reason: 'Expired' })
})

test('discovery tells what is served, each resource once in its preferred version', async (t) => {
  const server = await TestServer.start()
  const client = clientOf(server)
  t.teardown(async () => {
    client.close()
    await server.stop()
  })
  const found = await discover(client)
  const preferred = preferredResources(found)
  const only = preferred.filter(({ resource }) => resource === 'horizontalpodautoscalers')
  t.match(only, [{ group: 'autoscaling', version: 'v2', kind: 'HorizontalPodAutoscaler', namespaced: true }])
  t.ok(found.resources.some(({ group, version }) => group === 'autoscaling' && version === 'v1'))
  t.ok(preferred.find(({ resource }) => resource === 'pods')?.verbs.includes('deletecollection'))
  t.same([...found.failures], [])
})
