// Claims and volumes that are in use when they are deleted, and what lets them go.
import type { KubeObject } from '../../apimachinery/kube-object.ts'
import { type Cluster, claims, type Findings, nodes, pods, volumes } from './cluster.ts'

const claimSpec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }
const volumeSpec = { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/tmp/volume' } }

const podWith = (claimName: string, more: object = {}): object => ({
  containers: [{ name: 'main', image: 'registry.example/app:1' }],
  volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }],
  ...more,
})

const shown = (object: KubeObject | undefined): unknown =>
  object === undefined ? 'gone' : [object.metadata.finalizers, object.metadata.deletionTimestamp !== undefined]

export const volumeCases = async (cluster: Cluster): Promise<Findings> => {
  const { client, run } = cluster
  const namespace = await cluster.namespace('volumes')
  await cluster.share(nodes, { metadata: { name: 'node-1' } })
  for (const name of ['unused', 'used', 'unscheduled', 'ended'])
    await client.create(claims, { metadata: { name, namespace }, spec: claimSpec })
  await client.create(pods, { metadata: { name: 'used', namespace }, spec: podWith('used', { nodeName: 'node-1' }) })
  await client.create(pods, { metadata: { name: 'ended', namespace }, spec: podWith('ended', { nodeName: 'node-1' }) })
  await client.create(pods, { metadata: { name: 'unscheduled', namespace }, spec: podWith('unscheduled') })
  const [free, bound] = [`free-${run}`, `bound-${run}`]
  for (const name of [free, bound]) await client.create(volumes, { metadata: { name }, spec: volumeSpec })
  await client.patch(volumes, { name: bound }, { status: { phase: 'Bound' } }, { type: 'merge', subresource: 'status' })
  for (const name of ['unused', 'used', 'unscheduled', 'ended']) await client.delete(claims, { namespace, name })
  for (const name of [free, bound]) await client.delete(volumes, { name })
  const states = async (): Promise<Findings> => {
    const found: Findings = {}
    for (const name of ['unused', 'used', 'unscheduled', 'ended'])
      found[`claim ${name}`] = shown(await cluster.find(claims, { namespace, name }))
    for (const name of [free, bound]) found[`volume ${cluster.masked(name)}`] = shown(await cluster.find(volumes, { name }))
    return found
  }
  const findings: Findings = {}
  const record = async (when: string): Promise<void> => {
    for (const [what, state] of Object.entries(await cluster.settled(states))) findings[`${what}, ${when}`] = state
  }
  await record('deleted')
  await client.delete(pods, { namespace, name: 'used' }, { gracePeriodSeconds: 0 })
  await client.patch(pods, { namespace, name: 'ended' }, { status: { phase: 'Succeeded' } }, { type: 'merge', subresource: 'status' })
  await client.patch(volumes, { name: bound }, { status: { phase: 'Released' } }, { type: 'merge', subresource: 'status' })
  await record('freed')
  await client.delete(pods, { namespace, name: 'ended' }, { gracePeriodSeconds: 0 })
  await record('at last')
  return findings
}
