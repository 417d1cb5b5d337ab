import { type Test, test } from 'tap'
import type { KubeObject, OwnerReference } from '../../apimachinery/kube-object.ts'
import type { ApiResource } from '../../client/resource.ts'
import { ControlledServer } from '../../server/testing/controlled-server.ts'
import { clusterRoles, configMaps, secrets } from '../resources.ts'

const namespace = 'default'
const NOBODY = '00000000-0000-4000-8000-000000000000'
const events: ApiResource = { group: '', version: 'v1', resource: 'events', kind: 'Event', namespaced: true }

const referenceTo = (owner: KubeObject, changes: Partial<OwnerReference> = {}): OwnerReference => ({
  apiVersion: owner.apiVersion ?? '',
  kind: owner.kind ?? '',
  name: owner.metadata.name ?? '',
  uid: owner.metadata.uid ?? '',
  ...changes,
})

const started = async (t: Test) => {
  const server = await ControlledServer.start('garbage-collector-controller')
  t.teardown(() => server.stop())
  const make = (resource: ApiResource, name: string, ownerReferences: OwnerReference[] = [], finalizers: string[] = []) =>
    server.client.create(resource, { metadata: { name, ...(resource.namespaced ? { namespace } : {}), ownerReferences, finalizers } })
  const names = async (resource: ApiResource): Promise<string[]> =>
    (await server.client.list(resource, { namespace })).items.map(({ metadata }) => metadata.name ?? '')
  return { server, make, names }
}

test('what a deleted object owns goes after it, across kinds and scopes; what has another owner stays, without the reference', async (t) => {
  const { server, make } = await started(t)
  const owner = await make(clusterRoles, 'owner')
  const child = await make(configMaps, 'child', [referenceTo(owner)])
  const other = await make(configMaps, 'other')
  await make(secrets, 'grandchild', [referenceTo(child)])
  await make(configMaps, 'shared', [referenceTo(child), referenceTo(other)])
  await server.client.delete(clusterRoles, { name: 'owner' }, { propagationPolicy: 'Background' })
  await server.gone(secrets, { namespace, name: 'grandchild' })
  const freed = await server.until('the shared one to lose an owner', async () => {
    const { metadata } = await server.client.get(configMaps, { namespace, name: 'shared' })
    return metadata.ownerReferences?.length === 1 && metadata
  })
  t.equal(freed.ownerReferences?.[0]?.name, 'other')
  t.same(server.errors, [])
})

test('a deletion in the foreground waits for what blocks it, and for nothing else', async (t) => {
  const { server, make } = await started(t)
  const owner = await make(configMaps, 'owner')
  await make(configMaps, 'blocking', [referenceTo(owner, { blockOwnerDeletion: true })], ['example.com/hold'])
  const free = await make(configMaps, 'free')
  await make(configMaps, 'held', [referenceTo(free)], ['example.com/hold'])
  for (const name of ['owner', 'free']) await server.client.delete(configMaps, { namespace, name }, { propagationPolicy: 'Foreground' })
  await server.gone(configMaps, { namespace, name: 'free' })
  const { metadata } = await server.client.get(configMaps, { namespace, name: 'owner' })
  t.same(metadata.finalizers, ['foregroundDeletion'])
  await server.client.patch(configMaps, { namespace, name: 'blocking' }, { metadata: { finalizers: null } }, { type: 'merge' })
  await server.gone(configMaps, { namespace, name: 'owner' })
})

test('objects that own each other in a circle go together', async (t) => {
  const { server, make, names } = await started(t)
  const first = await make(configMaps, 'first')
  const second = await make(configMaps, 'second', [referenceTo(first, { blockOwnerDeletion: true })])
  const metadata = { ownerReferences: [referenceTo(second, { blockOwnerDeletion: true })] }
  await server.client.patch(configMaps, { namespace, name: 'first' }, { metadata }, { type: 'merge' })
  await server.client.delete(configMaps, { namespace, name: 'first' }, { propagationPolicy: 'Foreground' })
  await server.until('the circle to go', async () => (await names(configMaps)).length === 0)
})

test('an orphaning deletion leaves dependents without the reference', async (t) => {
  const { server, make } = await started(t)
  const owner = await make(configMaps, 'owner')
  await make(configMaps, 'child', [referenceTo(owner)])
  await server.client.delete(configMaps, { namespace, name: 'owner' }, { propagationPolicy: 'Orphan' })
  await server.gone(configMaps, { namespace, name: 'owner' })
  t.equal((await server.client.get(configMaps, { namespace, name: 'child' })).metadata.ownerReferences, undefined)
})

test('owners that never were count as gone; of unknown kinds nothing is said; owners elsewhere are told of', async (t) => {
  const { server, make, names } = await started(t)
  const owner = await make(configMaps, 'owner')
  await make(configMaps, 'of-nobody', [referenceTo(owner, { uid: NOBODY })])
  await make(configMaps, 'of-another-name', [referenceTo(owner, { name: 'other' })])
  await make(configMaps, 'of-unknown-kind', [referenceTo(owner, { apiVersion: 'example.com/v1', kind: 'Widget', uid: 'w' })])
  const metadata = { name: 'elsewhere', namespace: 'kube-public', ownerReferences: [referenceTo(owner)] }
  await server.client.create(configMaps, { metadata })
  await server.gone(configMaps, { namespace, name: 'of-nobody' })
  await server.gone(configMaps, { namespace, name: 'of-another-name' })
  await server.gone(configMaps, { namespace: 'kube-public', name: 'elsewhere' })
  t.same(await names(configMaps), ['of-unknown-kind', 'owner'])
  const told = await server.until('the event', async () => (await server.client.list(events, { namespace: 'kube-public' })).items[0])
  t.match(told, { reason: 'OwnerRefInvalidNamespace', type: 'Warning', source: { component: 'garbage-collector-controller' } })
  t.match(
    told['message'],
    /^ownerRef \[v1\/ConfigMap, namespace: kube-public, name: owner, uid: .*\] does not exist in namespace "kube-public"$/,
  )
})
