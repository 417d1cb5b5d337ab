import { join } from 'node:path'
import { test } from 'tap'
import type { KubeObject, Value, ValueMap } from '../../apimachinery/kube-object.ts'
import { SchemaSet } from '../../openapi/schema-set.ts'
import { keepTimesOfUnchanged, managerName, type UpdateInput, updateManagedFields } from './field-manager.ts'

const schemas = new SchemaSet(join(import.meta.dirname, '../../openapi/v1.36'))
const NOW = '2026-01-02T00:00:00Z'
const BEFORE = '2026-01-01T00:00:00Z'

type Fields = ValueMap
const entry = (manager: string, fieldsV1: Fields, more: ValueMap = {}): ValueMap => ({
  manager,
  operation: 'Update',
  apiVersion: 'v1',
  time: BEFORE,
  fieldsType: 'FieldsV1',
  fieldsV1,
  ...more,
})
const now = { time: NOW }

const updated = (type: string, live: unknown, object: unknown, more: Partial<UpdateInput> = {}): Value[] =>
  updateManagedFields({
    live: live as KubeObject | undefined,
    object: object as KubeObject,
    schema: schemas.type(type),
    apiVersion: 'v1',
    manager: 'me',
    subresource: '',
    time: NOW,
    resetFields: [],
    ...more,
  })

const configMap = (data: Record<string, string>, managedFields?: Value[], metadata: ValueMap = {}): unknown => ({
  metadata: { name: 'c', uid: 'u', ...metadata, ...(managedFields ? { managedFields } : {}) },
  data,
})

/** Each claim's object is created; the text is what its only manager owns. */
const created: readonly [claim: string, type: string, object: ValueMap, owned: Fields][] = [
  [
    "maps own themselves, and the object's own metadata is nobody's",
    'core/v1.ConfigMap',
    { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'c', generateName: 'c-', labels: { b: '1', a: '2' } }, data: { k: 'v' } },
    { 'f:data': { '.': {}, 'f:k': {} }, 'f:metadata': { 'f:generateName': {}, 'f:labels': { '.': {}, 'f:a': {}, 'f:b': {} } } },
  ],
  [
    'structs and lists that Go always writes have no dot; items of keyed lists have; atomic ones are leaves',
    'core/v1.Pod',
    {
      metadata: { name: 'p' },
      spec: {
        containers: [{ name: 'c', resources: {}, ports: [{ containerPort: 443, protocol: 'TCP' }, { containerPort: 80 }] }],
        nodeSelector: { disk: 'ssd' },
        volumes: [{ name: 'v', emptyDir: {} }],
        tolerations: [{ key: 'k' }],
        imagePullSecrets: [{}],
      },
      status: {},
    },
    {
      'f:spec': {
        'f:containers': {
          'k:{"name":"c"}': {
            '.': {},
            'f:name': {},
            'f:ports': {
              '.': {},
              'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} },
              'k:{"containerPort":443,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {}, 'f:protocol': {} },
            },
            'f:resources': {},
          },
        },
        'f:imagePullSecrets': { '.': {}, 'k:{"name":""}': {} },
        'f:nodeSelector': {},
        'f:tolerations': {},
        'f:volumes': { '.': {}, 'k:{"name":"v"}': { '.': {}, 'f:emptyDir': {}, 'f:name': {} } },
      },
    },
  ],
  [
    'items of sets are values, with the HTML escapes of Go',
    'core/v1.ConfigMap',
    { metadata: { finalizers: ['b/<x>', 'a/b'] } },
    { 'f:metadata': { 'f:finalizers': { '.': {}, 'v:"a/b"': {}, 'v:"b/\\u003cx\\u003e"': {} } } },
  ],
  [
    'metadata inside a template is owned like any struct',
    'apps/v1.Deployment',
    {
      metadata: {},
      spec: { selector: { matchLabels: { a: 'b' } }, template: { metadata: { name: 't' }, spec: { containers: null } }, strategy: {} },
    },
    { 'f:spec': { 'f:selector': {}, 'f:template': { 'f:metadata': { 'f:name': {} } } } },
  ],
  [
    'an element that stands twice is one leaf',
    'core/v1.ConfigMap',
    {
      metadata: {
        ownerReferences: [
          { uid: 'u', name: 'a' },
          { uid: 'u', name: 'b' },
        ],
      },
    },
    { 'f:metadata': { 'f:ownerReferences': { '.': {}, 'k:{"uid":"u"}': {} } } },
  ],
  [
    'keys may be named like members of every object',
    'core/v1.ConfigMap',
    { metadata: { labels: { constructor: 'a', toString: 'b' } } },
    { 'f:metadata': { 'f:labels': { '.': {}, 'f:constructor': {}, 'f:toString': {} } } },
  ],
]

