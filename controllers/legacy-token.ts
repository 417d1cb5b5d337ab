// Signs the tokens of secrets: they name a service account and the secret, and never expire. Upstream: pkg/serviceaccount/legacy.go.
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'
import type { KubeObject } from '../apimachinery/kube-object.ts'

const HASH = 'sha256'
const ISSUER = 'kubernetes/serviceaccount'

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')

const keyIdOf = (key: KeyObject): string =>
  createHash(HASH)
    .update(createPublicKey(key).export({ type: 'spki', format: 'der' }))
    .digest('base64url')

export class LegacyTokenSigner {
  readonly #key: KeyObject
  readonly #header: object

  /** `pem` is an RSA or EC private key. */
  constructor(pem: string) {
    this.#key = createPrivateKey(pem)
    const alg = this.#key.asymmetricKeyType === 'ec' ? 'ES256' : 'RS256'
    this.#header = { alg, kid: keyIdOf(this.#key) }
  }

  token(account: KubeObject, secret: KubeObject): string {
    const { name, namespace, uid } = account.metadata
    const claims = {
      iss: ISSUER,
      'kubernetes.io/serviceaccount/namespace': namespace,
      'kubernetes.io/serviceaccount/secret.name': secret.metadata.name,
      'kubernetes.io/serviceaccount/service-account.name': name,
      'kubernetes.io/serviceaccount/service-account.uid': uid,
      sub: `system:serviceaccount:${namespace}:${name}`,
    }
    const text = `${encoded(this.#header)}.${encoded(claims)}`
    const signature = sign(HASH, Buffer.from(text), { key: this.#key, dsaEncoding: 'ieee-p1363' })
    return `${text}.${signature.toString('base64url')}`
  }
}
