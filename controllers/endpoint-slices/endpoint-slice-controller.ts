// Services with a selector have their pods' addresses in endpoint slices. Hints by the older topology annotation are not made.
// Upstream: pkg/controller/endpointslice.
import { equalValues } from '../../apimachinery/equal-values.ts'
import { at, type KubeObject, listAt, textAt } from '../../apimachinery/kube-object.ts'
import { keyOf } from '../../client/resource.ts'
import type { WorkQueue } from '../../client/work-queue.ts'
import { namespaceTerminates } from '../api-failures.ts'
import type { Controller, ControllerContext } from '../reconciler.ts'
import { nodes, pods, services, endpointSlices as slices } from '../resources.ts'
import { type AddressType, addressesOf, isReady } from './endpoints-of-pods.ts'
import { MANAGED_BY, MANAGER, planSlices, SERVICE_NAME, type SlicePlan } from './slice-plan.ts'
import { SliceTracker } from './slice-tracker.ts'

const BY_NAMESPACE = 'namespace'
const BY_SERVICE = 'service'
const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time'
const MAX_FAILURES = 15
const BACKOFF = { firstMs: 1000, maxMs: 1_000_000 }
/** After a change by somebody else: several slices may have changed. */
const SLICE_CHANGE_MS = 1000

/** The informer does not show yet what was written last. */
class StaleSlices extends Error {}

export interface EndpointSliceSettings {
  readonly workers: number
  readonly maxEndpoints: number
}

const serviceOf = ({ metadata }: KubeObject): string => `${metadata.namespace}/${metadata.labels?.[SERVICE_NAME]}`

const isOurs = ({ metadata }: KubeObject): boolean => metadata.labels?.[MANAGED_BY] === MANAGER

const selects = (service: KubeObject, { metadata }: KubeObject): boolean => {
  const selector = at(service, 'spec', 'selector') as Record<string, string> | undefined
  return selector !== undefined && Object.keys(selector).every((name) => metadata.labels?.[name] === selector[name])
}

/** Whether a pod's change may change endpoints. */
const matters = (pod: KubeObject, previous: KubeObject): boolean =>
  !equalValues(pod.metadata.labels ?? {}, previous.metadata.labels ?? {}) ||
  ['hostname', 'subdomain'].some((member) => textAt(pod, 'spec', member) !== textAt(previous, 'spec', member)) ||
  pod.metadata.deletionTimestamp !== previous.metadata.deletionTimestamp ||
  isReady(pod) !== isReady(previous) ||
  !equalValues(addressesOf(pod), addressesOf(previous))

const withTriggerTime = (slice: KubeObject, time: string): KubeObject => {
  const { [TRIGGER_TIME]: _, ...annotations } = slice.metadata.annotations ?? {}
  return { ...slice, metadata: { ...slice.metadata, annotations: time === '' ? annotations : { ...annotations, [TRIGGER_TIME]: time } } }
}

class EndpointSlices {
  readonly #context: ControllerContext
  readonly #maxEndpoints: number
  readonly #tracker = new SliceTracker()
  readonly #recorder
  readonly services
  readonly pods
  readonly nodes
  readonly slices

  constructor(context: ControllerContext, maxEndpoints: number) {
    this.#context = context
    this.#maxEndpoints = maxEndpoints
    this.#recorder = context.recorder('endpoint-slice-controller')
    const { informers } = context
    this.services = informers.objects(services)
    this.pods = informers.objects(pods)
    this.nodes = informers.objects(nodes)
    this.slices = informers.objects(slices)
    for (const { store } of [this.services, this.pods]) store.addIndex(BY_NAMESPACE, ({ metadata }) => [metadata.namespace ?? ''])
    this.slices.store.addIndex(BY_SERVICE, (slice) => (isOurs(slice) ? [serviceOf(slice)] : []))
  }

  /** Those that select a pod. */
  queueServices(queue: WorkQueue, pod: KubeObject): void {
    for (const service of this.services.store.indexed(BY_NAMESPACE, pod.metadata.namespace ?? ''))
      if (selects(service, pod)) queue.add(keyOf(service))
  }

