// Random writes of roles and bindings by users who may write them but hold only some of what the roles give: all of them dry runs.
import type { JsonObject } from '../differential/json-value.ts'
import type { SeededRandom } from '../differential/seeded-random.ts'
import { randomSubject } from './questions.ts'
import { GROUP, GROUPS, NAMESPACES, pathOf, randomBinding, randomRole, USERS } from './random-policy.ts'

/** Members may write the four kinds; with the second and third they may also hand out what they lack, by some names. */
export const WRITERS = 'writers'
const ESCALATORS = 'escalators'
const BINDERS = 'binders'

export interface Attempt {
  method: 'POST' | 'PUT'
  path: string
  body: JsonObject
  headers: Record<string, string | string[]>
}

const role = (name: string, rule: JsonObject): JsonObject => ({
  apiVersion: `${GROUP}/v1`,
  kind: 'ClusterRole',
  metadata: { name },
  rules: [rule],
})

const binding = (name: string): JsonObject => ({
  apiVersion: `${GROUP}/v1`,
  kind: 'ClusterRoleBinding',
  metadata: { name },
  roleRef: { apiGroup: GROUP, kind: 'ClusterRole', name },
  subjects: [{ kind: 'Group', apiGroup: GROUP, name }],
})

/** What the writers' groups stand on. */
export const writersPolicy = (): JsonObject[] => [
  role(WRITERS, {
    verbs: ['create', 'update', 'get'],
    apiGroups: [GROUP],
    resources: ['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'],
  }),
  role(ESCALATORS, { verbs: ['escalate'], apiGroups: [GROUP], resources: ['roles', 'clusterroles'], resourceNames: ['r1', 'r2', ''] }),
  role(BINDERS, { verbs: ['bind'], apiGroups: [GROUP], resources: ['roles', 'clusterroles'], resourceNames: ['r1', 'r3', 'edit'] }),
  ...[WRITERS, ESCALATORS, BINDERS].map(binding),
]

const written = (random: SeededRandom): JsonObject => {
  const namespace = random.chance(0.5) ? random.pick(NAMESPACES) : undefined
  if (random.chance(0.5)) return randomBinding(random, `b${random.below(14)}`, namespace)
  const object = randomRole(random, `r${random.below(14)}`, namespace)
  const aggregates = namespace === undefined && random.chance(0.15)
  return aggregates ? { ...object, aggregationRule: { clusterRoleSelectors: [{ matchLabels: { x: 'y' } }] } } : object
}

export const randomAttempts = (random: SeededRandom, count: number): Attempt[] =>
  Array.from({ length: count }, () => {
    const object = written(random)
    const { name } = object['metadata'] as { name: string }
    const asNew = random.chance(0.5)
    const groups = [
      WRITERS,
      ...randomSubject(random).groups,
      ...[ESCALATORS, BINDERS, GROUPS[0] as string].filter(() => random.chance(0.15)),
    ]
    return {
      method: asNew ? 'POST' : 'PUT',
      path: `${pathOf(object)}${asNew ? '' : `/${name}`}?dryRun=All`,
      body: asNew ? { ...object, metadata: { ...(object['metadata'] as JsonObject), name: `new-${name}` } } : object,
      headers: { 'impersonate-user': random.pick(USERS), 'impersonate-group': groups },
    }
  })
