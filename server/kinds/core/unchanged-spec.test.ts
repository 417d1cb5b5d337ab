// What an update leaves of a pod as it was is not checked again where this process checked it when it was written, and only there.
import { test } from 'tap'
import type { FieldError } from '../../../apimachinery/field-error.ts'
import type { KubeObject } from '../../../apimachinery/kube-object.ts'
import { TestServer } from '../../testing/test-server.ts'
import { checkPodUpdate } from '../validation/pods.ts'

const PODS = '/api/v1/namespaces/default/pods'
const pod = (name: string) => ({
  kind: 'Pod',
  apiVersion: 'v1',
  metadata: { name, annotations: {} },
  spec: { containers: [{ name: 'c', image: 'i', command: ['x'.repeat(200)] }] },
})

test('a spec that is as it was', async (t) => {
  const server = await TestServer.start('--authorization-mode=AlwaysAllow', '--disable-admission-plugins=ServiceAccount')
  t.teardown(() => server.stop())
  const store = server.server.cluster.storeOf('', 'pods')
  const entryOf = (name: string) => store.require('default', name)
  const putBack = async (name: string, change: Record<string, unknown>) => {
    const { body } = await server.send('GET', `${PODS}/${name}`)
    return server.send('PUT', `${PODS}/${name}`, { ...body, metadata: { ...body.metadata, ...change } })
  }

  await server.send('POST', PODS, pod('made'))
  t.equal(entryOf('made').checked, true, 'a create checks all')
  t.equal((await putBack('made', { annotations: { some: 'thing' } })).status, 200)
  t.equal(entryOf('made').checked, true)
  t.match((await putBack('made', { annotations: { 'a b': '' } })).body.message, /metadata.annotations: Invalid value: "a b"/)
  const status = { status: { phase: 'Running' } }
  const patch = { 'content-type': 'application/merge-patch+json' }
  t.equal((await server.send('PATCH', `${PODS}/made/status`, status, { headers: patch })).status, 200)
  t.equal(entryOf('made').checked, true, 'a status is checked beside what was')

  await server.send('POST', PODS, pod('bound'))
  const binding = { kind: 'Binding', apiVersion: 'v1', metadata: { name: 'bound' }, target: { kind: 'Node', name: 'Not_A_Node' } }
  t.equal((await server.send('POST', `${PODS}/bound/binding`, binding)).status, 201)
  t.equal(entryOf('bound').checked, false, 'other subresources change what they do not check')
  t.match((await putBack('bound', { annotations: { some: 'thing' } })).body.message, /spec.nodeName: Invalid value: "Not_A_Node"/)

  const { metadata } = (await server.send('GET', `${PODS}/made`)).body
  const spec = { containers: [{ name: 'Not a name', image: 'i', command: ['x'.repeat(200)] }] }
  const foreign = { metadata: { ...metadata, name: 'foreign' }, spec, status: {} } as unknown as KubeObject
  await store.store.create(store.key('default', 'foreign'), store.encode(foreign))
  await store.waitFor((await store.store.get('')).revision)
  t.equal(entryOf('foreign').checked, false, 'what others wrote may have faults')
  t.match((await putBack('foreign', { annotations: { some: 'thing' } })).body.message, /Invalid value: "Not a name"/)
})

test('what was checked and is shared is passed over', async (t) => {
  const spec = { containers: [{ name: 'Not a name' }] }
  const [now, old] = [
    { metadata: { name: 'p' }, spec },
    { metadata: { name: 'p' }, spec },
  ]
  const faults = (object: object, before: object, oldIsChecked?: boolean): number => {
    const errors: FieldError[] = []
    checkPodUpdate(object as KubeObject, before as KubeObject, errors, oldIsChecked)
    return errors.length
  }
  t.equal(faults(now, old, true), 0)
  t.ok(faults(now, old) > 0)
  t.ok(faults({ ...now, spec: { ...spec } }, old, true) > 0, 'an equal one may have been made otherwise')
  const mirror = { metadata: { name: 'p', annotations: { 'kubernetes.io/config.mirror': 'x' } }, spec }
  t.ok(faults(mirror, old, true) > 1, 'static pods have rules of their own')
})
