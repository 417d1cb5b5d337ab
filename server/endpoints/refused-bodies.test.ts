// Bodies of other versions, kinds and places, and what upstream says of them: each row seen on the real server.
import { test } from 'tap'
import { TestServer } from '../testing/test-server.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments'
const otherVersion = (given: string, expected: string): string =>
  `the API version in the data (${given}) does not match the expected API version (${expected})`
const unconverted = (given: string, name: string): string =>
  `${name} in version "v1" cannot be handled as a Deployment: converting (${given}) to (apps.Deployment): unknown conversion`

test('bodies of kinds that upstream knows, served or not, are told apart', async (t) => {
  const server = await TestServer.start()
  t.teardown(() => server.stop())
  for (const [path, apiVersion, kind, message] of [
    [DEPLOYMENTS, 'apps/v1beta1', 'Deployment', otherVersion('apps/v1beta1', 'apps/v1')],
    [DEPLOYMENTS, 'extensions/v1beta1', 'Deployment', otherVersion('extensions/v1beta1', 'apps/v1')],
    [DEPLOYMENTS, 'autoscaling/v1', 'Scale', unconverted('v1.Scale', 'Scale')],
    [DEPLOYMENTS, 'v1', 'Status', unconverted('v1.Status', 'Status')],
    [DEPLOYMENTS, 'v1', 'List', unconverted('v1.List', 'List')],
    [
      DEPLOYMENTS,
      'apps/v9',
      'Deployment',
      'Deployment in version "v9" cannot be handled as a Deployment: no kind "Deployment" is registered for version "apps/v9" in scheme "pkg/runtime/scheme.go:111"',
    ],
    ['/apis/events.k8s.io/v1/namespaces/default/events', 'v1', 'Event', otherVersion('v1', 'events.k8s.io/v1')],
  ] as const) {
    const { status, body } = await server.send('POST', path, { apiVersion, kind, metadata: { name: 'x' } })
    t.equal(status, 400)
    t.equal(body.message, message)
  }
})

test('updates may not name another namespace, nor say that an object is being deleted; a merge patch is no null', async (t) => {
  const server = await TestServer.start()
  t.teardown(() => server.stop())
  await server.send('POST', MAPS, { metadata: { name: 'a' } })
  const elsewhere = await server.send('PUT', `${MAPS}/a`, { metadata: { name: 'a', namespace: 'other' } })
  t.equal(elsewhere.status, 400)
  t.equal(elsewhere.body.message, 'the namespace of the provided object does not match the namespace sent on the request')
  const deleted = await server.send('PUT', `${MAPS}/a`, { metadata: { name: 'a', deletionTimestamp: '2020-01-01T00:00:00Z' } })
  t.equal(deleted.status, 422)
  t.match(deleted.body.message, 'metadata.deletionTimestamp: Invalid value: "2020-01-01T00:00:00Z": field is immutable')
  const merge = { headers: { 'content-type': 'application/merge-patch+json' } }
  const nothing = await server.send('PATCH', `${MAPS}/a`, undefined, { ...merge, raw: ' null\n' })
  t.equal(nothing.status, 400)
  t.equal(nothing.body.message, 'Invalid JSON Patch')
})

test('the finalizers of a namespace are changed without owning its status', async (t) => {
  const server = await TestServer.start()
  t.teardown(() => server.stop())
  await server.send('POST', '/api/v1/namespaces', { metadata: { name: 'n', finalizers: ['a/b'] } })
  await server.send('DELETE', '/api/v1/namespaces/n')
  const { status, body } = await server.send('PUT', '/api/v1/namespaces/n/finalize', { metadata: { name: 'n' }, spec: { finalizers: [] } })
  t.equal(status, 200)
  t.notOk((body.metadata['managedFields'] as { subresource?: string }[]).some(({ subresource }) => subresource === 'finalize'))
})

test('what was sent empty is shown empty, not as if it were not there', async (t) => {
  const server = await TestServer.start()
  t.teardown(() => server.stop())
  const volume = { metadata: { name: 'v' }, spec: { capacity: {}, accessModes: ['ReadWriteOnce'], hostPath: { path: '/a' } } }
  const { body } = await server.send('POST', '/api/v1/persistentvolumes', volume)
  t.match(body.message, 'spec.capacity: Unsupported value: {}: supported values: "storage"')
  const ranges = '/apis/networking.k8s.io/v1/servicecidrs'
  await server.send('POST', ranges, { metadata: { name: 'c' }, spec: { cidrs: ['10.9.0.0/24'] } })
  const merge = { headers: { 'content-type': 'application/merge-patch+json' } }
  const emptied = await server.send('PATCH', `${ranges}/c`, { spec: { cidrs: [] } }, merge)
  t.equal(emptied.status, 422)
  t.match(emptied.body.message, 'spec.cidrs: Invalid value: []: field is immutable')
  const gone = await server.send('PATCH', `${ranges}/c`, { spec: { cidrs: null } }, merge)
  t.match(gone.body.message, 'spec.cidrs: Invalid value: null: field is immutable')
})

test('what is no patch is refused before anything is said of the resource', async (t) => {
  const server = await TestServer.start()
  t.teardown(() => server.stop())
  const headers = { 'content-type': 'application/json', accept: 'text/html' }
  const answer = await server.send('PATCH', '/api/v1/namespaces/default/endpoints/none', {}, { headers })
  t.equal(answer.status, 415)
  t.equal(answer.headers['warning'], undefined)
})

test('what fits its type and is no object all the same is refused as it came', async (t) => {
  const server = await TestServer.start()
  t.teardown(() => server.stop())
  const path = '/apis/apps/v1/namespaces/default/daemonsets'
  const labels = { a: 'b' }
  const spec = { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } } }
  const annotations = { 'deprecated.daemonset.template.generation': 'x' }
  const fault = 'strconv.ParseInt: parsing "x": invalid syntax'
  const made = await server.send('POST', path, { metadata: { name: 'd', annotations }, spec })
  t.same([made.status, made.body.message], [400, `DaemonSet in version "v1" cannot be handled as a DaemonSet: ${fault}`])
  t.equal((await server.send('POST', path, { metadata: { name: 'd' }, spec })).status, 201)
  const patch = (type: string, body: object, query = '') =>
    server.send('PATCH', `${path}/d?fieldManager=me${query}`, undefined, { headers: { 'content-type': type }, raw: JSON.stringify(body) })
  const change = { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'd', annotations } }
  const merged = await patch('application/merge-patch+json', change)
  t.equal(merged.status, 422)
  t.ok(merged.body.message.endsWith(`: ${fault}`), merged.body.message)
  const strategic = await patch('application/strategic-merge-patch+json', change)
  t.same([strategic.status, strategic.body.message], [500, fault])
  const applied = await patch('application/apply-patch+yaml', change, '&force=true')
  t.same([applied.status, applied.body.message], [500, `failed to convert to unversioned (/d; apps/v1, Kind=DaemonSet): ${fault}`])
})

test('an empty text in a pointer is one that was set: no default takes its place', async (t) => {
  const server = await TestServer.start()
  t.teardown(() => server.stop())
  const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, volumeMode: '' }
  const path = '/api/v1/namespaces/default/persistentvolumeclaims'
  const { status, body } = await server.send('POST', path, { metadata: { name: 'c' }, spec: claim })
  t.same(
    [status, body.message],
    [422, 'PersistentVolumeClaim "c" is invalid: spec.volumeMode: Unsupported value: "": supported values: "Block", "Filesystem"'],
  )
})
