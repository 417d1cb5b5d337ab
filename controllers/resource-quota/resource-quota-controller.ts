// What namespaces take of their quotas, counted anew when a quota changes, when something is freed, and now and then.
// Upstream: pkg/controller/resourcequota/resource_quota_controller.go.
import { at, type KubeObject, listAt } from '../../apimachinery/kube-object.ts'
import { delay } from '../../client/connection.ts'
import { type ApiResource, keyOf } from '../../client/resource.ts'
import type { WorkQueue } from '../../client/work-queue.ts'
import { type Amounts, only, sameAmounts } from '../../quota/amounts.ts'
import type { ScopeRequirement } from '../../quota/scopes.ts'
import { followDiscovery } from '../follow-discovery.ts'
import type { Controller, ControllerContext, Reconciler } from '../reconciler.ts'
import { QuotaRegistry } from './quota-registry.ts'

export interface QuotaSettings {
  readonly workers: number
  /** How often all quotas are counted anew. */
  readonly syncPeriodMs: number
}

const quotas: ApiResource = { group: '', version: 'v1', resource: 'resourcequotas', kind: 'ResourceQuota', namespaced: true }
const BY_NAMESPACE = 'namespace'

const hardOf = (quota: KubeObject): Amounts => (at(quota, 'spec', 'hard') ?? {}) as Amounts

const statusOf = (quota: KubeObject, member: 'hard' | 'used'): Amounts | undefined => at(quota, 'status', member) as Amounts | undefined

const scopesOf = (quota: KubeObject): ScopeRequirement[] => [
  ...listAt(quota, 'spec', 'scopes').map((scopeName) => ({ scopeName: scopeName as string, operator: 'Exists' })),
  ...(listAt(quota, 'spec', 'scopeSelector', 'matchExpressions') as ScopeRequirement[]),
]

const isSettled = (quota: KubeObject): boolean => sameAmounts(hardOf(quota), statusOf(quota, 'hard') ?? {})

export const resourceQuotaController = (context: ControllerContext, { workers, syncPeriodMs }: QuotaSettings): Controller => {
  const { client, informers, timers } = context
  const known = informers.objects(quotas)
  known.store.addIndex(BY_NAMESPACE, ({ metadata }) => [metadata.namespace ?? ''])
  let later: WorkQueue | undefined
  const registry = new QuotaRegistry(context, (namespace, evaluator) => {
    for (const quota of known.store.indexed(BY_NAMESPACE, namespace))
      if (Object.keys(statusOf(quota, 'hard') ?? {}).some((name) => evaluator.counts(name))) later?.add(keyOf(quota))
  })
  let announce: () => void = () => undefined
  const listed = new Promise<void>((resolve) => void (announce = resolve))

  /** Whether a quota was never counted, or not for all it names: such go first. */
  const isUncounted = (quota: KubeObject): boolean => {
    const used = statusOf(quota, 'used') ?? {}
    const unknown = Object.keys(statusOf(quota, 'hard') ?? {}).filter((name) => used[name] === undefined)
    return !isSettled(quota) || registry.counted(unknown).length > 0
  }

  const count = async (key: string, signal: AbortSignal): Promise<undefined> => {
    await listed
    const quota = known.store.get(key)
    if (!quota || signal.aborted) return
    const hard = hardOf(quota)
    const names = Object.keys(hard)
    const before = statusOf(quota, 'used')
    const counted = registry.usage(quota.metadata.namespace ?? '', registry.counted(names), scopesOf(quota))
    const used = only({ ...before, ...counted }, names)
    const settled = isSettled(quota) && statusOf(quota, 'hard') !== undefined && before !== undefined
    if (settled && sameAmounts(used, before)) return
    await client.update(quotas, { ...quota, status: { hard, used } }, { subresource: 'status', signal })
  }

  const reconciler = (name: string, first: boolean): Reconciler => ({
    name: `resourcequota-controller ${name}`,
    workers,
    watches: [
      {
        informer: known,
        handler: (queue) => {
          const look = (quota: KubeObject): void => {
            if (isUncounted(quota) === first) queue.add(keyOf(quota))
          }
          return {
            added: look,
            updated: (quota, previous) => {
              if (!sameAmounts(hardOf(quota), hardOf(previous))) look(quota)
            },
          }
        },
      },
    ],
    reconcile: count,
  })

  const recounting = async (queue: WorkQueue, signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      await delay(timers, syncPeriodMs, signal).catch(() => undefined)
      for (const quota of known.store.values()) queue.add(keyOf(quota))
    }
  }
  return {
    reconcilers: [reconciler('changed', false), reconciler('uncounted', true)],
    background: async ([changed], signal) => {
      later = changed
      signal.addEventListener('abort', announce, { once: true })
      await Promise.all([
        followDiscovery(context, (discovery) => registry.follow(discovery), announce, signal),
        ...(syncPeriodMs > 0 && changed ? [recounting(changed, signal)] : []),
      ])
    },
  }
}
