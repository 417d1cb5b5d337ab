// Pods that no kubelet will ever end.
import { at, type KubeObject, listAt, textAt } from '../../apimachinery/kube-object.ts'
import { type Cluster, type Findings, nodes, pods } from './cluster.ts'

const HOLD = 'components.example.com/hold'

const shown = (pod: KubeObject): unknown => [
  textAt(pod, 'status', 'phase'),
  at(pod, 'status', 'observedGeneration'),
  pod.metadata.generation,
  pod.metadata.deletionGracePeriodSeconds,
  listAt(pod, 'status', 'conditions')
    .map((condition) => ['type', 'status', 'reason', 'message', 'observedGeneration'].map((member) => at(condition, member)))
    .sort(),
]

export const podCases = async (cluster: Cluster): Promise<Findings> => {
  const { client, run } = cluster
  const namespace = await cluster.namespace('pods-left')
  const dead = `dead-${run}`
  const taints = [{ key: 'node.kubernetes.io/out-of-service', value: 'nodeshutdown', effect: 'NoExecute' }]
  await client.create(nodes, { metadata: { name: dead }, spec: { taints } })
  await cluster.share(nodes, { metadata: { name: 'node-1' } })
  const make = (name: string, nodeName?: string, finalizers: string[] = []): Promise<unknown> => {
    const containers = [{ name: 'main', image: 'registry.example/app:1' }]
    return client.create(pods, { metadata: { name, namespace, finalizers }, spec: { containers, ...(nodeName ? { nodeName } : {}) } })
  }
  await make('of-no-node', `missing-${run}`, [HOLD])
  await make('of-no-node-and-free', `missing-${run}`)
  await make('of-dead-node', dead)
  await make('of-dead-node-and-alive', dead)
  await make('of-living-node', 'node-1')
  await make('never-scheduled', undefined, [HOLD])
  for (const name of ['of-dead-node', 'of-living-node', 'never-scheduled']) await client.delete(pods, { namespace, name })
  const find = (name: string): Promise<KubeObject | undefined> => cluster.find(pods, { namespace, name })
  await cluster.until('pods of a node that is gone to go', async () => !(await find('of-no-node-and-free')))
  await cluster.until('pods of a node out of service to go', async () => !(await find('of-dead-node')))
  const states = async (): Promise<Findings> => {
    const { items } = await client.list(pods, { namespace })
    return Object.fromEntries(items.map((pod) => [`pod ${pod.metadata.name}`, shown(pod)]))
  }
  const findings = await cluster.settled(states)
  for (const name of ['of-no-node', 'never-scheduled'])
    await client.patch(pods, { namespace, name }, { metadata: { finalizers: null } }, { type: 'merge' })
  await client.delete(nodes, { name: dead })
  return findings
}
