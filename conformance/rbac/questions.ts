// Random questions about who may do what. Half of them follow a rule that somebody has, with at most one thing changed, so that enough of
// them are answered with yes.
import { type JsonObject, objectAt, textAt } from '../differential/json-value.ts'
import type { SeededRandom } from '../differential/seeded-random.ts'
import {
  ACCOUNTS,
  API_GROUPS,
  GROUPS,
  NAMESPACES,
  OBJECTS,
  PATHS,
  type Policy,
  RESOURCES,
  SUBRESOURCES,
  USERS,
  VERBS,
} from './random-policy.ts'

/** The spec of a SubjectAccessReview. */
export type Question = JsonObject

const accountName = (namespace: string, name: string): string => `system:serviceaccount:${namespace}:${name}`

export const randomSubject = (random: SeededRandom): { user: string; groups: string[] } => {
  const groups = GROUPS.filter(() => random.chance(0.2))
  if (random.chance(0.3)) return { user: accountName(random.pick(NAMESPACES), random.pick(ACCOUNTS)), groups }
  return { user: random.pick(USERS), groups }
}

const oneOf = (random: SeededRandom, list: unknown, otherwise: readonly string[]): string => {
  const chosen = Array.isArray(list) && list.length > 0 ? (random.pick(list) as string) : random.pick(otherwise)
  return chosen === '*' ? random.pick(otherwise.filter((choice) => choice !== '*')) : chosen
}

const namespaceFor = (random: SeededRandom): string => (random.chance(0.2) ? '' : random.pick(NAMESPACES))

const resourceAttributes = (random: SeededRandom, rule: JsonObject, namespace: string): JsonObject => {
  const pattern = oneOf(random, rule['resources'], RESOURCES)
  const [first = '', ...rest] = pattern.split('/')
  const subresource = rest.join('/') || (random.chance(0.1) ? random.pick(SUBRESOURCES) : '')
  const name = Array.isArray(rule['resourceNames']) || random.chance(0.5) ? oneOf(random, rule['resourceNames'], OBJECTS) : ''
  return {
    verb: oneOf(random, rule['verbs'], VERBS),
    group: oneOf(random, rule['apiGroups'], API_GROUPS),
    resource: first === '*' ? random.pick(RESOURCES) : first,
    subresource: subresource === '*' ? random.pick(SUBRESOURCES) : subresource,
    namespace,
    name,
  }
}

const CHANGES: Readonly<Record<string, readonly string[]>> = {
  verb: VERBS,
  group: API_GROUPS,
  resource: RESOURCES,
  subresource: SUBRESOURCES,
  namespace: ['', ...NAMESPACES],
  name: ['', ...OBJECTS],
}

const changed = (random: SeededRandom, attributes: JsonObject): JsonObject => {
  if (random.chance(0.5)) return attributes
  const key = random.pick(Object.keys(CHANGES))
  return { ...attributes, [key]: random.pick(CHANGES[key] ?? []) }
}

const following = (random: SeededRandom, policy: Policy): Question | undefined => {
  const binding = random.pick([...policy.clusterRoleBindings, ...policy.roleBindings])
  const namespace = textAt(binding, 'metadata', 'namespace')
  const roleRef = objectAt(binding, 'roleRef')
  const roles = roleRef['kind'] === 'Role' ? policy.roles : policy.clusterRoles
  const role = roles.find(
    ({ metadata }) =>
      textAt(metadata, 'name') === roleRef['name'] && (roleRef['kind'] !== 'Role' || textAt(metadata, 'namespace') === namespace),
  )
  const [subjects, rules] = [binding['subjects'], role?.['rules']]
  if (!Array.isArray(subjects) || subjects.length === 0 || !Array.isArray(rules) || rules.length === 0) return undefined
  const [subject, rule] = [random.pick(subjects) as JsonObject, random.pick(rules) as JsonObject]
  const name = textAt(subject, 'name')
  const account = accountName(textAt(subject, 'namespace') || namespace, name)
  const who =
    subject['kind'] === 'Group'
      ? { user: random.pick(USERS), groups: [name] }
      : { user: subject['kind'] === 'User' ? name : account, groups: [] }
  if (Array.isArray(rule['nonResourceURLs'])) {
    const pattern = random.pick(rule['nonResourceURLs']) as string
    const path = random.chance(0.3) ? random.pick(PATHS) : pattern.replace(/\*+$/, random.pick(['', 'x', '/y']))
    return { ...who, nonResourceAttributes: { verb: oneOf(random, rule['verbs'], VERBS), path } }
  }
  return { ...who, resourceAttributes: changed(random, resourceAttributes(random, rule, namespace || namespaceFor(random))) }
}

const blind = (random: SeededRandom): Question => {
  const who = randomSubject(random)
  if (random.chance(0.2)) return { ...who, nonResourceAttributes: { verb: random.pick(VERBS), path: random.pick(PATHS) } }
  return { ...who, resourceAttributes: resourceAttributes(random, {}, namespaceFor(random)) }
}

/** What the bootstrap roles speak of. */
const ofBootstrap = (random: SeededRandom, rules: readonly { subject: JsonObject; rule: JsonObject }[]): Question => {
  const { subject, rule } = random.pick(rules)
  const name = textAt(subject, 'name')
  const who =
    subject['kind'] === 'Group'
      ? { user: 'somebody', groups: [name] }
      : { user: subject['kind'] === 'User' ? name : accountName(textAt(subject, 'namespace'), name), groups: [] }
  if (Array.isArray(rule['nonResourceURLs'])) {
    const path = (random.pick(rule['nonResourceURLs']) as string).replace(/\*$/, 'x')
    return { ...who, nonResourceAttributes: { verb: oneOf(random, rule['verbs'], VERBS), path } }
  }
  return { ...who, resourceAttributes: changed(random, resourceAttributes(random, rule, namespaceFor(random))) }
}

export const randomQuestions = (
  random: SeededRandom,
  policy: Policy,
  bootstrap: readonly { subject: JsonObject; rule: JsonObject }[],
  count: number,
): Question[] =>
  Array.from({ length: count }, () => {
    const kind = random.next()
    if (kind < 0.3) return ofBootstrap(random, bootstrap)
    return (kind < 0.75 ? following(random, policy) : undefined) ?? blind(random)
  })
