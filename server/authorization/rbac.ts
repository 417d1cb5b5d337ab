// RBAC: a request is allowed by the first rule that fits, of the cluster's bindings and then of its namespace's; nothing is ever denied.
// Upstream: plugin/pkg/auth/authorizer/rbac.
import {
  type AuthorizationAttributes,
  type AuthorizedUser,
  type Authorizer,
  aggregated,
  type Decision,
  NO_OPINION,
  type UserRules,
} from './authorizer.ts'
import { combinedResource, type PolicyRule, ruleAllows } from './policy-rule.ts'
import type { Grant, RbacPolicy } from './rbac-policy.ts'

const allowing = (grants: readonly Grant[], attributes: AuthorizationAttributes, resource: string): Decision | undefined => {
  for (const { rules, allow } of grants) for (const rule of rules) if (ruleAllows(rule, attributes, resource)) return allow
  return undefined
}

const errorsOf = (...grants: (readonly Grant[])[]): string[] =>
  grants.flatMap((some) => some.flatMap(({ missing }) => (missing === '' ? [] : [missing])))

/** Every rule that a user has in a namespace, and the roles that were not there; '' where all were. */
export const rulesOfUser = (policy: RbacPolicy, user: AuthorizedUser, namespace: string): { rules: PolicyRule[]; error: string } => {
  const grants = [...policy.clusterGrants(user), ...policy.namespaceGrants(user, namespace)]
  return { rules: grants.flatMap(({ rules }) => rules), error: aggregated(errorsOf(grants)) }
}

const listedRules = (policy: RbacPolicy, user: AuthorizedUser, namespace: string): UserRules => {
  const { rules, error } = rulesOfUser(policy, user, namespace)
  return {
    resourceRules: rules.filter(({ resources }) => resources.length > 0),
    nonResourceRules: rules.filter(({ nonResourceURLs }) => nonResourceURLs.length > 0),
    incomplete: false,
    error,
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
    const errors = errorsOf(inCluster, inNamespace)
    return errors.length === 0 ? NO_OPINION : { decision: 'NoOpinion', reason: `RBAC: ${aggregated(errors)}` }
  },
  rulesFor: (user, namespace) => listedRules(policy, user, namespace),
})
