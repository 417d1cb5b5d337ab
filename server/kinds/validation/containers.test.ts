// Containers of all sorts. The messages are the real server's.
import { claimFaults } from '../../testing/validation-faults.ts'

claimFaults([
  ['there is one', { containers: [] }, ['spec.containers: Required value']],
  [
    'names and images are there',
    {
      containers: [
        { name: '', image: '' },
        { name: 'a.b', image: 'i' },
      ],
    },
    [
      'spec.containers[0].name: Required value',
      'spec.containers[0].image: Required value',
      'spec.containers[1].name: Invalid value: "a.b": must not contain dots',
    ],
  ],
  [
    'names are unique across sorts',
    {
      containers: [
        { name: 'c', image: 'i' },
        { name: 'c', image: 'i' },
      ],
      initContainers: [{ name: 'c', image: 'i' }],
    },
    ['spec.containers[1].name: Duplicate value: "c"', 'spec.initContainers[0].name: Duplicate value: "c"'],
  ],
  [
    'those that run first have no probes',
    {
      initContainers: [
        {
          name: 'i',
          image: 'i',
          livenessProbe: { exec: { command: ['a'] } },
          resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }],
        },
      ],
    },
    [
      'spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always',
      'spec.initContainers[0].resizePolicy[0].restartPolicy: Invalid value: "RestartContainer": must not be set to \'RestartContainer\' for non-sidecar initContainers',
    ],
  ],
  [
    'sidecars have',
    { initContainers: [{ name: 'i', image: 'i', restartPolicy: 'Always', livenessProbe: { exec: { command: ['a'] } } }] },
    [],
  ],
  [
    'rules of restart need a policy',
    { containers: [{ name: 'c', image: 'i', restartPolicyRules: [{ action: 'X' }] }] },
    [
      'spec.containers[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used',
      'spec.containers[0].restartPolicyRules[0].action: Unsupported value: "X": supported values: "Restart", "RestartAllContainers"',
      'spec.containers[0].restartPolicyRules[0].exitCodes: Required value: must be specified',
    ],
  ],
  [
    'of those that run first nothing more is said',
    { initContainers: [{ name: 'i', image: 'i', restartPolicyRules: [{ action: 'X' }] }] },
    ['spec.initContainers[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used'],
  ],
  [
    'resizing is said once for a resource',
    {
      containers: [
        {
          name: 'c',
          image: 'i',
          resizePolicy: [
            { resourceName: 'cpu', restartPolicy: 'X' },
            { resourceName: 'cpu', restartPolicy: 'NotRequired' },
          ],
        },
      ],
    },
    [
      'spec.containers[0].resizePolicy: Unsupported value: "X": supported values: "NotRequired", "RestartContainer"',
      'spec.containers[0].resizePolicy[1]: Duplicate value: "cpu"',
    ],
  ],
  [
    'templates have no ephemeral ones',
    { ephemeralContainers: [{ name: 'e', image: ' i', ports: [{ containerPort: 1 }], targetContainerName: 'x' }] },
    [
      'spec.ephemeralContainers[0].image: Invalid value: " i": must not have leading or trailing whitespace',
      'spec.ephemeralContainers[0].targetContainerName: Not found: "x"',
      'spec.ephemeralContainers[0].ports: Forbidden: cannot be set for an Ephemeral Container',
      'spec.ephemeralContainers: Forbidden: ephemeral containers not allowed in pod template',
    ],
  ],
])
