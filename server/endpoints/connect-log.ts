// Logs of containers: the kubelet's text, as it comes. Upstream: LocationStreamer and GenericHttpResponseChecker of
// k8s.io/apiserver/pkg/registry/generic/rest.
import type { Readable } from 'node:stream'
import { badRequest, internalError, StatusError, unreasoned } from '../../apimachinery/status-error.ts'
import type { BackendAnswer } from '../http/backend-client.ts'
import { BackendFault, hostPort } from '../http/backend-fault.ts'
import { baseHeaders, JSON_TYPE } from '../http/response.ts'
import type { Backend } from '../registry/connection.ts'
import { askBackend, backendUrl } from './backend-requests.ts'
import { isAcceptable, notNegotiable } from './representation.ts'
import type { Scope } from './scope.ts'

/** Of a kubelet's refusal, the most that is told. */
const MAX_REFUSAL_BYTES = 50_000

/** The beginning of a body. */
export const textOf = async (body: Readable, limitBytes: number): Promise<string> => {
  const pieces: Buffer[] = []
  let length = 0
  try {
    for await (const piece of body as AsyncIterable<Buffer>) {
      pieces.push(piece)
      length += piece.length
      if (length >= limitBytes) break
    }
  } catch {
    // Broken off: what came is what there is.
  }
  return Buffer.concat(pieces).subarray(0, limitBytes).toString()
}

/** What a code means where nobody said more. */
const meanings: Readonly<Record<number, readonly [reason: string, message: string]>> = {
  401: ['Unauthorized', 'the server has asked for the client to provide credentials'],
  404: ['NotFound', 'the server could not find the requested resource'],
  405: ['MethodNotAllowed', 'the server does not allow this method on the requested resource'],
  406: ['NotAcceptable', 'the server was unable to respond with a content type that the client supports'],
  409: ['Conflict', 'the server reported a conflict'],
  422: ['Invalid', 'the server rejected our request due to an error in our request'],
  429: ['TooManyRequests', 'the server has received too many requests and has asked us to try again later'],
  503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
  504: ['Timeout', 'the server was unable to return a response in the time allotted, but may still be processing the request'],
}

const meaningOf = (code: number, said: string): readonly [reason: string, message: string] => {
  if (code === 403) return ['Forbidden', said]
  if (code === 415) return ['UnsupportedMediaType', said]
  if (code === 406 && said !== '' && said !== 'unknown') return ['NotAcceptable', said]
  const known = meanings[code]
  if (known) return known
  return code >= 500
    ? ['InternalError', `an error on the server (${JSON.stringify(said)}) has prevented the request from succeeding`]
    : ['', `the server responded with the status code ${code} but did not return more information`]
}

/** A kubelet's refusal as the server's own. */
const refusal = ({ status }: BackendAnswer, said: string, name: string): StatusError => {
  if (status === 500) return internalError(said)
  if (status === 400) return badRequest(said)
  const [reason, message] = meaningOf(status, said)
  return new StatusError(status, reason, `${message} ( pods/log ${name})`, { name, kind: 'pods/log' })
}

const isRedirect = ({ status, headers }: BackendAnswer): boolean =>
  [301, 302, 303, 307, 308].includes(status) && headers.location !== undefined

const ask = async (scope: Scope, backend: Backend): Promise<BackendAnswer> => {
  const headers = ['Host', hostPort(backend.host, backend.port), 'User-Agent', 'Go-http-client/1.1']
  try {
    return await askBackend(scope, backend, { method: 'GET', headers })
  } catch (error) {
    if (!(error instanceof BackendFault)) throw error
    throw unreasoned(`Get "${backendUrl(backend)}": ${error.message}`)
  }
}

/** Upstream gives this one error the form of none. */
const refuseType = (scope: Scope): void => {
  const { status } = notNegotiable(false)
  scope.context.exchange.respond(406, baseHeaders(scope.context, JSON_TYPE), Buffer.from(JSON.stringify(status, null, 2)))
}

/** Answers with a container's log; with nothing where the pod has no node yet. */
export const sendLog = async (scope: Scope, backend: Backend | undefined): Promise<void> => {
  const { context } = scope
  if (!isAcceptable(context.exchange.headers.accept)) return refuseType(scope)
  if (!backend) {
    const { 'content-type': _, ...headers } = baseHeaders(context, '')
    return context.exchange.respond(204, headers, undefined)
  }
  const answer = await ask(scope, backend)
  if (isRedirect(answer)) {
    answer.body.destroy()
    throw unreasoned(`Get ${JSON.stringify(answer.headers.location)}: redirects forbidden`)
  }
  if (answer.status < 200 || answer.status > 206) throw refusal(answer, await textOf(answer.body, MAX_REFUSAL_BYTES), context.info.name)
  return context.exchange.relay(200, baseHeaders(context, 'text/plain'), answer.body)
}
