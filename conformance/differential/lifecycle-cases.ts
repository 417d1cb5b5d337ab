// The lives of objects: made, read, changed, changed by someone who was late, deleted, deleted again; singly and by collection.
import { copyOf, isObject, type Json, type JsonObject, objectAt } from './json-value.ts'
import type { ResourceSubject } from './resource-subject.ts'
import { type Case, type Step, TOKEN } from './step.ts'

const JSON_TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'
const JSON_PARTIAL = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io'

const withMetadata = (object: JsonObject, changes: JsonObject): JsonObject => {
  const copy = copyOf(object)
  copy['metadata'] = { ...objectAt(copy, 'metadata'), ...changes }
  return copy
}

const labelled = (object: JsonObject, labels: JsonObject): JsonObject =>
  withMetadata(object, { labels: { ...objectAt(object, 'metadata', 'labels'), ...labels } })

const withoutVersion = (object: JsonObject): JsonObject => {
  const copy = copyOf(object)
  delete objectAt(copy, 'metadata')['resourceVersion']
  return copy
}

const updates = (subject: ResourceSubject, object: JsonObject): Step[] => [
  subject.update('a label', object, { edit: (held) => labelled(held, { round: 'one' }) }),
  subject.update('nothing changed', object, { edit: (held) => held }),
  subject.update('from a stale version', object, {
    edit: (held) => labelled(withMetadata(held, { resourceVersion: TOKEN.oldVersion }), { round: 'stale' }),
  }),
  subject.update('without a version', object, { edit: (held) => labelled(withoutVersion(held), { round: 'two' }) }),
  subject.update('another name in the body', object, { edit: (held) => withMetadata(held, { name: 'someone-else' }) }),
  subject.update('another uid', object, { edit: (held) => withMetadata(held, { uid: '7b1b2c6e-0f7c-4b57-9a4c-2e2c3f5a9d10' }) }),
  subject.update('a bad version', object, { edit: (held) => withMetadata(held, { resourceVersion: 'not-a-number' }) }),
  subject.update('dry run', object, { query: 'dryRun=All', edit: (held) => labelled(held, { round: 'dry' }) }),
  subject.update('the minimal object again', object, { body: withMetadata(object, { resourceVersion: TOKEN.version }) }),
  subject.update('annotations and owner', object, {
    edit: (held) =>
      withMetadata(held, {
        annotations: { 'example.com/note': 'x' },
        finalizers: [],
        ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: '7b1b2c6e-0f7c-4b57-9a4c-2e2c3f5a9d10' }],
      }),
  }),
]

const statusUpdates = (subject: ResourceSubject, object: JsonObject): Step[] => {
  if (!subject.hasStatus()) return []
  const statusType = `${subject.resource.type}Status`
  const generated = (): Json => subject.fuller.value(statusType, 'status') ?? {}
  const fresh = [generated(), generated(), generated()]
  return [
    subject.sub('status', 'get', 'as made', object),
    subject.sub('status', 'update', 'nothing changed', object, { edit: (held) => held }),
    ...fresh.map((status, index) =>
      subject.sub('status', 'update', `generated status ${index}`, object, {
        edit: (held) => ({ ...held, status: { ...objectAt(held, 'status'), ...(isObject(status) ? status : {}) } }),
      }),
    ),
    subject.sub('status', 'update', 'a label and the spec too', object, {
      edit: (held) => labelled({ ...held, spec: {} }, { by: 'status' }),
    }),
    subject.sub('status', 'update', 'from a stale version', object, {
      edit: (held) => withMetadata(held, { resourceVersion: TOKEN.oldVersion }),
    }),
    subject.sub('status', 'get', 'after updates', object),
    subject.sub('status', 'get', 'of an object that is not there', { metadata: { name: 'missing' } }),
  ]
}

const deletions = (subject: ResourceSubject, object: JsonObject): Step[] => {
  const options = (more: JsonObject): JsonObject => ({ kind: 'DeleteOptions', apiVersion: 'v1', ...more })
  return [
    subject.remove('dry run', object, { body: options({ dryRun: ['All'] }) }),
    subject.remove('another uid', object, { body: options({ preconditions: { uid: '7b1b2c6e-0f7c-4b57-9a4c-2e2c3f5a9d10' } }) }),
    subject.remove('a stale version', object, { body: options({ preconditions: { resourceVersion: '1' } }) }),
    subject.remove('a bad propagation', object, { query: 'propagationPolicy=Sideways' }),
    subject.remove('its uid', object, { body: options({ preconditions: { uid: TOKEN.uid }, propagationPolicy: 'Background' }) }),
    subject.remove('a second time', object),
    subject.get('after deletion', object),
  ]
}

const whole = (subject: ResourceSubject, object: JsonObject): Case => ({
  name: `${subject.name} life of ${objectAt(object, 'metadata')['name']}`,
  steps: [
    subject.get('before it exists', object),
    ...(subject.has('update') ? [subject.update('before it exists', object, { body: object })] : []),
    subject.remove('what update may have made', object),
    subject.create('dry run', object, { query: 'dryRun=All' }),
    subject.create('minimal', object),
    subject.create('a second time', object),
    subject.get('as made', object),
    subject.get('as a table', object, { accept: JSON_TABLE }),
    subject.get('metadata only', object, { accept: JSON_PARTIAL }),
    subject.get('at version 0', object, { query: 'resourceVersion=0' }),
    ...(subject.has('update') ? updates(subject, object) : []),
    ...statusUpdates(subject, object),
    subject.get('after updates', object),
    ...(subject.has('delete') ? deletions(subject, object) : []),
  ],
})

