// The roles and bindings every cluster with RBAC has, put right once at each start as upstream does: what is missing of rules, subjects,
// labels and annotations is added, what users added stays, and what says autoupdate=false is left alone. The table is rbac-policy.json:
// a rule is [verbs, groups, resources, names] or [verbs, paths], each in commas; an object's labels and selectors stand for `true`.
// Upstream: plugin/pkg/auth/authorizer/rbac/bootstrappolicy, pkg/registry/rbac/rest, component-helpers/auth/rbac/reconciliation.
import { equalValues } from '../../apimachinery/equal-values.ts'
import { at, type Frozen, type KubeObject, listAt, type Value, type ValueMap } from '../../apimachinery/kube-object.ts'
import { rulesOf } from '../authorization/policy-rule.ts'
import { uncovered } from '../authorization/rule-covering.ts'
import { removeIfThere } from '../registry/deletion.ts'
import { type BootstrapParts, type BootstrapSubject, ObjectKeeper } from './bootstrap-parts.ts'
import table from './rbac-policy.json' with { type: 'json' }

const GROUP = 'rbac.authorization.k8s.io'
const AUTO_UPDATE = 'rbac.authorization.kubernetes.io/autoupdate'

interface RoleRow {
  name: string
  namespace?: string
  labels?: string[]
  aggregates?: string[]
  rules?: string[][]
}

interface BindingRow {
  name: string
  namespace?: string
  role: string
  subjects?: string[]
}

const list = (text = ''): string[] => text.split(',')

const ruleOf = ([verbs, groups, resources, names]: readonly string[]): ValueMap =>
  resources === undefined
    ? { verbs: list(verbs), nonResourceURLs: list(groups) }
    : {
        verbs: list(verbs),
        apiGroups: list(groups),
        resources: list(resources),
        ...(names === undefined ? {} : { resourceNames: list(names) }),
      }

const metadataOf = ({ name, namespace, labels = [] }: { name: string; namespace?: string; labels?: string[] }): KubeObject['metadata'] => ({
  name,
  ...(namespace === undefined ? {} : { namespace }),
  labels: {
    'kubernetes.io/bootstrapping': 'rbac-defaults',
    ...Object.fromEntries(labels.map((label) => [`${GROUP}/${label}`, 'true'])),
  },
  annotations: { [AUTO_UPDATE]: 'true' },
})

const roleOf =
  (kind: string) =>
  (row: RoleRow): KubeObject => ({
    kind,
    apiVersion: `${GROUP}/v1`,
    metadata: metadataOf(row),
    rules: row.rules?.map(ruleOf) ?? null,
    ...(row.aggregates === undefined
      ? {}
      : {
          aggregationRule: { clusterRoleSelectors: row.aggregates.map((label) => ({ matchLabels: { [`${GROUP}/${label}`]: 'true' } })) },
        }),
  })

const subjectOf = (text: string): ValueMap => {
  const [kind = '', who = ''] = text.split(' ')
  if (kind !== 'ServiceAccount') return { kind, apiGroup: GROUP, name: who }
  const [namespace = '', name = ''] = who.split('/')
  return { kind, name, namespace }
}

const bindingOf =
  (kind: string, roleKind: string) =>
  (row: BindingRow): KubeObject => ({
    kind,
    apiVersion: `${GROUP}/v1`,
    metadata: metadataOf(row),
    ...(row.subjects === undefined ? {} : { subjects: row.subjects.map(subjectOf) }),
    roleRef: { apiGroup: GROUP, kind: roleKind, name: row.role },
  })

const isProtected = ({ metadata }: Frozen<KubeObject>): boolean => metadata.annotations?.[AUTO_UPDATE] === 'false'

/** What users wrote goes before what is wanted. */
const mergeMetadata = ({ metadata }: KubeObject, wanted: Frozen<KubeObject>): void => {
  metadata.annotations = { ...wanted.metadata.annotations, ...metadata.annotations }
  metadata.labels = { ...wanted.metadata.labels, ...metadata.labels }
}

