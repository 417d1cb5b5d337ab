// Forwarded ports: SPDY to the kubelet, which comes from the client as it is, or in the messages of a websocket.
// Upstream: k8s.io/apiserver/pkg/util/proxy/streamtunnel.go.
import type { Duplex } from 'node:stream'
import { badRequest } from '../../apimachinery/status-error.ts'
import type { ProtocolChange } from '../http/exchange.ts'
import { sendPlainError } from '../http/response.ts'
import type { WebsocketConnection } from '../http/websocket-connection.ts'
import type { Backend } from '../registry/connection.ts'
import { forwardedHeaders } from './backend-requests.ts'
import { askUpgrade, passUpgrade, relayRefusal } from './connect-upgrade.ts'
import type { Scope } from './scope.ts'

const SPDY = 'SPDY/3.1'
const TUNNEL_PREFIX = `${SPDY}+`
const TUNNEL_SUFFIX = '.k8s.io'

/** Subprotocols of a websocket; none for other requests. */
export const websocketProtocols = ({ context }: Scope): string[] => {
  const { headers } = context.exchange
  if (headers.upgrade?.toLowerCase() !== 'websocket') return []
  return (headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim())
}

/** Bytes of a connection as messages, and of messages as bytes, each side held up while the other is behind. */
const joinMessages = (websocket: WebsocketConnection, socket: Duplex, head: Buffer): Promise<void> =>
  new Promise((resolve) => {
    const send = (bytes: Buffer): void => {
      if (!websocket.send(bytes, () => socket.resume())) socket.pause()
    }
    websocket.onMessage((message) => {
      if (!socket.write(message)) websocket.pause()
    })
    socket.on('drain', () => websocket.resume())
    socket.on('data', send)
    socket.on('error', () => socket.destroy())
    socket.once('close', () => websocket.close())
    websocket.onClose(() => {
      socket.end()
      resolve()
    })
    if (head.length > 0) send(head)
  })

/** The client's headers without those of its websocket, asking for SPDY. */
const spdyHeaders = (scope: Scope, protocols: readonly string[]): string[] => {
  const sent = forwardedHeaders(scope.context, true)
  const kept: string[] = []
  for (let at = 0; at + 1 < sent.length; at += 2) {
    const [name, value] = [sent[at] as string, sent[at + 1] as string]
    if (!/^(?:sec-websocket-.*|upgrade|x-stream-protocol-version)$/i.test(name)) kept.push(name, value)
  }
  return [...kept, 'Upgrade', SPDY, ...protocols.flatMap((protocol) => ['X-Stream-Protocol-Version', protocol]), 'Content-Length', '0']
}

const tunnel = async (scope: Scope, change: ProtocolChange, backend: Backend, protocols: readonly string[]): Promise<void> => {
  const answer = await askUpgrade(scope, backend, 'POST', spdyHeaders(scope, protocols))
  if (!answer.upgraded) return relayRefusal(scope, answer)
  const { headers, upgraded } = answer
  if (!headers.upgrade?.toLowerCase().includes(SPDY.toLowerCase())) {
    upgraded.socket.destroy()
    return sendPlainError(scope.context, 500, 'unable to upgrade: missing upgrade headers in response')
  }
  const spoken = String(headers['x-stream-protocol-version'] ?? '').trim()
  const websocket = change.websocket(spoken === '' ? '' : `${TUNNEL_PREFIX}${spoken}`)
  if (!websocket) return void upgraded.socket.destroy()
  return joinMessages(websocket, upgraded.socket, upgraded.head)
}

export const forwardPorts = async (scope: Scope, backend: Backend): Promise<void> => {
  const { upgrade } = scope.context.exchange
  if (!upgrade) throw badRequest('Upgrade request required')
  const tunnelled = websocketProtocols(scope).filter((name) => name.startsWith(TUNNEL_PREFIX) && name.endsWith(TUNNEL_SUFFIX))
  if (tunnelled.length === 0 || backend.takesWebsockets) return passUpgrade(scope, upgrade, backend)
  const protocols = tunnelled.map((name) => name.slice(TUNNEL_PREFIX.length))
  return tunnel(scope, upgrade, backend, protocols)
}
