// What may be said of a job's progress. Most rules hold only for what an update changes. Upstream: validateJobStatus,
// ValidateJobStatusUpdate, pkg/registry/batch/job getStatusValidationOptions.
import { equalValues } from '../../../apimachinery/equal-values.ts'
import { duplicateValue, invalidValue, invalidWhole, required } from '../../../apimachinery/field-error.ts'
import type { Frozen, KubeObject } from '../../../apimachinery/kube-object.ts'
import { type Errors, nonNegative } from './checks.ts'
import { internalText } from './internal-text.ts'
import { countIndexes, parseInterval } from './job-policies.ts'
import { isIndexed, type JobSpec } from './job-types.ts'

type Job = Frozen<KubeObject>

interface JobStatus {
  conditions?: readonly { type?: string; status?: string }[]
  startTime?: string
  completionTime?: string
  active?: number
  succeeded?: number
  failed?: number
  ready?: number
  terminating?: number
  completedIndexes?: string
  failedIndexes?: string
  uncountedTerminatedPods?: { succeeded?: readonly string[]; failed?: readonly string[] }
}

const specOf = (job: Job): JobSpec => (job['spec'] ?? {}) as JobSpec
const statusOf = (job: Job): JobStatus => (job['status'] ?? {}) as JobStatus

const hasCondition = (status: JobStatus, type: string, value = 'True'): boolean =>
  (status.conditions ?? []).some((condition) => condition.type === type && condition.status === value)

const CONDITIONS = ['Complete', 'Failed', 'FailureTarget', 'SuccessCriteriaMet'] as const
type Standing = Record<(typeof CONDITIONS)[number] | 'finished', boolean>

const standingOf = (status: JobStatus): Standing => {
  const [Complete, Failed, FailureTarget, SuccessCriteriaMet] = CONDITIONS.map((type) => hasCondition(status, type)) as [
    boolean,
    boolean,
    boolean,
    boolean,
  ]
  return { Complete, Failed, FailureTarget, SuccessCriteriaMet, finished: Complete || Failed }
}

/** The two statuses and what changed between them. */
interface Comparison {
  spec: JobSpec
  now: JobStatus
  old: JobStatus
  is: Standing
  was: Standing
  changed(member: keyof JobStatus): boolean
  turned(condition: keyof Standing): boolean
}

const at = (member: string): string => `status.${member}`
const sayConditions = (errors: Errors, detail: string): void => void errors.push(invalidWhole('status.conditions', detail))

const checkUncounted = ({ now }: Comparison, errors: Errors): void => {
  const seen = new Set<string>()
  for (const list of ['succeeded', 'failed'] as const)
    now.uncountedTerminatedPods?.[list]?.forEach((uid, index) => {
      const path = `status.uncountedTerminatedPods.${list}[${index}]`
      if (uid === '') errors.push(invalidValue(path, uid, 'must not be empty'))
      else if (seen.has(uid)) errors.push(duplicateValue(path, uid))
      seen.add(uid)
    })
}

const checkEnd = ({ now, is, changed, turned }: Comparison, errors: Errors): void => {
  const { startTime, completionTime } = now
  if ((turned('Complete') || turned('Failed')) && is.Complete && is.Failed)
    sayConditions(errors, 'cannot set Complete=True and Failed=true conditions')
  if ((turned('Complete') || turned('FailureTarget')) && is.Complete && is.FailureTarget)
    sayConditions(errors, 'cannot set Complete=True and FailureTarget=true conditions')
  if (turned('Complete') || changed('completionTime')) {
    if (completionTime !== undefined && !is.Complete)
      errors.push(invalidValue(at('completionTime'), completionTime, 'cannot set completionTime when there is no Complete=True condition'))
    if (completionTime === undefined && is.Complete)
      errors.push(required(at('completionTime'), 'completionTime is required for Complete jobs'))
  }
  const times = changed('startTime') || changed('completionTime')
  if (times && startTime !== undefined && completionTime !== undefined && completionTime < startTime)
    errors.push(invalidValue(at('completionTime'), completionTime, 'must be equal to or after `startTime`'))
  if ((turned('Failed') || changed('failedIndexes')) && is.Failed && !is.FailureTarget)
    sayConditions(errors, 'cannot set Failed=True condition without the FailureTarget=true condition')
  if ((turned('Complete') || turned('SuccessCriteriaMet')) && is.Complete && !is.SuccessCriteriaMet)
    sayConditions(errors, 'cannot set Complete=True condition without the SuccessCriteriaMet=true condition')
}

const checkFinished = ({ spec, now, is, changed, turned }: Comparison, errors: Errors): void => {
  if (!is.finished) return
  const { active = 0, startTime, uncountedTerminatedPods: uncounted } = now
  if ((turned('finished') || changed('active')) && active > 0)
    errors.push(invalidValue(at('active'), active, 'active>0 is invalid for finished job'))
  const neverRan = spec.suspend === true && spec.completions === 0
  if ((turned('finished') || changed('startTime')) && !neverRan && startTime === undefined)
    errors.push(required(at('startTime'), 'startTime is required for finished job'))
  const left = (uncounted?.failed?.length ?? 0) + (uncounted?.succeeded?.length ?? 0)
  if ((turned('finished') || changed('uncountedTerminatedPods')) && left > 0) {
    const value = internalText('batch.UncountedTerminatedPods', uncounted)
    const detail = 'must be empty for finished job'
    errors.push({ type: 'FieldValueInvalid', field: at('uncountedTerminatedPods'), value, detail })
  }
}

