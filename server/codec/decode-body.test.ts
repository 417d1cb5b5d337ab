import { test } from 'tap'
import type { KubeObject } from '../../apimachinery/kube-object.ts'
import { envelope, field, schemas } from './codec.test-objects.ts'
import { decodeBody, type Expected } from './decode-body.ts'

const JSON_TYPE = 'application/json'
const YAML_TYPE = 'application/yaml'
const PROTOBUF_TYPE = 'application/vnd.kubernetes.protobuf'
const UNRECOGNIZED = 'the object provided is unrecognized (must be of type ConfigMap): '
const CANNOT = 'ConfigMap in version "v1" cannot be handled as a ConfigMap: '

const known: Record<string, string> = { '/v1/ConfigMap': 'core', '/v1/Pod': 'core', 'apps/v1/Deployment': 'apps' }
const expected: Expected = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  schema: schemas.type('core/v1.ConfigMap'),
  knownAs: (group, version, kind) => known[`${group}/${version}/${kind}`],
}
const decode = (
  body: string | Buffer,
  type: string | undefined = JSON_TYPE,
  validation: 'Strict' | 'Warn' | 'Ignore' = 'Strict',
  warnings: string[] = [],
): KubeObject => decodeBody(Buffer.from(body as string), type, expected, validation, (text) => warnings.push(text))
const named = (rest: string): string => `{"metadata":{"name":"q"}${rest}}`

for (const [body, message] of [
  ['', `${UNRECOGNIZED}couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)`],
  ['x', `${UNRECOGNIZED}couldn't get version/kind; json parse error: invalid character 'x' looking for beginning of value (78)`],
  ['{"a', `${UNRECOGNIZED}couldn't get version/kind; json parse error: unexpected end of JSON input ({"a)`],
  [
    `{"metadata":{"name":"q"},"a${'x'.repeat(50)}`,
    `${UNRECOGNIZED}couldn't get version/kind; json parse error: unexpected end of JSON input ({"metadata":{"name":"q"},"axxx ...)`,
  ],
  [
    '[]',
    `${UNRECOGNIZED}couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" } (5b5d)`,
  ],
  [
    named(',"kind":1'),
    `${UNRECOGNIZED}couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field .kind of type string ({"metadata":{"name":"q"},"kind ...)`,
  ],
  [named(',"apiVersion":"a/b/c"'), `${UNRECOGNIZED}unexpected GroupVersion string: a/b/c ({"metadata":{"name":"q"},"apiV ...)`],
  [
    named(',"kind":"Pod"'),
    'Pod in version "v1" cannot be handled as a ConfigMap: converting (v1.Pod) to (core.ConfigMap): unknown conversion',
  ],
  [
    named(',"kind":"Nope"'),
    'Nope in version "v1" cannot be handled as a ConfigMap: no kind "Nope" is registered for version "v1" in scheme "pkg/runtime/scheme.go:111"',
  ],
  [named(',"data":{"a":1}'), `${CANNOT}json: cannot unmarshal number into Go struct field ConfigMap.data of type string`],
  [named(',"binaryData":{"a":"%%"}'), `${CANNOT}illegal base64 data at input byte 0`],
  [named(',"x":1,"data":{"a":"1","a":"2"}'), `${CANNOT}strict decoding error: unknown field "x", duplicate field "data.a"`],
  [
    '{"metadata":{"ownerReferences":[{"q":1,"name":"o"}],"managedFields":[{"z":1}]}}',
    `${CANNOT}strict decoding error: unknown field "metadata.ownerReferences[0].q", unknown field "metadata.managedFields[0].z"`,
  ],
  [
    named(`,"x":${'['.repeat(20_000)}${']'.repeat(20_000)}`),
    `${UNRECOGNIZED}couldn't get version/kind; json parse error: invalid character '[' exceeded max depth ({"metadata":{"name":"q"},"x":[ ...)`,
  ],
] as const) {
  test(`JSON ${JSON.stringify(body.slice(0, 50))}: ${message.slice(0, 60)}`, async (t) =>
    t.throws(() => decode(body), { message, code: 400 }))
}

