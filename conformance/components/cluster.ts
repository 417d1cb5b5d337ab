// A cluster under test as the cases see it: a client, waiting, and what is left when all that differs by chance is masked.
import type { KubeObject } from '../../apimachinery/kube-object.ts'
import { StatusError } from '../../apimachinery/status-error.ts'
import { ApiClient } from '../../client/api-client.ts'
import { readKubeconfig } from '../../client/kubeconfig.ts'
import type { ApiResource, ObjectName } from '../../client/resource.ts'

const POLL_MS = 200
const WAIT_MS = 120_000
/** A state that has not changed for so long is taken for the last. */
const SETTLED_MS = 8000
/** Requests at a time, where many are sent. */
const AT_ONCE = 32

const core = (resource: string, kind: string, namespaced = true): ApiResource => ({ group: '', version: 'v1', resource, kind, namespaced })
export const configMaps = core('configmaps', 'ConfigMap')
export const events = core('events', 'Event')
export const namespaces = core('namespaces', 'Namespace', false)
export const nodes = core('nodes', 'Node', false)
export const pods = core('pods', 'Pod')
export const quotas = core('resourcequotas', 'ResourceQuota')
export const secrets = core('secrets', 'Secret')
export const serviceAccounts = core('serviceaccounts', 'ServiceAccount')
export const services = core('services', 'Service')
export const claims = core('persistentvolumeclaims', 'PersistentVolumeClaim')
export const volumes = core('persistentvolumes', 'PersistentVolume', false)
const RBAC = { group: 'rbac.authorization.k8s.io', version: 'v1' }
export const clusterRoles: ApiResource = { ...RBAC, resource: 'clusterroles', kind: 'ClusterRole', namespaced: false }
export const roles: ApiResource = { ...RBAC, resource: 'roles', kind: 'Role', namespaced: true }
export const leases: ApiResource = { group: 'coordination.k8s.io', version: 'v1', resource: 'leases', kind: 'Lease', namespaced: true }

/** What a case found, by what it looked at. */
export type Findings = Record<string, unknown>

const pause = (milliseconds: number): Promise<void> => new Promise((settle) => setTimeout(settle, milliseconds))

export class Cluster {
  readonly client: ApiClient
  /** Sets the names of one run apart from another's on the same server. */
  readonly run: string

  readonly #title: string

  constructor(client: ApiClient, run: string, title: string) {
    this.client = client
    this.run = run
    this.#title = title
  }

  static async at(kubeconfig: string, run: string, title: string): Promise<Cluster> {
    return new Cluster(new ApiClient({ access: await readKubeconfig(kubeconfig), userAgent: 'components/1.0' }), run, title)
  }

  /** Prints a line, with the controllers and server it is about. */
  tell(text: string): void {
    console.log(`${this.#title}: ${text}`)
  }

  /** Makes a namespace and waits for what controllers put into it. */
  async namespace(subject: string): Promise<string> {
    const name = `${subject}-${this.run}`
    await this.client.create(namespaces, { metadata: { name } })
    await this.until(`the default service account of ${name}`, async () => this.find(serviceAccounts, { namespace: name, name: 'default' }))
    return name
  }

  async find(resource: ApiResource, name: ObjectName): Promise<KubeObject | undefined> {
    return this.client.get(resource, name).catch((error: unknown) => {
      if (!(error instanceof StatusError) || error.code !== 404) throw error
      return undefined
    })
  }

  /** Makes what all runs on a server share. */
  async share(resource: ApiResource, object: object): Promise<void> {
    await this.client.create(resource, object).catch((error: unknown) => {
      if (!(error instanceof StatusError) || error.reason !== 'AlreadyExists') throw error
    })
  }

  /** Asks until the answer is something. */
  async until<T>(what: string, ask: () => Promise<T | undefined | false>): Promise<T> {
    const deadline = Date.now() + WAIT_MS
    while (Date.now() < deadline) {
      const answer = await ask()
      if (answer !== undefined && answer !== false) return answer as T
      await pause(POLL_MS)
    }
    throw new Error(`waited in vain for ${what}`)
  }

  /** Asks until the answer has been the same for a while. */
  async settled<T>(ask: () => Promise<T>): Promise<T> {
    let last = await ask()
    let since = Date.now()
    const deadline = since + WAIT_MS
    while (Date.now() - since < SETTLED_MS && Date.now() < deadline) {
      await pause(POLL_MS)
      const next = await ask()
      if (JSON.stringify(next) !== JSON.stringify(last)) since = Date.now()
      last = next
    }
    return last
  }

  /** Runs many requests, so many at a time. */
  async all<T>(items: readonly T[], run: (item: T) => Promise<unknown>): Promise<void> {
    for (let from = 0; from < items.length; from += AT_ONCE) await Promise.all(items.slice(from, from + AT_ONCE).map(run))
  }

  /** Text without identities and without this run's names. */
  masked(text: string): string {
    return text.replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'UID').replaceAll(`-${this.run}`, '')
  }

  /** The events of a namespace, without their times and names. */
  async eventsIn(namespace: string): Promise<string[]> {
    const { items } = await this.client.list(events, { namespace })
    const shown = items.map((event) => {
      const { kind, apiVersion, metadata, firstTimestamp, lastTimestamp, involvedObject, ...rest } = event
      const { uid, resourceVersion, ...about } = involvedObject as Record<string, unknown>
      return this.masked(JSON.stringify({ about, ...rest, manager: managersOf(event) }))
    })
    return shown.sort()
  }
}

/** Who set an object's fields, and through which subresource. */
export const managersOf = ({ metadata }: KubeObject): string[] =>
  ((metadata.managedFields ?? []) as { manager?: string; operation?: string; subresource?: string }[])
    .map(({ manager, operation, subresource }) => [manager, operation, subresource].filter(Boolean).join(' '))
    .sort()
