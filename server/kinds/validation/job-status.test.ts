// The messages are the real server's.
import { changeFaults } from '../../testing/validation-faults.ts'
import { checkJobStatusUpdate } from './job-status.ts'

changeFaults(
  'batch/v1.Job',
  {
    metadata: { name: 'g' },
    spec: {
      completionMode: 'Indexed',
      completions: 5,
      parallelism: 2,
      backoffLimitPerIndex: 1,
      manualSelector: true,
      selector: { matchLabels: { a: 'b' } },
      template: { metadata: { labels: { a: 'b' } }, spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } },
    },
    status: { startTime: '2026-01-01T00:00:00Z', failed: 2, succeeded: 2 },
  },
  checkJobStatusUpdate,
  [
    ['nothing changes', {}, []],
    [
      'counts are not negative, and do not fall',
      { status: { startTime: '2026-01-01T00:00:00Z', failed: 1, succeeded: 1, active: -1 } },
      [
        'status.active: Invalid value: -1: must be greater than or equal to 0',
        'status.failed: Invalid value: 1: cannot decrease the failed counter',
        'status.succeeded: Invalid value: 1: cannot decrease the succeeded counter',
      ],
    ],
    [
      'a job ends once',
      {
        status: {
          startTime: '2026-01-01T00:00:00Z',
          failed: 2,
          succeeded: 2,
          conditions: [
            { type: 'Complete', status: 'True' },
            { type: 'Failed', status: 'True' },
          ],
        },
      },
      [
        'status.conditions: Invalid value: cannot set Complete=True and Failed=true conditions',
        'status.completionTime: Required value: completionTime is required for Complete jobs',
        'status.conditions: Invalid value: cannot set Failed=True condition without the FailureTarget=true condition',
        'status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition',
      ],
    ],
    [
      'success comes with its time',
      {
        status: {
          startTime: '2026-01-01T00:00:00Z',
          failed: 2,
          succeeded: 2,
          conditions: [
            { type: 'Complete', status: 'True' },
            { type: 'SuccessCriteriaMet', status: 'True' },
          ],
        },
      },
      ['status.completionTime: Required value: completionTime is required for Complete jobs'],
    ],
    [
      'and then it is whole',
      {
        status: {
          startTime: '2026-01-01T00:00:00Z',
          failed: 2,
          succeeded: 2,
          conditions: [
            { type: 'Complete', status: 'True' },
            { type: 'SuccessCriteriaMet', status: 'True' },
          ],
          completionTime: '2026-01-02T00:00:00Z',
        },
      },
      [],
    ],
    [
      'time runs forward',
      {
        status: {
          startTime: '2026-01-01T00:00:00Z',
          failed: 2,
          succeeded: 2,
          completionTime: '2025-01-01T00:00:00Z',
          conditions: [
            { type: 'Complete', status: 'True' },
            { type: 'SuccessCriteriaMet', status: 'True' },
          ],
        },
      },
      ['status.completionTime: Invalid value: "2025-01-01T00:00:00Z": must be equal to or after `startTime`'],
    ],
    [
      'failure is announced',
      { status: { startTime: '2026-01-01T00:00:00Z', failed: 2, succeeded: 2, conditions: [{ type: 'Failed', status: 'True' }] } },
      ['status.conditions: Invalid value: cannot set Failed=True condition without the FailureTarget=true condition'],
    ],
    [
      'a finished job has no pods',
      {
        status: {
          startTime: '2026-01-01T00:00:00Z',
          failed: 2,
          succeeded: 2,
          conditions: [
            { type: 'Failed', status: 'True' },
            { type: 'FailureTarget', status: 'True' },
          ],
          active: 1,
          terminating: 1,
          uncountedTerminatedPods: { failed: ['x'] },
        },
      },
      [
        'status.active: Invalid value: 1: active>0 is invalid for finished job',
        'status.uncountedTerminatedPods: Invalid value: {"Succeeded":null,"Failed":["x"]}: must be empty for finished job',
        'status.terminating: Invalid value: 1: terminating>0 is invalid for finished job',
      ],
    ],
    [
      'pods are counted once',
      {
        status: {
          startTime: '2026-01-01T00:00:00Z',
          failed: 2,
          succeeded: 2,
          uncountedTerminatedPods: { succeeded: ['', 'a'], failed: ['a'] },
        },
      },
      [
        'status.uncountedTerminatedPods.succeeded[0]: Invalid value: "": must not be empty',
        'status.uncountedTerminatedPods.failed[0]: Duplicate value: "a"',
      ],
    ],
    [
      'indexes are there',
      { status: { startTime: '2026-01-01T00:00:00Z', failed: 2, succeeded: 2, completedIndexes: '1-9', failedIndexes: 'x' } },
      [
        'status.completedIndexes: Invalid value: "1-9": error parsing completedIndexes: too large index: "9"',
        'status.failedIndexes: Invalid value: "x": error parsing failedIndexes: cannot convert string to integer for index: "x"',
      ],
    ],
    [
      'an index ends one way',
      { status: { startTime: '2026-01-01T00:00:00Z', failed: 2, succeeded: 2, completedIndexes: '0-3', failedIndexes: '3' } },
      ['status.failedIndexes: Invalid value: "3": failedIndexes and completedIndexes overlap at index: 3'],
    ],
    [
      'ready pods are active',
      { status: { startTime: '2026-01-01T00:00:00Z', failed: 2, succeeded: 2, ready: 2, active: 1 } },
      ['status.ready: Invalid value: 2: cannot set more ready pods than active'],
    ],
    [
      'a start stays',
      { status: { failed: 2, succeeded: 2, startTime: '2026-01-02T00:00:00Z' } },
      ['status.startTime: Invalid value: "2026-01-02T00:00:00Z": field is immutable for unsuspended job once set'],
    ],
    [
      'what was met is not a failure',
      {
        status: {
          startTime: '2026-01-01T00:00:00Z',
          failed: 2,
          succeeded: 2,
          conditions: [
            { type: 'SuccessCriteriaMet', status: 'True' },
            { type: 'FailureTarget', status: 'True' },
          ],
        },
      },
      ['status.conditions: Invalid value: cannot set SuccessCriteriaMet=True and FailureTarget=true conditions'],
    ],
  ],
)
