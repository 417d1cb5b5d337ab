import { test } from 'tap'
import type { KubeObject } from '../../apimachinery/kube-object.ts'
import { tableOf } from './table.ts'

const columns = [
  { name: 'Name', type: 'string', format: 'name', description: 'Name', priority: 0, value: (object: KubeObject) => object.metadata.name },
  { name: 'Age', type: 'string', description: 'Age', priority: 1, value: () => (now: number) => now },
]
const object = { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'a' }, data: { k: 'v' } }

for (const [includeObject, row] of [
  ['None', null],
  ['Object', object],
  ['Metadata', { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: { name: 'a' } }],
] as const) {
  test(`includeObject ${includeObject} gives each row ${row?.kind ?? 'nothing'}`, async (t) => {
    t.same(tableOf(columns, [object], { resourceVersion: '5' }, 'v1', { includeObject, now: 3 }), {
      kind: 'Table',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { resourceVersion: '5' },
      columnDefinitions: [
        { name: 'Name', type: 'string', format: 'name', description: 'Name', priority: 0 },
        { name: 'Age', type: 'string', format: '', description: 'Age', priority: 1 },
      ],
      rows: [{ cells: ['a', 3], object: row }],
    })
  })
}

test('later events of a watch leave the columns out', async (t) => {
  t.match(tableOf(columns, [], {}, 'v1beta1', { includeObject: 'None', now: 0 }, false), {
    apiVersion: 'meta.k8s.io/v1beta1',
    columnDefinitions: null,
    rows: [],
  })
})
