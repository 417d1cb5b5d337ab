// Objects with more fields, and objects that are wrong in one way each: the first to find differences in defaults and in what is kept, the
// second in what is refused and how it is said.
import { copyOf, isObject, type Json, type JsonObject, objectAt, pathsOf, setAt, textAt, valueAt } from './json-value.ts'
import type { ResourceSubject, StepExtras } from './resource-subject.ts'
import type { Case, Step } from './step.ts'

/** At once and with nothing left to wait for, whatever the kind's default. */
const AWAY = 'gracePeriodSeconds=0&propagationPolicy=Background'
const FULLER_OBJECTS = 14
const RANDOM_MUTATIONS = 10
/** Kinds that hold most of what people write get more. */
const RICH = new Set([
  'Pod',
  'Service',
  'Deployment',
  'Job',
  'StatefulSet',
  'Ingress',
  'PersistentVolume',
  'CronJob',
  'HorizontalPodAutoscaler',
])

/** Made, read, changed once, deleted. */
const short = (subject: ResourceSubject, note: string, object: JsonObject, extras: StepExtras = {}): Case => ({
  name: `${subject.name} ${note}`,
  steps: [
    subject.create(note, object, extras),
    ...(subject.has('get') ? [subject.get(`after ${note}`, object)] : []),
    ...(subject.has('update') ? [subject.update(`no change after ${note}`, object, { edit: (held) => held })] : []),
    ...(subject.has('delete') ? [subject.remove(`after ${note}`, object, { query: AWAY })] : []),
  ],
})

export const fullerCases = (subject: ResourceSubject): Case[] => {
  const wanted = RICH.has(subject.resource.kind) ? FULLER_OBJECTS * 3 : FULLER_OBJECTS
  return Array.from({ length: wanted }, (_, index) => short(subject, `fuller ${index}`, subject.enriched(1 + (index % 3))))
}

/** A valid object changed in one respect of its metadata or envelope. */
const metadataChanges: Record<string, (object: JsonObject) => void> = {
  'upper case name': (object) => {
    objectAt(object, 'metadata')['name'] = 'Not_A_Name'
  },
  'name with a slash': (object) => {
    objectAt(object, 'metadata')['name'] = 'a/b'
  },
  'huge name': (object) => {
    objectAt(object, 'metadata')['name'] = 'n'.repeat(300)
  },
  'empty name': (object) => {
    objectAt(object, 'metadata')['name'] = ''
  },
  'no metadata': (object) => {
    delete object['metadata']
  },
  'name that is a number': (object) => {
    objectAt(object, 'metadata')['name'] = 7
  },
  'bad label key': (object) => {
    objectAt(object, 'metadata')['labels'] = { 'bad key!': 'x' }
  },
  'bad label value': (object) => {
    objectAt(object, 'metadata')['labels'] = { key: 'not a value!' }
  },
  'label that is a number': (object) => {
    objectAt(object, 'metadata')['labels'] = { key: 1 }
  },
  'bad annotation key': (object) => {
    objectAt(object, 'metadata')['annotations'] = { 'bad key!': 'x' }
  },
  'huge annotations': (object) => {
    objectAt(object, 'metadata')['annotations'] = { key: 'x'.repeat(263_000) }
  },
  'bad finalizer': (object) => {
    objectAt(object, 'metadata')['finalizers'] = ['not valid']
  },
  'owner without a uid': (object) => {
    objectAt(object, 'metadata')['ownerReferences'] = [{ apiVersion: 'v1', kind: 'Pod', name: 'x' }]
  },
  'two controllers': (object) => {
    const owner = { apiVersion: 'v1', kind: 'Pod', name: 'x', uid: '1', controller: true }
    objectAt(object, 'metadata')['ownerReferences'] = [owner, { ...owner, uid: '2' }]
  },
  'a version on create': (object) => {
    objectAt(object, 'metadata')['resourceVersion'] = '12'
  },
  'system fields on create': (object) => {
    Object.assign(objectAt(object, 'metadata'), {
      uid: 'mine',
      generation: 9,
      creationTimestamp: '2020-01-01T00:00:00Z',
      selfLink: '/x',
      deletionTimestamp: '2020-01-01T00:00:00Z',
      deletionGracePeriodSeconds: 4,
    })
  },
  'another namespace': (object) => {
    objectAt(object, 'metadata')['namespace'] = 'elsewhere'
  },
  'another kind': (object) => {
    object['kind'] = 'Gadget'
  },
  'another apiVersion': (object) => {
    object['apiVersion'] = 'gadgets.example.com/v1'
  },
  'no kind': (object) => {
    delete object['kind']
  },
  'no apiVersion': (object) => {
    delete object['apiVersion']
  },
  'no kind and no apiVersion': (object) => {
    delete object['apiVersion']
    delete object['kind']
  },
  'a list kind': (object) => {
    object['kind'] = `${textAt(object, 'kind')}List`
  },
  'null labels': (object) => {
    objectAt(object, 'metadata')['labels'] = null
  },
  'a bad time': (object) => {
    objectAt(object, 'metadata')['creationTimestamp'] = 'yesterday'
  },
}

const changedCases = (subject: ResourceSubject): Case[] =>
  Object.entries(metadataChanges).map(([note, change]) => {
    const object = subject.minimal()
    const changed = copyOf(object)
    change(changed)
    const steps: Step[] = [subject.create(note, object, { body: changed })]
    if (subject.has('delete')) steps.push(subject.remove(`after ${note}`, object, { query: AWAY }))
    return { name: `${subject.name} ${note}`, steps }
  })

