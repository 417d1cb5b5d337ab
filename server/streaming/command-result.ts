// How a command in a container ended: what its error stream says, and the Status that a websocket's client is told.
// Upstream: k8s.io/client-go/tools/remotecommand (v2.go, v4.go), codeExitToStatusError in k8s.io/apiserver/pkg/util/proxy.
import { at, listAt, textAt } from '../../apimachinery/kube-object.ts'
import { internalError } from '../../apimachinery/status-error.ts'

const NON_ZERO = 'NonZeroExitCode'
const MAX_CODE = 255

export interface CommandStatus {
  metadata: object
  status: 'Success' | 'Failure'
  message?: string
  reason?: string
  details?: object
  code?: number
}

const success: CommandStatus = { metadata: {}, status: 'Success' }

/** A failure to run the command at all. */
export const brokenCommand = (message: string): CommandStatus => {
  const { kind: _, apiVersion: __, ...status } = internalError(message).status
  return status as CommandStatus
}

const exited = (text: string): CommandStatus => {
  if (!/^\d+$/.test(text) || Number(text) > MAX_CODE)
    return brokenCommand(`error stream protocol error: invalid exit code value ${JSON.stringify(text)}`)
  const message = `command terminated with non-zero exit code: command terminated with exit code ${Number(text)}`
  const details = { causes: [{ reason: 'ExitCode', message: String(Number(text)) }] }
  return { metadata: {}, status: 'Failure', message, reason: NON_ZERO, details }
}

const failed = (status: unknown): CommandStatus => {
  if (textAt(status, 'reason') !== NON_ZERO) return brokenCommand(textAt(status, 'message'))
  if (at(status, 'details') === undefined) return brokenCommand('error stream protocol error: details must be set')
  const cause = listAt(status, 'details', 'causes').find((candidate) => textAt(candidate, 'reason') === 'ExitCode')
  return cause === undefined ? brokenCommand('error stream protocol error: no ExitCode cause given') : exited(textAt(cause, 'message'))
}

/** `message` is all that the error stream said; `protocol` the one spoken with the kubelet. */
export const commandStatus = (message: string, protocol: string): CommandStatus => {
  if (message === '') return success
  if (!/^v[45]\./.test(protocol)) return brokenCommand(`error executing remote command: ${message}`)
  let status: unknown
  try {
    status = JSON.parse(message)
  } catch (error) {
    return brokenCommand(`error stream protocol error: ${(error as Error).message} in ${JSON.stringify(message)}`)
  }
  const outcome = textAt(status, 'status')
  if (outcome === 'Success') return success
  return outcome === 'Failure' ? failed(status) : brokenCommand('error stream protocol error: unknown error')
}
