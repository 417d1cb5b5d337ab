// Under whom and how confined. The messages are the real server's.
import { claimFaults } from '../../testing/validation-faults.ts'

claimFaults([
  [
    'numbers of users and groups fit 31 bits',
    { containers: [{ name: 'c', image: 'i', securityContext: { runAsUser: -1, runAsGroup: 2147483648 } }] },
    [
      'spec.containers[0].securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive',
      'spec.containers[0].securityContext.runAsGroup: Invalid value: 2147483648: must be between 0 and 2147483647, inclusive',
    ],
  ],
  [
    'profiles have a type',
    { containers: [{ name: 'c', image: 'i', securityContext: { seccompProfile: {}, appArmorProfile: { type: 'X' } } }] },
    [
      'spec.containers[0].securityContext.seccompProfile.type: Required value: type is required when seccompProfile is set',
      'spec.containers[0].securityContext.appArmorProfile.type: Unsupported value: "X": supported values: "Localhost", "RuntimeDefault", "Unconfined"',
    ],
  ],
  [
    'a profile of the node is named',
    {
      containers: [
        {
          name: 'c',
          image: 'i',
          securityContext: {
            seccompProfile: { type: 'Localhost', localhostProfile: '/a' },
            appArmorProfile: { type: 'Localhost', localhostProfile: ' a' },
          },
        },
      ],
    },
    [
      'spec.containers[0].securityContext.seccompProfile.localhostProfile: Invalid value: "/a": must be a relative path',
      'spec.containers[0].securityContext.appArmorProfile.localhostProfile: Invalid value: " a": must not be padded with whitespace',
    ],
  ],
  [
    'others are not, and the whole is shown as upstream holds it',
    { containers: [{ name: 'c', image: 'i', securityContext: { seccompProfile: { type: 'Unconfined', localhostProfile: 'x' } } }] },
    [
      'spec.containers[0].securityContext.seccompProfile.localhostProfile: Invalid value: {"Type":"Unconfined","LocalhostProfile":"x"}: can only be set when seccomp type is Localhost',
    ],
  ],
  [
    'privilege cannot be had and refused',
    { containers: [{ name: 'c', image: 'i', securityContext: { privileged: true, allowPrivilegeEscalation: false } }] },
    [
      'spec.containers[0].securityContext: Invalid value: {"Capabilities":null,"Privileged":true,"SELinuxOptions":null,"WindowsOptions":null,"RunAsUser":null,"RunAsGroup":null,"RunAsNonRoot":null,"ReadOnlyRootFilesystem":null,"AllowPrivilegeEscalation":false,"ProcMount":null,"SeccompProfile":null,"AppArmorProfile":null}: cannot set `allowPrivilegeEscalation` to false and `privileged` to true',
    ],
  ],
  [
    'masks are dropped only for own users',
    { containers: [{ name: 'c', image: 'i', securityContext: { procMount: 'Unmasked' } }] },
    ['spec.containers[0].securityContext.procMount: Invalid value: "Unmasked": `hostUsers` must be false to use `Unmasked`'],
  ],
  [
    "a pod's own context is checked too",
    { securityContext: { fsGroup: -1, supplementalGroups: [1, -1], fsGroupChangePolicy: 'X', seLinuxChangePolicy: 'MountOption' } },
    [
      'spec.securityContext.fsGroup: Invalid value: -1: must be between 0 and 2147483647, inclusive',
      'spec.securityContext.supplementalGroups[1]: Invalid value: -1: must be between 0 and 2147483647, inclusive',
      'spec.securityContext.fsGroupChangePolicy: Unsupported value: "X": supported values: "Always", "OnRootMismatch"',
      'spec.securityContext.seLinuxChangePolicy: Unsupported value: "MountOption": supported values: "Recursive"',
    ],
  ],
])
