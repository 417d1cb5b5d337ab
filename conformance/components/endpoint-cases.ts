// Services and the slices their pods' addresses are in: how many, with what, and what changes them.
import { at, type KubeObject, listAt } from '../../apimachinery/kube-object.ts'
import type { ApiResource } from '../../client/resource.ts'
import { type Cluster, type Findings, managersOf, nodes, pods, services } from './cluster.ts'

const slices: ApiResource = {
  group: 'discovery.k8s.io',
  version: 'v1',
  resource: 'endpointslices',
  kind: 'EndpointSlice',
  namespaced: true,
}
const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time'
const named = { name: 'web', port: 80, targetPort: 'http', appProtocol: 'example.com/http' }

const specs: Record<string, object> = {
  plain: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
  named: { selector: { app: 'web' }, ports: [named, { name: 'other', port: 81, targetPort: 81, protocol: 'UDP' }] },
  headless: { selector: { app: 'web' }, clusterIP: 'None' },
  unready: { selector: { app: 'web' }, publishNotReadyAddresses: true, ports: [{ port: 1 }] },
  close: { selector: { app: 'web' }, trafficDistribution: 'PreferClose', ports: [{ port: 1 }] },
  'on-node': { selector: { app: 'web' }, trafficDistribution: 'PreferSameNode', ports: [{ port: 1 }] },
  nothing: { selector: { app: 'nobody' }, ports: [{ port: 1 }] },
  'no-selector': { ports: [{ port: 1 }] },
  lost: { selector: { app: 'lost' }, ports: [{ port: 1 }] },
}

interface Wanted {
  node?: string
  labels?: object
  spec?: object
  ip: string
  ready: boolean
  port?: number
  phase?: string
}

/** As the controllers are told. */
const MAX_ENDPOINTS = 5
const TIME = '2026-01-02T03:04:05Z'

/** What slices say of themselves, without the names made by chance. */
const about = (slice: KubeObject): unknown[] => {
  const { metadata } = slice
  const ports = listAt(slice, 'ports')
    .map((port) => JSON.stringify(port))
    .sort()
  const owners = metadata.ownerReferences?.map(({ uid: _, ...owner }) => owner)
  return [slice['addressType'], ports, metadata.labels, metadata.generateName, owners, managersOf(slice)]
}

/** Where pods come one by one it is chance in which slice they are, and which write was the last: then only what is in them counts. */
const shown = (cluster: Cluster, found: readonly KubeObject[], exactly: boolean): unknown => {
  const endpoints = found.flatMap((slice) => listAt(slice, 'endpoints').map((one) => cluster.masked(JSON.stringify(one))))
  const slices = found.map((slice) => {
    const counted = listAt(slice, 'endpoints').length
    const exact = exactly ? [counted, slice.metadata.annotations?.[TRIGGER_TIME] === TIME] : [counted <= MAX_ENDPOINTS]
    return cluster.masked(JSON.stringify([...exact, ...about(slice)]))
  })
  return { slices: exactly ? slices.sort() : [...new Set(slices)].sort(), endpoints: endpoints.sort() }
}

class Harbour {
  readonly #cluster: Cluster
  readonly #namespace: string

  constructor(cluster: Cluster, namespace: string) {
    this.#cluster = cluster
    this.#namespace = namespace
  }

  async pod(name: string, { node, labels = { app: 'web' }, spec = {}, ip, ready, port = 8000, phase = 'Running' }: Wanted): Promise<void> {
    const { client } = this.#cluster
    const containers = [{ name: 'main', image: 'registry.example/app:1', ports: [{ name: 'http', containerPort: port }] }]
    const metadata = { name, namespace: this.#namespace, labels }
    await client.create(pods, { metadata, spec: { containers, ...(node ? { nodeName: node } : {}), ...spec } })
    const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: TIME }]
    await this.status(name, { phase, podIP: ip, podIPs: [{ ip }], conditions })
  }

  async status(name: string, status: object): Promise<void> {
    await this.#cluster.client.patch(pods, { namespace: this.#namespace, name }, { status }, { type: 'merge', subresource: 'status' })
  }

  async slices(service: string, exactly: boolean): Promise<unknown> {
    const labelSelector = `kubernetes.io/service-name=${service}`
    const found = (await this.#cluster.client.list(slices, { namespace: this.#namespace, labelSelector })).items
    return shown(this.#cluster, found, exactly)
  }
}

export const endpointCases = async (cluster: Cluster): Promise<Findings> => {
  const { client, run } = cluster
  const namespace = await cluster.namespace('endpoints')
  const harbour = new Harbour(cluster, namespace)
  const [first, second] = [`east-${run}`, `west-${run}`]
  await client.create(nodes, { metadata: { name: first, labels: { 'topology.kubernetes.io/zone': 'east' } } })
  await client.create(nodes, { metadata: { name: second } })
  for (const [name, spec] of Object.entries(specs))
    await client.create(services, { metadata: { name, namespace, labels: { of: name } }, spec })
  await harbour.pod('ready', { node: first, ip: '10.0.0.1', ready: true })
  await harbour.pod('unready', { node: first, ip: '10.0.0.2', ready: false })
  await harbour.pod('other-port', { node: second, ip: '10.0.0.3', ready: true, port: 9000 })
  await harbour.pod('hostname', { node: second, ip: '10.0.0.4', ready: true, spec: { hostname: 'mast', subdomain: 'headless' } })
  await harbour.pod('ended', { node: second, ip: '10.0.0.5', ready: true, phase: 'Succeeded' })
  await harbour.pod('lost', { node: `nowhere-${run}`, ip: '10.0.0.6', ready: true, labels: { app: 'lost' } })
  const findings: Findings = {}
  const states = async (exactly: boolean): Promise<Findings> =>
    Object.fromEntries(await Promise.all(Object.keys(specs).map(async (name) => [name, await harbour.slices(name, exactly)] as const)))
  const record = async (when: string, exactly = false): Promise<void> => {
    for (const [name, state] of Object.entries(await cluster.settled(() => states(exactly)))) findings[`${name}, ${when}`] = state
  }
  await record('at first', true)
  await harbour.status('unready', { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: TIME }] })
  await client.delete(pods, { namespace, name: 'ready' })
  for (let index = 0; index < 9; index++) await harbour.pod(`more-${index}`, { node: first, ip: `10.0.1.${index}`, ready: true })
  await client.patch(services, { namespace, name: 'plain' }, { metadata: { labels: { of: 'another' } } }, { type: 'merge' })
  await record('with more pods than a slice takes')
  for (let index = 0; index < 9; index++) await client.delete(pods, { namespace, name: `more-${index}` }, { gracePeriodSeconds: 0 })
  // A slice that is removed while the real controller writes it is one that it waits for from then on, and does nothing more.
  await cluster.settled(() => states(false))
  await client.deleteCollection(slices, { namespace, labelSelector: 'kubernetes.io/service-name=unready' })
  await record('with fewer pods again')
  findings['what is said of lost pods'] = (await cluster.eventsIn(namespace)).map((text) => at(JSON.parse(text), 'message')).slice(0, 1)
  for (const name of [first, second]) await client.delete(nodes, { name })
  return findings
}
