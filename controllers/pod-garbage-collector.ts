// Pods that no kubelet will end: those of nodes that are gone or out of service, deleted ones that never had a node, and the oldest of too
// many that have ended. They are marked as failed, then deleted at once. Upstream: pkg/controller/podgc.
import { formatTime } from '../apimachinery/clock.ts'
import { type KubeObject, listAt, textAt, type ValueMap } from '../apimachinery/kube-object.ts'
import { delay } from '../client/connection.ts'
import { keyOf } from '../client/resource.ts'
import { isNotFound } from './api-failures.ts'
import type { Controller, ControllerContext } from './reconciler.ts'
import { nodes, pods } from './resources.ts'
import { aborted } from './run-controller.ts'

const PERIOD_MS = 20_000
/** How long a node may be unknown to the informer before the server is asked for it. */
const QUARANTINE_MS = 40_000
const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service'
const LIVE_PHASES = ['Pending', 'Running', 'Unknown']
const DISRUPTION = 'DisruptionTarget'

const phaseOf = (pod: KubeObject): string => textAt(pod, 'status', 'phase')
const nodeOf = (pod: KubeObject): string => textAt(pod, 'spec', 'nodeName')
const isDeleted = ({ metadata }: KubeObject): boolean => metadata.deletionTimestamp !== undefined
const isEvicted = (pod: KubeObject): boolean => phaseOf(pod) === 'Failed' && textAt(pod, 'status', 'reason') === 'Evicted'

/** The evicted first, then the oldest. */
const byAge = (a: KubeObject, b: KubeObject): number => {
  const [evicted, other] = [isEvicted(a), isEvicted(b)]
  if (evicted !== other) return evicted ? -1 : 1
  const age = ({ metadata }: KubeObject): string => `${metadata.creationTimestamp} ${metadata.name}`
  return age(a) < age(b) ? -1 : 1
}

const isOutOfService = (node: KubeObject): boolean => {
  const ready = listAt(node, 'status', 'conditions').find((condition) => textAt(condition, 'type') === 'Ready')
  const isReady = textAt(ready, 'status') === 'True'
  return !isReady && listAt(node, 'spec', 'taints').some((taint) => textAt(taint, 'key') === OUT_OF_SERVICE)
}

class PodCollection {
  readonly #context: ControllerContext
  readonly #threshold: number
  readonly #pods
  readonly #nodes
  /** Nodes that pods name and nobody knows, with the time at which the server is asked. */
  readonly #quarantine = new Map<string, number>()

  constructor(context: ControllerContext, threshold: number) {
    this.#context = context
    this.#threshold = threshold
    this.#pods = context.informers.objects(pods)
    this.#nodes = context.informers.objects(nodes)
  }

  async listed(): Promise<void> {
    await Promise.all([this.#pods.synced, this.#nodes.synced])
  }

  async collect(signal: AbortSignal): Promise<void> {
    const all = [...this.#pods.store.values()]
    const isOfDeadNode = (pod: KubeObject): boolean => {
      const node = this.#nodes.store.get(nodeOf(pod))
      return isDeleted(pod) && node !== undefined && isOutOfService(node)
    }
    if (this.#threshold > 0) await this.#removeAll(this.#superfluous(all), signal)
    await this.#removeAll(all.filter(isOfDeadNode), signal)
    await this.#collectOrphans(all, signal)
    await this.#removeAll(
      all.filter((pod) => isDeleted(pod) && nodeOf(pod) === ''),
      signal,
    )
  }

  #superfluous(all: readonly KubeObject[]): KubeObject[] {
    const ended = all.filter((pod) => !LIVE_PHASES.includes(phaseOf(pod)))
    return ended.length <= this.#threshold ? [] : ended.sort(byAge).slice(0, ended.length - this.#threshold)
  }

  async #collectOrphans(all: readonly KubeObject[], signal: AbortSignal): Promise<void> {
    const now = this.#context.timers.now()
    for (const pod of all) {
      const node = nodeOf(pod)
      if (node !== '' && !this.#nodes.store.get(node) && !this.#quarantine.has(node)) this.#quarantine.set(node, now + QUARANTINE_MS)
    }
    const gone = new Set<string>()
    for (const [node, askAt] of this.#quarantine) {
      if (askAt > now) continue
      this.#quarantine.delete(node)
      if (!this.#nodes.store.get(node) && (await this.#isGone(node, signal))) gone.add(node)
    }
    const orphans = all.filter((pod) => gone.has(nodeOf(pod)))
    await this.#removeAll(orphans, signal, { type: DISRUPTION, reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists' })
  }

  async #isGone(name: string, signal: AbortSignal): Promise<boolean> {
    const { client, log } = this.#context
    try {
      await client.get(nodes, { name }, { signal })
      return false
    } catch (error) {
      if (isNotFound(error)) return true
      log.error(`node ${name} could not be asked for`, error)
      return false
    }
  }

  async #removeAll(doomed: readonly KubeObject[], signal: AbortSignal, condition?: ValueMap): Promise<void> {
    for (const pod of doomed)
      await this.#remove(pod, condition, signal).catch((error: unknown) => {
        if (!signal.aborted && !isNotFound(error)) this.#context.log.error(`pod ${keyOf(pod)} could not be deleted`, error)
      })
  }

  async #remove(pod: KubeObject, condition: ValueMap | undefined, signal: AbortSignal): Promise<void> {
    const { client } = this.#context
    const { namespace, name = '', uid = '' } = pod.metadata
    if (!['Succeeded', 'Failed'].includes(phaseOf(pod))) {
      const status = { phase: 'Failed', ...this.#observed(pod), ...(condition ? { conditions: [this.#dated(pod, condition)] } : {}) }
      await client.patch(pods, { namespace, name }, { metadata: { uid }, status }, { type: 'strategic', subresource: 'status', signal })
    }
    await client.delete(pods, { namespace, name }, { gracePeriodSeconds: 0, signal })
  }

  #observed({ metadata }: KubeObject): ValueMap {
    return metadata.generation === undefined ? {} : { observedGeneration: metadata.generation }
  }

  /** A condition that was true before is so since then. */
  #dated(pod: KubeObject, condition: ValueMap): ValueMap {
    const held = listAt(pod, 'status', 'conditions').find((one) => textAt(one, 'type') === condition['type'])
    const since = textAt(held, 'status') === 'True' ? textAt(held, 'lastTransitionTime') : formatTime(this.#context.clock.now())
    return { ...condition, ...this.#observed(pod), status: 'True', lastTransitionTime: since }
  }
}

/** `threshold`: so many pods that have ended stay; 0 or less: all. */
export const podGarbageCollector = (context: ControllerContext, threshold: number): Controller => {
  const collection = new PodCollection(context, threshold)
  return {
    reconcilers: [],
    background: async (_, signal) => {
      await Promise.race([collection.listed(), aborted(signal)])
      while (!signal.aborted) {
        await collection.collect(signal)
        await delay(context.timers, PERIOD_MS, signal).catch(() => undefined)
      }
    },
  }
}
