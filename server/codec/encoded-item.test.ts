import { test } from 'tap'
import type { KubeObject } from '../../apimachinery/kube-object.ts'
import { schemas } from './codec.test-objects.ts'
import { decodeItem, encodedItem, encodeObject, itemLength, objectBytes, writeItem } from './encoded-item.ts'

const schema = schemas.type('core/v1.ConfigMap')
const object = (metadata: object, data?: object): KubeObject => ({
  kind: 'ConfigMap',
  apiVersion: 'v1',
  metadata: { ...metadata },
  ...(data ? { data } : {}),
})

for (const [claim, given, expected] of [
  ['after the uid', object({ name: 'a', uid: 'u', labels: { a: 'b' } }), { name: 'a', uid: 'u', resourceVersion: '7', labels: { a: 'b' } }],
  ['after the uid, last', object({ name: 'a', uid: 'u' }), { name: 'a', uid: 'u', resourceVersion: '7' }],
  [
    'with texts outside ASCII before and after',
    object({ name: 'é\u{1f600}', uid: 'u', annotations: { ü: '"uid":"' } }, { ключ: '\u2028' }),
    { name: 'é\u{1f600}', uid: 'u', resourceVersion: '7', annotations: { ü: '"uid":"' } },
  ],
  [
    'before the managers',
    object(
      { name: 'a', uid: 'u', managedFields: [{ manager: 'm', operation: 'Update', fieldsV1: { 'f:data': { '.': {} } } }] },
      { a: 'b' },
    ),
    {
      name: 'a',
      uid: 'u',
      resourceVersion: '7',
      managedFields: [{ manager: 'm', operation: 'Update', fieldsV1: { 'f:data': { '.': {} } } }],
    },
  ],
  ['in place of an older one', object({ name: 'a', uid: 'u', resourceVersion: '3' }), { name: 'a', uid: 'u', resourceVersion: '7' }],
] as const) {
  test(`the resourceVersion is put ${claim}`, async (t) => {
    const bytes = encodeObject(schema, given)
    const item = encodedItem(bytes)
    const whole = JSON.parse(objectBytes(item, 7).toString())
    t.same(whole, { ...given, metadata: expected })
    t.same(Object.keys(whole.metadata).slice(0, 3), Object.keys(expected).slice(0, 3))
    t.same(decodeItem(bytes, 7), whole)
    const into = Buffer.alloc(itemLength(item, 7) + 4, '.')
    t.equal(writeItem(item, 7, into, 2), into.length - 2, 'a list item fills the length it announced')
    const { kind: _kind, apiVersion: _apiVersion, ...rest } = whole
    t.equal(into.toString(), `..${JSON.stringify(rest)}..`, 'a list item is the object from its metadata on')
  })
}

test('a prefix and a suffix frame the object', async (t) => {
  const item = encodedItem(encodeObject(schema, object({ uid: 'u' })))
  t.equal(
    objectBytes(item, 12, '{"object":', '}\n').toString(),
    '{"object":{"kind":"ConfigMap","apiVersion":"v1","metadata":{"uid":"u","resourceVersion":"12"}}}\n',
  )
})

test('integers past 2^53 and keys like __proto__ survive the store', async (t) => {
  const data = JSON.parse('{"__proto__":"x"}') as object
  const bytes = encodeObject(schema, object({ uid: 'u', generation: 9007199254740993n }, data))
  const decoded = decodeItem(bytes, 1)
  t.equal((decoded.metadata as Record<string, unknown>)['generation'], 9007199254740993n)
  t.same(Object.keys(decoded['data'] as object), ['__proto__'])
})
