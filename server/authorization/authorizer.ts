// Whether a user may do something. Authorizers are asked in order; the first to decide decides.
// Upstream: k8s.io/apiserver/pkg/authorization.
import { aggregated } from '../../apimachinery/go-text.ts'

/** Who asks; the same object for the same identity where that is cheap, so that what is known of a user can hang on it. */
export interface AuthorizedUser {
  readonly name: string
  readonly groups: readonly string[]
}

export interface AuthorizationAttributes {
  user: AuthorizedUser
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
  readonly decision: 'Allow' | 'Deny' | 'NoOpinion'
  readonly reason: string
}

/** What a user may do, as far as an authorizer can list it. */
export interface UserRules {
  readonly resourceRules: readonly ResourceRule[]
  readonly nonResourceRules: readonly NonResourceRule[]
  readonly incomplete: boolean
  /** '' for none. */
  readonly error: string
}

export interface ResourceRule {
  readonly verbs: readonly string[]
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly resourceNames: readonly string[]
}

export interface NonResourceRule {
  readonly verbs: readonly string[]
  readonly nonResourceURLs: readonly string[]
}

export interface Authorizer {
  readonly name: string
  authorize(attributes: AuthorizationAttributes): Decision | Promise<Decision>
  /** Missing where an authorizer has no part in such lists. */
  rulesFor?(user: AuthorizedUser, namespace: string): UserRules
}

export const ALLOW: Decision = { decision: 'Allow', reason: '' }
export const NO_OPINION: Decision = { decision: 'NoOpinion', reason: '' }

/** What is left where nobody decided: the reasons of all, a line each. */
const undecided = (reasons: readonly string[]): Decision =>
  reasons.length === 0 ? NO_OPINION : { decision: 'NoOpinion', reason: reasons.join('\n') }

const decideFrom = async (
  authorizers: readonly Authorizer[],
  attributes: AuthorizationAttributes,
  from: number,
  pending: Promise<Decision>,
  reasons: string[],
): Promise<Decision> => {
  let decision = await pending
  for (let at = from; ; at++) {
    if (decision.decision !== 'NoOpinion') return decision
    if (decision.reason !== '') reasons.push(decision.reason)
    const next = authorizers[at]
    if (!next) return undecided(reasons)
    decision = await next.authorize(attributes)
  }
}

/** The first decision of several authorizers; at once where they know at once. */
export const decide = (authorizers: readonly Authorizer[], attributes: AuthorizationAttributes): Decision | Promise<Decision> => {
  const reasons: string[] = []
  for (let at = 0; at < authorizers.length; at++) {
    const decision = (authorizers[at] as Authorizer).authorize(attributes)
    if (decision instanceof Promise) return decideFrom(authorizers, attributes, at + 1, decision, reasons)
    if (decision.decision !== 'NoOpinion') return decision
    if (decision.reason !== '') reasons.push(decision.reason)
  }
  return undecided(reasons)
}

/** What a user may do by all authorizers together. */
export const userRules = (authorizers: readonly Authorizer[], user: AuthorizedUser, namespace: string): UserRules => {
  const all = authorizers.flatMap((authorizer) => authorizer.rulesFor?.(user, namespace) ?? [])
  return {
    resourceRules: all.flatMap(({ resourceRules }) => resourceRules),
    nonResourceRules: all.flatMap(({ nonResourceRules }) => nonResourceRules),
    incomplete: all.some(({ incomplete }) => incomplete),
    error: aggregated(all.flatMap(({ error }) => (error === '' ? [] : [error]))),
  }
}
