// How kinds reach what they may not import: made by cluster.ts, passed in.
import type { UserInfo } from '../registry/resource-definition.ts'

export interface TokenClaim {
  namespace: string
  name: string
  uid: string
  seconds: number
  audiences: readonly string[]
  bound?: { kind: string; name: string; uid: string }
}

export interface KindServices {
  tokens: {
    audiences: readonly string[]
    /** `expiresAt` in milliseconds of API time. */
    issue(claim: TokenClaim): { token: string; expiresAt: number; audiences: readonly string[] }
    /** Who a token belongs to; undefined when nobody accepts it. */
    review(token: string): Promise<UserInfo | undefined>
  }
  /** Whether a user may do something. */
  authorize(user: UserInfo, attributes: AccessAttributes): Promise<{ allowed: boolean; reason: string }>
}

/** What an access review asks about; `path` for non-resource requests. */
export interface AccessAttributes {
  verb: string
  group: string
  version: string
  resource: string
  subresource: string
  namespace: string
  name: string
  path?: string
}