const propagation = (subject: ResourceSubject): Case => {
  const objects = ['Orphan', 'Foreground', 'Background', ''].map((policy) => ({ policy, object: subject.minimal() }))
  return {
    name: `${subject.name} propagation policies`,
    steps: objects.flatMap(({ policy, object }) => [
      subject.create(`to delete with ${policy}`, object),
      subject.remove(`propagation ${policy}`, object, policy === '' ? {} : { query: `propagationPolicy=${policy}` }),
      subject.get(`after propagation ${policy}`, object),
      subject.update('finalizers away', object, { edit: (held) => withMetadata(held, { finalizers: [] }) }),
      subject.get('after finalizers went', object),
    ]),
  }
}

const held = (subject: ResourceSubject): Case => {
  const object = withMetadata(subject.minimal(), { finalizers: ['example.com/hold'] })
  return {
    name: `${subject.name} with a finalizer`,
    steps: [
      subject.create('with a finalizer', object),
      subject.remove('while it is held', object, { query: 'gracePeriodSeconds=0' }),
      subject.get('while it is being deleted', object),
      subject.update('a label while being deleted', object, { edit: (now) => labelled(now, { late: 'yes' }) }),
      subject.update('another finalizer while being deleted', object, {
        edit: (now) => withMetadata(now, { finalizers: ['example.com/hold', 'example.com/more'] }),
      }),
      subject.update('the last finalizer away', object, { edit: (now) => withMetadata(now, { finalizers: [] }) }),
      subject.get('after it was let go', object),
    ],
  }
}

const listing = (subject: ResourceSubject): Case => {
  const objects = ['a', 'b', 'c'].map((tier) => labelled(subject.minimal(), { suite: 'listing', tier }))
  const first = String(objectAt(objects[0], 'metadata')['name'])
  const queries = [
    'labelSelector=suite%3Dlisting',
    'labelSelector=suite%3Dlisting,tier%21%3Da',
    'labelSelector=suite%3Dlisting,tier%20in%20(a,b)',
    'labelSelector=suite%3Dlisting,%21tier',
    'labelSelector=suite%3D%3Dlisting&limit=2',
    `labelSelector=suite%3Dlisting&limit=2&continue=${TOKEN.continue}`,
    'labelSelector=a%20b%20c',
    'labelSelector=%3Dx',
    `fieldSelector=metadata.name%3D${first}`,
    `fieldSelector=metadata.name!%3D${first}&labelSelector=suite%3Dlisting`,
    'fieldSelector=spec.nothing%3Dx',
    'fieldSelector=bad',
    'labelSelector=suite%3Dlisting&resourceVersion=0',
    'labelSelector=suite%3Dlisting&resourceVersion=bad',
    'labelSelector=suite%3Dlisting&resourceVersionMatch=Exact',
    'labelSelector=suite%3Dlisting&resourceVersion=1&resourceVersionMatch=Nope',
    'labelSelector=suite%3Dlisting&resourceVersion=0&resourceVersionMatch=NotOlderThan',
    'limit=1&continue=not-a-token',
    'limit=-1&labelSelector=suite%3Dlisting',
    'limit=x',
    'labelSelector=suite%3Dnothing-has-this',
    'labelSelector=suite%3Dlisting&timeoutSeconds=5',
  ]
  return {
    name: `${subject.name} lists`,
    steps: [
      ...objects.map((object) => subject.create('to be listed', object)),
      ...queries.map((query) => subject.list(decodeURIComponent(query), query)),
      subject.list('as a table', 'labelSelector=suite%3Dlisting', { accept: JSON_TABLE }),
      subject.list('metadata only', 'labelSelector=suite%3Dlisting', {
        accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
      }),
      subject.listEverywhere('in all namespaces', 'labelSelector=suite%3Dlisting'),
      ...(subject.has('deletecollection') ? collectionDeletes(subject) : objects.map((object) => subject.remove('was listed', object))),
    ],
  }
}

const collectionDeletes = (subject: ResourceSubject): Step[] => [
  subject.removeAll('a bad selector', 'labelSelector=a%20b%20c'),
  subject.removeAll('a bad propagation', 'labelSelector=suite%3Dlisting&propagationPolicy=Sideways'),
  subject.removeAll('dry run', 'labelSelector=suite%3Dlisting&dryRun=All'),
  subject.removeAll('one by label', 'labelSelector=suite%3Dlisting,tier%3Da'),
  subject.removeAll('the rest by label', 'labelSelector=suite%3Dlisting', {
    body: { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background' },
  }),
  subject.removeAll('none left', 'labelSelector=suite%3Dlisting'),
  subject.removeAll('options that are no options', 'labelSelector=suite%3Dlisting', {
    body: '{"kind":"DeleteOptions","apiVersion":"v1","gracePeriodSeconds":"soon"}',
  }),
  subject.list('after deletecollection', 'labelSelector=suite%3Dlisting'),
]

/** Two whole lives, one held by a finalizer, each propagation policy, and lists. */
export const lifecycleCases = (subject: ResourceSubject): Case[] => {
  if (!subject.has('create')) return []
  if (!subject.has('get')) return []
  return [whole(subject, subject.minimal()), whole(subject, subject.enriched(1)), held(subject), propagation(subject), listing(subject)]
}

/** Resources that can be read only. */
export const readOnlyCases = (subject: ResourceSubject): Case[] =>
  subject.has('create')
    ? []
    : [
        {
          name: `${subject.name} reads`,
          steps: ['missing', 'etcd-0', 'scheduler', 'controller-manager', 'Not_A_Name'].flatMap((name) => [
            subject.get(name, { metadata: { name } }),
            subject.list('all', 'limit=500'),
          ]),
        },
      ]
