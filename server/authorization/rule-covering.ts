// Whether rules give all that other rules give, and what of it they lack, rule by smallest rule: what nobody may hand out who does not have
// it. Upstream: component-helpers/auth/rbac/validation, pkg/registry/rbac/validation/policy_compact.go.
import { goQuote } from '../../apimachinery/go-text.ts'
import { coversPath, type PolicyRule } from './policy-rule.ts'

const NOTHING: PolicyRule = { verbs: [], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: [] }

/** The rule as rules of one verb on one resource of one group, of at most one name, or of one verb on one path. */
const breakDown = ({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: PolicyRule): PolicyRule[] => {
  const names: readonly (readonly string[])[] = resourceNames.length > 0 ? resourceNames.map((name) => [name]) : [[]]
  const ofResources = apiGroups.flatMap((group) =>
    resources.flatMap((resource) =>
      verbs.flatMap((verb) =>
        names.map((name) => ({ ...NOTHING, apiGroups: [group], resources: [resource], verbs: [verb], resourceNames: name })),
      ),
    ),
  )
  const ofPaths = nonResourceURLs.flatMap((url) => verbs.map((verb) => ({ ...NOTHING, nonResourceURLs: [url], verbs: [verb] })))
  return [...ofResources, ...ofPaths]
}

const hasAll = (owned: readonly string[], wanted: readonly string[]): boolean => wanted.every((one) => owned.includes(one))

const covers = (owned: readonly string[], wanted: readonly string[]): boolean => owned.includes('*') || hasAll(owned, wanted)

const coversResource = (owned: readonly string[], wanted: readonly string[]): boolean =>
  covers(owned, wanted) ||
  wanted.every((resource) => {
    const slash = resource.indexOf('/')
    return owned.includes(resource) || (slash >= 0 && owned.includes(`*${resource.slice(slash)}`))
  })

const coversNames = (owned: readonly string[], wanted: readonly string[]): boolean =>
  owned.length === 0 || (wanted.length > 0 && hasAll(owned, wanted))

const ruleCovers = (owner: PolicyRule, wanted: PolicyRule): boolean =>
  covers(owner.verbs, wanted.verbs) &&
  covers(owner.apiGroups, wanted.apiGroups) &&
  coversResource(owner.resources, wanted.resources) &&
  coversNames(owner.resourceNames, wanted.resourceNames) &&
  wanted.nonResourceURLs.every((path) => owner.nonResourceURLs.some((pattern) => coversPath(pattern, path)))

/** What of `wanted` the owner's rules do not give, in its smallest parts. */
export const uncovered = (owner: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] =>
  wanted.flatMap(breakDown).filter((part) => !owner.some((rule) => ruleCovers(rule, part)))

/** Rules on one and the same resource (and name) put together, their verbs in a row. */
const compact = (rules: readonly PolicyRule[]): PolicyRule[] => {
  const compacted: PolicyRule[] = []
  const simple = new Map<string, PolicyRule>()
  for (const rule of rules) {
    const { apiGroups, resources, resourceNames, nonResourceURLs } = rule
    if (resourceNames.length > 1 || nonResourceURLs.length > 0 || apiGroups.length !== 1 || resources.length !== 1) {
      compacted.push(rule)
      continue
    }
    const key = JSON.stringify([apiGroups, resources, resourceNames])
    const other = simple.get(key)
    simple.set(key, other ? { ...other, verbs: [...other.verbs, ...rule.verbs] } : rule)
  }
  return [...compacted, ...simple.values()]
}

const goList = (list: readonly string[]): string => `[${list.map(goQuote).join(' ')}]`

const describe = (rule: PolicyRule): string => {
  const parts: [string, readonly string[]][] = [
    ['APIGroups', rule.apiGroups],
    ['Resources', rule.resources],
    ['NonResourceURLs', rule.nonResourceURLs],
    ['ResourceNames', rule.resourceNames],
    ['Verbs', rule.verbs],
  ]
  return `{${parts
    .filter(([, list]) => list.length > 0)
    .map(([name, list]) => `${name}:${goList(list)}`)
    .join(', ')}}`
}

/** What is said to a user who gives rules away that they lack. */
export const escalationMessage = (
  user: { name: string; groups: readonly string[] },
  missing: readonly PolicyRule[],
  resolutionError: string,
): string => {
  const descriptions = [...new Set(compact(missing).map(describe))].sort((a, b) => (a < b ? -1 : 1))
  const who = `user ${goQuote(user.name)} (groups=${goList(user.groups)})`
  const what = `${who} is attempting to grant RBAC permissions not currently held:\n${descriptions.join('\n')}`
  return resolutionError === '' ? what : `${what}; resolution errors: [${resolutionError}]`
}
