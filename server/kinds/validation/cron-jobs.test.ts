// The messages are the real server's.

import { kindFaults } from '../../testing/validation-faults.ts'
import { checkCronJob } from './cron-jobs.ts'

kindFaults(
  'batch/v1.CronJob',
  checkCronJob,
  {
    schedule: '* * * * *',
    jobTemplate: {
      spec: { template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }], restartPolicy: 'Never' } } },
    },
  },
  [
    ['the least is enough', {}, []],
    ['a schedule is needed', { schedule: '' }, ['spec.schedule: Required value']],
    [
      'a zone has a field of its own',
      { schedule: 'TZ=UTC * * * * *' },
      ['spec.schedule: Invalid value: "TZ=UTC * * * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field instead'],
    ],
    [
      'policies are known',
      { concurrencyPolicy: 'X' },
      ['spec.concurrencyPolicy: Unsupported value: "X": supported values: "Allow", "Forbid", "Replace"'],
    ],
    [
      'counts are not negative',
      { startingDeadlineSeconds: -1, successfulJobsHistoryLimit: -1, failedJobsHistoryLimit: -1 },
      [
        'spec.startingDeadlineSeconds: Invalid value: -1: must be greater than or equal to 0',
        'spec.successfulJobsHistoryLimit: Invalid value: -1: must be greater than or equal to 0',
        'spec.failedJobsHistoryLimit: Invalid value: -1: must be greater than or equal to 0',
      ],
    ],
    ['zones are known', { timeZone: 'Foo/Bar' }, ['spec.timeZone: Invalid value: "Foo/Bar": unknown time zone Foo/Bar']],
    [
      'jobs have no selector yet',
      {
        jobTemplate: {
          spec: {
            template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }], restartPolicy: 'Never' } },
            selector: { matchLabels: { a: 'b' } },
            manualSelector: true,
          },
        },
      },
      [
        'spec.jobTemplate.spec.selector: Invalid value: {"matchLabels":{"a":"b"}}: `selector` will be auto-generated',
        'spec.jobTemplate.spec.manualSelector: Unsupported value: true: supported values: "nil", "false"',
      ],
    ],
  ],
)
