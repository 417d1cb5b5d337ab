// A thousand objects that own each other, deleted by their root in all three ways.
import type { KubeObject } from '../../apimachinery/kube-object.ts'
import { type Cluster, configMaps, type Findings } from './cluster.ts'

/** Children of the root, of those, and of those. */
const WIDTHS = [10, 10, 9]
const ROOT = 'root'

type Policy = 'Background' | 'Foreground' | 'Orphan'

const isOurs = ({ metadata }: KubeObject): boolean => metadata.name?.startsWith(ROOT) === true

/** Makes level after level; gives the number of objects. */
const plant = async (cluster: Cluster, namespace: string): Promise<number> => {
  const { client } = cluster
  let level = [await client.create(configMaps, { metadata: { name: ROOT, namespace } })]
  let count = 1
  for (const width of WIDTHS) {
    const next: KubeObject[] = []
    const children = level.flatMap((owner) =>
      Array.from({ length: width }, (_, index) => ({ owner, name: `${owner.metadata.name}-${index}` })),
    )
    await cluster.all(children, async ({ owner, name }) => {
      const { name: ownerName = '', uid = '' } = owner.metadata
      const reference = { apiVersion: 'v1', kind: 'ConfigMap', name: ownerName, uid, blockOwnerDeletion: true }
      next.push(await client.create(configMaps, { metadata: { name, namespace, ownerReferences: [reference] } }))
    })
    count += next.length
    level = next
  }
  return count
}

/** Names in the order their objects went, until a signal. */
const departures = async (
  cluster: Cluster,
  namespace: string,
  resourceVersion: string,
  gone: string[],
  signal: AbortSignal,
): Promise<void> => {
  try {
    for await (const { type, object } of cluster.client.watch(configMaps, { namespace, resourceVersion, signal }))
      if (type === 'DELETED') gone.push(object.metadata.name ?? '')
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

const felled = async (cluster: Cluster, policy: Policy): Promise<Findings> => {
  const namespace = await cluster.namespace(`tree-${policy.toLowerCase()}`)
  const { client } = cluster
  const planted = await plant(cluster, namespace)
  const { metadata } = await client.list(configMaps, { namespace, limit: 1 })
  const gone: string[] = []
  const stop = new AbortController()
  const watching = departures(cluster, namespace, metadata.resourceVersion ?? '', gone, stop.signal)
  const began = performance.now()
  await client.delete(configMaps, { namespace, name: ROOT }, { propagationPolicy: policy })
  const wanted = policy === 'Orphan' ? planted - 1 : 0
  const left = await cluster.until(`${policy} deletion`, async () => {
    const items = (await client.listAll(configMaps, { namespace, limit: 500 })).items.filter(isOurs)
    const freed = items.every((item) => !/^root-\d+$/.test(item.metadata.name ?? '') || !item.metadata.ownerReferences)
    return items.length === wanted && freed && items
  })
  const seconds = (performance.now() - began) / 1000
  await cluster.settled(async () => gone.length)
  stop.abort(new Error('seen enough'))
  await watching
  const place = new Map(gone.map((name, index) => [name, index]))
  const early = gone.filter(
    (name) => (place.get(name.replace(/-\d+$/, '')) ?? Number.POSITIVE_INFINITY) < (place.get(name) ?? 0) && name !== ROOT,
  )
  console.log(`    ${policy}: ${planted} objects, ${gone.length} deleted, ${left.length} left, ${seconds.toFixed(1)} s`)
  return {
    [`${policy}: planted, deleted, left`]: [planted, gone.length, left.length],
    [`${policy}: owners left`]: left.map((item) => [item.metadata.name, item.metadata.ownerReferences?.map(({ name }) => name)]),
    // In the foreground nobody goes before those who block it.
    ...(policy === 'Foreground' ? { 'Foreground: gone before their dependents': early } : {}),
  }
}

export const ownershipCases = async (cluster: Cluster): Promise<Findings> => {
  const findings: Findings = {}
  for (const policy of ['Background', 'Foreground', 'Orphan'] as const) Object.assign(findings, await felled(cluster, policy))
  return findings
}