for (const [claim, type, object, owned] of created) {
  test(claim, async (t) => {
    // The order of members counts: equal managers must give equal bytes.
    t.equal(JSON.stringify(updated(type, undefined, object)), JSON.stringify([entry('me', owned, now)]))
  })
}

const data = (...keys: string[]): Fields => ({ 'f:data': Object.fromEntries(keys.map((key) => [key === '.' ? key : `f:${key}`, {}])) })
const pair = [entry('a', data('.', 'x', 'y'))]
const status = { 'f:status': {} }

/** The change of a ConfigMap's data by `me`: what is held before and after. */
const changed: readonly [claim: string, from: ValueMap, held: Value[], to: ValueMap, wanted: Value[]][] = [
  ['nothing changes when nothing changed', { x: '1', y: '1' }, pair, { x: '1', y: '1' }, pair],
  ['a changed field moves', { x: '1', y: '1' }, pair, { x: '2', y: '1' }, [entry('a', data('.', 'y')), entry('me', data('x'), now)]],
  ['a removed field is nobody’s', { x: '1', y: '1' }, pair, { x: '1' }, [entry('a', data('.', 'x'))]],
  [
    'a manager left with nothing goes',
    { x: '1' },
    [entry('a', { 'f:data': {} }), entry('b', data('x'))],
    { x: '2' },
    [entry('a', { 'f:data': {} }), entry('me', data('x'), now)],
  ],
  [
    'what is left of a map that loses its other members is the map itself',
    { x: '1' },
    [entry('a', data('.', 'x'))],
    { y: '1' },
    [entry('a', { 'f:data': {} }), entry('me', data('y'), now)],
  ],
  ['who owned something keeps it', { x: '1' }, [entry('me', data('.', 'x'))], { x: '1', a: '1' }, [entry('me', data('.', 'a', 'x'), now)]],
  [
    'an applier loses fields too and comes first',
    { x: '1', y: '1' },
    [entry('ssa', data('x', 'y'), { operation: 'Apply' })],
    { x: '2', y: '1' },
    [entry('ssa', data('y'), { operation: 'Apply' }), entry('me', data('x'), now)],
  ],
  [
    'the same name in another subresource is another manager',
    { x: '1' },
    [entry('me', status, { subresource: 'status' })],
    { x: '2' },
    [entry('me', status, { subresource: 'status' }), entry('me', data('x'), now)],
  ],
  ['an object without managers stays without', { x: '1' }, [], { x: '2' }, []],
  ['entries nobody can read are dropped with all others', { x: '1' }, [entry('a', data('x'), { operation: 'Other' })], { x: '2' }, []],
]

for (const [claim, from, held, to, wanted] of changed) {
  test(claim, async (t) => {
    const live = configMap(from as Record<string, string>, held)
    const result = updated('core/v1.ConfigMap', live, configMap(to as Record<string, string>))
    t.equal(JSON.stringify(result), JSON.stringify(wanted))
    const echoed = updated('core/v1.ConfigMap', live, configMap(to as Record<string, string>, structuredClone(held)))
    if (held.length > 0) t.same(echoed, result, 'sending back the stored managers is sending none')
  })
}

test('what a request says about managers', async (t) => {
  const live = configMap({ x: '1' }, pair)
  const sending = (list: Value[], more: Partial<UpdateInput> = {}): Value[] =>
    updated('core/v1.ConfigMap', live, configMap({ x: '2' }, list), more)
  t.same(sending([]), [], 'an empty list resets')
  t.same(sending([{}]), [], 'a list of one empty entry resets')
  t.same(sending([entry('z', data('q'), { operation: 'No' })]), sending(pair), 'an invalid list is ignored')
  t.same(sending([], { subresource: 'status' }).length, 2, 'a subresource cannot reset')
  const raw = { 'f:data': { 'v:10': {}, 'v:9': {}, 'k:{"b":1,"a":2}': {}, 'z:future': {}, '.': {} } }
  const [own] = sending([entry('z', raw)]) as ValueMap[]
  t.equal(
    JSON.stringify(own?.['fieldsV1']),
    '{"f:data":{".":{},"k:{\\"a\\":2,\\"b\\":1}":{},"v:9":{},"v:10":{}}}',
    'is written canonically',
  )
  t.equal(updated('core/v1.ConfigMap', undefined, configMap({ x: '1' }, [{}])).length, 1, 'a new object is tracked all the same')
})

