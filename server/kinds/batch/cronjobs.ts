// Cron jobs. Upstream: pkg/registry/batch/cronjob, printCronJob.
import { at, type Frozen, type KubeObject, listAt, textAt } from '../../../apimachinery/kube-object.ts'
import { containerCells, formatSelector, since, textIfSet } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { emptyStatus, strategyOf } from '../strategies.ts'
import { checkCronJob } from '../validation/cron-jobs.ts'
import { workloadStrategy } from '../workload-strategy.ts'
import { indexWarnings } from './job-warnings.ts'

const TZ =
  'cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details'

const suspend = (job: Frozen<KubeObject>): string => {
  const suspended = at(job, 'spec', 'suspend')
  return suspended === true ? 'True' : suspended === false ? 'False' : '<unset>'
}

const lastSchedule = (job: Frozen<KubeObject>): ReturnType<typeof since> => {
  const time = textAt(job, 'status', 'lastScheduleTime')
  return time === '' ? '<none>' : since(time)
}

export const cronjobs = defineResource('batch', 'CronJob', {
  cells: {
    Schedule: (job) => textAt(job, 'spec', 'schedule'),
    Timezone: (job) => textIfSet(job, '<none>', 'spec', 'timeZone'),
    Suspend: suspend,
    Active: (job) => listAt(job, 'status', 'active').length,
    'Last Schedule': lastSchedule,
    ...containerCells('spec', 'jobTemplate', 'spec', 'template', 'spec'),
    Selector: (job) => formatSelector(at(job, 'spec', 'jobTemplate', 'spec', 'selector')),
  },
  strategy: strategyOf(
    { status: emptyStatus, generation: ['spec'] },
    workloadStrategy({
      template: ['spec', 'jobTemplate', 'spec', 'template'],
      check: checkCronJob,
      namesPods: true,
      before: (job, old) => indexWarnings(job, old, ['spec', 'jobTemplate', 'spec']),
      warnings: (job, old) => (old && textAt(job, 'spec', 'schedule').includes('TZ') ? [TZ] : []),
    }),
  ),
})
