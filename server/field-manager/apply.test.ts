import { join } from 'node:path'
import { test } from 'tap'
import { at, type KubeObject, type Value, type ValueMap } from '../../apimachinery/kube-object.ts'
import { SchemaSet } from '../../openapi/schema-set.ts'
import { type ApplyInput, applyConfiguration } from './apply.ts'
import type { ApplyConflicts } from './apply-conflicts.ts'
import { configFault } from './config-faults.ts'
import { configSet } from './config-set.ts'
import { applyAfterClient, followLastApplied } from './last-applied.ts'
import { mergedValue } from './merged-value.ts'
import { kindPlan } from './ownership-plan.ts'

const schemas = new SchemaSet(join(import.meta.dirname, '../../openapi/v1.36'))
const podSchema = schemas.type('core/v1.Pod')
const { plan } = kindPlan(podSchema)
const NOW = '2026-01-02T00:00:00Z'
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

const input = (live: ValueMap | undefined, config: ValueMap, more: Partial<ApplyInput> = {}): ApplyInput => ({
  live: live as unknown as KubeObject | undefined,
  config: { apiVersion: 'v1', kind: 'Pod', ...config },
  schema: podSchema,
  apiVersion: 'v1',
  kind: 'Pod',
  manager: 'me',
  subresource: '',
  force: false,
  time: NOW,
  resetFields: [],
  convert: () => undefined,
  ...more,
})

const pod = (spec: ValueMap, managers: Record<string, ValueMap> = {}, metadata: ValueMap = {}): ValueMap => {
  const managedFields = Object.entries(managers).map(([who, fieldsV1]) => {
    const [manager = '', operation = 'Apply'] = who.split(' ')
    return { manager, operation, apiVersion: 'v1', time: '2026-01-01T00:00:00Z', fieldsType: 'FieldsV1', fieldsV1 }
  })
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', uid: 'u', ...metadata, managedFields }, spec }
}

const merged = (live: Value, config: Value): unknown =>
  (mergedValue(plan, { spec: live } as ValueMap, { spec: config } as ValueMap) as ValueMap)['spec']

test('what a configuration says wins, what it leaves out stays; keyed lists merge by key, atomic ones as a whole', (t) => {
  const live = {
    nodeName: 'n',
    containers: [
      { name: 'a', image: '1' },
      { name: 'b', image: '1' },
    ],
    tolerations: [{ key: 'x' }],
  }
  t.same(merged(live, { containers: [{ name: 'b', image: '2' }, { name: 'c' }], tolerations: [{ key: 'y' }] }), {
    nodeName: 'n',
    containers: [{ name: 'a', image: '1' }, { name: 'b', image: '2' }, { name: 'c' }],
    tolerations: [{ key: 'y' }],
  })
  t.same(merged(live, null), live)
  t.same(merged({}, null), null, 'of two that are empty the second counts')
  t.same(merged(live, { nodeName: null, containers: [] }), { ...live, nodeName: null })
  t.end()
})

test('the order of a keyed list is the configuration’s, others keep their places', (t) => {
  const items = (names: string): ValueMap[] => [...names].map((name) => ({ name }))
  const order = (live: string, config: string): string =>
    (merged({ containers: items(live) }, { containers: items(config) }) as { containers: { name: string }[] }).containers
      .map(({ name }) => name)
      .join('')
  for (const [live, config, wanted] of [
    ['abc', 'cba', 'cba'],
    ['abc', 'ca', 'bca'],
    ['abcd', 'db', 'acdb'],
    ['ab', 'xbya', 'xbya'],
    ['abc', 'xy', 'abcxy'],
    ['axb', 'ab', 'axb'],
    ['', 'ab', 'ab'],
    ['aab', 'b', 'aab'],
  ] as const)
    t.equal(order(live, config), wanted, `${live} and ${config}`)
  t.end()
})

