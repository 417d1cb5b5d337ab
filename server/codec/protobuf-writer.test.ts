import { test } from 'tap'
import type { KubeObject, ValueMap } from '../../apimachinery/kube-object.ts'
import { canonical } from './canonical.ts'
import { field, schemas, varint } from './codec.test-objects.ts'
import { MessageCache } from './message-cache.ts'
import { ProtobufBuffer } from './protobuf-buffer.ts'
import { listMessage, watchFrame } from './protobuf-frames.ts'
import { openEnvelope, readMessage } from './protobuf-reader.ts'
import { writeEnvelope, writeMessage } from './protobuf-writer.ts'

const written = (value: (buffer: ProtobufBuffer) => void): number[] => {
  const buffer = new ProtobufBuffer()
  value(buffer)
  return [...buffer.take()]
}

for (const [value, bytes] of [
  [0, [0]],
  [127, [127]],
  [128, [0x80, 1]],
  [300, [0xac, 2]],
  [2 ** 40, [0x80, 0x80, 0x80, 0x80, 0x80, 0x20]],
  [-1, [255, 255, 255, 255, 255, 255, 255, 255, 255, 1]],
  [2n ** 63n - 1n, [255, 255, 255, 255, 255, 255, 255, 255, 127]],
] as const) {
  test(`the integer ${value} takes ${bytes.length} bytes`, async (t) =>
    t.same(
      written((buffer) => buffer.integer(value)),
      bytes,
    ))
}

for (const text of ['', 'plain', 'ünï', 'x'.repeat(24), 'x'.repeat(25), `${'x'.repeat(20)}é`, 'y'.repeat(40_000)]) {
  test(`a text of ${text.length} characters stands behind its length`, async (t) => {
    const buffer = new ProtobufBuffer()
    buffer.text(text)
    buffer.varint(0x0a)
    t.same(readMessage(schemas.type('meta/v1.ObjectMeta'), buffer.take())['name'], text)
  })
}

for (const [claim, type, object, expected] of [
  [
    'values are written though nobody set them, pointers and lists are not',
    'core/v1.ContainerPort',
    {},
    [field(1), varint(2, 0), varint(3, 0), field(4), field(5)],
  ],
  ['map entries stand in the order of their keys', 'core/v1.ConfigMap', { data: { b: '2', a: '1' } }, undefined],
  [
    'an integer or a text says which it is',
    'core/v1.TCPSocketAction',
    { port: 'http' },
    [field(1, varint(1, 1), varint(2, 0), field(3, 'http')), field(2)],
  ],
  ['an absent number or text is the number 0', 'core/v1.TCPSocketAction', {}, [field(1, varint(1, 0), varint(2, 0), field(3)), field(2)]],
  ['a quantity is its text', 'core/v1.ResourceQuotaSpec', { hard: { cpu: '1' } }, [field(1, field(1, 'cpu'), field(2, field(1, '1')))]],
  ['numbers of a list stand one by one', 'core/v1.PodSecurityContext', { supplementalGroups: [1, 2] }, [varint(4, 1), varint(4, 2)]],
] as const) {
  test(claim, async (t) => {
    const bytes = writeMessage(schemas.type(type), object as unknown as ValueMap)
    if (expected) t.same(bytes, Buffer.concat(expected))
    const back = canonical(schemas.type(type), readMessage(schemas.type(type), bytes), { unknown: 0 })
    t.same(back, canonical(schemas.type(type), structuredClone(object) as unknown as ValueMap, { unknown: 0 }))
  })
}

test('times are seconds and nanoseconds, absent ones empty messages', async (t) => {
  const meta = schemas.type('meta/v1.ObjectMeta')
  const read = (object: ValueMap): ValueMap => readMessage(meta, writeMessage(meta, object))
  t.equal(read({ creationTimestamp: '2020-02-03T04:05:06Z' })['creationTimestamp'], '2020-02-03T04:05:06Z')
  t.equal(read({})['creationTimestamp'], null)
  const lease = schemas.type('coordination/v1.LeaseSpec')
  const spec = { renewTime: '2020-02-03T04:05:06.000789Z' }
  t.match(readMessage(lease, writeMessage(lease, spec)), spec)
})

test('an envelope names version and kind around the message', async (t) => {
  const { apiVersion, kind, raw } = openEnvelope(writeEnvelope('apps/v1', 'Deployment', Buffer.from([1, 2])))
  t.same([apiVersion, kind, [...raw]], ['apps/v1', 'Deployment', [1, 2]])
})

test('a list is its metadata and its items', async (t) => {
  const item = writeMessage(schemas.type('core/v1.ConfigMap'), { metadata: { name: 'a' } })
  const pieces = listMessage('v1', 'ConfigMapList', schemas.type('meta/v1.ListMeta'), { resourceVersion: '7' }, [item, item])
  const bytes = Buffer.concat(pieces)
  const list = readMessage(schemas.type('core/v1.ConfigMapList'), openEnvelope(bytes).raw)
  t.match(list, { metadata: { resourceVersion: '7' }, items: [{ metadata: { name: 'a' } }, { metadata: { name: 'a' } }] })
})

test('a watch frame begins with its length and holds an envelope', async (t) => {
  const inside = writeEnvelope('v1', 'ConfigMap', Buffer.alloc(300))
  const frame = watchFrame('ADDED', inside)
  t.equal(frame.readUInt32BE(0), frame.length - 4)
  t.ok(frame.subarray(4).equals(Buffer.concat([field(1, 'ADDED'), field(2, field(1, inside))])))
})

test('messages are kept while there is room, the oldest go first', async (t) => {
  const schema = schemas.type('core/v1.ConfigMap')
  const cache = new MessageCache(1000)
  const item = { bytes: Buffer.alloc(300) }
  let decoded = 0
  const decode = (): KubeObject => {
    decoded++
    return { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'a' } }
  }
  cache.message(item, schema, 1, decode)
  cache.message(item, schema, 1, decode)
  t.equal(decoded, 1, 'the second time it is there')
  cache.message(item, schema, 2, decode)
  t.equal(decoded, 2, 'another revision is another message')
  cache.message({ bytes: Buffer.alloc(300) }, schema, 1, decode)
  cache.message({ bytes: Buffer.alloc(300) }, schema, 1, decode)
  t.notOk(cache.has(item))
})
