// Environment variables. The messages are the real server's.
import { claimFaults } from '../../testing/validation-faults.ts'

claimFaults([
  [
    'names are printable',
    { containers: [{ name: 'c', image: 'i', env: [{ name: '' }, { name: 'a=b' }, { name: '1 a' }] }] },
    [
      'spec.containers[0].env[0].name: Required value',
      'spec.containers[0].env[1].name: Invalid value: "a=b": a valid environment variable name must consist only of printable ASCII characters other than \'=\'',
    ],
  ],
  [
    'a value has one origin',
    {
      containers: [
        {
          name: 'c',
          image: 'i',
          env: [
            { name: 'a', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
            { name: 'b', valueFrom: {} },
          ],
        },
      ],
    },
    [
      'spec.containers[0].env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty',
      'spec.containers[0].env[1].valueFrom: Invalid value: "": must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
    ],
  ],
  [
    'fields are of the pod',
    {
      containers: [
        {
          name: 'c',
          image: 'i',
          env: [
            { name: 'a', valueFrom: { fieldRef: { fieldPath: 'status.phase' } } },
            { name: 'a', valueFrom: { fieldRef: { fieldPath: 'foo' } } },
            { name: 'a', valueFrom: { fieldRef: { fieldPath: "metadata.labels['a b']" } } },
            { name: 'a', valueFrom: { fieldRef: { fieldPath: "spec.nodeName['x']" } } },
            { name: 'a', valueFrom: { fieldRef: { fieldPath: 'spec.host' } } },
          ],
        },
      ],
    },
    [
      'spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Unsupported value: "status.phase": supported values: "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"',
      'spec.containers[0].env[1].valueFrom.fieldRef.fieldPath: Invalid value: "foo": error converting fieldPath: field label not supported: foo',
      "spec.containers[0].env[2].valueFrom.fieldRef: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
      "spec.containers[0].env[3].valueFrom.fieldRef.fieldPath: Invalid value: \"spec.nodeName['x']\": error converting fieldPath: field label does not support subscript: spec.nodeName['x']",
    ],
  ],
  [
    'divisors fit their resources',
    {
      containers: [
        {
          name: 'c',
          image: 'i',
          env: [
            { name: 'a', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '2' } } },
            { name: 'a', valueFrom: { resourceFieldRef: { resource: 'requests.memory', divisor: '1m' } } },
            { name: 'a', valueFrom: { resourceFieldRef: { resource: 'limits.hugepages-2Mi', divisor: '3' } } },
            { name: 'a', valueFrom: { resourceFieldRef: { resource: 'foo' } } },
          ],
        },
      ],
    },
    [
      'spec.containers[0].env[0].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.cpu": only divisor\'s values 1m and 1 are supported with the cpu resource',
      'spec.containers[0].env[1].valueFrom.resourceFieldRef.divisor: Invalid value: "requests.memory": only divisor\'s values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the memory resource',
      'spec.containers[0].env[2].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.hugepages-2Mi": only divisor\'s values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the hugepages resource',
      'spec.containers[0].env[3].valueFrom.resourceFieldRef.resource: Unsupported value: "foo": supported values: "limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage", "requests.memory"',
    ],
  ],
  [
    'keys are keys of config maps and secrets',
    {
      containers: [
        {
          name: 'c',
          image: 'i',
          env: [
            { name: 'a', valueFrom: { configMapKeyRef: { name: 'A', key: 'a/b' } } },
            { name: 'b', valueFrom: { secretKeyRef: { name: 'a', key: '..' } } },
          ],
        },
      ],
    },
    [
      "spec.containers[0].env[0].valueFrom.configMapKeyRef.name: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
      "spec.containers[0].env[0].valueFrom.configMapKeyRef.key: Invalid value: \"a/b\": a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
      'spec.containers[0].env[1].valueFrom.secretKeyRef.key: Invalid value: "..": must not be \'..\'',
    ],
  ],
  [
    'files lie in empty directories',
    {
      containers: [
        { name: 'c', image: 'i', env: [{ name: 'a', valueFrom: { fileKeyRef: { key: 'a', volumeName: 'v0', path: '../x' } } }] },
      ],
      volumes: [{ name: 'v0', secret: { secretName: 'a' } }],
    },
    [
      'spec.containers[0].env[0].valueFrom.fileKeyRef.path: Invalid value: "../x": must not contain \'..\'',
      'spec.containers[0].env[0].valueFrom.fileKeyRef.volumeName: Invalid value: "v0": referenced volume must be of type emptyDir',
    ],
  ],
  [
    'sets of variables have one origin each',
    {
      containers: [
        {
          name: 'c',
          image: 'i',
          envFrom: [{}, { prefix: 'a=', configMapRef: { name: '' } }, { secretRef: { name: 'a' }, configMapRef: { name: 'A' } }],
        },
      ],
    },
    [
      'spec.containers[0].envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`',
      'spec.containers[0].envFrom[1].prefix: Invalid value: "a=": a valid environment variable name must consist only of printable ASCII characters other than \'=\'',
      'spec.containers[0].envFrom[1].configMapRef.name: Required value',
      "spec.containers[0].envFrom[2].configMapRef.name: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
      'spec.containers[0].envFrom: Invalid value: "": may not have more than one field specified at a time',
    ],
  ],
])
