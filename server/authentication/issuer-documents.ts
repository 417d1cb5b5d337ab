// What others need to check service accounts' tokens without asking: the issuer's OpenID configuration and its public keys.
// Upstream: pkg/serviceaccount/openidmetadata.go.
import { createPublicKey } from 'node:crypto'
import { algorithmOf, keyIdOf } from './signed-tokens.ts'

export interface IssuerDocuments {
  readonly configuration: string
  readonly keys: string
}

interface Issuer {
  readonly url: string
  /** PEM. */
  readonly keys: readonly string[]
  /** Where the keys are to be had: an address with its port. */
  readonly address: string
}

/** On the server. */
const KEYS_PATH = '/openid/v1/jwks'

const publicKey = (pem: string): Record<string, unknown> => {
  const { kty, crv, ...numbers } = createPublicKey(pem).export({ format: 'jwk' })
  return { use: 'sig', kty, kid: keyIdOf(pem), ...(crv ? { crv } : {}), alg: algorithmOf(pem), ...numbers }
}

/** Whether OpenID allows such an issuer. */
const isAllowed = (url: string): boolean => {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  return parsed?.protocol === 'https:' && parsed.search === '' && parsed.hash === ''
}

/** JSON texts; undefined for an issuer that OpenID does not allow, which upstream then does not announce either. */
export const issuerDocuments = ({ url, keys, address }: Issuer): IssuerDocuments | undefined => {
  if (!isAllowed(url)) return undefined
  const algorithms = [...new Set(keys.map(algorithmOf))].sort()
  const configuration = {
    issuer: url,
    jwks_uri: `https://${address}${KEYS_PATH}`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: algorithms,
  }
  return { configuration: JSON.stringify(configuration), keys: JSON.stringify({ keys: keys.map(publicKey) }) }
}
