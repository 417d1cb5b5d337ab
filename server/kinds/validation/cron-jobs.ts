// Cron jobs. Upstream: pkg/apis/batch/validation ValidateCronJob*.
import { invalidValue } from '../../../apimachinery/field-error.ts'
import type { Frozen, KubeObject } from '../../../apimachinery/kube-object.ts'
import { type Errors, nonNegative, present, requiredOneOf } from './checks.ts'
import { scheduleFault, timeZoneFaults } from './cron-schedule.ts'
import type { JobSpec } from './job-types.ts'
import { checkJobTemplate } from './jobs.ts'

type Subject = Frozen<KubeObject>

interface CronJobSpec {
  schedule?: string
  timeZone?: string
  startingDeadlineSeconds?: number
  concurrencyPolicy?: string
  jobTemplate?: { spec?: JobSpec }
  successfulJobsHistoryLimit?: number
  failedJobsHistoryLimit?: number
}

const POLICIES = ['Allow', 'Forbid', 'Replace']
/** The controller adds eleven characters to the names of jobs. */
const MAX_NAME = 52

const specOf = (object: Subject | undefined): CronJobSpec => (object?.['spec'] ?? {}) as CronJobSpec

const checkSchedule = ({ schedule = '', timeZone }: CronJobSpec, old: Subject | undefined, errors: Errors): void => {
  const path = 'spec.schedule'
  if (!present(schedule, path, errors)) return
  const fault = scheduleFault(schedule)
  if (fault !== undefined) errors.push(invalidValue(path, schedule, fault))
  if (!schedule.includes('TZ')) return
  if (!specOf(old).schedule?.includes('TZ'))
    errors.push(invalidValue(path, schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'))
  else if (timeZone !== undefined) errors.push(invalidValue(path, schedule, 'cannot use both timeZone field and TZ or CRON_TZ in schedule'))
}

/** `old` where there is one. */
export const checkCronJob = (object: Subject, errors: Errors, old?: Subject): void => {
  const spec = specOf(object)
  checkSchedule(spec, old, errors)
  nonNegative(spec.startingDeadlineSeconds, 'spec.startingDeadlineSeconds', errors)
  const { timeZone } = spec
  if (timeZone !== undefined && (!old || specOf(old).timeZone !== timeZone))
    for (const fault of timeZoneFaults(timeZone)) errors.push(invalidValue('spec.timeZone', timeZone, fault))
  requiredOneOf(spec.concurrencyPolicy, POLICIES, 'spec.concurrencyPolicy', errors)
  checkJobTemplate(spec.jobTemplate?.spec ?? {}, 'spec.jobTemplate.spec', errors, specOf(old).jobTemplate?.spec)
  nonNegative(spec.successfulJobsHistoryLimit, 'spec.successfulJobsHistoryLimit', errors)
  nonNegative(spec.failedJobsHistoryLimit, 'spec.failedJobsHistoryLimit', errors)
  const { name = '' } = object.metadata
  if (!old && Buffer.byteLength(name) > MAX_NAME) errors.push(invalidValue('metadata.name', name, 'must be no more than 52 characters'))
}
