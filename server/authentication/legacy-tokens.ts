// Tokens that stand in secrets: without an end, good as long as the secret holds them. Upstream: pkg/serviceaccount/legacy.go.
import { timingSafeEqual } from 'node:crypto'
import { type Authenticator, bearerToken, type Identity } from './authenticator.ts'
import { serviceAccountGroups } from './service-account-user.ts'
import { type TokenChecks, verifiedClaims } from './signed-tokens.ts'

const LEGACY_ISSUER = 'kubernetes/serviceaccount'
const INVALID_SINCE = 'kubernetes.io/legacy-token-invalid-since'
const LAST_USED = 'kubernetes.io/legacy-token-last-used'
const PREFIX = 'kubernetes.io/serviceaccount/'
const DAY_MS = 24 * 60 * 60 * 1000
const MAX_REMEMBERED = 1024

/** A secret as far as its token goes. */
export interface TokenSecret {
  readonly token: Buffer
  readonly labels: Readonly<Record<string, string>>
  readonly beingDeleted: boolean
}

export interface LegacyTokenSettings extends Pick<TokenChecks, 'verifyingKeys' | 'clock'> {
  /** Whether secrets and accounts are looked at, besides the signature. */
  readonly lookup: boolean
  secret(namespace: string, name: string): TokenSecret | undefined
  /** Whether the account is there, not being deleted, with that uid. */
  accountStands(namespace: string, name: string, uid: string): boolean
  /** Sets a label of a secret, in its own time. */
  label(namespace: string, name: string, key: string, value: string): void
}

interface Claims {
  readonly namespace: string
  readonly secret: string
  readonly account: string
  readonly uid: string
}

const claimsOf = (payload: Record<string, unknown>): Claims | undefined => {
  const text = (name: string): string => (typeof payload[name] === 'string' ? payload[name] : '')
  const claims = {
    namespace: text(`${PREFIX}namespace`),
    secret: text(`${PREFIX}secret.name`),
    account: text(`${PREFIX}service-account.name`),
    uid: text(`${PREFIX}service-account.uid`),
  }
  if (Object.values(claims).includes('')) return undefined
  return text('sub') === `system:serviceaccount:${claims.namespace}:${claims.account}` ? claims : undefined
}

const day = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 'yyyy-mm-dd'.length)

export class LegacyTokens implements Authenticator {
  readonly name = 'legacy service account tokens'
  readonly #settings: LegacyTokenSettings
  /** Claims of tokens whose signature was checked. */
  readonly #verified = new Map<string, { claims: Claims; identity: Identity }>()

  constructor(settings: LegacyTokenSettings) {
    this.#settings = settings
  }

  authenticate({ headers }: { headers: Parameters<typeof bearerToken>[0] }): Identity | undefined {
    const token = bearerToken(headers)
    if (token === undefined || token.split('.').length !== 3) return undefined
    const found = this.#verified.get(token) ?? this.#verify(token)
    return found && (!this.#settings.lookup || this.#stands(token, found.claims)) ? found.identity : undefined
  }

  #stands(token: string, { namespace, secret: name, account, uid }: Claims): boolean {
    const { secret: secretOf, accountStands, label, clock } = this.#settings
    const secret = secretOf(namespace, name)
    const given = Buffer.from(token)
    if (!secret || secret.beingDeleted || secret.token.length !== given.length || !timingSafeEqual(secret.token, given)) return false
    if (!accountStands(namespace, account, uid)) return false
    const [today, tomorrow] = [day(clock.now()), day(clock.now() + DAY_MS)]
    const lastUsed = secret.labels[LAST_USED]
    if (lastUsed !== today && lastUsed !== tomorrow) label(namespace, name, LAST_USED, today)
    return !secret.labels[INVALID_SINCE]
  }

  #verify(token: string): { claims: Claims; identity: Identity } | undefined {
    const payload = verifiedClaims(token, { ...this.#settings, issuer: LEGACY_ISSUER })
    const claims = payload && claimsOf(payload)
    if (!claims) return undefined
    const { namespace, account, uid } = claims
    const identity = { name: `system:serviceaccount:${namespace}:${account}`, uid, groups: serviceAccountGroups(namespace) }
    if (this.#verified.size >= MAX_REMEMBERED) this.#verified.clear()
    this.#verified.set(token, { claims, identity })
    return { claims, identity }
  }
}