test('a configuration names leaves, items and what it leaves empty or null', (t) => {
  const config = {
    metadata: { name: 'p', labels: { a: '1' }, annotations: {} },
    spec: { nodeName: null, containers: [{ name: 'a', ports: [] }], volumes: [], securityContext: {} },
  }
  t.same(configSet(plan, config), {
    'f:metadata': { 'f:annotations': {}, 'f:labels': { 'f:a': {} } },
    'f:spec': { 'f:containers': { 'k:{"name":"a"}': { '.': {}, 'f:name': {} } }, 'f:nodeName': {}, 'f:securityContext': {} },
  })
  t.end()
})

test('what a manager names no more goes, unless somebody else has it', (t) => {
  const own = {
    'f:spec': { 'f:nodeName': {}, 'f:hostname': {}, 'f:containers': { 'k:{"name":"a"}': { '.': {}, 'f:name': {}, 'f:image': {} } } },
  }
  const live = pod(
    { nodeName: 'n', hostname: 'h', containers: [{ name: 'a', image: '1' }] },
    { me: own, 'other Update': { 'f:spec': { 'f:hostname': {} } } },
  )
  const { object, managedFields } = applyConfiguration(input(live, { metadata: { name: 'p' }, spec: { priority: 1 } }))
  t.same(object?.['spec'], { hostname: 'h', priority: 1 })
  t.match(managedFields, [
    { manager: 'me', time: NOW, fieldsV1: { 'f:spec': { 'f:priority': {} } } },
    { manager: 'other', operation: 'Update', fieldsV1: { 'f:spec': { 'f:hostname': {} } } },
  ])
  t.end()
})

test('others are in the way of changes to what is theirs, unless by force', (t) => {
  const live = pod({ nodeName: 'n', hostname: 'h' }, { other: { 'f:spec': { 'f:nodeName': {}, 'f:hostname': {} } } })
  const config = { metadata: { name: 'p' }, spec: { nodeName: 'm', hostname: 'h' } }
  const refused = t.throws(() => applyConfiguration(input(live, config))) as ApplyConflicts
  t.equal(refused.message, 'Apply failed with 1 conflict: conflict with "other": .spec.nodeName')
  t.same(refused.causes, [{ reason: 'FieldManagerConflict', message: 'conflict with "other"', field: '.spec.nodeName' }])
  const { managedFields } = applyConfiguration(input(live, config, { force: true }))
  t.match(managedFields, [
    { manager: 'other', fieldsV1: { 'f:spec': { 'f:hostname': {} } } },
    { manager: 'me', fieldsV1: { 'f:spec': { 'f:nodeName': {}, 'f:hostname': {} } } },
  ])
  t.end()
})

test('an object that stays what it was keeps its times; a manager new to it has none', (t) => {
  const live = pod({ nodeName: 'n' }, { other: { 'f:spec': { 'f:nodeName': {} } } })
  const { object, managedFields } = applyConfiguration(input(live, { metadata: { name: 'p', uid: 'u' }, spec: { nodeName: 'n' } }))
  t.equal(object, undefined)
  t.same(
    managedFields.map((entry) => [(entry as ValueMap)['manager'], (entry as ValueMap)['time']]),
    [
      ['me', undefined],
      ['other', '2026-01-01T00:00:00Z'],
    ],
  )
  t.end()
})

test('an object nobody tracked belongs to who was before the first apply', (t) => {
  const live = pod({ nodeName: 'n' })
  const refused = t.throws(() => applyConfiguration(input(live, { metadata: { name: 'p' }, spec: { nodeName: 'm' } }))) as ApplyConflicts
  t.equal(refused.message, 'Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .spec.nodeName')
  t.end()
})

