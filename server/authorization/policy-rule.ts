// One rule of a role, and whether it allows a request. Upstream: pkg/apis/rbac/v1/evaluation_helpers.go.
import { listAt } from '../../apimachinery/kube-object.ts'
import type { AuthorizationAttributes } from './authorizer.ts'

/** A rule with all its lists there. */
export interface PolicyRule {
  readonly verbs: readonly string[]
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly resourceNames: readonly string[]
  readonly nonResourceURLs: readonly string[]
}

const ALL = '*'

/** The rules of a Role or ClusterRole as it is stored. */
export const rulesOf = (role: unknown): PolicyRule[] =>
  listAt(role, 'rules').map((rule) => {
    const list = (name: keyof PolicyRule): string[] => listAt(rule, name) as string[]
    return {
      verbs: list('verbs'),
      apiGroups: list('apiGroups'),
      resources: list('resources'),
      resourceNames: list('resourceNames'),
      nonResourceURLs: list('nonResourceURLs'),
    }
  })

const has = (list: readonly string[], wanted: string): boolean => list.includes(wanted) || list.includes(ALL)

/** A path, or all that begin as it does before its stars. */
export const coversPath = (pattern: string, path: string): boolean =>
  pattern === path || (pattern.endsWith(ALL) && path.startsWith(pattern.replace(/\*+$/, '')))

const allowsResource = (rule: PolicyRule, resource: string, subresource: string): boolean => {
  const { resources } = rule
  if (has(resources, resource)) return true
  if (subresource === '') return false
  for (const pattern of resources)
    if (pattern.length === subresource.length + 2 && pattern.startsWith('*/') && pattern.endsWith(subresource)) return true
  return false
}

/** `resource` is the attributes' with its subresource, made once for many rules. */
export const ruleAllows = (rule: PolicyRule, attributes: AuthorizationAttributes, resource: string): boolean => {
  if (!has(rule.verbs, attributes.verb)) return false
  if (!attributes.isResource) return rule.nonResourceURLs.some((pattern) => coversPath(pattern, attributes.path))
  return (
    has(rule.apiGroups, attributes.group) &&
    allowsResource(rule, resource, attributes.subresource) &&
    (rule.resourceNames.length === 0 || rule.resourceNames.includes(attributes.name))
  )
}

/** `pods` or `pods/log`, as rules name it. */
export const combinedResource = ({ resource, subresource }: AuthorizationAttributes): string =>
  subresource === '' ? resource : `${resource}/${subresource}`