  sliceSeen(queue: WorkQueue, slice: KubeObject, previous?: KubeObject): void {
    const moved = previous !== undefined && serviceOf(previous) !== serviceOf(slice)
    const handedOver = previous !== undefined && isOurs(previous) !== isOurs(slice)
    // To the service, or to us, it is as if it had been removed.
    if ((moved || handedOver) && isOurs(previous)) this.#tracker.sawRemoval(serviceOf(previous), previous)
    if (moved) queue.addAfter(serviceOf(previous), SLICE_CHANGE_MS)
    if (moved || handedOver || (isOurs(slice) && this.#tracker.isForeign(serviceOf(slice), slice)))
      queue.addAfter(serviceOf(slice), SLICE_CHANGE_MS)
  }

  sliceGone(queue: WorkQueue, slice: KubeObject): void {
    if (isOurs(slice) && this.#tracker.sawRemoval(serviceOf(slice), slice)) queue.addAfter(serviceOf(slice), SLICE_CHANGE_MS)
  }

  async sync(key: string, signal: AbortSignal): Promise<undefined> {
    const service = this.services.store.get(key)
    if (!service) return void this.#tracker.forget(key)
    if (textAt(service, 'spec', 'type') === 'ExternalName' || at(service, 'spec', 'selector') === undefined) return
    this.#tracker.begin(key)
    const chosen = this.pods.store.indexed(BY_NAMESPACE, service.metadata.namespace ?? '').filter((pod) => selects(service, pod))
    const existing = this.slices.store.indexed(BY_SERVICE, key).filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    if (this.#tracker.isStale(key, existing)) throw new StaleSlices('EndpointSlice informer cache is out of date')
    const time = this.#tracker.triggerTime(key, service, chosen)
    const errors: string[] = []
    const families = listAt(service, 'spec', 'ipFamilies') as AddressType[]
    for (const type of families) {
      const ofType = existing.filter((slice) => slice['addressType'] === type)
      const node = (name: string): KubeObject | undefined => this.nodes.store.get(name)
      const plan = planSlices({ service, pods: chosen, existing: ofType, type, maxEndpoints: this.#maxEndpoints, node })
      errors.push(...plan.errors)
      await this.#carryOut(key, service, plan, time, signal).catch((error: Error) => void errors.push(error.message))
    }
    for (const slice of existing) if (!families.includes(slice['addressType'] as AddressType)) await this.#remove(key, slice, signal)
    if (errors.length > 0) this.#fail(service, [...new Set(errors)])
  }

  #fail(service: KubeObject, errors: readonly string[]): never {
    const { namespace = '', name = '', uid = '', resourceVersion = '' } = service.metadata
    const text = errors.length === 1 ? errors[0] : `[${errors.join(', ')}]`
    const about = { kind: 'Service', apiVersion: 'v1', namespace, name, uid, resourceVersion }
    const message = `Error updating Endpoint Slices for Service ${namespace}/${name}: ${text}`
    this.#recorder.event(about, 'Warning', 'FailedToUpdateEndpointSlices', message)
    throw new Error(text)
  }

  async #carryOut(key: string, service: KubeObject, plan: SlicePlan, time: string, signal: AbortSignal): Promise<void> {
    const { client } = this.#context
    const failed = (what: string) => (error: Error) => {
      if (what === 'create' && namespaceTerminates(error)) return undefined
      throw new Error(`failed to ${what} EndpointSlice for Service ${key}: ${error.message}`)
    }
    if (service.metadata.deletionTimestamp === undefined)
      for (const slice of plan.create) {
        const made = await client.create(slices, withTriggerTime(slice, time), { signal }).catch(failed('create'))
        if (!made) return
        this.#tracker.wrote(key, made)
      }
    for (const slice of plan.update) {
      const written = await client.update(slices, withTriggerTime(slice, time), { signal }).catch(failed(`update ${slice.metadata.name}`))
      if (written) this.#tracker.wrote(key, written)
    }
    for (const slice of plan.remove) await this.#remove(key, slice, signal).catch(failed(`delete ${slice.metadata.name}`))
  }

  async #remove(key: string, slice: KubeObject, signal: AbortSignal): Promise<void> {
    const { namespace, name = '' } = slice.metadata
    await this.#context.client.delete(slices, { namespace, name }, { signal })
    this.#tracker.removed(key, slice)
  }
}

export const endpointSliceController = (context: ControllerContext, { workers, maxEndpoints }: EndpointSliceSettings): Controller => {
  const own = new EndpointSlices(context, maxEndpoints)
  return {
    reconcilers: [
      {
        name: 'endpointslice-controller',
        workers,
        backoff: BACKOFF,
        maxFailures: MAX_FAILURES,
        isExpected: (error) => error instanceof StaleSlices,
        watches: [
          {
            informer: own.services,
            handler: (queue) => {
              const look = (service: KubeObject): void => queue.add(keyOf(service))
              return { added: look, updated: look, deleted: look }
            },
          },
          {
            informer: own.pods,
            handler: (queue) => {
              const look = (pod: KubeObject): void => own.queueServices(queue, pod)
              const changed = (pod: KubeObject, previous: KubeObject): void => {
                if (!matters(pod, previous)) return
                look(previous)
                look(pod)
              }
              return { added: look, updated: changed, deleted: look }
            },
          },
          { informer: own.nodes, handler: () => ({}) },
          {
            informer: own.slices,
            handler: (queue) => ({
              added: (slice) => own.sliceSeen(queue, slice),
              updated: (slice, previous) => own.sliceSeen(queue, slice, previous),
              deleted: (slice) => own.sliceGone(queue, slice),
            }),
          },
        ],
        reconcile: (key, signal) => own.sync(key, signal),
      },
    ],
  }
}
