import { test } from 'tap'
import { readManagerList, writeManagerList } from './manager-list.ts'

const read = (list: unknown) => readManagerList(Buffer.from(JSON.stringify(list)))

test('lists of managers are read as they are written', async (t) => {
  const fieldsV1 = { 'f:data': { '.': {}, 'k:{"name":"}\\"{"}': {}, 'f:"fieldsV1":{': {} } }
  const entry = (manager: string, more: object) => ({ manager, operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', ...more })
  const lists = [
    [],
    [entry('a', { fieldsV1 })],
    [entry('a "fieldsV1":{', { fieldsV1 }), entry('b', {}), entry('c', { fieldsV1: {}, subresource: 'status' }), entry('d', { fieldsV1 })],
  ]
  for (const list of lists) {
    t.same(read(list), list)
    t.equal(writeManagerList(list), JSON.stringify(list), 'what nobody shares')
    t.equal(writeManagerList(read(list)), JSON.stringify(list), 'what was read')
  }
  const [once] = read(lists[1]) as { fieldsV1: object }[]
  const [again] = read(lists[1]) as { fieldsV1: object }[]
  t.equal(once?.fieldsV1, again?.fieldsV1, 'equal sets are one')
  t.ok(Object.isFrozen(once?.fieldsV1))
})

test('a set is written as it stands, whatever of it is shared', async (t) => {
  const [entry] = read([{ fieldsV1: { 'f:data': { 'f:a': {}, 'f:b': {} } } }]) as { fieldsV1: Record<string, object> }[]
  const changed = { ...entry?.fieldsV1, 'f:metadata': { 'f:"labels"': { '.': {} } } }
  for (const _ of [1, 2]) t.equal(writeManagerList([{ fieldsV1: changed }]), JSON.stringify([{ fieldsV1: changed }]))
  changed['f:metadata'] = { 'f:"labels"': { 'f:c': {} } } as never
  t.equal(writeManagerList([{ fieldsV1: changed }]), JSON.stringify([{ fieldsV1: changed }]), 'what may still change is not kept')
  t.equal(writeManagerList([{ fieldsV1: null }]), '[{"fieldsV1":null}]')
})
