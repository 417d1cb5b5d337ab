// Patches of every type, of the object, its status and its scale: well formed, late, refused, and for the kinds people patch most, random.
import { copyOf, type Json, type JsonObject, objectAt } from './json-value.ts'
import { randomJsonPatch, randomStrategicPatch } from './patch-bodies.ts'
import type { ResourceSubject, StepExtras } from './resource-subject.ts'
import { SeededRandom } from './seeded-random.ts'
import { type Case, type Step, TOKEN } from './step.ts'

export const PATCH_TYPES = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
} as const
type PatchType = keyof typeof PATCH_TYPES

const RANDOM_PATCHES = 40
const OFTEN_PATCHED = new Set([
  'Pod',
  'Service',
  'Deployment',
  'ReplicaSet',
  'DaemonSet',
  'StatefulSet',
  'Job',
  'CronJob',
  'ConfigMap',
  'Secret',
  'ServiceAccount',
  'Node',
  'Ingress',
])

const step = (subject: ResourceSubject, type: PatchType, note: string, object: JsonObject, extras: StepExtras): Step =>
  subject.patch(type, note, object, { contentType: PATCH_TYPES[type], ...extras })

/** Bodies that every kind can take or refuse. */
const merges = (type: 'merge' | 'strategic'): Record<string, StepExtras> => ({
  'a label': { body: { metadata: { labels: { patched: type } } } },
  'the label again': { body: { metadata: { labels: { patched: type } } } },
  'the label away': { body: { metadata: { labels: { patched: null } } } },
  'an annotation, dry run': { body: { metadata: { annotations: { note: 'x' } } }, query: 'dryRun=All' },
  'a finalizer that is no name': { body: { metadata: { finalizers: ['not valid'] } } },
  'an unknown field': { body: { spec: { nothing: 1 }, unheard: true } },
  'an unknown field, Strict': { body: { unheard: true }, query: 'fieldValidation=Strict' },
  'a label of a wrong type': { body: { metadata: { labels: { patched: 7 } } } },
  'another name': { body: { metadata: { name: 'someone-else' } } },
  'another namespace': { body: { metadata: { namespace: 'elsewhere' } } },
  'another kind': { body: { kind: 'Gadget' } },
  'another apiVersion': { body: { apiVersion: 'gadgets.example.com/v1' } },
  'a stale version': { body: { metadata: { resourceVersion: TOKEN.oldVersion, labels: { patched: 'late' } } } },
  'the newest version': { body: { metadata: { resourceVersion: TOKEN.version, labels: { patched: 'timely' } } } },
  'another uid': { body: { metadata: { uid: '7b1b2c6e-0f7c-4b57-9a4c-2e2c3f5a9d10' } } },
  'a list as body': { body: '[]' },
  'a text as body': { body: '"text"' },
  'not json': { body: '{"metadata":' },
  'an empty body': { body: '' },
  'metadata away': { body: { metadata: null } },
})

const operations: Record<string, Json | string> = {
  'a label': [{ op: 'add', path: '/metadata/labels', value: { patched: 'json' } }],
  'a test that holds': [{ op: 'test', path: '/metadata/labels/patched', value: 'json' }],
  'a test that fails': [{ op: 'test', path: '/metadata/labels/patched', value: 'other' }],
  'the label away': [{ op: 'remove', path: '/metadata/labels/patched' }],
  'the label away again': [{ op: 'remove', path: '/metadata/labels/patched' }],
  'an unknown path': [{ op: 'replace', path: '/metadata/nothing/at/all', value: 1 }],
  'an unknown operation': [{ op: 'swap', path: '/metadata/labels', value: {} }],
  'no path': [{ op: 'add', value: 1 }],
  'no value': [{ op: 'add', path: '/metadata/labels/x' }],
  'another name': [{ op: 'replace', path: '/metadata/name', value: 'someone-else' }],
  'a copy': [{ op: 'copy', from: '/metadata/name', path: '/metadata/labels/copied' }],
  'a move to itself': [{ op: 'move', from: '/metadata/labels', path: '/metadata/labels' }],
  'the whole object': [{ op: 'replace', path: '', value: {} }],
  'no operations': [],
  'an object as body': { op: 'add', path: '/metadata/labels', value: {} },
  'not json': '[{"op":',
  'an empty body': '',
}

