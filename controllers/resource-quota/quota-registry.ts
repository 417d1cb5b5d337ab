// What quotas count and where the objects are: an evaluator for each resource that can be made and deleted, over an informer of it.
// Whole objects where amounts count, metadata where only their number does.
// Upstream: pkg/controller/resourcequota/resource_quota_monitor.go.
import { at, type GroupResource, type KubeObject, listAt, qualified, textAt } from '../../apimachinery/kube-object.ts'
import { type DiscoveredResource, type Discovery, preferredResources } from '../../client/discovery.ts'
import type { Informer } from '../../client/informer.ts'
import { type ApiResource, resourceId } from '../../client/resource.ts'
import { type Amounts, addTo, only, type Sums } from '../../quota/amounts.ts'
import { isOver, isTerminating, podUsage } from '../../quota/pod-usage.ts'
import { resourceClaimUsage } from '../../quota/resource-claim-usage.ts'
import type { ScopeRequirement } from '../../quota/scopes.ts'
import { attributeClasses, claimUsage, objectCount, serviceUsage, type UsageEvaluator } from '../../quota/usage-evaluators.ts'
import type { ControllerContext } from '../reconciler.ts'
import { deviceClasses } from '../resources.ts'

const VERBS = ['create', 'list', 'watch', 'delete']
const BY_NAMESPACE = 'namespace'
const ignored = new Set(['bindings', 'events', 'events.events.k8s.io', 'localsubjectaccessreviews.authorization.k8s.io'])

interface Rule {
  readonly evaluator: UsageEvaluator
  /** Whether a change of an object may free something. */
  frees(object: KubeObject, previous: KubeObject, now: number): boolean
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

const podsFree: Rule['frees'] = (pod, previous, now) => {
  const resources = (one: KubeObject): unknown =>
    listAt(one, 'status', 'containerStatuses').map((status) => [textAt(status, 'name'), at(status, 'resources')])
  if (!same(resources(pod), resources(previous)) || isTerminating(pod) !== isTerminating(previous)) return true
  return !isOver(previous, now) && isOver(pod, now)
}

const countedType = (service: KubeObject): string => {
  const type = textAt(service, 'spec', 'type')
  return type === 'NodePort' || type === 'LoadBalancer' ? type : ''
}

const allocated = (claim: KubeObject): unknown => at(claim, 'status', 'allocatedResources', 'storage')

/** By resource: those that are counted by more than their number. */
const fixedRules: Readonly<Record<string, Rule>> = {
  pods: { evaluator: podUsage, frees: podsFree },
  services: { evaluator: serviceUsage, frees: (service, previous) => countedType(service) !== countedType(previous) },
  persistentvolumeclaims: {
    evaluator: claimUsage,
    frees: (claim, previous) =>
      allocated(claim) !== allocated(previous) || !same(attributeClasses(claim).sort(), attributeClasses(previous).sort()),
  },
}

const RESOURCE_CLAIMS = 'resourceclaims.resource.k8s.io'
const BY_EXTENDED_RESOURCE = 'extended resource'

/** Devices are counted under the names that their classes give them for pods, too. */
const resourceClaimRule = (classes: Informer): Rule => {
  const extended = (deviceClass: KubeObject | undefined): string => textAt(deviceClass, 'spec', 'extendedResourceName')
  classes.store.addIndex(BY_EXTENDED_RESOURCE, (deviceClass) => [extended(deviceClass)])
  const evaluator = resourceClaimUsage({
    ofClass: (name) => extended(classes.store.get(name)),
    has: (resource) => classes.store.indexed(BY_EXTENDED_RESOURCE, resource).length > 0,
  })
  return { evaluator, frees: () => false }
}

interface Monitor {
  readonly resource: ApiResource
  readonly informer: Informer
  readonly evaluator: UsageEvaluator
  remove(): void
}

/** A namespace's quotas that count something of this evaluator should be looked at. */
export type Replenish = (namespace: string, evaluator: UsageEvaluator) => void

export class QuotaRegistry {
  readonly #context: ControllerContext
  readonly #replenish: Replenish
  readonly #monitors = new Map<string, Monitor>()

  constructor(context: ControllerContext, replenish: Replenish) {
    this.#context = context
    this.#replenish = replenish
  }

  /** Watches what is served now. Resolves once all of it is listed. */
  async follow(discovery: Discovery): Promise<void> {
    const isQuotable = ({ namespaced, verbs, ...resource }: DiscoveredResource): boolean =>
      namespaced && VERBS.every((verb) => verbs.includes(verb)) && !ignored.has(qualified(resource))
    const wanted = new Map(
      preferredResources(discovery)
        .filter(isQuotable)
        .map((resource) => [resourceId(resource), resource]),
    )
    for (const [id, { remove }] of this.#monitors) {
      if (wanted.has(id) || discovery.failures.size > 0) continue
      remove()
      this.#monitors.delete(id)
    }
    for (const [id, resource] of wanted) if (!this.#monitors.has(id)) this.#monitors.set(id, this.#monitor(resource))
    await Promise.all([...this.#monitors.values()].map(({ informer }) => informer.synced))
  }

  /** The resources of a quota that anything here counts. */
  counted(names: readonly string[]): string[] {
    const evaluators = [...this.#monitors.values()].map(({ evaluator }) => evaluator)
    return names.filter((name) => evaluators.some((evaluator) => evaluator.counts(name)))
  }

  /** What a namespace's objects within the scopes take of the resources named. Throws while something is not listed yet. */
  usage(namespace: string, names: readonly string[], scopes: readonly ScopeRequirement[]): Amounts {
    const now = this.#context.clock.now()
    const used: Sums = {}
    for (const { informer, evaluator, resource } of this.#monitors.values()) {
      const own = names.filter((name) => evaluator.counts(name))
      if (own.length === 0) continue
      if (!informer.hasSynced) throw new Error(`${resourceId(resource)} not yet synced`)
      addTo(used, Object.fromEntries(own.map((name) => [name, '0'])))
      for (const object of informer.store.indexed(BY_NAMESPACE, namespace))
        if (scopes.every((scope) => evaluator.matches(scope, object))) addTo(used, only(evaluator.usage(object, now), own))
    }
    return used
  }

  #monitor(resource: ApiResource): Monitor {
    const { informers, clock } = this.#context
    const name = qualified(resource)
    const rule = name === RESOURCE_CLAIMS ? resourceClaimRule(informers.objects(deviceClasses)) : fixedRules[name]
    const informer = rule ? informers.objects(resource) : informers.metadata(resource)
    informer.store.addIndex(BY_NAMESPACE, ({ metadata }) => [metadata.namespace ?? ''])
    const evaluator = rule?.evaluator ?? objectCount(resource as GroupResource)
    const freed = ({ metadata }: KubeObject): void => this.#replenish(metadata.namespace ?? '', evaluator)
    const remove = informer.addHandler({
      updated: (object, previous) => {
        if (rule?.frees(object, previous, clock.now())) freed(object)
      },
      deleted: freed,
    })
    return { resource, informer, evaluator, remove }
  }
}
