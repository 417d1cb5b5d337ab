// Whether a user may do something. Authorizers are asked in order; the first to decide decides.
// Upstream: k8s.io/apiserver/pkg/authorization.

export interface AuthorizationAttributes {
  user: { name: string; groups: readonly string[] }
  verb: string
  /** Resource requests have these; others a path. */
  isResource: boolean
  group: string
  version: string
  resource: string
  subresource: string
  namespace: string
  name: string
  path: string
}

export interface Decision {
  decision: 'Allow' | 'Deny' | 'NoOpinion'
  reason: string
}

export interface Authorizer {
  readonly name: string
  authorize(attributes: AuthorizationAttributes): Decision | Promise<Decision>
}

export const ALLOW: Decision = { decision: 'Allow', reason: '' }
export const NO_OPINION: Decision = { decision: 'NoOpinion', reason: '' }

/** The first decision of several authorizers. */
export const decide = async (authorizers: readonly Authorizer[], attributes: AuthorizationAttributes): Promise<Decision> => {
  for (const authorizer of authorizers) {
    const decision = await authorizer.authorize(attributes)
    if (decision.decision !== 'NoOpinion') return decision
  }
  return NO_OPINION
}
