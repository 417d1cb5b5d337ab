// ResourceQuota: a namespace's objects take no more than its quotas allow. What is used is written before the object is; what a failed or
// ended object took is given back by the controller that counts anew. Requests of a namespace are counted together, one lot after another.
// Upstream: k8s.io/apiserver/pkg/admission/plugin/resourcequota.

import { at, type Frozen, type KubeObject, listAt, qualified } from '../../apimachinery/kube-object.ts'
import { compareQuantities } from '../../apimachinery/quantity.ts'
import { unreasoned } from '../../apimachinery/status-error.ts'
import { type Amounts, excessOf, only, sameAmounts, sumOf } from '../../quota/amounts.ts'
import { podUsage } from '../../quota/pod-usage.ts'
import { resourceClaimUsage } from '../../quota/resource-claim-usage.ts'
import type { ScopeRequirement } from '../../quota/scopes.ts'
import { claimUsage, objectCount, serviceUsage, type UsageEvaluator } from '../../quota/usage-evaluators.ts'
import { type AdmissionAttributes, type AdmissionPlugin, refused } from './admission.ts'
import type { AdmissionParts, Prepared } from './admission-parts.ts'
import { quotasLookAt } from './quota-requests.ts'

interface Quota {
  readonly name: string
  readonly resourceVersion: string
  readonly scopes: readonly ScopeRequirement[]
  readonly hard: Amounts
  readonly used: Amounts
}

interface Waiter {
  readonly attributes: AdmissionAttributes
  readonly evaluator: UsageEvaluator
  /** Undecided until the quotas are written. */
  decided: boolean
  resolve(): void
  reject(error: unknown): void
}

const IGNORED = new Set(['bindings', 'componentstatuses', 'events', 'events.events.k8s.io'])
const RETRIES = 3

const prepare = (quota: Frozen<KubeObject>): Quota => ({
  name: quota.metadata.name ?? '',
  resourceVersion: quota.metadata.resourceVersion ?? '',
  scopes: [
    ...listAt(quota, 'spec', 'scopes').map((scope) => ({ scopeName: String(scope), operator: 'Exists' })),
    ...(listAt(quota, 'spec', 'scopeSelector', 'matchExpressions') as ScopeRequirement[]),
  ],
  hard: (at(quota, 'status', 'hard') ?? {}) as Amounts,
  used: (at(quota, 'status', 'used') ?? {}) as Amounts,
})

const shown = (amounts: Amounts): string =>
  Object.keys(amounts)
    .sort()
    .map((name) => `${name}=${amounts[name]}`)
    .join(',')

const shownNames = (names: readonly string[]): string => [...names].sort().join(',')

const withoutZeros = (amounts: Amounts): Record<string, string> =>
  Object.fromEntries(Object.entries(amounts).filter(([, amount]) => compareQuantities(amount, '0') !== 0))

const concerns = ({ hard, scopes }: Quota, evaluator: UsageEvaluator, object: Frozen<KubeObject>): boolean =>
  Object.keys(hard).some((name) => evaluator.counts(name)) && scopes.every((scope) => evaluator.matches(scope, object))

/** Refuses what a quota that concerns the object cannot count. */
const checkCountable = (quota: Quota, { evaluator, attributes }: Waiter, object: Frozen<KubeObject>): void => {
  const counted = Object.keys(quota.hard).filter((name) => evaluator.counts(name))
  const missing = evaluator.missing?.(counted, object)
  if (missing !== undefined) throw refused(attributes, `failed quota: ${quota.name}: ${missing}`)
  if (counted.some((name) => quota.used[name] === undefined))
    throw refused(attributes, `status unknown for quota: ${quota.name}, resources: ${shownNames(counted)}`)
}

/** The quota with what the object takes; refuses more than there is. */
const taken = (quota: Quota, usage: Amounts, attributes: AdmissionAttributes): Quota => {
  const requested = only(usage, Object.keys(quota.hard))
  const used = sumOf(quota.used, requested)
  const exceeded = Object.keys(requested).filter((name) => compareQuantities(used[name] as string, quota.hard[name] as string) > 0)
  if (attributes.subresource !== 'status' && exceeded.length > 0) {
    const [asked, before, most] = [requested, quota.used, quota.hard].map((amounts) => shown(only(amounts, exceeded)))
    throw refused(attributes, `exceeded quota: ${quota.name}, requested: ${asked}, used: ${before}, limited: ${most}`)
  }
  return { ...quota, used }
}

/** The quotas as they are once the request is let in. Throws StatusError to refuse it. */
const charged = (quotas: readonly Quota[], waiter: Waiter, now: number): readonly Quota[] => {
  const { attributes, evaluator } = waiter
  const object = attributes.object as unknown as Frozen<KubeObject>
  const concerned = quotas.filter((quota) => concerns(quota, evaluator, object))
  if (concerned.length === 0) return quotas
  for (const quota of concerned) checkCountable(quota, waiter, object)
  const usage = evaluator.usage(object, now)
  const negative = Object.keys(usage).filter((name) => compareQuantities(usage[name] as string, '0') < 0)
  if (negative.length > 0) throw refused(attributes, `quota usage is negative for resource(s): ${shownNames(negative)}`)
  const { old } = attributes
  const more = old === undefined ? usage : excessOf(usage, evaluator.usage(old, now))
  return quotas.map((quota) => {
    if (!concerned.includes(quota)) return quota
    const delta = withoutZeros(old !== undefined && concerns(quota, evaluator, old) ? more : usage)
    return Object.keys(delta).length === 0 ? quota : taken(quota, delta, attributes)
  })
}

