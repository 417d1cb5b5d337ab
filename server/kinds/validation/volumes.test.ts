// Volumes of templates and pods, as the real server judges them. The messages are the real server's.
import { claimFaults } from '../../testing/validation-faults.ts'

claimFaults([
  ['a volume without a source is an empty directory', { volumes: [{ name: 'v0' }] }, []],
  [
    'two sources are one too many',
    { volumes: [{ name: 'v0', emptyDir: {}, hostPath: { path: '' } }] },
    ['spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type'],
  ],
  [
    "the spelling of a second source is upstream's",
    { volumes: [{ name: 'v0', emptyDir: {}, downwardAPI: {}, cephfs: { monitors: ['a'] } }] },
    [
      'spec.volumes[0].cephFS: Forbidden: may not specify more than 1 volume type',
      'spec.volumes[0].downwarAPI: Forbidden: may not specify more than 1 volume type',
    ],
  ],
  [
    'names are labels',
    { volumes: [{ name: 'A' }, { name: '' }] },
    [
      'spec.volumes[0].name: Invalid value: "A": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or \'-\', and must start and end with an alphanumeric character',
      'spec.volumes[1].name: Required value',
    ],
  ],
  ['names are unique', { volumes: [{ name: 'v' }, { name: 'v' }] }, ['spec.volumes[1].name: Duplicate value: "v"']],
  [
    'an ephemeral volume needs a claim',
    { volumes: [{ name: 'v0', ephemeral: {} }] },
    ['spec.volumes[0].ephemeral.volumeClaimTemplate: Required value'],
  ],
  [
    'an image volume says when to pull',
    { volumes: [{ name: 'v0', image: { reference: 'a', pullPolicy: 'X' } }] },
    ['spec.volumes[0].image.pullPolicy: Unsupported value: "X": supported values: "Always", "IfNotPresent", "Never"'],
  ],
])
