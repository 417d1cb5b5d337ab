// Namespaces that hold an object of every namespaced kind are deleted and end; what waits for finalizers says so.
import { type KubeObject, listAt, type ValueMap } from '../../apimachinery/kube-object.ts'
import { StatusError } from '../../apimachinery/status-error.ts'
import type { ApiResource } from '../../client/resource.ts'
import { servedResources } from '../differential/facts.ts'
import { minimalObject } from '../differential/minimal-objects.ts'
import { type Cluster, configMaps, type Findings, namespaces, pods, services } from './cluster.ts'

const FINALIZER = 'components.example.com/hold'
const CONFIG_MAP: ApiResource = configMaps

/** Makes one of each; gives the kinds that were made. */
const fill = async (cluster: Cluster, namespace: string): Promise<string[]> => {
  const context = { namespace, certificateRequest: '' }
  const made: string[] = []
  const resources = servedResources().filter(
    ({ scope, verbs }) => scope === 'Namespaced' && verbs.includes('create') && verbs.includes('delete'),
  )
  await cluster.all(resources, async (resource) => {
    const { group, version, kind } = resource
    const target = { group, version, resource: resource.plural, kind, namespaced: true }
    try {
      await cluster.client.create(target, minimalObject(resource, 1, context))
      made.push(`${group}/${kind}`)
    } catch (error) {
      // Two versions of one kind are the same object.
      if (!(error instanceof StatusError) || error.reason !== 'AlreadyExists') throw error
      made.push(`${group}/${kind}`)
    }
  })
  return [...new Set(made)].sort()
}

const conditionsOf = (namespace: KubeObject): ValueMap[] =>
  listAt(namespace, 'status', 'conditions').map((condition) => {
    const { lastTransitionTime: _, ...rest } = condition as ValueMap
    return rest
  })

const gone = (cluster: Cluster, name: string): Promise<boolean> =>
  cluster.until(`namespace ${name} to end`, async () => !(await cluster.find(namespaces, { name })))

/** Waits for conditions to be there and, where wanted, one of them to be true. */
const conditions = (cluster: Cluster, name: string, type?: string): Promise<ValueMap[]> =>
  cluster.until(`the conditions of ${name}`, async () => {
    const found = conditionsOf(await cluster.client.get(namespaces, { name }))
    const said = type === undefined || found.some((condition) => condition['type'] === type && condition['status'] === 'True')
    return found.length > 0 && said && found
  })

const full = async (cluster: Cluster): Promise<Findings> => {
  const name = await cluster.namespace('full')
  const made = await fill(cluster, name)
  await cluster.client.delete(namespaces, { name })
  await gone(cluster, name)
  return { 'every kind': made, 'with every kind': 'ended' }
}

/** Some of everything is held back. */
const held = async (cluster: Cluster): Promise<Findings> => {
  const { client } = cluster
  const name = await cluster.namespace('held')
  await fill(cluster, name)
  const holding: readonly [ApiResource, string][] = [
    [CONFIG_MAP, 'configmap-1'],
    [services, 'service-1'],
  ]
  for (const [resource, object] of holding)
    await client.patch(resource, { namespace: name, name: object }, { metadata: { finalizers: [FINALIZER] } }, { type: 'merge' })
  await client.delete(namespaces, { name })
  const waiting = await conditions(cluster, name, 'NamespaceFinalizersRemaining')
  const refusal = await client
    .create(CONFIG_MAP, { metadata: { name: 'late', namespace: name } })
    .catch((error: StatusError) => error.status)
  for (const [resource, object] of holding)
    await client.patch(resource, { namespace: name, name: object }, { metadata: { finalizers: null } }, { type: 'merge' })
  await gone(cluster, name)
  return {
    'conditions while finalizers remain': waiting,
    'what comes late': cluster.masked(JSON.stringify(refusal)),
    'with finalizers': 'ended',
  }
}

/** Pods go first: what else is there waits for them. */
const podsFirst = async (cluster: Cluster): Promise<Findings> => {
  const { client } = cluster
  const name = await cluster.namespace('pods')
  const pod = { metadata: { name: 'deck', namespace: name, finalizers: [FINALIZER] }, spec: { containers: [{ name: 'a', image: 'a' }] } }
  await client.create(pods, pod)
  await client.create(CONFIG_MAP, { metadata: { name: 'chart', namespace: name } })
  await client.delete(namespaces, { name })
  const waiting = await conditions(cluster, name)
  const chart = await cluster.find(CONFIG_MAP, { namespace: name, name: 'chart' })
  await client.patch(pods, { namespace: name, name: 'deck' }, { metadata: { finalizers: null } }, { type: 'merge' })
  await gone(cluster, name)
  return { 'conditions while pods remain': waiting, 'beside a pod': chart && !chart.metadata.deletionTimestamp ? 'untouched' : 'deleted' }
}

/** A finalizer of the namespace's own, which the controller leaves alone. */
const ownFinalizer = async (cluster: Cluster): Promise<Findings> => {
  const { client } = cluster
  const name = await cluster.namespace('own')
  await client.update(namespaces, finalizedBy(await client.get(namespaces, { name }), ['kubernetes', FINALIZER]), {
    subresource: 'finalize',
  })
  await client.delete(namespaces, { name })
  const left = await cluster.until('the controller to be done', async () => {
    const { finalizers } = (await client.get(namespaces, { name }))['spec'] as { finalizers: string[] }
    return !finalizers.includes('kubernetes') && finalizers
  })
  await client.update(namespaces, finalizedBy(await client.get(namespaces, { name }), []), { subresource: 'finalize' })
  await gone(cluster, name)
  return { 'finalizers of another': left }
}

const finalizedBy = (namespace: KubeObject, finalizers: string[]): KubeObject => ({ ...namespace, spec: { finalizers } })

export const namespaceCases = async (cluster: Cluster): Promise<Findings> =>
  Object.assign({}, ...(await Promise.all([full(cluster), held(cluster), podsFirst(cluster), ownFinalizer(cluster)]))) as Findings