/** Counts the requests of each namespace in lots: those that come while a lot is written make the next. */
class QuotaQueue {
  readonly #parts: AdmissionParts
  readonly #quotas: Prepared<Quota>
  readonly #waiting = new Map<string, Waiter[]>()

  constructor(parts: AdmissionParts, quotas: Prepared<Quota>) {
    this.#parts = parts
    this.#quotas = quotas
  }

  enter(attributes: AdmissionAttributes, evaluator: UsageEvaluator): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = { attributes, evaluator, decided: false, resolve, reject }
      const others = this.#waiting.get(attributes.namespace)
      if (others) {
        others.push(waiter)
        return
      }
      this.#waiting.set(attributes.namespace, [waiter])
      void this.#work(attributes.namespace)
    })
  }

  async #work(namespace: string): Promise<void> {
    for (let lot = this.#waiting.get(namespace) ?? []; lot.length > 0; lot = this.#waiting.get(namespace) ?? []) {
      this.#waiting.set(namespace, [])
      try {
        await this.#decide(namespace, this.#quotas.list(namespace), lot, RETRIES)
      } catch (error) {
        for (const waiter of lot) waiter.reject(error)
      }
    }
    this.#waiting.delete(namespace)
  }

  async #decide(namespace: string, quotas: readonly Quota[], lot: readonly Waiter[], retries: number): Promise<void> {
    const running = this.#charge(quotas, lot)
    const undecided = lot.filter(({ decided }) => !decided)
    const failed = new Map<string, unknown>()
    for (const [index, { name, resourceVersion, used }] of running.entries()) {
      if (sameAmounts(used, quotas[index]?.used ?? {})) continue
      try {
        await this.#parts.writeQuotaUsage(namespace, name, resourceVersion, used)
      } catch (error) {
        failed.set(name, error)
      }
    }
    if (failed.size === 0) {
      for (const waiter of undecided) waiter.resolve()
      return
    }
    if (retries === 0) {
      const [error = unreasoned('quota could not be written')] = [...failed.values()].reverse()
      for (const waiter of undecided) waiter.reject(error)
      return
    }
    const again = this.#quotas.list(namespace).filter(({ name }) => failed.has(name))
    await this.#decide(namespace, again, undecided, retries - 1)
  }

  /** Charges one request after the other; those that are refused or change nothing are decided at once. */
  #charge(quotas: readonly Quota[], lot: readonly Waiter[]): readonly Quota[] {
    const now = this.#parts.clock.now()
    let running = quotas
    for (const waiter of lot) {
      if (waiter.decided) continue
      const decide = (end: () => void): void => {
        waiter.decided = true
        end()
      }
      try {
        const next = charged(running, waiter, now)
        const before = running
        const changed = next.some(({ used }, index) => !sameAmounts(used, before[index]?.used ?? {}))
        if (waiter.attributes.dryRun || !changed) decide(waiter.resolve)
        else running = next
      } catch (error) {
        decide(() => waiter.reject(error))
      }
    }
    return running
  }
}

export const resourceQuota = (parts: AdmissionParts): AdmissionPlugin => {
  const quotas = parts.prepared('', 'resourcequotas', prepare)
  const queue = new QuotaQueue(parts, quotas)
  const deviceClasses = parts.prepared('resource.k8s.io', 'deviceclasses', (found) =>
    String(at(found, 'spec', 'extendedResourceName') ?? ''),
  )
  const evaluators = new Map<string, UsageEvaluator>([
    ['pods', podUsage],
    ['services', serviceUsage],
    ['persistentvolumeclaims', claimUsage],
    [
      'resourceclaims.resource.k8s.io',
      resourceClaimUsage({
        ofClass: (name) => deviceClasses.get('', name) ?? '',
        has: (resource) => deviceClasses.list('').includes(resource),
      }),
    ],
  ])
  const evaluatorOf = (resource: { group: string; resource: string }): UsageEvaluator => {
    const name = qualified(resource)
    let found = evaluators.get(name)
    if (!found) evaluators.set(name, (found = objectCount(resource)))
    return found
  }
  return {
    name: 'ResourceQuota',
    operations: ['CREATE', 'UPDATE'],
    validate: (attributes) => {
      const { namespace, resource } = attributes
      if (namespace === '' || quotas.list(namespace).length === 0) return undefined
      const name = qualified(resource)
      if (IGNORED.has(name) || !quotasLookAt(name, attributes)) return undefined
      return queue.enter(attributes, evaluatorOf(resource))
    },
  }
}