test('a field below one that is atomic now is owned through it', async (t) => {
  const held = [entry('a', { 'f:immutable': {}, 'f:metadata': { 'f:ownerReferences': { 'k:{"uid":"u"}': { '.': {}, 'f:name': {} } } } })]
  const [kept] = updated('core/v1.ConfigMap', configMap({ x: '1' }, held), configMap({ x: '2' })) as ValueMap[]
  t.same(kept?.['fieldsV1'], { 'f:immutable': {}, 'f:metadata': { 'f:ownerReferences': { 'k:{"uid":"u"}': {} } } })
})

test('fields that an endpoint resets do not count', async (t) => {
  const live = {
    metadata: { uid: 'u', managedFields: [entry('a', { 'f:spec': { 'f:replicas': {} } })] },
    spec: { replicas: 1 },
    status: {},
  }
  const object = { metadata: { uid: 'u', labels: { a: 'b' } }, spec: { replicas: 2 }, status: { replicas: 1 } }
  const resetFields = [['spec'], ['metadata', 'labels']]
  t.same(updated('apps/v1.Deployment', live, object, { resetFields, subresource: 'status' }), [
    entry('a', { 'f:spec': { 'f:replicas': {} } }),
    entry('me', { 'f:status': { 'f:replicas': {} } }, { ...now, subresource: 'status' }),
  ])
})

test('more than ten updaters: the oldest of a version become one', async (t) => {
  const held = Array.from({ length: 10 }, (_, index) => entry(`m${index}`, data(`k${index}`), { time: `2025-01-01T00:00:0${index}Z` }))
  const result = updated('core/v1.ConfigMap', configMap({ x: '1' }, held), configMap({ x: '2' })) as ValueMap[]
  t.equal(result.length, 10)
  t.same(result[0], entry('ancient-changes', data('k0', 'k1'), { time: '2025-01-01T00:00:01Z' }))
})

test('entries in other versions are compared there, and go with their version', async (t) => {
  const held = [entry('a', { 'f:data': { 'f:x': {} } }, { apiVersion: 'v2' }), entry('b', data('x'), { apiVersion: 'v3' })]
  const convert: UpdateInput['convert'] = (object, apiVersion) =>
    apiVersion === 'v2'
      ? { object: { ...object, data: { x: 'same' } } as unknown as KubeObject, schema: schemas.type('core/v1.ConfigMap') }
      : undefined
  const result = updated('core/v1.ConfigMap', configMap({ x: '1' }, held), configMap({ x: '2' }), { convert })
  t.same(result, [held[0], entry('me', data('x'), now)])
})

test('an object whose items have no key is not tracked', async (t) => {
  t.same(updated('core/v1.ServiceAccount', undefined, { metadata: {}, secrets: [{}] }), [])
})

test('times go back when nothing else changed', async (t) => {
  const old = configMap({ x: '1' }, [entry('me', data('x'))]) as KubeObject
  const newer = [entry('me', data('x'), now)]
  t.same(keepTimesOfUnchanged(old, configMap({ x: '1' }, newer) as KubeObject), [entry('me', data('x'))])
  t.same(keepTimesOfUnchanged(old, configMap({ x: '2' }, newer) as KubeObject), newer)
  t.same(keepTimesOfUnchanged(old, configMap({ x: '1' }, []) as KubeObject), [])
})

test('nothing given is changed', async (t) => {
  const live = configMap({ x: '1', y: '1' }, structuredClone(pair))
  const object = configMap({ x: '2', z: '1' })
  const copies = structuredClone([live, object])
  updated('core/v1.ConfigMap', live, object)
  t.same([live, object], copies)
})

const names: readonly [parameter: string, agent: string, wanted: string][] = [
  ['me', 'kubectl/v1', 'me'],
  ['', 'kubectl/v1.36 (linux/amd64)', 'kubectl'],
  ['', 'Mozilla Firefox', 'Mozilla Firefox'],
  ['', 'a\u0000b\tc/1', 'abc'],
  ['', 'é'.repeat(70), 'é'.repeat(64)],
  ['', '', ''],
]

for (const [parameter, agent, wanted] of names) {
  test(`a manager's name of ${JSON.stringify(parameter)} and ${JSON.stringify(agent).slice(0, 40)}`, async (t) => {
    t.equal(managerName(parameter, agent), wanted)
  })
}

test('a request without a name and an agent is unknown', async (t) => {
  const [only] = updated('core/v1.ConfigMap', undefined, configMap({ x: '1' }), { manager: '' }) as ValueMap[]
  t.equal(only?.['manager'], 'unknown')
})
