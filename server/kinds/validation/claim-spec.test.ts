// Claims of ephemeral volumes. The messages are the real server's.
import { claimFaults } from '../../testing/validation-faults.ts'

claimFaults([
  [
    'a claim asks for storage in a mode',
    { volumes: [{ name: 'v0', ephemeral: { volumeClaimTemplate: { spec: {} } } }] },
    [
      'spec.volumes[0].ephemeral.volumeClaimTemplate.spec.accessModes: Required value: at least 1 access mode is required',
      'spec.volumes[0].ephemeral.volumeClaimTemplate.spec.resources[storage]: Required value',
    ],
  ],
  [
    'metadata beside labels and annotations is refused',
    {
      volumes: [
        {
          name: 'v0',
          ephemeral: {
            volumeClaimTemplate: {
              metadata: { name: 'a', uid: 'b', labels: { 'a b': 'c' } },
              spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1' } } },
            },
          },
        },
      ],
    },
    [
      "spec.volumes[0].ephemeral.volumeClaimTemplate.metadata.labels: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
      'spec.volumes[0].ephemeral.volumeClaimTemplate.metadata.name: Forbidden: cannot be set',
      'spec.volumes[0].ephemeral.volumeClaimTemplate.metadata.uID: Forbidden: cannot be set',
    ],
  ],
  [
    'modes, sizes and classes are checked',
    {
      volumes: [
        {
          name: 'v0',
          ephemeral: {
            volumeClaimTemplate: {
              spec: {
                accessModes: ['X', 'ReadWriteOncePod', 'ReadWriteOnce'],
                resources: { requests: { storage: '-1' } },
                storageClassName: 'A',
                volumeMode: 'X',
              },
            },
          },
        },
      ],
    },
    [
      'spec.volumes[0].ephemeral.volumeClaimTemplate.spec.accessModes: Unsupported value: "X": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"',
      'spec.volumes[0].ephemeral.volumeClaimTemplate.spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes',
      'spec.volumes[0].ephemeral.volumeClaimTemplate.spec.resources[storage]: Invalid value: "-1": must be greater than zero',
      "spec.volumes[0].ephemeral.volumeClaimTemplate.spec.storageClassName: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
      'spec.volumes[0].ephemeral.volumeClaimTemplate.spec.volumeMode: Unsupported value: "X": supported values: "Block", "Filesystem"',
    ],
  ],
  [
    'two sources agree',
    {
      volumes: [
        {
          name: 'v0',
          ephemeral: {
            volumeClaimTemplate: {
              spec: {
                accessModes: ['ReadWriteOnce'],
                resources: { requests: { storage: '1' } },
                dataSource: { kind: 'X', name: '' },
                dataSourceRef: { apiGroup: 'a.b', kind: 'Y', name: 'z' },
              },
            },
          },
        },
      ],
    },
    [
      'spec.volumes[0].ephemeral.volumeClaimTemplate.spec.dataSource.name: Required value',
      'spec.volumes[0].ephemeral.volumeClaimTemplate.spec.dataSource: Invalid value: "X": must be \'PersistentVolumeClaim\' when referencing the default apiGroup',
      'spec.volumes[0].ephemeral.volumeClaimTemplate.spec: Invalid value: {}: must match dataSourceRef',
    ],
  ],
])
