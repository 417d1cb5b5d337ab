// Who sends a request. Plug-ins are asked in order. Upstream: k8s.io/apiserver/pkg/authentication.
import type { IncomingHttpHeaders } from 'node:http'

export interface Identity {
  name: string
  uid?: string
  groups: readonly string[]
  extra?: Readonly<Record<string, readonly string[]>>
}

export interface Credentials {
  headers: IncomingHttpHeaders
  /** The client's certificate; one that is not `trusted` proves nothing. */
  peer: { commonName: string; organizations: readonly string[]; fingerprint: string; trusted: boolean } | undefined
}

export interface Authenticator {
  readonly name: string
  /** Undefined: no credentials of mine. A throw: mine, and bad. */
  authenticate(credentials: Credentials): Promise<Identity | undefined> | Identity | undefined
}

/** The token of an Authorization header, or undefined. */
export const bearerToken = (headers: IncomingHttpHeaders): string | undefined => {
  const [scheme, token] = (headers.authorization ?? '').trim().split(/\s+/, 2)
  return scheme?.toLowerCase() === 'bearer' && token ? token : undefined
}
