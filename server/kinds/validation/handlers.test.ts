// Probes and lifecycle hooks. The messages are the real server's.
import { claimFaults } from '../../testing/validation-faults.ts'

claimFaults([
  [
    'a probe does something',
    { containers: [{ name: 'c', image: 'i', livenessProbe: {} }] },
    ['spec.containers[0].livenessProbe: Required value: must specify a handler type'],
  ],
  [
    'and one thing only',
    { containers: [{ name: 'c', image: 'i', startupProbe: { exec: { command: ['a'] }, tcpSocket: { port: 1 } } }] },
    ['spec.containers[0].startupProbe.tcpSocket: Forbidden: may not specify more than 1 handler type'],
  ],
  [
    'requests are well formed',
    {
      containers: [
        { name: 'c', image: 'i', readinessProbe: { httpGet: { port: 'A-', scheme: 'x', httpHeaders: [{ name: 'a b', value: 'c' }] } } },
      ],
    },
    [
      'spec.containers[0].readinessProbe.httpGet.port: Invalid value: "A-": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
      'spec.containers[0].readinessProbe.httpGet.port: Invalid value: "A-": must contain at least one letter (a-z)',
      'spec.containers[0].readinessProbe.httpGet.port: Invalid value: "A-": must not begin or end with a hyphen',
      'spec.containers[0].readinessProbe.httpGet.scheme: Unsupported value: "x": supported values: "HTTP", "HTTPS"',
      'spec.containers[0].readinessProbe.httpGet.httpHeaders: Invalid value: "a b": a valid HTTP header must consist of alphanumeric characters or \'-\'',
    ],
  ],
  [
    'times are not negative',
    {
      containers: [
        {
          name: 'c',
          image: 'i',
          livenessProbe: {
            exec: { command: ['a'] },
            initialDelaySeconds: -1,
            periodSeconds: -1,
            successThreshold: 2,
            terminationGracePeriodSeconds: 0,
          },
        },
      ],
    },
    [
      'spec.containers[0].livenessProbe.initialDelaySeconds: Invalid value: -1: must be greater than or equal to 0',
      'spec.containers[0].livenessProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0',
      'spec.containers[0].livenessProbe.terminationGracePeriodSeconds: Invalid value: 0: must be greater than 0',
      'spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1',
    ],
  ],
  [
    'readiness has no grace',
    { containers: [{ name: 'c', image: 'i', readinessProbe: { grpc: { port: 0 }, terminationGracePeriodSeconds: 1 } }] },
    [
      'spec.containers[0].readinessProbe.grpc.port: Invalid value: 0: must be between 1 and 65535, inclusive',
      'spec.containers[0].readinessProbe.terminationGracePeriodSeconds: Invalid value: 1: must not be set for readinessProbes',
    ],
  ],
  [
    'a hook sleeps no longer than the pod has',
    { containers: [{ name: 'c', image: 'i', lifecycle: { preStop: { sleep: { seconds: 31 } }, postStart: { exec: {} } } }] },
    [
      'spec.containers[0].lifecycle.postStart.exec.command: Required value',
      'spec.containers[0].lifecycle.preStop.sleep: Invalid value: 31: must be non-negative and less than terminationGracePeriodSeconds (30)',
    ],
  ],
])
