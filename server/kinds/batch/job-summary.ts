// A job in a few words: how it stands, how much of it is done, how long it took. Upstream: printJob.
import { at, type Frozen, type KubeObject, listAt, textAt } from '../../../apimachinery/kube-object.ts'
import { humanDuration, integerAt, since } from '../columns.ts'

type Job = Frozen<KubeObject>

/** The first condition of a type decides. */
const hasCondition = (job: Job, type: string): boolean => {
  const found = listAt(job, 'status', 'conditions').find((condition) => textAt(condition, 'type') === type)
  return textAt(found, 'status') === 'True'
}

export const jobStatus = (job: Job): string => {
  if (hasCondition(job, 'Complete')) return 'Complete'
  if (hasCondition(job, 'Failed')) return 'Failed'
  if (job.metadata.deletionTimestamp) return 'Terminating'
  if (hasCondition(job, 'Suspended')) return 'Suspended'
  if (hasCondition(job, 'FailureTarget')) return 'FailureTarget'
  return hasCondition(job, 'SuccessCriteriaMet') ? 'SuccessCriteriaMet' : 'Running'
}

export const jobCompletions = (job: Job): string => {
  const succeeded = integerAt(job, 'status', 'succeeded')
  const wanted = at(job, 'spec', 'completions')
  if (typeof wanted === 'number') return `${succeeded}/${wanted}`
  const parallelism = integerAt(job, 'spec', 'parallelism')
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`
}

export const jobDuration = (job: Job): string | ((now: number) => string) => {
  const start = textAt(job, 'status', 'startTime')
  const end = textAt(job, 'status', 'completionTime')
  if (start === '') return ''
  return end === '' ? since(start) : humanDuration(Date.parse(end) - Date.parse(start))
}
