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
    [
      'rules of failure are complete',
      { podFailurePolicy: { rules: [{ action: '' }, { action: 'X', onExitCodes: { operator: '', values: [] } }] } },
      [
        'spec.podFailurePolicy.rules[0].action: Required value: valid values: ["Count" "FailIndex" "FailJob" "Ignore"]',
        'spec.podFailurePolicy.rules[0]: Invalid value: specifying one of OnExitCodes and OnPodConditions is required',
        'spec.podFailurePolicy.rules[1].action: Unsupported value: "X": supported values: "Count", "FailIndex", "FailJob", "Ignore"',
        'spec.podFailurePolicy.rules[1].onExitCodes.operator: Required value: valid values: ["In" "NotIn"]',
        'spec.podFailurePolicy.rules[1].onExitCodes.values: Invalid value: []: at least one value is required',
      ],
    ],
    [
      'codes are in order, and known to containers',
      { podFailurePolicy: { rules: [{ action: 'FailIndex', onExitCodes: { containerName: 'x', operator: 'In', values: [0, 2, 1, 1] } }] } },
      [
        'spec.podFailurePolicy.rules[0].action: Invalid value: "FailIndex": requires the backoffLimitPerIndex to be set',
        'spec.podFailurePolicy.rules[0].onExitCodes.containerName: Invalid value: "x": must be one of the container or initContainer names in the pod template',
        'spec.podFailurePolicy.rules[0].onExitCodes.values[0]: Invalid value: 0: must not be 0 for the In operator',
        'spec.podFailurePolicy.rules[0].onExitCodes.values[3]: Duplicate value: 1',
        'spec.podFailurePolicy.rules[0].onExitCodes.values: Invalid value: [0,2,1,1]: must be ordered',
      ],
    ],
    [
      'conditions are named',
      { podFailurePolicy: { rules: [{ action: 'Count', onPodConditions: [{ type: 'a b', status: 'X' }] }] } },
      [
        "spec.podFailurePolicy.rules[0].onPodConditions[0].type: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
        'spec.podFailurePolicy.rules[0].onPodConditions[0].status: Unsupported value: "X": supported values: "False", "True", "Unknown"',
      ],
    ],
    [
      'there are not too many',
      {
        podFailurePolicy: {
          rules: [
            { action: 'Count', onExitCodes: { operator: 'In', values: [1] } },
            { action: 'Count', onExitCodes: { operator: 'In', values: [1] } },
            { action: 'Count', onExitCodes: { operator: 'In', values: [1] } },
            { action: 'Count', onExitCodes: { operator: 'In', values: [1] } },
            { action: 'Count', onExitCodes: { operator: 'In', values: [1] } },
            { action: 'Count', onExitCodes: { operator: 'In', values: [1] } },
            { action: 'Count', onExitCodes: { operator: 'In', values: [1] } },
            { action: 'Count', onExitCodes: { operator: 'In', values: [1] } },
            { action: 'Count', onExitCodes: { operator: 'In', values: [1] } },
            { action: 'Count', onExitCodes: { operator: 'In', values: [1] } },
            { action: 'Count', onExitCodes: { operator: 'In', values: [1] } },
            { action: 'Count', onExitCodes: { operator: 'In', values: [1] } },
            { action: 'Count', onExitCodes: { operator: 'In', values: [1] } },
            { action: 'Count', onExitCodes: { operator: 'In', values: [1] } },
            { action: 'Count', onExitCodes: { operator: 'In', values: [1] } },
            { action: 'Count', onExitCodes: { operator: 'In', values: [1] } },
            { action: 'Count', onExitCodes: { operator: 'In', values: [1] } },
            { action: 'Count', onExitCodes: { operator: 'In', values: [1] } },
            { action: 'Count', onExitCodes: { operator: 'In', values: [1] } },
            { action: 'Count', onExitCodes: { operator: 'In', values: [1] } },
            { action: 'Count', onExitCodes: { operator: 'In', values: [1] } },
          ],
        },
      },
      ['spec.podFailurePolicy.rules: Too many: 21: must have at most 20 items'],
    ],
    [
      'success is counted in indexes',
      {
        completionMode: 'Indexed',
        completions: 5,
        successPolicy: { rules: [{}, { succeededCount: 6 }, { succeededIndexes: '0-2', succeededCount: 4 }] },
      },
      [
        'spec.successPolicy.rules[0]: Required value: at least one of succeededCount or succeededIndexes must be specified',
        'spec.successPolicy.rules[1].succeededCount: Invalid value: 6: must be less than or equal to 5 (the number of specified completions)',
        'spec.successPolicy.rules[2].succeededCount: Invalid value: 4: must be less than or equal to 3 (the number of indexes in the specified succeededIndexes field)',
      ],
    ],
    [
      'indexes rise and are there',
      {
        completionMode: 'Indexed',
        completions: 5,
        successPolicy: {
          rules: [
            { succeededIndexes: '2,1' },
            { succeededIndexes: 'a' },
            { succeededIndexes: '1-2-3' },
            { succeededIndexes: '7' },
            { succeededIndexes: '3-3' },
          ],
        },
      },
      [
        'spec.successPolicy.rules[0].succeededIndexes: Invalid value: "2,1": error parsing succeededIndexes: non-increasing order, previous: 2, current: 1',
        'spec.successPolicy.rules[1].succeededIndexes: Invalid value: "a": error parsing succeededIndexes: cannot convert string to integer for index: "a"',
        'spec.successPolicy.rules[2].succeededIndexes: Invalid value: "1-2-3": error parsing succeededIndexes: the fragment "1-2-3" violates the requirement that an index interval can have at most two parts separated by \'-\'',
        'spec.successPolicy.rules[3].succeededIndexes: Invalid value: "7": error parsing succeededIndexes: too large index: "7"',
        'spec.successPolicy.rules[4].succeededIndexes: Invalid value: "3-3": error parsing succeededIndexes: non-increasing order, previous: 3, current: 3',
      ],
    ],
  ],
)
