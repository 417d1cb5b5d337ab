import { test } from 'tap'
import type { Value } from '../../apimachinery/kube-object.ts'
import { schemas } from './codec.test-objects.ts'
import { canonicalLeaf, LeafError, TypeMismatch } from './leaves.ts'

const refused = (type: string, given: Value): boolean => {
  try {
    canonicalLeaf(schemas.type(type), given)
    return false
  } catch (error) {
    return error instanceof TypeMismatch
  }
}

const bytes = schemas.type('[]byte')

for (const [given, at] of [
  ['%%', 0],
  ['QQ', 0],
  ['QQ=', 3],
  ['Q', 0],
  ['QUI', 0],
  ['Q===', 1],
  ['QQ=x', 2],
  ['QQ==x', 4],
  ['QUI=x', 4],
  ['é', 0],
  ['QUFB\nQ_', 6],
  ['QQ=\n', 4],
  ['QQ-=', 2],
] as const) {
  test(`base64 ${JSON.stringify(given)} is refused at byte ${at}`, async (t) => {
    t.throws(() => canonicalLeaf(bytes, given), new LeafError(`illegal base64 data at input byte ${at}`))
  })
}

for (const [given, written] of [
  ['', ''],
  ['QQ==', 'QQ=='],
  ['QR==', 'QQ=='],
  ['QU\r\nJD\n', 'QUJD'],
  ['+/+/', '+/+/'],
] as const) {
  test(`base64 ${JSON.stringify(given)} is written back as ${written}`, async (t) => t.equal(canonicalLeaf(bytes, given), written))
}

for (const [type, given] of [
  ['int32', 2147483648],
  ['int32', -2147483649],
  ['int32', 1.5],
  ['int32', '1'],
  ['int64', 9223372036854775808n],
  ['uint8', -1],
  ['uint8', 256],
  ['int32', true],
  ['util/intstr.IntOrString', 2147483648],
  ['util/intstr.IntOrString', true],
  ['meta/v1.Time', 1],
  ['float64', '1'],
  ['float64', Infinity],
  ['float64', 10n ** 400n],
  ['runtime.RawExtension', -Infinity],
  ['api/resource.Quantity', { a: 2n ** 70n }],
  ['[]byte', 1],
] as const) {
  test(`${type} does not take ${typeof given} ${given}`, async (t) => t.ok(refused(type, given)))
}

for (const [type, given, written] of [
  ['int32', 2147483647, 2147483647],
  ['int64', -9223372036854775808n, -9223372036854775808n],
  ['util/intstr.IntOrString', '10%', '10%'],
  ['util/intstr.IntOrString', -1, -1],
  ['meta/v1.Time', '2026-01-02T03:04:05.5Z', '2026-01-02T03:04:05Z'],
  ['api/resource.Quantity', ' 1000m ', '1'],
  ['api/resource.Quantity', 5, '5'],
  ['float64', 5, 5],
] as const) {
  test(`${type} writes ${given} as ${written}`, async (t) => t.equal(canonicalLeaf(schemas.type(type), given), written))
}

test('a quantity is trimmed of spaces as written, not of escaped ones', async (t) => {
  t.ok(refused('api/resource.Quantity', '1\n'))
})
