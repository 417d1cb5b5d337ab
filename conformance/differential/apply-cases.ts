// Server-side apply: one manager alone, two that share and contend, objects that others made, statuses and scales, configurations that are
// refused; and for the kinds people apply most, random ones.
import { copyOf, isObject, type Json, type JsonObject, objectAt, textAt } from './json-value.ts'
import { randomConfiguration } from './patch-bodies.ts'
import { PATCH_TYPES } from './patch-cases.ts'
import type { ResourceSubject, StepExtras } from './resource-subject.ts'
import { SeededRandom } from './seeded-random.ts'
import type { Case, Step } from './step.ts'

const TYPE = 'application/apply-patch+yaml'
const RANDOM_CASES = 25
const RANDOM_STEPS = 4
const OFTEN_APPLIED = new Set([
  'Pod',
  'Service',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'ConfigMap',
  'Secret',
  'ServiceAccount',
  'Ingress',
  'NetworkPolicy',
  'ClusterRole',
  'HorizontalPodAutoscaler',
  'PersistentVolumeClaim',
  'Node',
])

/** All that follows an apply counts in cells of its own: its managers stand in the order of seconds. */
const within = (cell: 'apply' | 'apply status' | 'apply scale', step: Step): Step => ({ ...step, verb: cell })

const apply = (subject: ResourceSubject, note: string, object: JsonObject, query: string, extras: StepExtras): Step =>
  within('apply', subject.patch('apply', note, object, { contentType: TYPE, query, ...extras }))

const merge = (subject: ResourceSubject, note: string, object: JsonObject, body: JsonObject): Step =>
  within('apply', subject.patch('merge', note, object, { contentType: PATCH_TYPES.merge, query: 'fieldManager=updater', body }))

const named = (subject: ResourceSubject, object: JsonObject, rest: JsonObject = {}): JsonObject => {
  const { metadata, ...others } = rest
  const { group, version, kind } = subject.resource
  const { name, namespace } = objectAt(object, 'metadata')
  const own: JsonObject = { name: name as Json, ...(namespace === undefined ? {} : { namespace }), ...(isObject(metadata) ? metadata : {}) }
  return { apiVersion: group === '' ? version : `${group}/${version}`, kind, metadata: own, ...others }
}

const labelled = (labels: Json): JsonObject => ({ metadata: { labels } })

const refused = (subject: ResourceSubject, object: JsonObject): Step[] => {
  const body = (rest: JsonObject): StepExtras => ({ body: named(subject, object, rest) })
  const tried: Record<string, [query: string, extras: StepExtras]> = {
    'nobody as manager': ['', body({})],
    'a manager too long': [`fieldManager=${'x'.repeat(129)}`, body({})],
    'a dry run of a part': ['fieldManager=one&dryRun=Half', body({})],
    'another kind': ['fieldManager=one', { body: { ...named(subject, object), kind: 'Gadget' } }],
    'another version': ['fieldManager=one', { body: { ...named(subject, object), apiVersion: 'gadgets.example.com/v1' } }],
    'no kind': ['fieldManager=one', { body: { metadata: named(subject, object)['metadata'] as Json } }],
    'another name': ['fieldManager=one', body({ metadata: { name: 'someone-else' } })],
    'another namespace': ['fieldManager=one', body({ metadata: { namespace: 'elsewhere' } })],
    managers: ['fieldManager=one', body({ metadata: { managedFields: [] } })],
    'an unknown field': ['fieldManager=one', body({ unheard: true })],
    'an unknown label type': ['fieldManager=one', body(labelled({ a: 7 }))],
    'labels as a list': ['fieldManager=one', body(labelled(['a']))],
    'an owner that stands twice': ['fieldManager=one', body({ metadata: { ownerReferences: [{ uid: '1' }, { uid: '1' }] } })],
    'a finalizer that stands twice': ['fieldManager=one', body({ metadata: { finalizers: ['a.example/x', 'a.example/x'] } })],
    'a finalizer that is no name': ['fieldManager=one', body({ metadata: { finalizers: ['not valid'] } })],
    'another uid': ['fieldManager=one', body({ metadata: { uid: '7b1b2c6e-0f7c-4b57-9a4c-2e2c3f5a9d10' } })],
    'a list as body': ['fieldManager=one', { body: '[]' }],
    'no YAML': ['fieldManager=one', { body: 'a: b: c' }],
    'an empty body': ['fieldManager=one', { body: '' }],
  }
  return Object.entries(tried).map(([note, [query, extras]]) => apply(subject, note, object, query, extras))
}

