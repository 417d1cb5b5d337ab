// Who a TLS peer proved to be: read once a connection. A certificate counts only where it is trusted.
import type { TLSSocket } from 'node:tls'

export interface PeerIdentity {
  commonName: string
  organizations: readonly string[]
  /** SHA-256 of the certificate, in hex. */
  fingerprint: string
  /** Whether one of the server's authorities signed it. */
  trusted: boolean
}

const known = new WeakMap<TLSSocket, { identity: PeerIdentity | undefined }>()

const listOf = (value: string | string[] | undefined): string[] => (value === undefined ? [] : Array.isArray(value) ? value : [value])

const read = (socket: TLSSocket): PeerIdentity | undefined => {
  const { subject, fingerprint256 = '' } = socket.getPeerCertificate()
  if (subject === undefined) return undefined
  return {
    trusted: socket.authorized && subject.CN !== undefined,
    commonName: listOf(subject.CN as string | string[])[0] ?? '',
    organizations: listOf(subject.O as string | string[] | undefined),
    fingerprint: fingerprint256.replaceAll(':', '').toLowerCase(),
  }
}

/** Who a connection's certificate names; undefined where it has none. */
export const peerIdentity = (socket: TLSSocket): PeerIdentity | undefined => {
  let entry = known.get(socket)
  if (!entry) {
    entry = { identity: read(socket) }
    known.set(socket, entry)
  }
  return entry.identity
}
