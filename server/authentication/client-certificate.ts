// X.509: the name is the subject's CN, the groups its organizations. The listener has verified the certificate.
import type { Authenticator, Credentials, Identity } from './authenticator.ts'

/** One identity a connection, so that what hangs on it is made once. */
const known = new WeakMap<NonNullable<Credentials['peer']>, Identity>()

export const clientCertificate = (): Authenticator => ({
  name: 'x509',
  authenticate: ({ peer }) => {
    if (!peer?.trusted) return undefined
    let identity = known.get(peer)
    if (!identity) {
      const extra = { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${peer.fingerprint}`] }
      identity = { name: peer.commonName, groups: peer.organizations, extra }
      known.set(peer, identity)
    }
    return identity
  },
})
