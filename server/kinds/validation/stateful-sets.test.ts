// The messages are the real server's.

import { kindFaults } from '../../testing/validation-faults.ts'
import { checkStatefulSet } from './stateful-sets.ts'

kindFaults(
  'apps/v1.StatefulSet',
  checkStatefulSet,
  {
    template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
    selector: { matchLabels: { a: 'b' } },
  },
  [
    [
      'policies are known',
      { podManagementPolicy: 'X', persistentVolumeClaimRetentionPolicy: { whenDeleted: 'X', whenScaled: 'Retain' } },
      [
        "spec.podManagementPolicy: Invalid value: \"X\": must be 'OrderedReady' or 'Parallel'",
        'spec.persistentVolumeClaimRetentionPolicy.whenDeleted: Unsupported value: "X": supported values: "Retain", "Delete"',
      ],
    ],
    [
      'counts are not negative',
      { replicas: -1, ordinals: { start: -1 } },
      [
        'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
        'spec.ordinals.start: Invalid value: -1: must be greater than or equal to 0',
      ],
    ],
    ['services are named by labels', { serviceName: 'a.b' }, ['spec.serviceName: Invalid value: "a.b": must not contain dots']],
    [
      'claims are claims',
      { volumeClaimTemplates: [{ metadata: { name: 'v' }, spec: {} }] },
      [
        'spec.volumeClaimTemplates[0].spec.accessModes: Required value: at least 1 access mode is required',
        'spec.volumeClaimTemplates[0].spec.resources[storage]: Required value',
      ],
    ],
    [
      'and volumes to the template, whose own of that name do not count',
      {
        volumeClaimTemplates: [
          { metadata: { name: 'v' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1' } } } },
        ],
        template: {
          metadata: { labels: { a: 'b' } },
          spec: {
            containers: [{ name: 'c', image: 'i', volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
            hostname: 'A',
            volumes: [{ name: 'v', hostPath: { path: '' } }],
          },
        },
      },
      [],
    ],
    [
      'labels are looked at twice',
      { template: { metadata: { labels: { a: 'b', c: '?' } }, spec: { containers: [{ name: 'c', image: 'i' }] } } },
      [
        "spec.template.labels: Invalid value: \"?\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
        "spec.template.labels: Invalid value: \"?\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
      ],
    ],
  ],
)