for (const [body, message] of [
  ['\tx: 1', `${UNRECOGNIZED}yaml: found character that cannot start any token (09783a2031)`],
  ['a: b: c', `${UNRECOGNIZED}yaml: mapping values are not allowed in this context (613a20623a2063)`],
  ['"a', `${UNRECOGNIZED}yaml: found unexpected end of stream (2261)`],
  ['a: *x', `${UNRECOGNIZED}yaml: unknown anchor 'x' referenced (613a202a78)`],
  ['a: .inf', `${UNRECOGNIZED}json: unsupported value: +Inf (613a202e696e66)`],
  ['metadata:\n  name: q\ndata:\n  a: 1\n', `${CANNOT}json: cannot unmarshal number into Go struct field ConfigMap.data of type string`],
  ['metadata:\n  name: q\ndata:\n  a: yes\n', `${CANNOT}json: cannot unmarshal bool into Go struct field ConfigMap.data of type string`],
  [
    'metadata:\n  name: q\ndata:\n  a: "x"\n  a: "y"\n',
    `${CANNOT}strict decoding error: yaml: unmarshal errors:\n  line 5: key "a" already set in map`,
  ],
  ['z: 1\ny: 2\n', `${CANNOT}strict decoding error: unknown field "true", unknown field "z"`],
] as const) {
  test(`YAML ${JSON.stringify(body)}: ${message.slice(0, 60)}`, async (t) =>
    t.throws(() => decode(body, YAML_TYPE), { message, code: 400 }))
}

test('aliases that multiply without end are refused', async (t) => {
  const levels = 'bcdefghi'
    .split('')
    .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghi'[index]}`).join(',')}]\n`)
    .join('')
  t.throws(() => decode(`a: &a [x,x,x,x,x,x,x,x,x]\n${levels}`, YAML_TYPE), { message: /yaml: document contains excessive aliasing/ })
})

for (const [value, text] of [
  ['1:30', '1:30'],
  ['2001-01-01', '2001-01-01'],
  ['!!binary QQ==', 'A'],
  ['"yes"', 'yes'],
  ['~', ''],
  ['!!str 1', '1'],
] as const) {
  test(`YAML ${value} is the text ${JSON.stringify(text)}`, async (t) =>
    t.same(decode(`metadata: {}\ndata:\n  a: ${value}\n`, YAML_TYPE)['data'], { a: text }))
}

test('an alias and a merge key are resolved, the second document left alone', async (t) => {
  t.same(decode('metadata: {}\ndata:\n  <<: {z: "1"}\n  a: &x "2"\n  b: *x\n---\nno: 1\n', YAML_TYPE)['data'], { a: '2', b: '2', z: '1' })
})

test('kind and apiVersion are filled in; a body of null is an empty object', async (t) => {
  t.same(decode(named('')), { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'q' } })
  t.same(decode('null'), { kind: 'ConfigMap', apiVersion: 'v1', metadata: {} })
  t.same(decode(named(''), undefined)['kind'], 'ConfigMap')
  t.same(decode(named(''), 'application/json; charset=utf-8')['kind'], 'ConfigMap')
})

test('under Warn strict errors become warnings, under Ignore nothing', async (t) => {
  const warnings: string[] = []
  decode(named(',"x":1,"immutable":true,"immutable":false'), JSON_TYPE, 'Warn', warnings)
  t.same(warnings, ['unknown field "x"', 'duplicate field "immutable"'])
  t.same(decode(named(',"x":1'), JSON_TYPE, 'Ignore')['x'], undefined)
})

test('what no field takes is told wherever it stands', async (t) => {
  const warnings: string[] = []
  const owner = '{"apiVersion":"v1","kind":"Pod","name":"a","uid":"b","x":1}'
  const body = `{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"q","ownerReferences":[${owner}]},"data":{}}`
  decode(body, JSON_TYPE, 'Warn', warnings)
  t.same(warnings, ['unknown field "metadata.ownerReferences[0].x"'])
})

test('a media type nobody reads is 415', async (t) => {
  t.throws(() => decode(named(''), 'text/plain'), { code: 415 })
  t.throws(() => decode(named(''), 'application/cbor'), { code: 415 })
})

test('protobuf bodies are read, bad ones refused in the same sentence', async (t) => {
  const message = Buffer.concat([field(1, field(1, 'q')), field(2, field(1, 'a'), field(2, 'b'))])
  t.same(decode(envelope('v1', 'ConfigMap', message), PROTOBUF_TYPE), {
    kind: 'ConfigMap',
    apiVersion: 'v1',
    metadata: { name: 'q' },
    data: { a: 'b' },
  })
  t.throws(() => decode('', PROTOBUF_TYPE), { message: `${UNRECOGNIZED}empty data (<empty>)` })
  t.throws(() => decode('k8s\0', PROTOBUF_TYPE), { message: `${UNRECOGNIZED}empty body (6b387300)` })
})