/** The first index that both texts name; intervals that do not parse are passed over. */
const overlap = (completed: string, failed: string, completions: number): number | undefined => {
  if (completed === '' || failed === '') return undefined
  const [first, second] = [completed, failed].map((text) =>
    text.split(',').flatMap((part) => {
      const interval = parseInterval(part, completions)
      return 'error' in interval ? [] : [interval]
    }),
  ) as [(readonly [number, number])[], (readonly [number, number])[]]
  for (let c = 0, f = 0; c < first.length && f < second.length; ) {
    const [a, b] = [first[c] as readonly [number, number], second[f] as readonly [number, number]]
    if (a[0] <= b[1] && b[0] <= a[1]) return Math.max(a[0], b[0])
    if (a[0] <= b[0]) c++
    else f++
  }
  return undefined
}

const checkIndexes = ({ spec, now, changed }: Comparison, errors: Errors): void => {
  const { completions, backoffLimitPerIndex } = spec
  const { completedIndexes = '', failedIndexes } = now
  const [newCompleted, newFailed] = [changed('completedIndexes'), changed('failedIndexes')]
  if (newCompleted && completions !== undefined) {
    const count = countIndexes(completedIndexes, completions)
    if (typeof count !== 'number')
      errors.push(invalidValue(at('completedIndexes'), completedIndexes, `error parsing completedIndexes: ${count.error}`))
  }
  if (newFailed && completions !== undefined && backoffLimitPerIndex !== undefined && failedIndexes !== undefined) {
    const count = countIndexes(failedIndexes, completions)
    if (typeof count !== 'number')
      errors.push(invalidValue(at('failedIndexes'), failedIndexes, `error parsing failedIndexes: ${count.error}`))
  }
  if (newCompleted && completedIndexes !== '' && !isIndexed(spec))
    errors.push(
      invalidValue(at('completedIndexes'), completedIndexes, 'cannot set non-empty completedIndexes when non-indexed completion mode'),
    )
  if (newFailed && backoffLimitPerIndex === undefined && failedIndexes !== undefined)
    errors.push(invalidValue(at('failedIndexes'), failedIndexes, 'cannot set non-null failedIndexes when backoffLimitPerIndex is null'))
  if (!(newCompleted || newFailed) || completions === undefined || failedIndexes === undefined) return
  const index = overlap(completedIndexes, failedIndexes, completions)
  if (index !== undefined)
    errors.push(invalidValue(at('failedIndexes'), failedIndexes, `failedIndexes and completedIndexes overlap at index: ${index}`))
}

const checkPods = ({ now, is, changed, turned }: Comparison, errors: Errors): void => {
  const { terminating = 0, ready, active = 0 } = now
  if (is.finished && (turned('finished') || changed('terminating')) && terminating > 0)
    errors.push(invalidValue(at('terminating'), terminating, 'terminating>0 is invalid for finished job'))
  if ((changed('ready') || changed('active')) && ready !== undefined && ready > active)
    errors.push(invalidValue(at('ready'), ready, 'cannot set more ready pods than active'))
}

const checkSuccess = ({ spec, is }: Comparison, errors: Errors): void => {
  if (is.SuccessCriteriaMet && is.Failed) sayConditions(errors, 'cannot set SuccessCriteriaMet=True and Failed=true conditions')
  if (is.SuccessCriteriaMet && is.FailureTarget)
    sayConditions(errors, 'cannot set SuccessCriteriaMet=True and FailureTarget=true conditions')
  if (spec.successPolicy && !is.SuccessCriteriaMet && is.Complete)
    sayConditions(errors, 'cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True')
}

const checkProgress = ({ spec, now, old, is, was, changed }: Comparison, errors: Errors): void => {
  for (const type of ['Failed', 'Complete', 'FailureTarget'] as const)
    if (was[type] && !is[type]) sayConditions(errors, `cannot disable the terminal ${type}=True condition`)
  const { failed = 0, succeeded = 0, completionTime, startTime } = now
  if (failed < (old.failed ?? 0)) errors.push(invalidValue(at('failed'), failed, 'cannot decrease the failed counter'))
  const elastic = isIndexed(spec) && spec.completions === spec.parallelism
  if (!elastic && succeeded < (old.succeeded ?? 0))
    errors.push(invalidValue(at('succeeded'), succeeded, 'cannot decrease the succeeded counter'))
  if (completionTime !== undefined && old.completionTime !== undefined && changed('completionTime'))
    errors.push(invalidValue(at('completionTime'), completionTime, 'field is immutable'))
  const resuming = hasCondition(old, 'Suspended') && hasCondition(now, 'Suspended', 'False')
  if (changed('startTime') && !resuming && old.startTime !== undefined && !spec.suspend)
    errors.push(invalidValue(at('startTime'), startTime, 'field is immutable for unsuspended job once set'))
  if (was.SuccessCriteriaMet && !is.SuccessCriteriaMet) sayConditions(errors, 'cannot disable the SuccessCriteriaMet=True condition')
  if (was.Complete && !was.SuccessCriteriaMet && is.SuccessCriteriaMet)
    sayConditions(errors, 'cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions')
}

export const checkJobStatusUpdate = (job: Job, before: Job, errors: Errors): void => {
  const [now, old] = [statusOf(job), statusOf(before)]
  const [is, was] = [standingOf(now), standingOf(old)]
  const comparison: Comparison = {
    spec: specOf(job),
    now,
    old,
    is,
    was,
    changed: (member) => !equalValues(now[member] ?? null, old[member] ?? null),
    turned: (condition) => is[condition] !== was[condition],
  }
  for (const member of ['active', 'succeeded', 'failed', 'ready', 'terminating'] as const) nonNegative(now[member], at(member), errors)
  checkUncounted(comparison, errors)
  checkEnd(comparison, errors)
  checkFinished(comparison, errors)
  checkIndexes(comparison, errors)
  checkPods(comparison, errors)
  checkSuccess(comparison, errors)
  checkProgress(comparison, errors)
}
