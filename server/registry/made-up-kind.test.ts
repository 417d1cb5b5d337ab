// A kind nobody knows, registered from this one file, is created, listed, watched, printed and deleted like any other.
import { test } from 'tap'
import type { SchemaSet } from '../../openapi/schema-set.ts'
import { strategyOf } from '../kinds/strategies.ts'
import { TestServer } from '../testing/test-server.ts'
import { metadataLabels, type PrinterColumn, type ResourceDefinition } from './resource-definition.ts'

const column = (name: string, value: PrinterColumn['value']): PrinterColumn => ({
  name,
  type: 'string',
  description: name,
  priority: 0,
  value,
})

const boats = (schemas: SchemaSet): ResourceDefinition => {
  const schema = schemas.type('core/v1.ConfigMap')
  const verbs = ['create', 'delete', 'get', 'list', 'update', 'watch']
  return {
    group: 'harbour.example.com',
    kind: 'Boat',
    listKind: 'BoatList',
    plural: 'boats',
    singular: 'boat',
    shortNames: ['bo'],
    categories: [],
    scope: 'Namespaced',
    versions: [{ name: 'v1', served: true, schema, kind: 'Boat', verbs, subresources: {} }],
    storage: { group: 'harbour.example.com', version: 'v1', keyPrefix: '/registry/harbour.example.com/boats', kind: 'Boat', schema },
    strategy: strategyOf({}),
    columns: [
      column('Name', (boat) => boat.metadata.name ?? ''),
      column('Sail', (boat) => (boat['data'] as { sail?: string } | undefined)?.sail ?? '<none>'),
    ],
    fieldLabels: metadataLabels,
    convert: (object) => object,
  }
}

test('a made-up kind from one file works like any other', async (t) => {
  const server = await TestServer.start()
  t.teardown(() => server.stop())
  const cluster = server.server.cluster
  cluster.addKind(boats(cluster.parts.schemas))
  const path = '/apis/harbour.example.com/v1/namespaces/default/boats'
  const watch = server.watch(`${path}?watch=1`)
  t.equal(
    (
      await server.send('POST', path, {
        kind: 'Boat',
        apiVersion: 'harbour.example.com/v1',
        metadata: { name: 'dory' },
        data: { sail: 'red' },
      })
    ).status,
    201,
  )
  t.match((await server.send('GET', path)).body, { kind: 'BoatList', items: [{ metadata: { name: 'dory' } }] })
  const table = await server.send('GET', path, undefined, { headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' } })
  t.match(table.body, { kind: 'Table', columnDefinitions: [{ name: 'Name' }, { name: 'Sail' }], rows: [{ cells: ['dory', 'red'] }] })
  t.equal((await server.send('DELETE', `${path}/dory`)).status, 200)
  t.same(
    (await watch.next(2)).map(({ type }) => type),
    ['ADDED', 'DELETED'],
  )
  watch.close()
  const discovery = await server.send('GET', '/apis/harbour.example.com/v1')
  t.match(discovery.body, { resources: [{ name: 'boats', kind: 'Boat', shortNames: ['bo'] }] })
})
