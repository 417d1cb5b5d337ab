// Cron jobs. Upstream: pkg/registry/batch/cronjob, printCronJob.
import { at, type Frozen, type KubeObject, listAt, textAt } from '../../../apimachinery/kube-object.ts'
import { containerCells, formatSelector, since, textIfSet } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { emptyStatus, strategyOf } from '../strategies.ts'

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
  strategy: strategyOf({ status: emptyStatus, generation: ['spec'] }),
})