test('kubectl takes over what it applied from its side, as far as that still stands', (t) => {
  const last = JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { nodeName: 'n', hostname: 'h' } })
  const fields = { 'f:spec': { 'f:nodeName': {}, 'f:hostname': {} } }
  const live = (hostname: string): ValueMap =>
    pod({ nodeName: 'n', hostname }, { 'kubectl-client-side-apply Update': fields }, { annotations: { [LAST_APPLIED]: last } })
  const config = { metadata: { name: 'p' }, spec: { nodeName: 'm', hostname: 'i' } }
  t.same((applyAfterClient(input(live('h'), config, { manager: 'kubectl' })).object as ValueMap)['spec'], config.spec)
  const refused = t.throws(() => applyAfterClient(input(live('changed'), config, { manager: 'kubectl' }))) as ApplyConflicts
  t.equal(
    refused.message,
    'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using v1: .spec.hostname',
    'what was changed since is in the way',
  )
  t.equal((t.throws(() => applyAfterClient(input(live('h'), config))) as ApplyConflicts).conflicts.length, 2, 'others take over nothing')
  const object = { metadata: { annotations: { [LAST_APPLIED]: last, other: '<' } } } as unknown as KubeObject
  followLastApplied(object, { ...config, metadata: { name: 'p', annotations: { [LAST_APPLIED]: 'x', a: '<' } } }, 'kubectl')
  t.equal(
    object.metadata.annotations?.[LAST_APPLIED],
    '{"metadata":{"annotations":{"a":"\\u003c"},"name":"p"},"spec":{"hostname":"i","nodeName":"m"}}\n',
  )
  t.end()
})

test('what is wrong with a configuration is said by path', (t) => {
  const fault = (spec: ValueMap): string | undefined => configFault(podSchema, { spec })
  t.equal(
    fault({ containers: [{ name: 'a', ports: [{ containerPort: 1 }, { containerPort: 1 }] }] }),
    '.spec.containers[name="a"].ports: duplicate entries for key [containerPort=1,protocol="TCP"]',
  )
  t.equal(
    fault({ nodeName: 1, paused: true }),
    'errors:\n  .spec.nodeName: expected string, got &value.valueUnstructured{Value:1}\n  .spec.paused: field not declared in schema',
  )
  t.equal(fault({ priority: 'x' }), '.spec.priority: expected numeric (int or float), got string')
  t.equal(fault({ hostNetwork: ['x'] }), '.spec.hostNetwork: expected boolean, got &{[x]}')
  t.equal(fault({ containers: [null] }), '.spec.containers: element 0: associative list with keys may not have a null element')
  t.equal(
    fault({ imagePullSecrets: [{}], tolerations: [{ key: 7 }] }),
    '.spec.tolerations[0].key: expected string, got &value.valueUnstructured{Value:7}',
  )
  t.equal(
    fault({ containers: [{ name: 'a', resources: { limits: { cpu: {} } } }] }),
    '.spec.containers[name="a"].resources.limits.cpu: expected any scalar, got &{map[]}',
  )
  t.equal(fault({ containers: [{ name: 'a', image: null }], nodeSelector: {} }), undefined)
  t.end()
})

test('an object keeps its names when a manager lets go of all else in its metadata', (t) => {
  const live = pod({}, { me: { 'f:metadata': { 'f:labels': { 'f:a': {} } } } }, { labels: { a: '1' } })
  const { object, managedFields } = applyConfiguration(input(live, { metadata: { name: 'p' } }))
  t.same(object?.['metadata'], { name: 'p', uid: 'u' })
  t.same(managedFields, [])
  t.end()
})

test('keys past 2^53 are told apart, and items of which nothing is named come and go as upstream’s do', (t) => {
  const port = (containerPort: Value): ValueMap => ({
    containers: [{ name: 'c', ports: [{ containerPort }, { containerPort: 9007199254740993n }] }],
  })
  t.equal(configFault(podSchema, { spec: port(9007199254740992n) }), undefined)
  t.equal(
    configFault(podSchema, { spec: port(9007199254740993n) }),
    '.spec.containers[name="c"].ports: duplicate entries for key [containerPort=9007199254740993,protocol="TCP"]',
  )
  const items = (live: ValueMap): unknown => {
    const { object } = applyConfiguration(input(live, { metadata: { name: 'p' }, status: { conditions: [{}] } }))
    return at(object ?? {}, 'status', 'conditions')
  }
  const own = { me: { 'f:status': { 'f:conditions': { 'k:{"type":""}': {} } } } }
  t.same(items(pod({})), [{}])
  t.same(
    items({ ...pod({}, own), status: { conditions: [{ type: '', status: '', lastProbeTime: null, lastTransitionTime: null }] } }),
    null,
  )
  t.end()
})
