// What an operating system rules out. The messages are the real server's.
import { claimFaults } from '../../testing/validation-faults.ts'

claimFaults([
  ['systems are known', { os: { name: 'x' } }, ['spec.os: Unsupported value: "x": supported values: "linux", "windows"']],
  [
    'Linux has no Windows options',
    { os: { name: 'linux' }, securityContext: { windowsOptions: { runAsUserName: 'a' } } },
    ['spec.securityContext.windowsOptions: Forbidden: windows options cannot be set for a linux pod'],
  ],
  [
    "Windows has none of Linux's",
    {
      os: { name: 'windows' },
      hostPID: true,
      securityContext: { runAsUser: 1, seccompProfile: { type: 'Unconfined' } },
      containers: [{ name: 'c', image: 'i', securityContext: { privileged: false } }],
    },
    [
      'spec.hostPID: Forbidden: cannot be set for a windows pod',
      'spec.securityContext.seccompProfile: Forbidden: cannot be set for a windows pod',
      'spec.securityContext.runAsUser: Forbidden: cannot be set for a windows pod',
      'spec.containers[0].securityContext.privileged: Forbidden: cannot be set for a windows pod',
    ],
  ],
])
