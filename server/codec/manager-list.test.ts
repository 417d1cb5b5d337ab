import { test } from 'tap'
import { readManagerList } from './manager-list.ts'

const read = (list: unknown) => readManagerList(Buffer.from(JSON.stringify(list)))

test('lists of managers are read as they are written', async (t) => {
  const fieldsV1 = { 'f:data': { '.': {}, 'k:{"name":"}\\"{"}': {}, 'f:"fieldsV1":{': {} } }
  const entry = (manager: string, more: object) => ({ manager, operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', ...more })
  const lists = [
    [],
    [entry('a', { fieldsV1 })],
    [entry('a "fieldsV1":{', { fieldsV1 }), entry('b', {}), entry('c', { fieldsV1: {}, subresource: 'status' }), entry('d', { fieldsV1 })],
  ]
  for (const list of lists) t.same(read(list), list)
  const [once] = read(lists[1]) as { fieldsV1: object }[]
  const [again] = read(lists[1]) as { fieldsV1: object }[]
  t.equal(once?.fieldsV1, again?.fieldsV1, 'equal sets are one')
  t.ok(Object.isFrozen(once?.fieldsV1))
})
