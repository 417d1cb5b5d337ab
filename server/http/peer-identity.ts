// Who a TLS peer proved to be: read once a connection. A certificate counts only where the socket verified it.
import type { TLSSocket } from 'node:tls'

export interface PeerIdentity {
  commonName: string
  organizations: readonly string[]
  /** SHA-256 of the certificate, in hex. */
  fingerprint: string
}

const known = new WeakMap<TLSSocket, { identity: PeerIdentity | undefined }>()

const listOf = (value: string | string[] | undefined): string[] => (value === undefined ? [] : Array.isArray(value) ? value : [value])

const read = (socket: TLSSocket): PeerIdentity | undefined => {
  if (!socket.authorized) return undefined
  const { subject, fingerprint256 = '' } = socket.getPeerCertificate()
  if (subject?.CN === undefined) return undefined
  return {
    commonName: listOf(subject.CN as string | string[])[0] ?? '',
    organizations: listOf(subject.O as string | string[] | undefined),
    fingerprint: fingerprint256.replaceAll(':', '').toLowerCase(),
  }
}

/** The verified identity of a connection, or undefined. */
export const peerIdentity = (socket: TLSSocket): PeerIdentity | undefined => {
  let entry = known.get(socket)
  if (!entry) {
    entry = { identity: read(socket) }
    known.set(socket, entry)
  }
  return entry.identity
}
