import { test } from 'tap'
import type { Value } from '../../apimachinery/kube-object.ts'
import { canonical } from './canonical.ts'
import { envelope, field, schemas, varint } from './codec.test-objects.ts'
import { TypeMismatch } from './leaves.ts'
import { isProtobuf, openEnvelope, ProtobufError, readMessage } from './protobuf-reader.ts'

const read = (type: string, ...fields: Uint8Array[]): Value => readMessage(schemas.type(type), Buffer.concat(fields))

test('an envelope opens to version, kind and message', async (t) => {
  const bytes = envelope('apps/v1', 'Deployment', Buffer.from([1, 2]))
  t.ok(isProtobuf(bytes))
  const { apiVersion, kind, raw } = openEnvelope(bytes)
  t.same([apiVersion, kind, [...raw]], ['apps/v1', 'Deployment', [1, 2]])
})

for (const [bytes, message] of [
  [Buffer.alloc(0), 'empty data'],
  [Buffer.from('k8s\0'), 'empty body'],
  [Buffer.from('{}'), 'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]'],
  [Buffer.from('k8s\0\x0a\x05xx'), 'unexpected EOF'],
  [Buffer.from('k8s\0\x00'), 'proto: Unknown: illegal tag 0 (wire type 0)'],
] as const) {
  test(`an envelope of ${JSON.stringify(bytes.toString())} is refused: ${message}`, async (t) =>
    t.throws(() => openEnvelope(bytes), new ProtobufError(message)))
}

for (const [claim, type, fields, expected] of [
  [
    'texts, maps and nested messages',
    'core/v1.ConfigMap',
    [field(1, field(1, 'a')), field(2, field(1, 'k'), field(2, 'é')), field(3, field(1, 'b'), field(2, 0xff))],
    { metadata: { name: 'a' }, data: { k: 'é' }, binaryData: { b: '/w==' } },
  ],
  ['a map entry without a value is empty', 'core/v1.ConfigMap', [field(2, field(1, 'k'))], { data: { k: '' } }],
  [
    '__proto__ as a map key',
    'core/v1.ConfigMap',
    [field(2, field(1, '__proto__'), field(2, 'x'))],
    JSON.parse('{"data":{"__proto__":"x"}}'),
  ],
  [
    'booleans and negative integers',
    'core/v1.ConfigMap',
    [varint(4, 1), field(1, varint(7, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1))],
    { immutable: true, metadata: { generation: -1 } },
  ],
  [
    'integers past 2^53',
    'core/v1.ConfigMap',
    [field(1, varint(7, 129, 128, 128, 128, 128, 128, 128, 16))],
    { metadata: { generation: 9007199254740993n } },
  ],
  [
    'times without nanoseconds, and an empty one',
    'core/v1.ConfigMap',
    [field(1, field(8, varint(1, 60)), field(9))],
    { metadata: { creationTimestamp: '1970-01-01T00:01:00Z', deletionTimestamp: null } },
  ],
  [
    'embedded structs are messages of their own',
    'core/v1.Volume',
    [field(1, 'v'), field(2, field(2, field(1, 'Memory')))],
    { name: 'v', emptyDir: { medium: 'Memory' } },
  ],
  [
    'IntOrString of both kinds',
    'core/v1.ServicePort',
    [varint(3, 80), field(4, varint(1, 1), field(3, 'http'))],
    { port: 80, targetPort: 'http' },
  ],
  [
    'unknown fields and groups are passed over',
    'core/v1.ConfigMap',
    [varint(15, 5), Buffer.from([0xf3, 1, 8, 1, 0xf4, 1]), varint(4, 0)],
    { immutable: false },
  ],
] as const) {
  test(`reads ${claim}`, async (t) => t.same(read(type, ...fields), expected))
}

for (const [claim, type, fields, message] of [
  ['a field number of zero', 'core/v1.ConfigMap', [Buffer.from([0])], 'proto: ConfigMap: illegal tag 0 (wire type 0)'],
  ['an end without a group', 'core/v1.ConfigMap', [Buffer.from([0x0c])], 'proto: ConfigMap: wiretype end group for non-group'],
  ['a number where a message belongs', 'core/v1.ConfigMap', [varint(1, 1)], 'proto: wrong wireType = 0 for field ObjectMeta'],
  ['a text where a number belongs', 'core/v1.ConfigMap', [field(4, 'x')], 'proto: wrong wireType = 2 for field Immutable'],
  ['a length past the end', 'core/v1.ConfigMap', [Buffer.from([0x0a, 9, 1])], 'unexpected EOF'],
  ['a number without an end', 'core/v1.ConfigMap', [varint(4, 128)], 'unexpected EOF'],
  ['a number past 64 bits', 'core/v1.ConfigMap', [varint(4, ...Array.from({ length: 11 }, () => 128))], 'proto: integer overflow'],
  [
    'a time nobody can write',
    'core/v1.ConfigMap',
    [field(1, field(8, varint(1, 255, 255, 255, 255, 255, 255, 255, 255, 127)))],
    'time out of range',
  ],
  [
    'a quantity that is a number',
    'core/v1.EmptyDirVolumeSource',
    [field(2, varint(1, 5))],
    'proto: wrong wireType = 0 for field 1 of resource.Quantity',
  ],
  ['a raw value that is no JSON', 'apps/v1.ControllerRevision', [field(2, field(1, '{'))], 'embedded value is not JSON'],
] as const) {
  test(`${claim} is refused`, async (t) => t.throws(() => read(type, ...fields), new ProtobufError(message)))
}

/** Mulberry32. */
const seeded =
  (seed: number) =>
  (below: number): number => {
    seed = (seed + 0x6d2b79f5) | 0
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }

test('bytes cut short or changed are read or refused, never worse (seed 36)', async (t) => {
  const random = seeded(36)
  const pod = schemas.type('core/v1.Pod')
  const container = field(
    2,
    field(1, 'c'),
    field(6, varint(3, 80)),
    field(8, field(1, field(1, 'cpu'), field(2, field(1, '100m')))),
    field(10, field(1, field(2, field(2, varint(1, 1), field(3, 'http'))))),
  )
  const whole = Buffer.concat([
    field(1, field(1, 'a'), field(8, varint(1, 60)), field(11, field(1, 'k'), field(2, 'v'))),
    field(2, container, field(1, field(1, 'v'), field(2, field(2, field(2, field(1, '1Gi')))))),
  ])
  t.same((canonical(pod, readMessage(pod, whole), { unknown: 0 }) as Record<string, Value>)['metadata'], {
    name: 'a',
    creationTimestamp: '1970-01-01T00:01:00Z',
    labels: { k: 'v' },
  })
  const outcomes = { read: 0, refused: 0 }
  for (let round = 0; round < 5000; round++) {
    const bytes = Buffer.from(whole.subarray(0, random(3) === 0 ? random(whole.length) : whole.length))
    for (let change = random(4); change > 0 && bytes.length > 0; change--) bytes[random(bytes.length)] = random(256)
    try {
      canonical(pod, readMessage(pod, bytes), { unknown: 0 })
      outcomes.read++
    } catch (error) {
      if (!(error instanceof ProtobufError || error instanceof TypeMismatch)) throw error
      outcomes.refused++
    }
  }
  t.ok(outcomes.read > 100 && outcomes.refused > 100, JSON.stringify(outcomes))
})
