// Random roles and bindings over a small world of names, so that many of them meet. Some bindings name roles that are not there.
import type { JsonObject } from '../differential/json-value.ts'
import type { SeededRandom } from '../differential/seeded-random.ts'

export const GROUP = 'rbac.authorization.k8s.io'
export const NAMESPACES = ['north', 'south', 'default'] as const
export const USERS = [
  'alice',
  'bob',
  'carol',
  'dave',
  'mallory "quoted"',
  'system:kube-scheduler',
  'system:kube-controller-manager',
  'system:kube-proxy',
]
export const GROUPS = ['devs', 'ops', 'auditors', 'system:authenticated', 'system:unauthenticated', 'system:nodes']
export const ACCOUNTS = ['default', 'robot', 'builder']
export const VERBS = [
  'get',
  'list',
  'watch',
  'create',
  'update',
  'patch',
  'delete',
  'deletecollection',
  'impersonate',
  'bind',
  'escalate',
  '*',
]
export const API_GROUPS = ['', 'apps', 'batch', GROUP, 'made.example.com', '*']
export const RESOURCES = ['pods', 'deployments', 'jobs', 'secrets', 'roles', 'clusterroles', 'widgets']
export const SUBRESOURCES = ['log', 'scale', 'status', 'exec', 'a/b']
export const OBJECTS = ['one', 'two', 'three']
export const PATHS = ['/healthz', '/healthz/etcd', '/metrics', '/api', '/apis/apps', '/logs/x', '/a/b/c', '/version', '/']
const PATH_PATTERNS = [...PATHS, '/healthz/*', '/api*', '/logs/*', '/a/*', '/a/b**', '*', '/metrics*', '/a*c']

export interface Policy {
  clusterRoles: JsonObject[]
  roles: JsonObject[]
  clusterRoleBindings: JsonObject[]
  roleBindings: JsonObject[]
}

const some = <T>(random: SeededRandom, choices: readonly T[], most: number): T[] => [
  ...new Set(Array.from({ length: 1 + random.below(most) }, () => random.pick(choices))),
]

const resourcePattern = (random: SeededRandom): string => {
  const resource = random.chance(0.15) ? '*' : random.pick(RESOURCES)
  return random.chance(0.35) ? `${resource}/${random.chance(0.1) ? '*' : random.pick(SUBRESOURCES)}` : resource
}

/** `inCluster`: rules of a namespace have no paths. */
export const randomRule = (random: SeededRandom, inCluster: boolean): JsonObject => {
  const verbs = some(random, VERBS, 3)
  if (inCluster && random.chance(0.25)) return { verbs, nonResourceURLs: some(random, PATH_PATTERNS, 3) }
  return {
    verbs,
    apiGroups: some(random, API_GROUPS, 2),
    resources: Array.from({ length: 1 + random.below(3) }, () => resourcePattern(random)),
    ...(random.chance(0.3) ? { resourceNames: some(random, OBJECTS, 2) } : {}),
  }
}

export const randomRules = (random: SeededRandom, inCluster: boolean, most: number): JsonObject[] =>
  Array.from({ length: random.below(most + 1) }, () => randomRule(random, inCluster))

const subject = (random: SeededRandom, inCluster: boolean): JsonObject => {
  if (random.chance(0.4)) return { kind: 'User', name: random.pick(USERS), apiGroup: GROUP }
  if (random.chance(0.5)) return { kind: 'Group', name: random.pick(GROUPS), apiGroup: GROUP }
  const named = inCluster || random.chance(0.5)
  return { kind: 'ServiceAccount', name: random.pick(ACCOUNTS), ...(named ? { namespace: random.pick(NAMESPACES) } : {}) }
}

const BOOTSTRAP_ROLES = [
  'view',
  'edit',
  'cluster-admin',
  'system:kube-scheduler',
  'system:aggregate-to-view',
  'system:node',
  'system:discovery',
]

export const randomBinding = (random: SeededRandom, name: string, namespace: string | undefined): JsonObject => {
  const role = random.chance(0.5) && namespace !== undefined
  const there = random.chance(0.9) ? `r${random.below(12)}` : `missing-${random.below(4)}`
  const roleName = !role && random.chance(0.25) ? random.pick(BOOTSTRAP_ROLES) : there
  return {
    apiVersion: `${GROUP}/v1`,
    kind: namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding',
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    roleRef: { apiGroup: GROUP, kind: role ? 'Role' : 'ClusterRole', name: roleName },
    subjects: Array.from({ length: random.below(4) }, () => subject(random, namespace === undefined)),
  }
}

export const randomRole = (random: SeededRandom, name: string, namespace: string | undefined): JsonObject => ({
  apiVersion: `${GROUP}/v1`,
  kind: namespace === undefined ? 'ClusterRole' : 'Role',
  metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
  rules: randomRules(random, namespace === undefined, 4),
})

export const randomPolicy = (random: SeededRandom): Policy => ({
  clusterRoles: Array.from({ length: 12 }, (_, index) => randomRole(random, `r${index}`, undefined)),
  roles: NAMESPACES.flatMap((namespace) => Array.from({ length: 9 }, (_, index) => randomRole(random, `r${index}`, namespace))),
  clusterRoleBindings: Array.from({ length: 14 }, (_, index) => randomBinding(random, `b${index}`, undefined)),
  roleBindings: NAMESPACES.flatMap((namespace) => Array.from({ length: 10 }, (_, index) => randomBinding(random, `b${index}`, namespace))),
})

/** Where a kind's objects are. */
export const pathOf = ({ kind, metadata }: JsonObject): string => {
  const { namespace } = metadata as { namespace?: string }
  const plural = `${String(kind).toLowerCase()}s`
  return `/apis/${GROUP}/v1/${namespace === undefined ? '' : `namespaces/${namespace}/`}${plural}`
}
