// Service accounts' JSON web tokens: issued by the token subresource, checked here. Upstream: pkg/serviceaccount.
import jwt from 'jsonwebtoken'
import type { Random } from '../../apimachinery/random.ts'
import { type Authenticator, bearerToken, type Identity } from './authenticator.ts'
import { serviceAccountGroups } from './service-account-user.ts'
import { algorithmOf, keyIdOf, type TokenChecks, verifiedClaims } from './signed-tokens.ts'

export interface TokenSettings extends TokenChecks {
  audiences: readonly string[]
  /** PEM; RSA or EC. */
  signingKey: string
  random: Random
  /** Whether what a token names still exists, with that uid; `plural` is serviceaccounts, pods, secrets or nodes. */
  exists(plural: string, namespace: string, name: string, uid: string): boolean
}

interface Named {
  name: string
  uid: string
}

export interface IssueRequest {
  namespace: string
  name: string
  uid: string
  seconds: number
  audiences: readonly string[]
  bound: { pod?: Named; node?: Named; secret?: Named }
  warnAfterSeconds?: number
}

interface Claims {
  sub: string
  exp: number
  jti?: string
  'kubernetes.io': { namespace: string; serviceaccount: Named } & IssueRequest['bound']
}

const MAX_REMEMBERED = 4096

const identityOf = (claims: Claims): Identity => {
  const { namespace, serviceaccount, pod, node } = claims['kubernetes.io']
  const extra: Record<string, readonly string[]> = {}
  if (claims.jti) extra['authentication.kubernetes.io/credential-id'] = [`JTI=${claims.jti}`]
  if (pod) {
    extra['authentication.kubernetes.io/pod-name'] = [pod.name]
    extra['authentication.kubernetes.io/pod-uid'] = [pod.uid]
  }
  if (node) {
    extra['authentication.kubernetes.io/node-name'] = [node.name]
    if (node.uid) extra['authentication.kubernetes.io/node-uid'] = [node.uid]
  }
  return { name: claims.sub, uid: serviceaccount.uid, groups: serviceAccountGroups(namespace), extra }
}

export class ServiceAccountTokens implements Authenticator {
  readonly name = 'serviceaccount'
  readonly audiences: readonly string[]
  readonly #settings: TokenSettings
  /** Verified tokens, so that a signature is checked once. */
  readonly #verified = new Map<string, Claims>()
  /** One identity a token, so that what hangs on it is made once. */
  readonly #identities = new WeakMap<Claims, Identity>()

  constructor(settings: TokenSettings) {
    this.#settings = settings
    this.audiences = settings.audiences
  }

  issue(request: IssueRequest): { token: string } {
    const { issuer, signingKey, clock, random } = this.#settings
    const now = Math.floor(clock.now() / 1000)
    const warning = request.warnAfterSeconds === undefined ? {} : { warnafter: now + request.warnAfterSeconds }
    const claims = {
      aud: [...request.audiences],
      exp: now + request.seconds,
      iat: now,
      iss: issuer,
      jti: random.uuid(),
      nbf: now,
      'kubernetes.io': {
        namespace: request.namespace,
        ...request.bound,
        serviceaccount: { name: request.name, uid: request.uid },
        ...warning,
      },
      sub: `system:serviceaccount:${request.namespace}:${request.name}`,
    }
    return { token: jwt.sign(claims, signingKey, { algorithm: algorithmOf(signingKey), keyid: keyIdOf(signingKey) }) }
  }

  authenticate({ headers }: { headers: Parameters<typeof bearerToken>[0] }): Identity | undefined {
    const token = bearerToken(headers)
    return token === undefined || token.split('.').length !== 3 ? undefined : this.identify(token)
  }

  /** Whose token it is; undefined when it is nobody's, expired, or of an account or for an object that is gone. */
  identify(token: string): Identity | undefined {
    const claims = this.#verified.get(token) ?? this.#verify(token)
    if (!claims || claims.exp * 1000 <= this.#settings.clock.now()) return undefined
    if (!this.#stands(claims)) return undefined
    let identity = this.#identities.get(claims)
    if (!identity) {
      identity = identityOf(claims)
      this.#identities.set(claims, identity)
    }
    return identity
  }

  /** Whether the account is there, and what the token is bound to. */
  #stands(claims: Claims): boolean {
    const { namespace, serviceaccount, pod, node, secret } = claims['kubernetes.io']
    const { exists } = this.#settings
    if (!exists('serviceaccounts', namespace, serviceaccount.name, serviceaccount.uid)) return false
    if (secret) return exists('secrets', namespace, secret.name, secret.uid)
    if (pod) return exists('pods', namespace, pod.name, pod.uid)
    return !node || exists('nodes', '', node.name, node.uid)
  }

  #verify(token: string): Claims | undefined {
    const claims = verifiedClaims(token, this.#settings) as Claims | undefined
    if (!claims) return undefined
    if (this.#verified.size >= MAX_REMEMBERED) this.#verified.clear()
    this.#verified.set(token, claims)
    return claims
  }
}
