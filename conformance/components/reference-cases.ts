// References that are wrong, or right in a way of their own: what is collected, what stays, what is said of it.
import type { KubeObject, OwnerReference } from '../../apimachinery/kube-object.ts'
import type { ApiResource } from '../../client/resource.ts'
import { type Cluster, clusterRoles, configMaps, type Findings } from './cluster.ts'

const NOBODY = '00000000-0000-4000-8000-000000000000'

const referenceTo = (resource: ApiResource, { metadata }: KubeObject, changes: Partial<OwnerReference> = {}): OwnerReference => ({
  apiVersion: resource.group === '' ? resource.version : `${resource.group}/${resource.version}`,
  kind: resource.kind,
  name: metadata.name ?? '',
  uid: metadata.uid ?? '',
  ...changes,
})

class Bench {
  readonly cluster: Cluster
  readonly namespace: string
  constructor(cluster: Cluster, namespace: string) {
    this.cluster = cluster
    this.namespace = namespace
  }
  owned(name: string, ownerReferences: OwnerReference[], metadata: object = {}): Promise<KubeObject> {
    return this.cluster.client.create(configMaps, { metadata: { name, namespace: this.namespace, ownerReferences, ...metadata } })
  }
  async owner(name: string): Promise<KubeObject> {
    return this.cluster.client.create(configMaps, { metadata: { name, namespace: this.namespace } })
  }
}

const wrongReferences = async (bench: Bench, elsewhere: Bench): Promise<void> => {
  const owner = await bench.owner('owner')
  await bench.owned('owner-never-was', [referenceTo(configMaps, owner, { name: 'nobody', uid: NOBODY })])
  await bench.owned('owner-has-another-uid', [referenceTo(configMaps, owner, { uid: NOBODY.replace('4', '5') })])
  await bench.owned('owner-has-another-name', [referenceTo(configMaps, owner, { name: 'other' })])
  await bench.owned('owner-of-unknown-kind', [referenceTo(configMaps, owner, { apiVersion: 'example.com/v1', kind: 'Widget' })])
  await bench.owned('owner-is-here', [referenceTo(configMaps, owner)])
  await bench.owned('one-owner-is-gone', [referenceTo(configMaps, owner), referenceTo(configMaps, owner, { name: 'x', uid: NOBODY })])
  await elsewhere.owned('owner-is-elsewhere', [referenceTo(configMaps, owner)])
}

const clusterOwners = async (bench: Bench): Promise<KubeObject[]> => {
  const { client, run } = bench.cluster
  const role = (name: string, ownerReferences: OwnerReference[] = []): Promise<KubeObject> =>
    client.create(clusterRoles, { metadata: { name: `${name}-${run}`, ownerReferences }, rules: [] })
  const owner = await role('owner')
  const stays = await role('stays')
  await bench.owned('of-cluster-owner', [referenceTo(clusterRoles, owner)])
  await bench.owned('of-cluster-owner-that-stays', [referenceTo(clusterRoles, stays)])
  const namespaced = await bench.owner('namespaced-owner')
  const owned = await role('of-namespaced-owner', [referenceTo(configMaps, namespaced)])
  await client.delete(clusterRoles, { name: owner.metadata.name ?? '' }, { propagationPolicy: 'Background' })
  return [owner, stays, owned]
}

/** Two owners, of which one goes, in each way. */
const sharedOwners = async (bench: Bench): Promise<void> => {
  const { client } = bench.cluster
  for (const policy of ['Background', 'Foreground', 'Orphan'] as const) {
    const name = policy.toLowerCase()
    const [going, staying] = [await bench.owner(`${name}-going`), await bench.owner(`${name}-staying`)]
    await bench.owned(`${name}-shared`, [referenceTo(configMaps, going), referenceTo(configMaps, staying)])
    await bench.owned(`${name}-only`, [referenceTo(configMaps, going)])
    const options = { propagationPolicy: policy }
    await client.delete(configMaps, { namespace: bench.namespace, name: going.metadata.name ?? '' }, options)
  }
}

/** Foreground deletions that wait: for one that is held, not for one that does not block, and a circle. */
const waiting = async (bench: Bench): Promise<void> => {
  const { client } = bench.cluster
  const remove = (name: string): Promise<unknown> =>
    client.delete(configMaps, { namespace: bench.namespace, name }, { propagationPolicy: 'Foreground' })
  const hold = { finalizers: ['components.example.com/hold'] }
  const [blocked, free] = [await bench.owner('blocked'), await bench.owner('free')]
  await bench.owned('held-and-blocking', [referenceTo(configMaps, blocked, { blockOwnerDeletion: true })], hold)
  await bench.owned('held-not-blocking', [referenceTo(configMaps, free)], hold)
  await remove('blocked')
  await remove('free')
  const first = await bench.owner('circle-1')
  const second = await bench.owned('circle-2', [referenceTo(configMaps, first, { blockOwnerDeletion: true })])
  const ownerReferences = [referenceTo(configMaps, second, { blockOwnerDeletion: true })]
  await client.patch(configMaps, { namespace: bench.namespace, name: 'circle-1' }, { metadata: { ownerReferences } }, { type: 'merge' })
  await remove('circle-1')
}

const shown = ({ metadata }: KubeObject, cluster: Cluster): string =>
  cluster.masked(
    JSON.stringify({
      name: metadata.name,
      owners: metadata.ownerReferences?.map(({ kind, name, blockOwnerDeletion }) => [kind, name, blockOwnerDeletion]),
      finalizers: metadata.finalizers,
      deleted: metadata.deletionTimestamp !== undefined,
    }),
  )

export const referenceCases = async (cluster: Cluster): Promise<Findings> => {
  const bench = new Bench(cluster, await cluster.namespace('references'))
  const elsewhere = new Bench(cluster, await cluster.namespace('elsewhere'))
  await wrongReferences(bench, elsewhere)
  const roles = await clusterOwners(bench)
  await sharedOwners(bench)
  await waiting(bench)
  const state = async (): Promise<Findings> => {
    const here = (await cluster.client.list(configMaps, { namespace: bench.namespace })).items
    const there = (await cluster.client.list(configMaps, { namespace: elsewhere.namespace })).items
    const kept = await Promise.all(roles.map(({ metadata }) => cluster.find(clusterRoles, { name: metadata.name ?? '' })))
    const findings: Findings = {}
    for (const item of [...here, ...there]) findings[`left: ${item.metadata.name}`] = shown(item, cluster)
    kept.forEach((role, index) => {
      findings[`cluster role ${index}`] = role ? shown(role, cluster) : 'deleted'
    })
    return findings
  }
  const findings = await cluster.settled(state)
  findings['events here'] = await cluster.eventsIn(bench.namespace)
  findings['events elsewhere'] = await cluster.eventsIn(elsewhere.namespace)
  await release(cluster, bench.namespace, roles)
  return findings
}

/** Nothing of this stays for another run. */
const release = async (cluster: Cluster, namespace: string, roles: readonly KubeObject[]): Promise<void> => {
  for (const name of ['held-and-blocking', 'held-not-blocking'])
    await cluster.client
      .patch(configMaps, { namespace, name }, { metadata: { finalizers: null } }, { type: 'merge' })
      .catch(() => undefined)
  for (const { metadata } of roles) await cluster.client.delete(clusterRoles, { name: metadata.name ?? '' }).catch(() => undefined)
}
