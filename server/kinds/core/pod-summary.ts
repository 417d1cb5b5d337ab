// One word for a pod: its readiness, status and restarts as kubectl shows them, from the states of its containers.
import { at, type Frozen, type KubeObject, listAt, textAt, type Value } from '../../../apimachinery/kube-object.ts'
import { humanDuration } from '../columns.ts'

interface Restarts {
  count: number
  /** Finish time of the last container that ended, '' when none did. */
  last: string
}

interface Summary {
  ready: number
  total: number
  reason: string
  restarts: Restarts
}

const countRestarts = (restarts: Restarts, status: Value): void => {
  restarts.count += Number(at(status, 'restartCount') ?? 0)
  const finished = textAt(status, 'lastState', 'terminated', 'finishedAt')
  if (finished > restarts.last) restarts.last = finished
}

const endReason = (terminated: unknown, prefix: string): string => {
  const reason = textAt(terminated, 'reason')
  if (reason !== '') return prefix + reason
  const signal = Number(at(terminated, 'signal') ?? 0)
  return signal !== 0 ? `${prefix}Signal:${signal}` : `${prefix}ExitCode:${Number(at(terminated, 'exitCode') ?? 0)}`
}

const hasCondition = (pod: Frozen<KubeObject>, type: string): boolean =>
  listAt(pod, 'status', 'conditions').some((condition) => textAt(condition, 'type') === type && textAt(condition, 'status') === 'True')

/** The first condition of its type decides. */
const isInitialized = (pod: Frozen<KubeObject>): boolean => {
  const initialized = listAt(pod, 'status', 'conditions').find((condition) => textAt(condition, 'type') === 'Initialized')
  return textAt(initialized, 'status') === 'True'
}

/** The reason an init container holds the pod at, or undefined once it is past. */
const initReason = (status: Value, restartable: boolean, position: string): string | undefined => {
  const terminated = at(status, 'state', 'terminated')
  if (terminated && Number(at(terminated, 'exitCode') ?? 0) === 0) return undefined
  if (restartable && at(status, 'started') === true) return undefined
  if (terminated) return endReason(terminated, 'Init:')
  const waiting = textAt(status, 'state', 'waiting', 'reason')
  return waiting !== '' && waiting !== 'PodInitializing' ? `Init:${waiting}` : `Init:${position}`
}

const summarizeInit = (
  pod: Frozen<KubeObject>,
  summary: Summary,
  sidecars: Set<string>,
): { initializing: boolean; sidecarRestarts: Restarts } => {
  const sidecarRestarts: Restarts = { count: 0, last: '' }
  const total = listAt(pod, 'spec', 'initContainers').length
  const statuses = listAt(pod, 'status', 'initContainerStatuses')
  for (const [index, status] of statuses.entries()) {
    const restartable = sidecars.has(textAt(status, 'name'))
    countRestarts(summary.restarts, status)
    if (restartable) countRestarts(sidecarRestarts, status)
    const reason = initReason(status, restartable, `${index}/${total}`)
    if (reason !== undefined) {
      summary.reason = reason
      return { initializing: true, sidecarRestarts }
    }
    if (
      restartable &&
      at(status, 'started') === true &&
      at(status, 'state', 'terminated', 'exitCode') !== 0 &&
      at(status, 'ready') === true
    )
      summary.ready++
  }
  return { initializing: false, sidecarRestarts }
}

const summarizeMain = (pod: Frozen<KubeObject>, summary: Summary): void => {
  let running = false
  let errorReason = ''
  for (const status of listAt(pod, 'status', 'containerStatuses').toReversed()) {
    countRestarts(summary.restarts, status)
    const terminated = at(status, 'state', 'terminated')
    const waiting = textAt(status, 'state', 'waiting', 'reason')
    if (waiting !== '') summary.reason = waiting
    else if (terminated) {
      summary.reason = endReason(terminated, '')
      if (Number(at(terminated, 'exitCode') ?? 0) !== 0) errorReason = summary.reason
    } else if (at(status, 'ready') === true && at(status, 'state', 'running')) {
      running = true
      summary.ready++
    }
  }
  if (summary.reason !== 'Completed') return
  if (running && hasCondition(pod, 'Ready')) summary.reason = 'Running'
  else if (errorReason !== '') summary.reason = errorReason
  else if (running) summary.reason = 'NotReady'
}

const summarize = (pod: Frozen<KubeObject>): Summary => {
  const phase = textAt(pod, 'status', 'phase')
  const sidecars = new Set(
    listAt(pod, 'spec', 'initContainers')
      .filter((container) => textAt(container, 'restartPolicy') === 'Always')
      .map((container) => textAt(container, 'name')),
  )
  const summary: Summary = {
    ready: 0,
    total: listAt(pod, 'spec', 'containers').length + sidecars.size,
    reason: textAt(pod, 'status', 'reason') || phase,
    restarts: { count: 0, last: '' },
  }
  const gated = listAt(pod, 'status', 'conditions').some(
    (condition) => textAt(condition, 'type') === 'PodScheduled' && textAt(condition, 'reason') === 'SchedulingGated',
  )
  if (gated) summary.reason = 'SchedulingGated'
  const { initializing, sidecarRestarts } = summarizeInit(pod, summary, sidecars)
  if (!initializing || isInitialized(pod)) {
    summary.restarts = sidecarRestarts
    summarizeMain(pod, summary)
  }
  if (pod.metadata.deletionTimestamp !== undefined) {
    if (textAt(pod, 'status', 'reason') === 'NodeLost') summary.reason = 'Unknown'
    else if (phase !== 'Failed' && phase !== 'Succeeded') summary.reason = 'Terminating'
  }
  return summary
}

const ended: ReadonlyMap<string, readonly object[]> = new Map([
  ['Succeeded', [{ type: 'Completed', status: 'True', reason: 'Succeeded', message: 'The pod has completed successfully.' }]],
  ['Failed', [{ type: 'Completed', status: 'True', reason: 'Failed', message: 'The pod failed.' }]],
])

/** What a table's row says of a pod that has ended. */
export const podEnd = (pod: Frozen<KubeObject>): readonly object[] | undefined => ended.get(textAt(pod, 'status', 'phase'))

export const podReady = (pod: Frozen<KubeObject>): string => {
  const { ready, total } = summarize(pod)
  return `${ready}/${total}`
}

export const podStatus = (pod: Frozen<KubeObject>): string => summarize(pod).reason

export const podRestarts = (pod: Frozen<KubeObject>): string | ((now: number) => string) => {
  const { count, last } = summarize(pod).restarts
  if (count === 0 || last === '') return String(count)
  const ended = Date.parse(last)
  return (now) => `${count} (${humanDuration(now - ended)} ago)`
}
