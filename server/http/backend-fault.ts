// What went wrong on the way to a backend, in the words of Go's net, tls and x509: clients of kube-apiserver read them in its answers.
import { getServers } from 'node:dns'
import { isIPv6 } from 'node:net'

/** The message is Go's. `dialing` while there was no connection yet. */
export class BackendFault extends Error {
  readonly dialing: boolean
  constructor(message: string, dialing: boolean) {
    super(message)
    this.dialing = dialing
  }
}

interface NodeFault extends Error {
  code?: string
  address?: string
  port?: number
  hostname?: string
  host?: string
  cert?: { subjectaltname?: string }
}

/** An address with its port, as Go joins them. */
export const hostPort = (host: string, port: string | number): string =>
  port === '' ? (isIPv6(host) ? `[${host}]` : host) : isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`

const refusals: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
  ETIMEDOUT: 'connection timed out',
  EADDRNOTAVAIL: 'cannot assign requested address',
  EACCES: 'permission denied',
}

/** Go names the server it asked. */
export const lookupFault = (host: string): string => {
  const [server] = getServers()
  const asked = server === undefined ? '' : ` on ${/^\[|^[^:]+:\d+$/.test(server) ? server : hostPort(server, 53)}`
  return `lookup ${host}${asked}: no such host`
}

const namesOf = ({ cert }: NodeFault): string[] =>
  (cert?.subjectaltname ?? '')
    .split(', ')
    .filter((name) => name !== '')
    .map((name) => name.replace(/^[^:]*:/, ''))

const wrongName = (error: NodeFault): string => {
  const { host = '' } = error
  const names = namesOf(error)
  const isAddress = /^[\d.]+$|:/.test(host)
  if (names.length === 0)
    return isAddress
      ? `x509: cannot validate certificate for ${host} because it doesn't contain any IP SANs`
      : 'x509: certificate relies on legacy Common Name field, use SANs instead'
  return `x509: certificate is valid for ${names.join(', ')}, not ${host}`
}

const unknownAuthority = 'x509: certificate signed by unknown authority'
const certificateFaults: Readonly<Record<string, string>> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  DEPTH_ZERO_SELF_SIGNED_CERT: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  CERT_SIGNATURE_FAILURE: unknownAuthority,
  CERT_HAS_EXPIRED: 'x509: certificate has expired or is not yet valid',
  CERT_NOT_YET_VALID: 'x509: certificate has expired or is not yet valid',
}

const NO_TLS = new Set(['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG', 'ERR_SSL_HTTP_REQUEST', 'EPROTO'])

const messageOf = (error: NodeFault, ownDialer: boolean): string => {
  const { code = '', address = '', port = 0, message } = error
  const refusal = refusals[code]
  if (refusal !== undefined) return `dial tcp ${hostPort(address, port)}: connect: ${refusal}`
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `dial tcp: ${lookupFault(error.hostname ?? '')}`
  const certificate = certificateFaults[code] ?? (code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? wrongName(error) : undefined)
  if (certificate !== undefined) return `tls: failed to verify certificate: ${certificate}`
  if (NO_TLS.has(code))
    return ownDialer ? 'tls: first record does not look like a TLS handshake' : 'http: server gave HTTP response to HTTPS client'
  // Node's words for a connection that ended before its answer.
  if (code === 'ECONNRESET') return message === 'read ECONNRESET' ? 'read: connection reset by peer' : 'EOF'
  return message
}

const dialed = (message: string): boolean => /^(?:dial|tls:)/.test(message)

/** An error of node's as Go would put it; `ownDialer` where upstream's transport does not dial itself. */
export const backendFault = (error: Error, ownDialer: boolean): BackendFault => {
  if (error instanceof BackendFault) return error
  const message = messageOf(error, ownDialer)
  return new BackendFault(message, dialed(message))
}
