// A thousand objects that own each other, of several groups and scopes, deleted by their root in all three ways.
import type { KubeObject, OwnerReference } from '../../apimachinery/kube-object.ts'
import type { ApiResource } from '../../client/resource.ts'
import { type Cluster, clusterRoles, configMaps, type Findings, leases, roles, secrets } from './cluster.ts'

const COUNT = 1000
/** Children of the root, and of each of those; the rest hang below. */
const WIDTHS = [9, 10]
/** Own each other in a circle. */
const RING = 10
/** Have no owner but one that never was. */
const FOUNDLINGS = 20
const NOBODY = '00000000-0000-4000-8000-000000000000'
const KINDS = [configMaps, leases, roles, secrets]

type Policy = 'Background' | 'Foreground' | 'Orphan'

interface Member {
  readonly resource: ApiResource
  readonly object: KubeObject
}

const referenceTo = ({ resource, object }: Member): OwnerReference => ({
  apiVersion: resource.group === '' ? resource.version : `${resource.group}/${resource.version}`,
  kind: resource.kind,
  name: object.metadata.name ?? '',
  uid: object.metadata.uid ?? '',
  blockOwnerDeletion: true,
})

const absent = (serial: number): OwnerReference => ({ apiVersion: 'v1', kind: 'ConfigMap', name: `absent-${serial}`, uid: NOBODY })

class Graph {
  readonly #cluster: Cluster
  readonly #namespace: string
  #serial = 0

  constructor(cluster: Cluster, namespace: string) {
    this.#cluster = cluster
    this.#namespace = namespace
  }

  /** Kinds take turns, so that owners are of other groups than what they own. */
  async add(name: string, ownerReferences: OwnerReference[]): Promise<Member> {
    const resource = KINDS[this.#serial++ % KINDS.length] as ApiResource
    const metadata = { name, namespace: this.#namespace, ownerReferences, labels: { graph: 'member' } }
    return { resource, object: await this.#cluster.client.create(resource, { metadata }) }
  }

  /** Below a root of the cluster's scope. Every seventh leaf has a second owner, every eleventh one that never was. */
  async tree(root: Member, count: number): Promise<void> {
    let level = [root]
    let left = count
    for (const width of WIDTHS) {
      const owners = level.flatMap((owner) => Array<Member>(width).fill(owner))
      level = await this.#under(owners, (owner) => [referenceTo(owner)])
      left -= level.length
    }
    const owners = Array.from({ length: left }, (_, index) => level[index % level.length] as Member)
    await this.#under(owners, (owner, index) => [
      referenceTo(owner),
      ...(index % 7 === 0 ? [referenceTo(level[(index + 1) % level.length] as Member)] : []),
      ...(index % 11 === 0 ? [absent(index)] : []),
    ])
  }

  async ring(): Promise<Member> {
    const first = await this.add('ring-0', [])
    let last = first
    for (let index = 1; index < RING; index++) last = await this.add(`ring-${index}`, [referenceTo(last)])
    const metadata = { ownerReferences: [referenceTo(last)] }
    const name = { namespace: this.#namespace, name: 'ring-0' }
    await this.#cluster.client.patch(first.resource, name, { metadata }, { type: 'merge' })
    return first
  }

  async foundlings(): Promise<void> {
    await this.#cluster.all(
      Array.from({ length: FOUNDLINGS }, (_, index) => index),
      (index) => this.add(`foundling-${index}`, [absent(index)]),
    )
  }

  async #under(owners: readonly Member[], references: (owner: Member, index: number) => OwnerReference[]): Promise<Member[]> {
    const children: Member[] = []
    const indexed = owners.map((owner, index) => ({ owner, index }))
    await this.#cluster.all(indexed, async ({ owner, index }) => {
      children[index] = await this.add(`${owner.object.metadata.name}-${index}`, references(owner, index))
    })
    return children
  }
}

