import { test } from 'tap'
import type { KubeObject } from '../../apimachinery/kube-object.ts'
import { tableOf, tableRow } from './table.ts'

const kind = {
  columns: [
    { name: 'Name', type: 'string', format: 'name', description: 'Name', priority: 0, value: (object: KubeObject) => object.metadata.name },
    { name: 'Age', type: 'string', description: 'Age', priority: 1, value: () => (now: number) => now },
    { name: '', type: 'string', description: '', priority: 0, value: () => 'unnamed' },
  ],
  rowConditions: ({ metadata }: KubeObject) => (metadata.name === 'ended' ? [{ type: 'Completed' }] : undefined),
}
const object = { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'a' }, data: { k: 'v' } }
const shown = { ...object, apiVersion: 'v2' }

for (const [includeObject, included] of [
  ['None', null],
  ['Object', shown],
  ['Metadata', { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: { name: 'a' } }],
] as const) {
  test(`includeObject ${includeObject} gives each row ${included?.kind ?? 'nothing'}`, async (t) => {
    const row = tableRow(kind, object, () => shown, 'v1', { includeObject, now: 3 })
    t.same(row, { cells: ['a', 3, 'unnamed'], object: included })
  })
}

test('a table has its columns, and none for unnamed cells', async (t) => {
  t.same(tableOf(kind, [], { resourceVersion: '5' }, 'v1'), {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: { resourceVersion: '5' },
    columnDefinitions: [
      { name: 'Name', type: 'string', format: 'name', description: 'Name', priority: 0 },
      { name: 'Age', type: 'string', format: '', description: 'Age', priority: 1 },
    ],
    rows: [],
  })
})

test('conditions of a row stand beside its cells', async (t) => {
  const ended = { ...object, metadata: { name: 'ended' } }
  t.match(
    tableRow(kind, ended, () => shown, 'v1', { includeObject: 'None', now: 3 }),
    { conditions: [{ type: 'Completed' }] },
  )
})

test('later events of a watch leave the columns out', async (t) => {
  t.match(tableOf(kind, [], {}, 'v1beta1', false), { apiVersion: 'meta.k8s.io/v1beta1', columnDefinitions: null, rows: [] })
})