const plain = (subject: ResourceSubject): Case => {
  const object = subject.minimal()
  const missing = { metadata: { name: 'missing' } }
  const label = { body: { metadata: { labels: { a: 'b' } } } }
  return {
    name: `${subject.name} patches`,
    steps: [
      subject.create('to be patched', object),
      ...Object.entries(merges('merge')).map(([note, extras]) => step(subject, 'merge', note, object, extras)),
      ...Object.entries(merges('strategic')).map(([note, extras]) => step(subject, 'strategic', note, object, extras)),
      ...Object.entries(operations).map(([note, body]) => step(subject, 'json', note, object, { body })),
      step(subject, 'merge', 'of an object that is not there', missing, label),
      step(subject, 'strategic', 'of an object that is not there', missing, label),
      step(subject, 'merge', 'in plain JSON', object, { ...label, contentType: 'application/json' }),
      step(subject, 'json', 'with force', object, { body: [], query: 'force=true' }),
      ...statusPatches(subject, object),
      ...scalePatches(subject, object),
      subject.get('after patches', object),
      ...(subject.has('delete') ? [subject.remove('was patched', object, { query: 'gracePeriodSeconds=0' })] : []),
    ],
  }
}

const statusPatches = (subject: ResourceSubject, object: JsonObject): Step[] => {
  if (!subject.hasStatus()) return []
  const status = subject.fuller.value(`${subject.resource.type}Status`, 'status') ?? {}
  return (['merge', 'strategic'] as const).flatMap((type) => {
    const at = { contentType: PATCH_TYPES[type] }
    return [
      subject.patchSub('status', 'a generated status', object, { ...at, body: { status } }),
      subject.patchSub('status', 'the spec and a label', object, { ...at, body: { spec: {}, metadata: { labels: { by: 'status' } } } }),
      subject.patchSub('status', 'nothing', object, { ...at, body: {} }),
    ]
  })
}

const scalePatches = (subject: ResourceSubject, object: JsonObject): Step[] => {
  if (subject.resource.subresources?.['scale'] === undefined) return []
  const replicas = (count: Json): StepExtras => ({ contentType: PATCH_TYPES.merge, body: { spec: { replicas: count } } })
  return [
    subject.sub('scale', 'get', 'as made', object),
    subject.patchSub('scale', 'to three', object, replicas(3)),
    subject.patchSub('scale', 'below nothing', object, replicas(-1)),
    subject.patchSub('scale', 'to a text', object, replicas('many')),
    subject.patchSub('scale', 'by strategy', object, { ...replicas(2), contentType: PATCH_TYPES.strategic }),
    subject.patchSub('scale', 'by operations', object, {
      contentType: PATCH_TYPES.json,
      body: [{ op: 'replace', path: '/spec/replicas', value: 5 }],
    }),
    subject.sub('scale', 'update', 'to one', object, { edit: (held) => scaled(held, 1) }),
    subject.sub('scale', 'update', 'to nothing', object, { edit: (held) => scaled(held, 0) }),
    subject.sub('scale', 'update', 'of another name', object, {
      edit: (held) => ({ ...scaled(held, 1), metadata: { name: 'someone-else' } }),
    }),
    subject.sub('scale', 'get', 'at the end', object),
    subject.sub('scale', 'get', 'of an object that is not there', { metadata: { name: 'missing' } }),
  ]
}

const scaled = (held: JsonObject, replicas: number): JsonObject => ({
  kind: 'Scale',
  apiVersion: 'autoscaling/v1',
  metadata: { name: objectAt(held, 'metadata')['name'], namespace: objectAt(held, 'metadata')['namespace'] },
  spec: { replicas },
})

/** A patch each of an object of its own, so that one difference brings no others. */
const random = (subject: ResourceSubject, type: 'json' | 'strategic', index: number): Case => {
  const object = subject.enriched(2)
  const seed = subject.random.below(2 ** 31)
  const make = type === 'json' ? randomJsonPatch : randomStrategicPatch
  const note = `random ${type} patch ${index}`
  return {
    name: `${subject.name} ${note}`,
    steps: [
      subject.create(`for ${note}`, object),
      subject.patch(`random ${type}`, note, object, {
        contentType: PATCH_TYPES[type],
        edit: (held) => make(copyOf(held), new SeededRandom(seed)),
      }),
      ...(subject.has('delete') ? [subject.remove(`after ${note}`, object, { query: 'gracePeriodSeconds=0' })] : []),
    ],
  }
}

export const patchCases = (subject: ResourceSubject): Case[] => {
  if (!subject.has('patch') || !subject.has('create')) return []
  const often = OFTEN_PATCHED.has(subject.resource.kind)
  const randoms = often
    ? (['json', 'strategic'] as const).flatMap((type) => Array.from({ length: RANDOM_PATCHES }, (_, index) => random(subject, type, index)))
    : []
  return [plain(subject), ...randoms]
}