/** What was deleted since a revision: the revision of its end, by kind and name. */
const departures = async (cluster: Cluster, namespace: string, since: string, gone: Map<string, KubeObject>, signal: AbortSignal) => {
  const ofKind = async (resource: ApiResource): Promise<void> => {
    try {
      for await (const { type, object } of cluster.client.watch(resource, { namespace, resourceVersion: since, signal }))
        if (type === 'DELETED') gone.set(`${resource.kind} ${object.metadata.name}`, object)
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }
  await Promise.all(KINDS.map(ofKind))
}

/** Those that went although something that blocked them was still there. A circle has to begin somewhere. */
const early = (gone: ReadonlyMap<string, KubeObject>): string[] =>
  [...gone.values()].flatMap(({ metadata }) =>
    (metadata.ownerReferences ?? [])
      .map((reference) => gone.get(`${reference.kind} ${reference.name}`)?.metadata)
      .filter((owner) => owner !== undefined && !owner.name?.startsWith('ring') && isBefore(owner, metadata))
      .map((owner) => `${owner?.name} before ${metadata.name}`),
  )

const isBefore = (a: KubeObject['metadata'], b: KubeObject['metadata']): boolean => Number(a.resourceVersion) < Number(b.resourceVersion)

const remaining = async (cluster: Cluster, namespace: string): Promise<KubeObject[]> => {
  const lists = KINDS.map((resource) => cluster.client.listAll(resource, { namespace, limit: 500, labelSelector: 'graph=member' }))
  return (await Promise.all(lists)).flatMap(({ items }) => items)
}

const collected = async (cluster: Cluster, policy: Policy): Promise<Findings> => {
  const { client } = cluster
  const namespace = await cluster.namespace(`graph-${policy.toLowerCase()}`)
  const since = (await client.list(configMaps, { namespace, limit: 1 })).metadata.resourceVersion ?? ''
  const gone = new Map<string, KubeObject>()
  const stop = new AbortController()
  const watching = departures(cluster, namespace, since, gone, stop.signal)
  const graph = new Graph(cluster, namespace)
  const rootName = `root-${policy.toLowerCase()}-${cluster.run}`
  const root = { resource: clusterRoles, object: await client.create(clusterRoles, { metadata: { name: rootName }, rules: [] }) }
  await graph.tree(root, COUNT - 1 - RING - FOUNDLINGS)
  const ring = await graph.ring()
  await graph.foundlings()
  const began = performance.now()
  const options = { propagationPolicy: policy }
  await client.delete(clusterRoles, { name: rootName }, options)
  await client.delete(ring.resource, { namespace, name: 'ring-0' }, options)
  const isGone = ({ kind, name, uid }: OwnerReference): boolean => kind === 'ClusterRole' || name === 'ring-0' || uid === NOBODY
  const wanted = policy === 'Orphan' ? COUNT - 2 - FOUNDLINGS : 0
  const left = await cluster.until(`${policy} deletion`, async () => {
    const items = await remaining(cluster, namespace)
    const freed = items.every(({ metadata }) => !metadata.ownerReferences?.some(isGone))
    return items.length === wanted && freed && !(await cluster.find(clusterRoles, { name: rootName })) && items
  })
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  await cluster.settled(async () => gone.size)
  stop.abort(new Error('seen enough'))
  await watching
  const ended = gone.size + 1
  cluster.tell(`${policy}: ${COUNT} objects in a graph, ${ended} collected, ${left.length} left, ${seconds} s`)
  return {
    [`${policy}: objects, collected, left`]: [COUNT, ended, left.length],
    [`${policy}: owners left`]: left
      .map(({ metadata }) => cluster.masked([metadata.name, ...(metadata.ownerReferences ?? []).map(({ name }) => name)].join(' < ')))
      .sort(),
    ...(policy === 'Foreground' ? { 'Foreground: gone before what blocked them': early(gone) } : {}),
  }
}

export const ownershipCases = async (cluster: Cluster): Promise<Findings> => {
  const findings: Findings = {}
  for (const policy of ['Background', 'Foreground', 'Orphan'] as const) Object.assign(findings, await collected(cluster, policy))
  return findings
}
