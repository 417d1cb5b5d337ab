// Objects whose owners are gone are deleted; deletions in the foreground wait for dependents, orphaning ones let them go. Every kind that
// can be listed, watched and deleted is watched, as discovery tells, metadata alone. Upstream: pkg/controller/garbagecollector.
import { apiVersionOf, type KubeObject } from '../../apimachinery/kube-object.ts'
import { type DiscoveredResource, type Discovery, preferredResources } from '../../client/discovery.ts'
import type { Informer } from '../../client/informer.ts'
import { resourceId } from '../../client/resource.ts'
import type { WorkQueue } from '../../client/work-queue.ts'
import { followDiscovery } from '../follow-discovery.ts'
import type { Controller, ControllerContext, Reconciler } from '../reconciler.ts'
import { Collection, NotObserved } from './collection.ts'
import { ObjectAccess, UnknownKind } from './object-access.ts'
import { OwnershipGraph } from './ownership-graph.ts'

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

  /** Resolves once all kinds are listed. */
  async follow(discovery: Discovery): Promise<void> {
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
    await Promise.all([...this.#monitors.values()].map(({ informer }) => informer.synced))
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
      const monitors = new Monitors(context, access, graph)
      await followDiscovery(context, (discovery) => monitors.follow(discovery), announce, signal)
    },
  }
}
