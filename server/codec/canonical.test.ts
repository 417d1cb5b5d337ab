import { test } from 'tap'
import { parseJson } from '../../apimachinery/json-parse.ts'
import { writeJson } from '../../apimachinery/json-write.ts'
import type { Value } from '../../apimachinery/kube-object.ts'
import { zeroStruct } from '../../openapi/zero-value.ts'
import { canonical } from './canonical.ts'
import { schemas } from './codec.test-objects.ts'
import { TypeMismatch } from './leaves.ts'

const written = (type: string, text: string): string =>
  writeJson(canonical(schemas.type(type), parseJson(text, false).value as Value, { unknown: 0 }))

for (const [claim, type, given, expected] of [
  [
    'members come in Go order, empty ones dropped',
    'core/v1.ConfigMap',
    '{"data":{},"immutable":null,"metadata":{"name":"a","labels":{}},"kind":"ConfigMap"}',
    '{"kind":"ConfigMap","metadata":{"name":"a"}}',
  ],
  ['a pointer to an empty value stays', 'core/v1.ConfigMap', '{"metadata":{},"immutable":false}', '{"metadata":{},"immutable":false}'],
  [
    'structs that Go never omits are always there',
    'core/v1.Pod',
    '{"metadata":{}}',
    '{"metadata":{},"spec":{"containers":null},"status":{}}',
  ],
  [
    'an absent list without omitempty is null, an empty one stays',
    'rbac/v1.ClusterRole',
    '{"metadata":{}}',
    '{"metadata":{},"rules":null}',
  ],
  ['an empty list without omitempty stays', 'rbac/v1.ClusterRole', '{"metadata":{},"rules":[]}', '{"metadata":{},"rules":[]}'],
  [
    'null stands for absent',
    'core/v1.Service',
    '{"metadata":null,"spec":{"ports":null,"type":null},"status":null}',
    '{"metadata":{},"spec":{},"status":{"loadBalancer":{}}}',
  ],
  [
    'null in a list is an empty element',
    'core/v1.Pod',
    '{"metadata":{},"spec":{"containers":[null]},"status":{}}',
    '{"metadata":{},"spec":{"containers":[{"name":"","resources":{}}]},"status":{}}',
  ],
  ['null in a map of texts is an empty text', 'core/v1.ConfigMap', '{"metadata":{},"data":{"a":null}}', '{"metadata":{},"data":{"a":""}}'],
  [
    'maps are sorted, __proto__ among them',
    'core/v1.ConfigMap',
    '{"metadata":{},"data":{"b":"2","__proto__":"1","a":"3"}}',
    '{"metadata":{},"data":{"__proto__":"1","a":"3","b":"2"}}',
  ],
  [
    "Go's zero time is null, and left out of metadata",
    'core/v1.ConfigMap',
    '{"metadata":{"creationTimestamp":"0001-01-01T00:00:00Z"}}',
    '{"metadata":{}}',
  ],
  [
    'quantities and base64 are rewritten',
    'core/v1.Secret',
    '{"metadata":{},"data":{"a":"QR==\\n"}}',
    '{"metadata":{},"data":{"a":"QQ=="}}',
  ],
  [
    'integers past 2^53 stay exact',
    'core/v1.Pod',
    '{"metadata":{"generation":9007199254740993},"spec":{"containers":[]},"status":{}}',
    '{"metadata":{"generation":9007199254740993},"spec":{"containers":[]},"status":{}}',
  ],
  [
    'a time without omitempty is null when absent',
    'core/v1.Event',
    '{"metadata":{}}',
    '{"metadata":{},"involvedObject":{},"source":{},"firstTimestamp":null,"lastTimestamp":null,"eventTime":null,"reportingComponent":"","reportingInstance":""}',
  ],
  [
    'a raw value is kept as it is',
    'apps/v1.ControllerRevision',
    '{"metadata":{},"data":{"b":{},"a":[null]},"revision":1}',
    '{"metadata":{},"data":{"b":{},"a":[null]},"revision":1}',
  ],
] as const) {
  test(claim, async (t) => t.equal(written(type, given), expected))
}

test('members may stay in the order they came in until they go to the store', async (t) => {
  const given = parseJson('{"spec":{"ports":[],"type":"ClusterIP","clusterIP":""},"metadata":{},"kind":"Service","x":1}', false).value
  const findings = { unknown: 0, anyOrder: true } as const
  const read = canonical(schemas.type('core/v1.Service'), given, findings)
  t.equal(writeJson(read), '{"spec":{"type":"ClusterIP"},"metadata":{},"kind":"Service","status":{"loadBalancer":{}}}')
  t.equal(findings.unknown, 1)
  const stored = canonical(schemas.type('core/v1.Service'), read, { unknown: 0, forStore: true })
  t.equal(writeJson(stored), '{"kind":"Service","metadata":{},"spec":{"type":"ClusterIP"},"status":{"loadBalancer":{}}}')
})

test('canonical form is its own canonical form', async (t) => {
  const once = written(
    'core/v1.Pod',
    '{"spec":{"containers":[{"name":"a","resources":{"limits":{"cpu":"1000m"}}}]},"metadata":{"labels":{"b":"","a":""}}}',
  )
  t.equal(written('core/v1.Pod', once), once)
})

test('members that no field takes are counted, inherited names among them', async (t) => {
  const findings = { unknown: 0 }
  canonical(
    schemas.type('core/v1.ConfigMap'),
    parseJson('{"metadata":{"x":1},"constructor":1,"__proto__":2,"Data":{}}', false).value as Value,
    findings,
  )
  t.equal(findings.unknown, 4)
})

for (const [type, given] of [
  ['core/v1.Pod', '[]'],
  ['core/v1.Pod', '{"spec":[]}'],
  ['core/v1.ConfigMap', '{"data":[]}'],
  ['core/v1.Pod', '{"spec":{"containers":{}}}'],
  ['core/v1.ConfigMap', '{"immutable":1}'],
] as const) {
  test(`${type} refuses ${given}`, async (t) => {
    let failure: unknown
    try {
      written(type, given)
    } catch (error) {
      failure = error
    }
    t.ok(failure instanceof TypeMismatch)
  })
}

test('two empty structs share nothing', async (t) => {
  const pod = schemas.type('core/v1.Pod')
  const first = zeroStruct(pod)
  ;(first['metadata'] as Record<string, Value>)['name'] = 'changed'
  t.same(zeroStruct(pod)['metadata'], {})
})
