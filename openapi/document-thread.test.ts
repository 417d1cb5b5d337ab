import { join } from 'node:path'
import { test } from 'tap'
import { DocumentThread } from './document-thread.ts'
import type { PublishedResource } from './resource-routes.ts'

const configMaps: PublishedResource = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
  type: 'core/v1.ConfigMap',
  listType: 'core/v1.ConfigMapList',
  verbs: ['get', 'list'],
  returnsDeletedObject: false,
  subresources: {},
}

const threadOf = (resources: { generation: number; all: PublishedResource[] }): DocumentThread =>
  new DocumentThread(
    { tables: join(import.meta.dirname, 'v1.36'), release: '1.36' },
    {
      get generation() {
        return resources.generation
      },
      list: () => resources.all,
    },
  )

test('the thread starts with the first question and ends when let go; a later question starts another', async (t) => {
  const thread = threadOf({ generation: 1, all: [configMaps] })
  t.teardown(() => thread.release())
  t.equal(thread.running, false)
  const first = await thread.document('api/v1', 'json')
  t.equal(thread.running, true)
  t.equal(await thread.document('api/v1', 'json'), first, 'made once')
  thread.release()
  t.equal(thread.running, false)
  const again = await thread.document('api/v1', 'json')
  t.not(again, first)
  t.same(again, first)
})

test('what changes in the resources makes documents and hashes anew', async (t) => {
  const resources = { generation: 1, all: [configMaps] }
  const thread = threadOf(resources)
  t.teardown(() => thread.release())
  const [before, hash] = [await thread.document('api/v1', 'json'), (await thread.hashes())['api/v1']]
  resources.all = [{ ...configMaps, verbs: ['get'] }]
  t.equal(await thread.document('api/v1', 'json'), before, 'until told')
  resources.generation = 2
  t.not((await thread.hashes())['api/v1'], hash)
  t.not((await thread.document('api/v1', 'json'))?.hash, hash)
})

test('a question that cannot be answered fails alone', async (t) => {
  const resources = { generation: 1, all: [{ ...configMaps, type: 'core/v1.Nonsense' }] }
  const thread = threadOf(resources)
  t.teardown(() => thread.release())
  await t.rejects(thread.document('api/v1', 'json'), { message: 'no type core/v1.Nonsense in the tables' })
  resources.all = [configMaps]
  t.ok(await thread.document('api/v1', 'json'))
  t.equal(await thread.document('apis/nowhere/v1', 'json'), undefined)
})

test('who waits when the thread ends is told', async (t) => {
  const thread = threadOf({ generation: 1, all: [configMaps] })
  t.teardown(() => thread.release())
  const told = t.rejects(thread.document('api/v1', 'json'), { message: 'the OpenAPI thread was stopped' })
  thread.release()
  await told
})
