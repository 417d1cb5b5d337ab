import { test } from 'tap'
import type { KubeObject } from '../../apimachinery/kube-object.ts'
import { SchemaSet } from '../../openapi/schema-set.ts'
import { configMap, TestServer } from '../testing/test-server.ts'
import { decodeBody } from './decode-body.ts'
import { encodedItem, encodeObject } from './encoded-item.ts'
import { membersFrom } from './json-extent.ts'
import { viewItem } from './stored-managers.ts'
import { StoredParts } from './stored-parts.ts'

const schema = new SchemaSet('openapi/v1.36').type('core/v1.ConfigMap')
const DATA = { long: 'x'.repeat(200), note: 'é "quoted" {[]}' }
const LIST = [{ manager: 'a"b]}', fieldsV1: { 'f:data': { 'k:{"x":[1]}': {} } } }]

const stored = (sameVersion = true, managers = true) => {
  const metadata = { name: 'a', uid: 'u', ...(managers ? { managedFields: LIST } : {}) }
  const object = { kind: 'ConfigMap', apiVersion: 'v1', metadata, data: DATA } as unknown as KubeObject
  const item = encodedItem(encodeObject(schema, object))
  return new StoredParts(item, viewItem(item, 7), sameVersion)
}

const expected = { group: '', version: 'v1', kind: 'ConfigMap', schema, knownAs: () => 'core', forStore: true }
const read = (body: string, parts: StoredParts): KubeObject =>
  decodeBody(Buffer.from(body), 'application/json', expected, 'Strict', () => undefined, parts)

const body = (metadata: string, rest = `,"data":${JSON.stringify(DATA)}`): string =>
  `{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a"${metadata}}${rest}}`
const MANAGERS = `,"managedFields":${JSON.stringify(LIST)}`

test('what a body has as it is stored comes from there', (t) => {
  const parts = stored()
  const object = read(body(`,"labels":{"b":"c"}${MANAGERS}`), parts)
  t.same(object, { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'a', labels: { b: 'c' } }, data: DATA })
  t.equal(object['data'], parts.view['data'], 'shared')
  t.equal(parts.bytesOf('data', object['data'])?.toString(), `"data":${JSON.stringify(DATA)}`)
  t.equal(parts.bytesOf('data', { ...DATA }), undefined, 'one that only looks the same is written anew')
  t.same(encodeObject(schema, object, parts), encodeObject(schema, object), 'and written the same')
  t.end()
})

for (const [claim, text, parts, shared] of [
  ['other data', body(MANAGERS, ',"data":{"other":"x"}'), stored(), false],
  ['no managers', body(''), stored(), true],
  ['none stored', body(''), stored(true, false), true],
  ['another version', body(MANAGERS), stored(false), false],
  ['spaces', body('', `, "data": ${JSON.stringify(DATA)}`), stored(), false],
] as const)
  test(`a body with ${claim}`, (t) => {
    const object = read(text, parts)
    t.same(object['data'], (JSON.parse(text) as KubeObject)['data'])
    t.equal(object['data'] === parts.view['data'], shared)
    t.end()
  })

test('errors are those of the body as it came', (t) => {
  const twice = `,"data":{"a":"b"},"data":${JSON.stringify(DATA)}`
  t.throws(() => read(body('', twice), stored()), { message: /strict decoding error: duplicate field "data"/ })
  t.throws(() => read(body('', `,"other":{"data":${JSON.stringify(DATA)}}`), stored()), { message: /unknown field "other"/ })
  t.throws(() => read(body(`,"labels":{"managedFields":1}${MANAGERS}`), stored()), { message: /cannot unmarshal number/ })
  t.throws(() => read(body(`,"labels":{"x":"y"${MANAGERS}}`), stored()), { message: /cannot unmarshal array/ })
  t.end()
})

test('the members of an object', (t) => {
  const text = '{"a":{},"b":"\\"},","c":[{"d":"]"},[1]],"e":1.5,"f":null,"g":{"h":{"i":"}"}}}'
  const bytes = Buffer.from(text)
  const found = membersFrom(bytes, text.indexOf(',')).map(({ name, start, end }) => [name, bytes.toString('utf8', start, end)])
  t.same(found, [
    ['b', '"b":"\\"},"'],
    ['c', '"c":[{"d":"]"},[1]]'],
    ['e', '"e":1.5'],
    ['f', '"f":null'],
    ['g', '"g":{"h":{"i":"}"}}'],
  ])
  t.end()
})

// What a hook changed in place would throw: test servers freeze what stands in the store.
const template = {
  metadata: { labels: { app: 'a' } },
  spec: { containers: [{ name: 'c', image: 'i', resources: { limits: { cpu: '1' } }, ports: [{ containerPort: 80 }] }], hostNetwork: true },
}
for (const [path, made] of [
  ['/api/v1/namespaces/default/configmaps', configMap('m', {}, DATA)],
  ['/api/v1/namespaces/default/pods', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'm' }, spec: template.spec }],
  [
    '/api/v1/namespaces/default/services',
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'm' },
      spec: { type: 'NodePort', selector: { app: 'a' }, ports: [{ port: 80 }] },
    },
  ],
  [
    '/apis/apps/v1/namespaces/default/deployments',
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'm' }, spec: { selector: { matchLabels: { app: 'a' } }, template } },
  ],
] as const)
  test(`an update of the metadata alone: ${path.split('/').at(-1)}`, async (t) => {
    const server = await TestServer.start('--disable-admission-plugins=ServiceAccount')
    t.teardown(() => server.stop())
    const first = await server.send('POST', path, made)
    t.equal(first.status, 201, first.body.message)
    const changed = await server.send('PUT', `${path}/m`, {
      ...first.body,
      metadata: { ...first.body.metadata, annotations: { a: 'b' } },
    })
    t.equal(changed.status, 200, changed.body.message)
    const { metadata, ...rest } = (await server.send('GET', `${path}/m`)).body
    t.same(metadata['annotations'], { a: 'b' })
    const { metadata: _, ...restBefore } = first.body
    t.same(rest, restBefore)
    t.same(Object.keys(rest), Object.keys(restBefore), 'in order')
  })
