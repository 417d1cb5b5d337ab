// JSON web tokens of one issuer: how they are signed, and what those say whose signature holds.
import { createHash, createPublicKey } from 'node:crypto'
import jwt from 'jsonwebtoken'
import type { Clock } from '../../apimachinery/clock.ts'

/** How tokens of a key (PEM) are signed. */
export const algorithmOf = (key: string): 'RS256' | 'ES256' => (createPublicKey(key).asymmetricKeyType === 'ec' ? 'ES256' : 'RS256')

/** Upstream's key id: the hash of the public key. */
export const keyIdOf = (key: string): string =>
  createHash('sha256')
    .update(createPublicKey(key).export({ type: 'spki', format: 'der' }))
    .digest('base64url')

export interface TokenChecks {
  readonly issuer: string
  /** PEM. */
  readonly verifyingKeys: readonly string[]
  /** Of which a token must name one; undefined: none is asked for. */
  readonly audiences?: readonly string[]
  readonly clock: Clock
}

/** Whom a token names as its issuer, whoever signed it. */
const saidIssuer = (token: string): unknown => {
  try {
    const said = jwt.decode(token)
    return typeof said === 'object' ? said?.iss : undefined
  } catch {
    return undefined
  }
}

/** What a token says that this issuer signed and that is in force; undefined for any other. Another issuer's signature is not checked. */
export const verifiedClaims = (token: string, checks: TokenChecks): Record<string, unknown> | undefined => {
  const { issuer, verifyingKeys, audiences, clock } = checks
  if (saidIssuer(token) !== issuer) return undefined
  const audience = audiences && ([...audiences] as [string, ...string[]])
  for (const key of verifyingKeys) {
    try {
      const clockTimestamp = Math.floor(clock.now() / 1000)
      const options = { algorithms: [algorithmOf(key)], issuer, clockTimestamp, ...(audience ? { audience } : {}) }
      return jwt.verify(token, createPublicKey(key), options) as Record<string, unknown>
    } catch {
      // Another key may fit; with none the token is nobody's.
    }
  }
  return undefined
}
