// Probes and lifecycle hooks: one handler each. Upstream: validateHandler, validateProbe, validateLifecycle, validateStopSignal.
import { forbiddenField, invalidValue } from '../../../apimachinery/field-error.ts'
import { type Alternative, atMostOne, type Errors, nonNegative, oneOf, present } from './checks.ts'
import type { PodContext } from './pod-context.ts'
import type { Handler, HttpGetAction, Lifecycle, Probe } from './pod-types.ts'
import { checkPortNumberOrName } from './ports.ts'
import { httpHeaderName } from './text-checks.ts'

const SCHEMES = ['HTTP', 'HTTPS']
const REFUSAL = 'may not specify more than 1 handler type'

const checkHttpGet = ({ path: target, port, scheme, httpHeaders = [] }: HttpGetAction, path: string, errors: Errors): void => {
  present(target, `${path}.path`, errors)
  checkPortNumberOrName(port, `${path}.port`, errors)
  oneOf(scheme, SCHEMES, `${path}.scheme`, errors)
  for (const { name = '' } of httpHeaders)
    for (const message of httpHeaderName(name)) errors.push(invalidValue(`${path}.httpHeaders`, name, message))
}

const action = <Name extends keyof Handler>(
  member: Name,
  check: (source: NonNullable<Handler[Name]>, path: string, errors: Errors, context: PodContext) => void,
): Alternative<Handler, PodContext> => ({ member, check: check as NonNullable<Alternative<Handler, PodContext>['check']> })

const exec = action('exec', ({ command }, path, errors) => void present(command, `${path}.command`, errors))
const httpGet = action('httpGet', checkHttpGet)
const tcpSocket = action('tcpSocket', ({ port }, path, errors) => checkPortNumberOrName(port, `${path}.port`, errors))
const grpc = action('grpc', ({ port }, path, errors) => checkPortNumberOrName(port, `${path}.port`, errors))
const sleep = action('sleep', ({ seconds = 0 }, path, errors, { gracePeriod }) => {
  if (gracePeriod !== undefined && (seconds < 0 || seconds > gracePeriod))
    errors.push(invalidValue(path, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${gracePeriod})`))
})

const probeActions = [exec, httpGet, tcpSocket, grpc]
const hookActions = [exec, httpGet, tcpSocket, sleep]

const checkHandler = (
  handler: Handler,
  actions: readonly Alternative<Handler, PodContext>[],
  path: string,
  errors: Errors,
  context: PodContext,
): void => {
  if (atMostOne(handler, actions, path, errors, REFUSAL, context) === 0) present('', path, errors, 'must specify a handler type')
}

const checkProbe = (probe: Probe, path: string, errors: Errors, context: PodContext): void => {
  checkHandler(probe, probeActions, path, errors, context)
  nonNegative(probe.initialDelaySeconds, `${path}.initialDelaySeconds`, errors)
  nonNegative(probe.timeoutSeconds, `${path}.timeoutSeconds`, errors)
  nonNegative(probe.periodSeconds, `${path}.periodSeconds`, errors)
  nonNegative(probe.successThreshold, `${path}.successThreshold`, errors)
  nonNegative(probe.failureThreshold, `${path}.failureThreshold`, errors)
  const grace = probe.terminationGracePeriodSeconds
  if (grace !== undefined && grace <= 0) errors.push(invalidValue(`${path}.terminationGracePeriodSeconds`, grace, 'must be greater than 0'))
}

/** Of liveness and startup: one success is enough, and no other number may be asked for. */
const checkOnce = (probe: Probe, path: string, errors: Errors, context: PodContext): void => {
  checkProbe(probe, path, errors, context)
  const { successThreshold = 0 } = probe
  if (successThreshold !== 1) errors.push(invalidValue(`${path}.successThreshold`, successThreshold, 'must be 1'))
}

export const checkProbes = (
  probes: { livenessProbe?: Probe; readinessProbe?: Probe; startupProbe?: Probe },
  path: string,
  errors: Errors,
  context: PodContext,
): void => {
  const { livenessProbe, readinessProbe, startupProbe } = probes
  if (livenessProbe) checkOnce(livenessProbe, `${path}.livenessProbe`, errors, context)
  if (readinessProbe) {
    checkProbe(readinessProbe, `${path}.readinessProbe`, errors, context)
    const grace = readinessProbe.terminationGracePeriodSeconds
    if (grace !== undefined)
      errors.push(invalidValue(`${path}.readinessProbe.terminationGracePeriodSeconds`, grace, 'must not be set for readinessProbes'))
  }
  if (startupProbe) checkOnce(startupProbe, `${path}.startupProbe`, errors, context)
}

const numbered = (base: string, sign: string, from: number, to: number): string[] =>
  Array.from({ length: Math.abs(to - from) + 1 }, (_, index) => `${base}${sign}${Math.min(from, to) + index}`)

const named = 'ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP'
const LINUX_SIGNALS = [
  ...`${named} TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ RTMIN RTMAX`.split(' ').map((name) => `SIG${name}`),
  ...numbered('SIGRTMIN', '+', 1, 15),
  ...numbered('SIGRTMAX', '-', 1, 14),
].sort()
const WINDOWS_SIGNALS = ['SIGKILL', 'SIGTERM']

const checkStopSignal = (signal: string, path: string, errors: Errors, { os }: PodContext): void => {
  if (!os) errors.push(forbiddenField(path, 'may not be set for containers with empty `spec.os.name`'))
  else if (os.name === 'windows') oneOf(signal, WINDOWS_SIGNALS, path, errors)
  else if (os.name === 'linux') oneOf(signal, LINUX_SIGNALS, path, errors)
}

export const checkLifecycle = (lifecycle: Lifecycle | undefined, path: string, errors: Errors, context: PodContext): void => {
  if (!lifecycle) return
  const { postStart, preStop, stopSignal } = lifecycle
  if (postStart) checkHandler(postStart, hookActions, `${path}.postStart`, errors, context)
  if (preStop) checkHandler(preStop, hookActions, `${path}.preStop`, errors, context)
  if (stopSignal !== undefined) checkStopSignal(stopSignal, `${path}.stopSignal`, errors, context)
}
