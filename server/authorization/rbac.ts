// RBAC: a request is allowed by the first rule that fits, of the cluster's bindings and then of its namespace's; nothing is ever denied.
// Upstream: plugin/pkg/auth/authorizer/rbac.
import { aggregated, goQuote } from '../../apimachinery/go-text.ts'
import {
  type AuthorizationAttributes,
  type AuthorizedUser,
  type Authorizer,
  type Decision,
  NO_OPINION,
  type UserRules,
} from './authorizer.ts'
import { combinedResource, type PolicyRule, ruleAllows } from './policy-rule.ts'
import type { Grant, RbacPolicy, RoleReference } from './rbac-policy.ts'
import { escalationMessage, uncovered } from './rule-covering.ts'

const allowing = (grants: readonly Grant[], attributes: AuthorizationAttributes, resource: string): Decision | undefined => {
  for (const { rules, allow } of grants) for (const rule of rules) if (ruleAllows(rule, attributes, resource)) return allow
  return undefined
}

const missingOf = (grants: readonly Grant[]): RoleReference[] => grants.flatMap(({ missing }) => missing ?? [])

/** The roles that were not there, as one error. `resource` is what each is said to be; as a rule its own kind. */
const missingError = (missing: readonly RoleReference[], resource?: string): string =>
  aggregated(missing.map(({ kind, name }) => `${resource ?? kind.toLowerCase()}.rbac.authorization.k8s.io ${goQuote(name)} not found`))

const grantsOf = (policy: RbacPolicy, user: AuthorizedUser, namespace: string): Grant[] => [
  ...policy.clusterGrants(user),
  ...policy.namespaceGrants(user, namespace),
]

/** What a user lacks of some rules, as they are told who write a `resource` that gives them; undefined where they lack nothing. */
export const escalation = (
  policy: RbacPolicy,
  user: AuthorizedUser,
  namespace: string,
  rules: readonly PolicyRule[],
  resource: string,
): string | undefined => {
  const grants = grantsOf(policy, user, namespace)
  const held = grants.flatMap((grant) => grant.rules)
  const lacking = uncovered(held, rules)
  return lacking.length === 0 ? undefined : escalationMessage(user, lacking, missingError(missingOf(grants), resource))
}

const listedRules = (policy: RbacPolicy, user: AuthorizedUser, namespace: string): UserRules => {
  const grants = grantsOf(policy, user, namespace)
  const rules = grants.flatMap((grant) => grant.rules)
  return {
    resourceRules: rules.filter(({ resources }) => resources.length > 0),
    nonResourceRules: rules.filter(({ nonResourceURLs }) => nonResourceURLs.length > 0),
    incomplete: false,
    error: missingError(missingOf(grants)),
  }
}

export const rbac = (policy: RbacPolicy): Authorizer => ({
  name: 'RBAC',
  authorize: (attributes) => {
    const { user, namespace } = attributes
    const resource = combinedResource(attributes)
    const inCluster = policy.clusterGrants(user)
    const allowed = allowing(inCluster, attributes, resource)
    if (allowed) return allowed
    const inNamespace = policy.namespaceGrants(user, namespace)
    const allowedThere = allowing(inNamespace, attributes, resource)
    if (allowedThere) return allowedThere
    const missing = [...missingOf(inCluster), ...missingOf(inNamespace)]
    return missing.length === 0 ? NO_OPINION : { decision: 'NoOpinion', reason: `RBAC: ${missingError(missing)}` }
  },
  rulesFor: (user, namespace) => listedRules(policy, user, namespace),
})
