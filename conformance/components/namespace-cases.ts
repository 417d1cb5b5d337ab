// Namespaces that hold an object of every namespaced kind are deleted and end; what waits for finalizers says so.
import { type KubeObject, listAt, type ValueMap } from '../../apimachinery/kube-object.ts'
import type { StatusError } from '../../apimachinery/status-error.ts'
import type { ApiResource } from '../../client/resource.ts'
import { type Resource, servedResources } from '../differential/facts.ts'
import { minimalObject } from '../differential/minimal-objects.ts'
import { type Cluster, configMaps, type Findings, namespaces, pods } from './cluster.ts'

const FINALIZER = 'components.example.com/hold'
/** Of so many kinds one is held back. */
const HELD = 3

interface Made {
  readonly resource: ApiResource
  readonly object: string
}

/** Makes an object of every namespaced kind that can be made and deleted; of two versions of a kind in one. */
const fill = async (cluster: Cluster, namespace: string): Promise<Made[]> => {
  const context = { namespace, certificateRequest: '' }
  const kinds = new Map<string, Resource>()
  for (const resource of servedResources())
    if (resource.scope === 'Namespaced' && resource.verbs.includes('create') && resource.verbs.includes('delete'))
      kinds.set(`${resource.group}/${resource.plural}`, resource)
  const made: Made[] = []
  const numbered = [...kinds.values()].map((resource, serial) => ({ resource, serial }))
  await cluster.all(numbered, async ({ resource, serial }) => {
    const { group, version, kind, plural } = resource
    const target = { group, version, resource: plural, kind, namespaced: true }
    const { metadata } = await cluster.client.create(target, minimalObject(resource, serial, context))
    made.push({ resource: target, object: metadata.name ?? '' })
  })
  const key = ({ resource }: Made): string => `${resource.resource}.${resource.group}`
  return made.sort((a, b) => (key(a) < key(b) ? -1 : 1))
}

const conditionsOf = (namespace: KubeObject): ValueMap[] =>
  listAt(namespace, 'status', 'conditions').map((condition) => {
    const { lastTransitionTime: _, ...rest } = condition as ValueMap
    return rest
  })

const gone = (cluster: Cluster, name: string): Promise<boolean> =>
  cluster.until(`namespace ${name} to end`, async () => !(await cluster.find(namespaces, { name })))

/** Waits for conditions to be there and to say what is wanted. */
const conditions = (cluster: Cluster, name: string, isWanted: (found: ValueMap[]) => boolean = () => true): Promise<ValueMap[]> =>
  cluster.until(`the conditions of ${name}`, async () => {
    const found = conditionsOf(await cluster.client.get(namespaces, { name }))
    return found.length > 0 && isWanted(found) && found
  })

/** Finalizers remain, and none that another controller is just about to take off. */
const isHeld = (found: readonly ValueMap[]): boolean =>
  found.some(
    ({ type, status, message }) =>
      type === 'NamespaceFinalizersRemaining' && status === 'True' && !String(message).includes('kubernetes.io/pvc-protection'),
  )

/** One of everything, some of it held back: the namespace says so as long as that is the case, and ends. */
const full = async (cluster: Cluster): Promise<Findings> => {
  const { client } = cluster
  const name = await cluster.namespace('full')
  const made = await fill(cluster, name)
  // While pods remain nothing else is looked at; that is the next case.
  const held = made.filter(({ resource }) => resource.resource !== 'pods').filter((_, index) => index % HELD === 0)
  const setFinalizers = (finalizers: string[] | null): Promise<void> =>
    cluster.all(held, async ({ resource, object }) => {
      await client.patch(resource, { namespace: name, name: object }, { metadata: { finalizers } }, { type: 'merge' })
    })
  await setFinalizers([FINALIZER])
  const began = performance.now()
  await client.delete(namespaces, { name })
  const waiting = await conditions(cluster, name, isHeld)
  const refusal = await client
    .create(configMaps, { metadata: { name: 'late', namespace: name } })
    .catch((error: StatusError) => error.status)
  await setFinalizers(null)
  await gone(cluster, name)
  const kinds = made.map(({ resource }) => `${resource.resource}.${resource.group}`).sort()
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  cluster.tell(
    `a namespace with an object of all ${kinds.length} namespaced kinds, ${held.length} held by finalizers, ended in ${seconds} s`,
  )
  return {
    'an object of every namespaced kind': kinds,
    'conditions while finalizers remain': waiting,
    'what comes late': cluster.masked(JSON.stringify(refusal)),
    'with every kind and finalizers': 'ended',
  }
}

/** Nothing holds it back. */
const unheld = async (cluster: Cluster): Promise<Findings> => {
  const name = await cluster.namespace('unheld')
  const made = await fill(cluster, name)
  await cluster.client.delete(namespaces, { name })
  await gone(cluster, name)
  return { 'with every kind and no finalizers': ['ended', made.length] }
}

/** Pods go first: what else is there waits for them. */
const podsFirst = async (cluster: Cluster): Promise<Findings> => {
  const { client } = cluster
  const name = await cluster.namespace('pods')
  const pod = { metadata: { name: 'deck', namespace: name, finalizers: [FINALIZER] }, spec: { containers: [{ name: 'a', image: 'a' }] } }
  await client.create(pods, pod)
  await client.create(configMaps, { metadata: { name: 'chart', namespace: name } })
  await client.delete(namespaces, { name })
  const waiting = await conditions(cluster, name)
  const chart = await cluster.find(configMaps, { namespace: name, name: 'chart' })
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
  Object.assign({}, ...(await Promise.all([full(cluster), unheld(cluster), podsFirst(cluster), ownFinalizer(cluster)]))) as Findings
