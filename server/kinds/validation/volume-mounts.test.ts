// Where containers see volumes. The messages are the real server's.
import { claimFaults } from '../../testing/validation-faults.ts'

claimFaults([
  [
    'a mount names a volume of the pod',
    { containers: [{ name: 'c', image: 'i', volumeMounts: [{ name: 'x', mountPath: '/a' }] }] },
    ['spec.containers[0].volumeMounts[0].name: Not found: "x"'],
  ],
  [
    'mounts have places of their own',
    {
      containers: [
        {
          name: 'c',
          image: 'i',
          volumeMounts: [
            { name: 'v0', mountPath: '/a' },
            { name: 'v0', mountPath: '/a' },
          ],
        },
      ],
      volumes: [{ name: 'v0', emptyDir: {} }],
    },
    ['spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/a": must be unique'],
  ],
  [
    'sub-paths stay inside',
    {
      containers: [{ name: 'c', image: 'i', volumeMounts: [{ name: 'v0', mountPath: '/a', subPath: '/x', subPathExpr: '../y' }] }],
      volumes: [{ name: 'v0', emptyDir: {} }],
    },
    [
      'spec.containers[0].volumeMounts.subPath: Invalid value: "/x": must be a relative path',
      'spec.containers[0].volumeMounts[0].subPathExpr: Invalid value: "../y": subPathExpr and subPath are mutually exclusive',
      'spec.containers[0].volumeMounts.subPathExpr: Invalid value: "../y": must not contain \'..\'',
    ],
  ],
  [
    'mounts to the host need privilege',
    {
      containers: [{ name: 'c', image: 'i', volumeMounts: [{ name: 'v0', mountPath: '/a', mountPropagation: 'Bidirectional' }] }],
      volumes: [{ name: 'v0', emptyDir: {} }],
    },
    [
      'spec.containers[0].volumeMounts.mountPropagation: Forbidden: Bidirectional mount propagation is available only to privileged containers',
    ],
  ],
  [
    'read-only all the way is read-only first',
    {
      containers: [
        {
          name: 'c',
          image: 'i',
          volumeMounts: [{ name: 'v0', mountPath: '/a', mountPropagation: 'HostToContainer', recursiveReadOnly: 'Enabled' }],
        },
      ],
      volumes: [{ name: 'v0', emptyDir: {} }],
    },
    [
      'spec.containers[0].volumeMounts.recursiveReadOnly: Forbidden: may only be specified when readOnly is true',
      'spec.containers[0].volumeMounts.recursiveReadOnly: Forbidden: may only be specified when mountPropagation is None or not specified',
    ],
  ],
  [
    'devices come from claims',
    {
      containers: [{ name: 'c', image: 'i', volumeDevices: [{ name: 'v0', devicePath: '/a/../b' }] }],
      volumes: [{ name: 'v0', emptyDir: {} }],
    },
    [
      'spec.containers[0].volumeDevices[0].name: Invalid value: "v0": can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode',
      'spec.containers[0].volumeDevices[0].devicePath: Invalid value: "/a/../b": can not contain backsteps (\'..\')',
    ],
  ],
  [
    'of several places of a volume the last counts',
    {
      containers: [
        {
          name: 'c',
          image: 'i',
          volumeMounts: [
            { name: 'v0', mountPath: '/a' },
            { name: 'v0', mountPath: '/b' },
          ],
          volumeDevices: [{ name: 'v0', devicePath: '/a' }],
        },
      ],
      volumes: [{ name: 'v0', persistentVolumeClaim: { claimName: 'c' } }],
    },
    [
      'spec.containers[0].volumeMounts[0].name: Invalid value: "v0": must not already exist in volumeDevices',
      'spec.containers[0].volumeMounts[0].mountPath: Invalid value: "/a": must not already exist as a path in volumeDevices',
      'spec.containers[0].volumeMounts[1].name: Invalid value: "v0": must not already exist in volumeDevices',
      'spec.containers[0].volumeDevices[0].name: Invalid value: "v0": must not already exist in volumeMounts',
    ],
  ],
  [
    'a volume is a directory or a device',
    {
      containers: [
        { name: 'c', image: 'i', volumeMounts: [{ name: 'v0', mountPath: '/a' }], volumeDevices: [{ name: 'v0', devicePath: '/a' }] },
      ],
      volumes: [{ name: 'v0', persistentVolumeClaim: { claimName: 'c' } }],
    },
    [
      'spec.containers[0].volumeMounts[0].name: Invalid value: "v0": must not already exist in volumeDevices',
      'spec.containers[0].volumeMounts[0].mountPath: Invalid value: "/a": must not already exist as a path in volumeDevices',
      'spec.containers[0].volumeDevices[0].name: Invalid value: "v0": must not already exist in volumeMounts',
      'spec.containers[0].volumeDevices[0].devicePath: Invalid value: "/a": must not already exist as a path in volumeMounts',
    ],
  ],
])
