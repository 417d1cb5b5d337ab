// Connections that change their protocol at a backend: its answer goes to the client as it is, and both are one connection from then on.
// Upstream: tryUpgrade in k8s.io/apimachinery/pkg/util/proxy/upgradeaware.go.
import { unreasoned } from '../../apimachinery/status-error.ts'
import type { BackendAnswer } from '../http/backend-client.ts'
import { BackendFault } from '../http/backend-fault.ts'
import type { ProtocolChange, ResponseHeaders } from '../http/exchange.ts'
import { joinStreams } from '../http/joined-streams.ts'
import type { Backend } from '../registry/connection.ts'
import { askBackend, endToEnd, forwardedHeaders } from './backend-requests.ts'
import type { Scope } from './scope.ts'

/** Headers of a flat list as an answer's. */
export const answerHeaders = (raw: readonly string[]): ResponseHeaders => {
  const headers: Record<string, string | string[]> = {}
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at] as string).toLowerCase()
    const value = raw[at + 1] as string
    const before = headers[name]
    headers[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value]
  }
  return headers
}

const faultOf = (error: unknown): Error => {
  if (!(error instanceof BackendFault)) return error as Error
  return unreasoned(error.dialing ? `error dialing backend: ${error.message}` : error.message)
}

/** Asks a backend to change the protocol. Throws StatusError where it cannot be asked, or gives an answer that is neither yes nor no. */
export const askUpgrade = async (scope: Scope, backend: Backend, method: string, headers: readonly string[]): Promise<BackendAnswer> => {
  let answer: BackendAnswer
  try {
    answer = await askBackend(scope, backend, { method, headers, isUpgrade: true })
  } catch (error) {
    throw faultOf(error)
  }
  if (!answer.upgraded && answer.status < 400) {
    answer.body.destroy()
    throw unreasoned(`invalid upgrade response: status code ${answer.status}`)
  }
  return answer
}

/** Gives a backend's refusal to the client. */
export const relayRefusal = ({ context }: Scope, { status, rawHeaders, body }: BackendAnswer): Promise<void> =>
  context.exchange.relay(status, answerHeaders(endToEnd(rawHeaders, () => false)), body)

const headOf = ({ status, rawHeaders }: BackendAnswer): string => {
  const lines = [`HTTP/1.1 ${status} Switching Protocols`]
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`)
  return `${lines.join('\r\n')}\r\n\r\n`
}

/** Hands a client's connection on to a backend. */
export const passUpgrade = async (scope: Scope, change: ProtocolChange, backend: Backend): Promise<void> => {
  const { context } = scope
  const { method, headers: sent } = context.exchange
  // Go writes the length of what has a body by its method.
  const length = method === 'GET' || method === 'HEAD' || sent['content-length'] !== undefined ? [] : ['Content-Length', '0']
  const answer = await askUpgrade(scope, backend, method, [...forwardedHeaders(context, true), ...length])
  if (!answer.upgraded) return relayRefusal(scope, answer)
  const { socket, head } = answer.upgraded
  const client = change.takeOver(headOf(answer))
  if (head.length > 0) client.socket.write(head)
  if (client.head.length > 0) socket.write(client.head)
  return joinStreams(client.socket, socket)
}
