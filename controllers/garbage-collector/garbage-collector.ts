// Objects whose owners are gone are deleted; deletions in the foreground wait for dependents, orphaning ones let them go. Every kind that
// can be listed, watched and deleted is watched, as discovery tells, metadata alone. Upstream: pkg/controller/garbagecollector.
import { apiVersionOf, type KubeObject } from '../../apimachinery/kube-object.ts'
import { delay } from '../../client/connection.ts'
import { type DiscoveredResource, type Discovery, preferredResources } from '../../client/discovery.ts'
import type { Informer } from '../../client/informer.ts'
import { resourceId } from '../../client/resource.ts'
import type { WorkQueue } from '../../client/work-queue.ts'
import type { Controller, ControllerContext, Reconciler } from '../reconciler.ts'
import { Collection, NotObserved } from './collection.ts'
import { ObjectAccess, UnknownKind } from './object-access.ts'
import { OwnershipGraph } from './ownership-graph.ts'

/** How often discovery is asked whether kinds came or went. */
const RESYNC_MS = 30_000
/** After a discovery that failed. */
const RETRY_MS = 1000
const VERBS = ['delete', 'list', 'watch']

const isCollected = ({ group, resource, verbs }: DiscoveredResource): boolean =>
  VERBS.every((verb) => verbs.includes(verb)) && !(resource === 'events' && (group === '' || group === 'events.k8s.io'))

interface Monitor {
  readonly resource: DiscoveredResource
  readonly informer: Informer
  remove(): void
}

/** The watches of all kinds, as discovery says from time to time. */
class Monitors {
  readonly #context: ControllerContext
  readonly #access: ObjectAccess
  readonly #graph: OwnershipGraph
  readonly #monitors = new Map<string, Monitor>()

  constructor(context: ControllerContext, access: ObjectAccess, graph: OwnershipGraph) {
    this.#context = context
    this.#access = access
    this.#graph = graph
  }

  async run(synced: () => void, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      let wait = RESYNC_MS
      try {
        this.#follow(await this.#context.discover(signal))
        await Promise.race([
          Promise.all([...this.#monitors.values()].map(({ informer }) => informer.synced)),
          this.#pause(RESYNC_MS, signal),
        ])
        synced()
      } catch (error) {
        if (signal.aborted) return
        this.#context.log.error('the garbage collector could not learn what is served', error)
        wait = RETRY_MS
      }
      await this.#pause(wait, signal)
    }
  }

  async #pause(milliseconds: number, signal: AbortSignal): Promise<void> {
    await delay(this.#context.timers, milliseconds, signal).catch(() => undefined)
  }

  #follow(discovery: Discovery): void {
    const collected = preferredResources(discovery).filter(isCollected)
    if (collected.length === 0) throw new Error('discovery tells of nothing that can be deleted')
    this.#access.kinds = new Map(
      [...discovery.resources, ...collected].map((resource) => [
        `${apiVersionOf(resource.group, resource.version)}/${resource.kind}`,
        resource,
      ]),
    )
    const wanted = new Map(collected.map((resource) => [resourceId(resource), resource]))
    for (const [id, { resource, remove }] of this.#monitors) {
      const { group, version } = resource
      // A group that did not answer may still be there.
      if (wanted.has(id) || discovery.failures.has(apiVersionOf(group, version))) continue
      remove()
      this.#context.informers.drop(resource)
      this.#monitors.delete(id)
    }
    for (const [id, resource] of wanted) if (!this.#monitors.has(id)) this.#monitors.set(id, this.#monitor(resource))
  }

  #monitor(resource: DiscoveredResource): Monitor {
    const kind = { apiVersion: apiVersionOf(resource.group, resource.version), kind: resource.kind }
    const informer = this.#context.informers.metadata(resource)
    const remove = informer.addHandler({
      added: (object: KubeObject) => this.#graph.observed(object, kind),
      updated: (object: KubeObject, previous: KubeObject) => this.#graph.observed(object, kind, previous),
      deleted: (object: KubeObject) => this.#graph.deleted(object, kind),
    })
    return { resource, informer, remove }
  }
}

/** `workers` for each of the two queues. */
export const garbageCollector = (context: ControllerContext, workers: number): Controller => {
  const access = new ObjectAccess(context.client)
  const recorder = context.recorder('garbage-collector-controller')
  let announce: () => void = () => undefined
  const synced = new Promise<void>((resolve) => void (announce = resolve))
  let collection: Collection | undefined

  const reconciler = (name: string, run: (collection: Collection, uid: string, signal: AbortSignal) => Promise<void>): Reconciler => ({
    name: `garbage-collector-controller ${name}`,
    workers,
    watches: [],
    isExpected: (error) => error instanceof NotObserved || error instanceof UnknownKind,
    reconcile: async (uid, signal) => {
      await synced
      if (signal.aborted || !collection) return undefined
      await run(collection, uid, signal)
      return undefined
    },
  })
  return {
    reconcilers: [
      reconciler('attempt to delete', (known, uid, signal) => known.attemptToDelete(uid, signal)),
      reconciler('attempt to orphan', (known, uid, signal) => known.attemptToOrphan(uid, signal)),
    ],
    background: async ([toDelete, toOrphan], signal) => {
      const graph = new OwnershipGraph(recorder, toDelete as WorkQueue, toOrphan as WorkQueue)
      collection = new Collection(graph, access, toDelete as WorkQueue)
      signal.addEventListener('abort', announce, { once: true })
      await new Monitors(context, access, graph).run(announce, signal)
    },
  }
}
