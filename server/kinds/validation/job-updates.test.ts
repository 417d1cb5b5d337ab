// The messages are the real server's.
import { changeFaults } from '../../testing/validation-faults.ts'
import { checkJobUpdate } from './jobs.ts'

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
  checkJobUpdate,
  [
    ['parallelism changes', { 'spec.parallelism': 3 }, []],
    [
      'completions change with it',
      { 'spec.completions': 4 },
      ['spec.completions: Invalid value: 4: can only be modified in tandem with spec.parallelism'],
    ],
    [
      'policies and modes stay',
      { 'spec.backoffLimitPerIndex': 2, 'spec.managedBy': 'a.b/c' },
      ['spec.backoffLimitPerIndex: Invalid value: 2: field is immutable', 'spec.managedBy: Invalid value: "a.b/c": field is immutable'],
    ],
  ],
)

changeFaults(
  'batch/v1.Job',
  {
    metadata: { name: 'h' },
    spec: {
      completionMode: 'Indexed',
      completions: 5,
      parallelism: 2,
      backoffLimitPerIndex: 1,
      manualSelector: true,
      selector: { matchLabels: { a: 'b' } },
      template: { metadata: { labels: { a: 'b' } }, spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } },
      suspend: true,
    },
  },
  checkJobUpdate,
  [
    [
      'while a job is held its pods may ask for more, and elsewhere',
      { 'spec.template.spec.containers.0.resources': { limits: { cpu: '1' } }, 'spec.template.spec.nodeSelector': { a: 'b' } },
      [],
    ],
    ['and be labelled otherwise', { 'spec.template.metadata.labels': { a: 'b', c: 'd' } }, []],
  ],
)
