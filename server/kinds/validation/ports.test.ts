// Ports of containers. The messages are the real server's.
import { claimFaults } from '../../testing/validation-faults.ts'

claimFaults([
  [
    'numbers are in range',
    { containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 0 }, { containerPort: 65536, hostPort: -1 }] }] },
    [
      'spec.containers[0].ports[0].containerPort: Required value',
      'spec.containers[0].ports[1].containerPort: Invalid value: 65536: must be between 1 and 65535, inclusive',
      'spec.containers[0].ports[1].hostPort: Invalid value: -1: must be between 1 and 65535, inclusive',
    ],
  ],
  [
    'names are short words',
    {
      containers: [
        {
          name: 'c',
          image: 'i',
          ports: [
            { containerPort: 1, name: '--A1234567890123456' },
            { containerPort: 2, name: '12' },
          ],
        },
      ],
    },
    [
      'spec.containers[0].ports[0].name: Invalid value: "--A1234567890123456": must be no more than 15 characters',
      'spec.containers[0].ports[0].name: Invalid value: "--A1234567890123456": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
      'spec.containers[0].ports[0].name: Invalid value: "--A1234567890123456": must contain at least one letter (a-z)',
      'spec.containers[0].ports[0].name: Invalid value: "--A1234567890123456": must not contain consecutive hyphens',
      'spec.containers[0].ports[0].name: Invalid value: "--A1234567890123456": must not begin or end with a hyphen',
      'spec.containers[0].ports[1].name: Invalid value: "12": must contain at least one letter (a-z)',
    ],
  ],
  [
    'names are unique in a container',
    {
      containers: [
        {
          name: 'c',
          image: 'i',
          ports: [
            { containerPort: 1, name: 'a' },
            { containerPort: 2, name: 'a' },
          ],
        },
      ],
    },
    ['spec.containers[0].ports[1].name: Duplicate value: "a"'],
  ],
  [
    'protocols are known',
    { containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 1, protocol: 'icmp' }] }] },
    ['spec.containers[0].ports[0].protocol: Unsupported value: "icmp": supported values: "SCTP", "TCP", "UDP"'],
  ],
  [
    'containers share the ports of the node',
    {
      containers: [
        { name: 'c', image: 'i', ports: [{ containerPort: 1, hostPort: 80 }] },
        { name: 'd', image: 'i', ports: [{ containerPort: 2, hostPort: 80 }] },
      ],
    },
    ['spec.containers[1].ports[0].hostPort: Duplicate value: "TCP//80"'],
  ],
])
