// Browsers cannot set headers on a websocket, so a token may come as one of its subprotocols; it is taken out of them once it is good.
// Upstream: k8s.io/apiserver/pkg/authentication/request/websocket/protocol.go.
import { unauthorized } from '../../apimachinery/status-error.ts'
import type { Authenticator, Identity } from './authenticator.ts'

const PREFIX = 'base64url.bearer.authorization.k8s.io.'
const BASE64URL = /^[A-Za-z0-9_-]*$/
const PROTOCOLS = 'sec-websocket-protocol'

/** The token of a subprotocol. Throws 401 for one that is not base64url of UTF-8. */
const tokenOf = (protocol: string): string => {
  const encoded = protocol.slice(PREFIX.length)
  if (!BASE64URL.test(encoded) || encoded.length % 4 === 1) throw unauthorized()
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(encoded, 'base64url'))
  } catch {
    throw unauthorized()
  }
}

/** `review` tells whose a token is. Throws 401 for a token that is nobody's, and for a handshake that names it alone or twice. */
export const websocketProtocol = (review: (token: string) => Promise<Identity | undefined>): Authenticator => ({
  name: 'websocket-protocol',
  authenticate: async ({ headers }) => {
    const sent = headers[PROTOCOLS]
    if (sent === undefined || !sent.includes(PREFIX) || headers.upgrade?.toLowerCase() !== 'websocket') return undefined
    const protocols = sent.split(',').map((protocol) => protocol.trim())
    const others = protocols.filter((protocol) => !protocol.startsWith(PREFIX))
    const [named, ...more] = protocols.filter((protocol) => protocol.startsWith(PREFIX))
    if (named === undefined) return undefined
    if (more.length > 0) throw unauthorized()
    const token = tokenOf(named)
    if (token === '') return undefined
    if (others.length === 0) throw unauthorized()
    const identity = await review(token)
    if (!identity) throw unauthorized()
    headers[PROTOCOLS] = others.join(',')
    return identity
  },
})
