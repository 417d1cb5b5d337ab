// Deletes what a namespace holds, resource by resource, pods first, and says what is left and how long that may take.
// Upstream: pkg/controller/namespace/deletion/namespaced_resources_deleter.go.
import { at, type KubeObject, textAt } from '../../apimachinery/kube-object.ts'
import { StatusError } from '../../apimachinery/status-error.ts'
import { type DiscoveredResource, preferredResources } from '../../client/discovery.ts'
import { isNotFound } from '../api-failures.ts'
import type { ControllerContext } from '../reconciler.ts'
import { pods } from '../resources.ts'
import { DiscoveryFailure } from './discovery-failure.ts'
import { NamespaceConditions } from './namespace-conditions.ts'

/** How long finalizers are thought to take. */
const FINALIZERS_SECONDS = 15

interface Left {
  estimateSeconds: number
  count: number
  finalizers: Map<string, number>
}

export interface ContentOutcome {
  conditions: NamespaceConditions
  /** Above 0: look again after about that long. */
  estimateSeconds: number
  errors: Error[]
}

const isPods = ({ group, resource }: DiscoveredResource): boolean => group === '' && resource === 'pods'

export class NamespaceContent {
  readonly #context: Pick<ControllerContext, 'client' | 'clock' | 'discover'>
  readonly #namespace: string
  readonly #deletedAt: number
  readonly #signal: AbortSignal
  readonly #resources = new Map<string, number>()
  readonly #finalizers = new Map<string, number>()
  readonly #errors: Error[] = []
  #estimateSeconds = 0

  constructor(context: Pick<ControllerContext, 'client' | 'clock' | 'discover'>, namespace: KubeObject, signal: AbortSignal) {
    this.#context = context
    this.#namespace = namespace.metadata.name ?? ''
    this.#deletedAt = Date.parse(namespace.metadata.deletionTimestamp ?? '')
    this.#signal = signal
  }

  /** Deletes all that can be deleted now. What fails for one resource keeps the others from nothing. */
  async delete(): Promise<ContentOutcome> {
    const conditions = new NamespaceConditions()
    const discovery = await this.#context.discover(this.#signal)
    const deletions: Error[] = []
    if (discovery.failures.size > 0) {
      const failure = new DiscoveryFailure(discovery.failures)
      this.#errors.push(failure)
      conditions.discoveryFailed(failure)
    }
    const deletable = preferredResources(discovery).filter(({ namespaced, verbs }) => namespaced && verbs.includes('delete'))
    const outcome = (): ContentOutcome => ({ conditions, estimateSeconds: this.#estimateSeconds, errors: [...this.#errors, ...deletions] })
    const ofPods = deletable.find(isPods)
    if (ofPods) {
      await this.#clear(ofPods, deletions)
      if (this.#resources.size > 0) {
        conditions.deletionFailed(deletions)
        return outcome()
      }
    }
    for (const resource of deletable) if (resource !== ofPods) await this.#clear(resource, deletions)
    conditions.remains({ resources: this.#resources, finalizers: this.#finalizers })
    conditions.deletionFailed(deletions)
    return outcome()
  }

  async #clear(resource: DiscoveredResource, errors: Error[]): Promise<void> {
    const left: Left = { estimateSeconds: 0, count: 0, finalizers: new Map() }
    try {
      await this.#deleteAll(resource, left)
    } catch (error) {
      this.#signal.throwIfAborted()
      errors.push(error as Error)
    }
    this.#estimateSeconds = Math.max(this.#estimateSeconds, left.estimateSeconds)
    if (left.count === 0) return
    this.#resources.set(`${resource.resource}.${resource.group}`, left.count)
    for (const [finalizer, count] of left.finalizers) this.#finalizers.set(finalizer, (this.#finalizers.get(finalizer) ?? 0) + count)
  }

  async #deleteAll(resource: DiscoveredResource, left: Left): Promise<void> {
    const estimate = isPods(resource) ? await this.#gracePeriod() : 0
    left.estimateSeconds = estimate
    if (!(await this.#deleteCollection(resource))) await this.#deleteEach(resource)
    const items = await this.#list(resource)
    if (!items) return
    left.count = items.length
    if (items.length === 0) {
      left.estimateSeconds = 0
      return
    }
    for (const { metadata } of items)
      for (const finalizer of metadata.finalizers ?? []) left.finalizers.set(finalizer, (left.finalizers.get(finalizer) ?? 0) + 1)
    if (estimate !== 0) return
    if (left.finalizers.size > 0) {
      left.estimateSeconds = FINALIZERS_SECONDS
      return
    }
    const { group, version } = resource
    throw new Error(
      `unexpected items still remain in namespace: ${this.#namespace} for gvr: ${group}/${version}, Resource=${resource.resource}`,
    )
  }

  /** Seconds until the last pod has had its grace, 0 once that is over. */
  async #gracePeriod(): Promise<number> {
    const { items } = await this.#context.client.listAll(pods, { namespace: this.#namespace, signal: this.#signal })
    const running = items.filter((pod) => !['Succeeded', 'Failed'].includes(textAt(pod, 'status', 'phase')))
    const seconds = Math.max(0, ...running.map((pod) => Number(at(pod, 'spec', 'terminationGracePeriodSeconds') ?? 0)))
    return this.#context.clock.now() - this.#deletedAt >= seconds * 1000 ? 0 : seconds
  }

  /** False: the resource knows no deletion of collections. */
  async #deleteCollection(resource: DiscoveredResource): Promise<boolean> {
    if (!resource.verbs.includes('deletecollection')) return false
    return this.#supported(async () => {
      const options = { propagationPolicy: 'Background', signal: this.#signal } as const
      await this.#context.client.deleteCollection(resource, { namespace: this.#namespace }, options)
      return true
    }, false)
  }

  async #deleteEach(resource: DiscoveredResource): Promise<void> {
    for (const { metadata } of (await this.#list(resource)) ?? []) {
      const name = { namespace: this.#namespace, name: metadata.name ?? '' }
      const options = { propagationPolicy: 'Background', signal: this.#signal } as const
      await this.#supported(() => this.#context.client.delete(resource, name, options), undefined)
    }
  }

  /** Undefined: the resource cannot be listed. */
  async #list(resource: DiscoveredResource): Promise<KubeObject[] | undefined> {
    if (!resource.verbs.includes('list')) return undefined
    const options = { namespace: this.#namespace, metadataOnly: true, signal: this.#signal }
    return this.#supported(async () => (await this.#context.client.list(resource, options)).items, undefined)
  }

  /** What discovery promises and the server then refuses is left alone. */
  async #supported<T>(run: () => Promise<T>, otherwise: T): Promise<T> {
    try {
      return await run()
    } catch (error) {
      if (isNotFound(error) || (error instanceof StatusError && error.code === 405)) return otherwise
      throw error
    }
  }
}