const reviseRole = (current: KubeObject, wanted: Frozen<KubeObject>): void => {
  if (isProtected(current)) return
  mergeMetadata(current, wanted)
  const missing = uncovered(rulesOf(current), rulesOf(wanted))
  if (missing.length > 0) current['rules'] = [...listAt(current, 'rules'), ...(missing as unknown as Value[])]
  if (wanted['aggregationRule'] === undefined) {
    delete current['aggregationRule']
    return
  }
  const selectors = listAt(current, 'aggregationRule', 'clusterRoleSelectors')
  const lacking = listAt(wanted, 'aggregationRule', 'clusterRoleSelectors').filter(
    (selector) => !selectors.some((other) => equalValues(other, selector)),
  )
  if (lacking.length > 0) current['aggregationRule'] = { clusterRoleSelectors: [...selectors, ...lacking] }
}

const reviseBinding = (current: KubeObject, wanted: Frozen<KubeObject>): void => {
  if (isProtected(current)) return
  mergeMetadata(current, wanted)
  const subjects = listAt(current, 'subjects')
  const lacking = listAt(wanted, 'subjects').filter((subject) => !subjects.some((other) => equalValues(other, subject)))
  if (lacking.length > 0) current['subjects'] = [...subjects, ...lacking]
}

/** Whether what stands there is what was made, as its bytes say: the usual case of a later start, which costs no decoding. */
const isAsMade = (keeper: ObjectKeeper, { metadata, kind: _, apiVersion: __, ...members }: KubeObject): boolean => {
  const entry = keeper.find({ metadata })
  if (!entry) return false
  const text = entry.item.bytes.toString('latin1')
  const { labels, annotations } = metadata
  return text.endsWith(`,${JSON.stringify(members).slice(1)}`) && text.includes(JSON.stringify({ labels, annotations }).slice(1, -1))
}

const keepRoles = (parts: BootstrapParts, plural: string, kind: string, rows: readonly RoleRow[]): Promise<unknown> => {
  const keeper = new ObjectKeeper(parts, GROUP, plural)
  const roles = rows.map(roleOf(kind)).filter((role) => !isAsMade(keeper, role))
  return Promise.all(roles.map((role) => keeper.keep(role, reviseRole)))
}

const keepBindings = (parts: BootstrapParts, plural: string, kinds: [string, string], rows: readonly BindingRow[]): Promise<unknown> => {
  const keeper = new ObjectKeeper(parts, GROUP, plural)
  const keep = async (binding: KubeObject): Promise<void> => {
    const entry = keeper.find(binding)
    const current = entry && keeper.target.decode(entry)
    // A binding gives one role for good: another one has to be a new object.
    if (current && !isProtected(current) && !equalValues(at(current, 'roleRef'), binding['roleRef'])) {
      const { namespace = '', name = '' } = binding.metadata
      await removeIfThere(keeper.target, namespace, name, parts.context, parts.write)
    }
    await keeper.keep(binding, reviseBinding)
  }
  const bindings = rows.map(bindingOf(...kinds)).filter((binding) => !isAsMade(keeper, binding))
  return Promise.all(bindings.map(keep))
}

/** `namespaces` are those that some of the objects are in. */
export const rbacPolicy = (parts: BootstrapParts, namespaces: BootstrapSubject): BootstrapSubject => {
  let done = false
  const ensure = async (): Promise<void> => {
    if (done) return
    const inCluster = [
      keepRoles(parts, 'clusterroles', 'ClusterRole', table.clusterRoles),
      keepBindings(parts, 'clusterrolebindings', ['ClusterRoleBinding', 'ClusterRole'], table.clusterRoleBindings),
    ]
    await namespaces.ensure()
    await Promise.all([
      ...inCluster,
      keepRoles(parts, 'roles', 'Role', table.roles),
      keepBindings(parts, 'rolebindings', ['RoleBinding', 'Role'], table.roleBindings),
    ])
    done = true
  }
  return { check: 'rbac/bootstrap-roles', ensure }
}
