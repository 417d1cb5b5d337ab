// Kernel parameters. The messages are the real server's.
import { claimFaults } from '../../testing/validation-faults.ts'

claimFaults([
  [
    'names have a form and come once',
    {
      securityContext: {
        sysctls: [
          { name: '', value: '' },
          { name: 'A', value: '' },
          { name: 'kernel.shm', value: '1' },
          { name: 'kernel.shm', value: '1' },
        ],
      },
    },
    [
      'spec.securityContext.sysctls[0].name: Required value',
      'spec.securityContext.sysctls[1].name: Invalid value: "A": must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$',
      'spec.securityContext.sysctls[3].name: Duplicate value: "kernel.shm"',
    ],
  ],
  [
    "those of the node's namespaces are not the pod's",
    {
      hostNetwork: true,
      hostIPC: true,
      securityContext: {
        sysctls: [
          { name: 'net/ipv4/x', value: '1' },
          { name: 'fs.mqueue.x', value: '1' },
        ],
      },
    },
    [
      'spec.securityContext.sysctls[0].name: Invalid value: "net/ipv4/x": may not be specified when \'hostNetwork\' is true',
      'spec.securityContext.sysctls[1].name: Invalid value: "fs.mqueue.x": may not be specified when \'hostIPC\' is true',
    ],
  ],
])
