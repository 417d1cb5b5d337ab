// The messages are the real server's.

import { kindFaults } from '../../testing/validation-faults.ts'
import { checkJob } from './jobs.ts'

kindFaults(
  'batch/v1.Job',
  checkJob,
  {
    template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }], restartPolicy: 'Never' } },
    manualSelector: true,
    selector: { matchLabels: { a: 'b' } },
  },
  [
    ['the least is enough', {}, []],
    [
      'counts are not negative',
      { parallelism: -1, completions: -1, backoffLimit: -1, ttlSecondsAfterFinished: -1 },
      [
        'spec.parallelism: Invalid value: -1: must be greater than or equal to 0',
        'spec.completions: Invalid value: -1: must be greater than or equal to 0',
        'spec.backoffLimit: Invalid value: -1: must be greater than or equal to 0',
        'spec.ttlSecondsAfterFinished: Invalid value: -1: must be greater than or equal to 0',
      ],
    ],
    [
      'pods of jobs end',
      { template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } } },
      ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
    ],
    [
      'modes are known',
      { completionMode: 'X' },
      ['spec.completionMode: Unsupported value: "X": supported values: "NonIndexed", "Indexed"'],
    ],
    ['indexes have a number', { completionMode: 'Indexed' }, []],
    [
      'many indexes have fewer at once',
      { completionMode: 'Indexed', completions: 200000, parallelism: 20000, backoffLimitPerIndex: 1 },
      [
        'spec.maxFailedIndexes: Required value: must be specified when completions is above 100000',
        'spec.parallelism: Invalid value: 20000: must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per index',
      ],
    ],
    [
      'limits by index need indexes',
      { backoffLimitPerIndex: 1, maxFailedIndexes: 1 },
      [
        'spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode',
        'spec.maxFailedIndexes: Invalid value: 1: requires indexed completion mode',
      ],
    ],
    [
      'others that manage a job are named by domain and path',
      { managedBy: 'A/b c' },
      [
        "spec.managedBy: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
        'spec.managedBy: Invalid value: "b c": Invalid path',
      ],
    ],
    [
      'failures say when pods are replaced',
      { podReplacementPolicy: 'X', podFailurePolicy: { rules: [] } },
      ['spec.podReplacementPolicy: Unsupported value: "X": supported values: "Failed"'],
    ],
    [
      'success needs indexes',
      { successPolicy: { rules: [{ succeededCount: 1 }] } },
      ['spec.successPolicy: Invalid value: {"Rules":[{"SucceededIndexes":null,"SucceededCount":1}]}: requires indexed completion mode'],
    ],
    [
      "a selector of one's own takes the pods",
      { selector: { matchLabels: { x: 'y' } } },
      ['spec.template.metadata.labels: Invalid value: {"a":"b"}: `selector` does not match template `labels`'],
    ],
  ],
)