const contending = (subject: ResourceSubject, object: JsonObject): Step[] => {
  const by = (manager: string, note: string, rest: JsonObject, query = ''): Step =>
    apply(subject, `${manager}: ${note}`, object, `fieldManager=${manager}${query}`, { body: named(subject, object, rest) })
  return [
    by('one', 'labels', labelled({ a: '1', b: '1' })),
    by('one', 'the same again', labelled({ a: '1', b: '1' })),
    by('two', 'shares', labelled({ a: '1' })),
    by('two', 'contends', labelled({ a: '2', b: '2' })),
    by('two', 'takes', labelled({ a: '2' }), '&force=true'),
    by('one', 'takes back, dry run', labelled({ a: '3' }), '&force=true&dryRun=All'),
    by('one', 'lets go', labelled({ b: '1' })),
    by('one', 'empty labels', labelled({})),
    by('one', 'null labels', labelled(null)),
    by('one', 'finalizers', { metadata: { finalizers: ['one.example/x', 'both.example/x'] } }),
    by('two', 'finalizers', { metadata: { finalizers: ['both.example/x', 'two.example/x'], annotations: { note: 'x' } } }),
    by('one', 'finalizers in another order', { metadata: { finalizers: ['two.example/x', 'one.example/x'] } }),
    by('two', 'nothing', {}),
    by('one', 'nothing', {}),
    merge(subject, 'an updater after it', object, labelled({ a: 'u', c: 'u' })),
    by('one', 'against the updater', labelled({ a: '4', c: '4' })),
    by('one', 'what the updater has', labelled({ a: 'u' })),
    by('one', 'over the updater', labelled({ a: '4', c: '4' }), '&force=true'),
    merge(subject, 'managers away', object, { metadata: { managedFields: [{}] } }),
    by('one', 'after nobody', labelled({ a: '4', d: '4' })),
    by('kubectl', 'against who was before', labelled({ a: '5' })),
  ]
}

const subresources = (subject: ResourceSubject, object: JsonObject): Step[] => {
  const steps: Step[] = []
  const of = (name: 'status' | 'scale', note: string, query: string, body: JsonObject, target = object): Step =>
    within(`apply ${name}`, subject.patchSub(name, note, target, { contentType: TYPE, query, body }))
  const missing = { metadata: { name: 'missing' } }
  if (subject.hasStatus()) {
    const status = subject.fuller.value(`${subject.resource.type}Status`, 'status') ?? {}
    const labels = labelled({ by: 'status' })
    steps.push(
      of('status', 'applied', 'fieldManager=one', named(subject, object, { status })),
      of('status', 'applied again, with a label', 'fieldManager=one', named(subject, object, { status, ...labels })),
      of('status', 'applied by another', 'fieldManager=two', named(subject, object, { status })),
      of('status', 'applied away', 'fieldManager=one', named(subject, object)),
      of('status', 'applied where nothing is', 'fieldManager=one', named(subject, missing), missing),
    )
  }
  if (subject.resource.subresources?.['scale'] !== undefined) {
    const scale = (spec: JsonObject): JsonObject => ({
      apiVersion: 'autoscaling/v1',
      kind: 'Scale',
      metadata: { name: textAt(object, 'metadata', 'name') },
      spec,
    })
    steps.push(
      of('scale', 'applied', 'fieldManager=one', scale({ replicas: 2 })),
      of('scale', 'applied by force', 'fieldManager=one&force=true', scale({ replicas: 2 })),
      of('scale', 'contended', 'fieldManager=two', scale({ replicas: 3 })),
      of('scale', 'applied away', 'fieldManager=one', scale({})),
      of('scale', 'applied as another kind', 'fieldManager=one', named(subject, object)),
    )
  }
  return steps
}

const end = (subject: ResourceSubject, object: JsonObject): Step[] =>
  subject.has('delete') ? [subject.remove('was applied', object, { query: 'gracePeriodSeconds=0' })] : []

const made = (subject: ResourceSubject): Case => {
  const object = subject.enriched(2)
  return {
    name: `${subject.name} applied from the first`,
    steps: [
      apply(subject, 'where nothing is, dry run', object, 'fieldManager=one&dryRun=All', { body: object }),
      apply(subject, 'where nothing is', object, 'fieldManager=one', { body: object }),
      apply(subject, 'the same again', object, 'fieldManager=one', { body: object }),
      apply(subject, 'the same by another', object, 'fieldManager=two', { body: object }),
      apply(subject, 'the name alone', object, 'fieldManager=one', { body: named(subject, object) }),
      within('apply', subject.get('after applies', object)),
      ...end(subject, object),
    ],
  }
}

const plain = (subject: ResourceSubject): Case => {
  const object = subject.minimal()
  return {
    name: `${subject.name} applies`,
    steps: [
      subject.create('to be applied to', object),
      ...refused(subject, object),
      ...contending(subject, object),
      ...subresources(subject, object),
      within('apply', subject.get('after applies', object)),
      ...end(subject, object),
    ],
  }
}

/** Some from what the object holds, by managers that get in each other's way. */
const random = (subject: ResourceSubject, index: number): Case => {
  const object = index % 2 === 0 ? subject.minimal() : subject.enriched(2)
  const steps = Array.from({ length: RANDOM_STEPS }, (_, place): Step => {
    const seed = subject.random.below(2 ** 31)
    const chosen = new SeededRandom(seed)
    const query = `fieldManager=${chosen.pick(['one', 'two', 'kubectl'])}${chosen.chance(0.4) ? '&force=true' : ''}`
    return apply(subject, `random ${index}, ${place}`, object, query, {
      edit: (held) => named(subject, object, randomConfiguration(copyOf(held), new SeededRandom(seed + 1))),
    })
  })
  return {
    name: `${subject.name} random applies ${index}`,
    steps: [subject.create(`for applies ${index}`, object), ...steps, ...end(subject, object)],
  }
}

export const applyCases = (subject: ResourceSubject): Case[] => {
  if (!subject.has('patch') || !subject.has('create')) return []
  const randoms = OFTEN_APPLIED.has(subject.resource.kind) ? RANDOM_CASES : 0
  return [plain(subject), made(subject), ...Array.from({ length: randoms }, (_, index) => random(subject, index))]
}