/** Bodies and options: `text` is the valid object's JSON. */
const bodies: Record<string, (text: string) => StepExtras> = {
  'not json': () => ({ body: '{"kind":' }),
  'json cut short': (text) => ({ body: text.slice(0, text.length >> 1) }),
  'an empty body': () => ({ body: '' }),
  'a list as body': () => ({ body: '[]' }),
  'a string as body': () => ({ body: '"text"' }),
  'null as body': () => ({ body: 'null' }),
  'an unknown field': (text) => ({ body: withUnknown(text) }),
  'an unknown field, Strict': (text) => ({ body: withUnknown(text), query: 'fieldValidation=Strict' }),
  'an unknown field, Warn': (text) => ({ body: withUnknown(text), query: 'fieldValidation=Warn' }),
  'an unknown field, Ignore': (text) => ({ body: withUnknown(text), query: 'fieldValidation=Ignore' }),
  'a field twice, Strict': (text) => ({ body: twice(text), query: 'fieldValidation=Strict' }),
  'a field twice, Warn': (text) => ({ body: twice(text), query: 'fieldValidation=Warn' }),
  'a field twice': (text) => ({ body: twice(text) }),
  'a bad fieldValidation': () => ({ query: 'fieldValidation=Loud' }),
  'a bad dryRun': () => ({ query: 'dryRun=Some' }),
  'a bad fieldManager': () => ({ query: `fieldManager=${'m'.repeat(200)}` }),
  'an unknown media type': () => ({ contentType: 'text/plain' }),
  yaml: (text) => ({ contentType: 'application/yaml', body: `# as yaml\n${text}\n` }),
  'json with a charset': () => ({ contentType: 'application/json; charset=utf-8' }),
  'trailing text': (text) => ({ body: `${text} trailing` }),
  'a key in the wrong case': (text) => ({ body: text.replace('"metadata"', '"Metadata"') }),
  'answer as yaml': () => ({ accept: 'application/yaml' }),
  'an answer nobody has': () => ({ accept: 'text/html' }),
}

const withUnknown = (text: string): string => text.replace(/}$/, ',"unknownField":{"a":1},"anotherUnknown":true}')
const twice = (text: string): string => text.replace('"metadata":{', '"kind":"Twice","metadata":{"name":"twice",')

const bodyCases = (subject: ResourceSubject): Case[] =>
  Object.entries(bodies).map(([note, extrasOf]) => {
    const object = subject.minimal()
    const extras = extrasOf(JSON.stringify(object))
    const steps: Step[] = [subject.create(note, object, extras)]
    if (subject.has('delete')) steps.push(subject.remove(`after ${note}`, object, { query: AWAY }))
    return { name: `${subject.name} ${note}`, steps }
  })

const generated = (subject: ResourceSubject): Case => {
  const object = subject.minimal()
  const { name: _, ...metadata } = objectAt(object, 'metadata')
  const labels = { suite: 'generated' }
  return {
    name: `${subject.name} generated name`,
    steps: [
      subject.create(
        'generateName and no name',
        { ...object, metadata: { ...metadata, labels, generateName: 'Bad_Prefix-' } },
        { subject: '' },
      ),
      subject.create('no name at all', { ...object, metadata }, { subject: '' }),
    ],
  }
}

const wrongValues: readonly Json[] = [null, 7, 'text', true, [], {}, -1, '', ['a'], { a: 'b' }, 1e20, 1.5, 'x'.repeat(300), 'Bad Value!']

/** One value somewhere in a valid object replaced by another, or taken away; on create and on update. */
const mutations = (subject: ResourceSubject): Case[] =>
  Array.from({ length: RANDOM_MUTATIONS }, (_, index) => {
    const original = subject.enriched(index % 3)
    const paths = pathsOf(original).filter(([head]) => head !== 'metadata' && head !== 'kind' && head !== 'apiVersion')
    if (paths.length === 0) return { name: `${subject.name} mutation ${index}`, steps: [] }
    const path = subject.random.pick(paths)
    const changed = copyOf(original)
    const remove = subject.random.chance(0.3)
    const value = subject.random.pick(wrongValues)
    mutate(changed, path, remove ? undefined : value)
    const note = `mutation ${path.join('.')} ${remove ? 'removed' : `= ${JSON.stringify(value).slice(0, 20)}`}`
    const steps = [...short(subject, note, original, { body: changed }).steps]
    if (subject.has('update') && subject.has('delete')) {
      steps.push(subject.create(`before ${note}`, original))
      steps.push(subject.update(note, original, { edit: (held) => mutatedCopy(held, path, remove ? undefined : value) }))
      steps.push(subject.remove(`after ${note}`, original, { query: AWAY }))
    }
    return { name: `${subject.name} ${note}`, steps }
  })

const mutatedCopy = (object: JsonObject, path: readonly string[], value: Json | undefined): JsonObject => {
  const copy = copyOf(object)
  mutate(copy, path, value)
  return copy
}

const mutate = (object: JsonObject, path: readonly string[], value: Json | undefined): void => {
  if (value !== undefined) {
    setAt(object, path, value)
    return
  }
  const parent = valueAt(object, ...path.slice(0, -1))
  const key = path.at(-1) ?? ''
  if (isObject(parent)) delete parent[key]
  else if (Array.isArray(parent)) parent.splice(Number(key), 1)
}

export const wrongCases = (subject: ResourceSubject): Case[] =>
  subject.has('create') ? [...changedCases(subject), ...bodyCases(subject), generated(subject), ...mutations(subject)] : []
