// Cluster roles with an aggregation rule have the rules of the roles that it selects. Upstream: pkg/controller/clusterroleaggregation.
import { equalValues } from '../apimachinery/equal-values.ts'
import { type KubeObject, listAt, type Value } from '../apimachinery/kube-object.ts'
import { type LabelSelector, selectorMatches } from '../apimachinery/object-selector.ts'
import { StatusError } from '../apimachinery/status-error.ts'
import type { ObjectStore } from '../client/object-store.ts'
import type { Controller, ControllerContext } from './reconciler.ts'
import { clusterRoles } from './resources.ts'

const WORKERS = 5
const MANAGER = 'clusterrole-aggregation-controller'
const UNSUPPORTED_MEDIA_TYPE = 415

const selectorsOf = (role: KubeObject): LabelSelector[] => listAt(role, 'aggregationRule', 'clusterRoleSelectors') as LabelSelector[]

const nameOf = ({ metadata }: KubeObject): string => metadata.name ?? ''

/** By selector, then by the roles' names; the same rule once. */
const aggregatedRules = (role: KubeObject, known: ObjectStore): Value[] => {
  const byName = [...known.values()].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
  const rules: Value[] = []
  for (const selector of selectorsOf(role))
    for (const other of byName) {
      if (nameOf(other) === nameOf(role) || !selectorMatches(selector, other.metadata.labels)) continue
      for (const rule of listAt(other, 'rules')) if (!rules.some((held) => equalValues(held, rule))) rules.push(rule)
    }
  return rules
}

export const clusterRoleAggregation = ({ client, informers }: ControllerContext): Controller => {
  const known = informers.objects(clusterRoles)

  const write = async (role: KubeObject, rules: Value[], signal: AbortSignal): Promise<void> => {
    const name = nameOf(role)
    const wanted = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name } }
    try {
      const applied = rules.length === 0 ? wanted : { ...wanted, rules }
      await client.patch(clusterRoles, { name }, applied, { type: 'apply', force: true, fieldManager: MANAGER, signal })
    } catch (error) {
      if (!(error instanceof StatusError) || error.code !== UNSUPPORTED_MEDIA_TYPE) throw error
      await client.update(clusterRoles, { ...role, rules }, { signal })
    }
  }

  return {
    reconcilers: [
      {
        name: 'clusterrole-aggregation-controller',
        workers: WORKERS,
        watches: [
          {
            informer: known,
            // Nobody knows which roles depend on which, and there are few.
            handler: (queue) => {
              const all = (): void => {
                for (const role of known.store.values()) if (role['aggregationRule'] !== undefined) queue.add(nameOf(role))
              }
              return { added: all, updated: all, deleted: all }
            },
          },
        ],
        reconcile: async (name, signal) => {
          const role = known.store.get(name)
          if (role?.['aggregationRule'] === undefined) return undefined
          const rules = aggregatedRules(role, known.store)
          if (!equalValues(rules, listAt(role, 'rules'))) await write(role, rules, signal)
          return undefined
        },
      },
    ],
  }
}
