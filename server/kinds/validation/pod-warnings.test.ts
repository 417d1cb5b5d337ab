import { test } from 'tap'
import { asStored } from '../../testing/validation-faults.ts'
import type { PodTemplate } from './pod-types.ts'
import { nameWarnings, POD_NAMES, podTemplateWarnings } from './pod-warnings.ts'

const warningsOf = (spec: object, annotations: object = {}): string[] => {
  const template = { metadata: { annotations }, spec: { containers: [{ name: 'c', image: 'i' }], ...spec } }
  return podTemplateWarnings(asStored('core/v1.PodTemplate', { template })['template'] as PodTemplate, 'template')
}
const container = (members: object): object => ({ containers: [{ name: 'c', image: 'i', ...members }] })

const cases: readonly [claim: string, spec: object, warnings: readonly string[]][] = [
  ['a plain pod is fine', {}, []],
  [
    'old node labels',
    {
      nodeSelector: { 'beta.kubernetes.io/os': 'x' },
      topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'node-role.kubernetes.io/master', whenUnsatisfiable: 'DoNotSchedule' }],
    },
    [
      'template.spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead',
      'template.spec.topologySpreadConstraints[0].topologyKey: node-role.kubernetes.io/master is use "node-role.kubernetes.io/control-plane" instead',
      'template.spec.topologySpreadConstraints[0].labelSelector: a null labelSelector results in matching no pod',
    ],
  ],
  [
    'volumes that are gone',
    { volumes: [{ name: 'v', rbd: { monitors: ['a'], image: 'b' } }] },
    ['template.spec.volumes[0].rbd: deprecated in v1.28, non-functional in v1.31+'],
  ],
  [
    'files that hide each other',
    {
      volumes: [
        {
          name: 'v',
          configMap: {
            name: 'm',
            items: [
              { key: 'a', path: 'b' },
              { key: 'c', path: 'b/c/' },
            ],
          },
        },
      ],
    },
    ['volume "v" (ConfigMap "m"): overlapping paths: "b/c" with "b"'],
  ],
  [
    'sources that hide each other, and those that are none',
    {
      volumes: [
        {
          name: 'v',
          projected: { sources: [{}, { serviceAccountToken: { path: 't' } }, { secret: { name: 's', items: [{ key: 'a', path: 't' }] } }] },
        },
      ],
    },
    [
      'volume "v" (Projected) has no sources provided',
      'volume "v" (Projected): overlapping paths: "t" (Secret "s") with "t" (ServiceAccountToken)',
    ],
  ],
  [
    'aliases and secrets that come twice',
    { hostAliases: [{ ip: '::1' }, { ip: '::1' }], imagePullSecrets: [{ name: 'a' }, { name: 'a' }, {}] },
    [
      'template.spec.hostAliases[1].ip: duplicate ip "::1"',
      'template.spec.imagePullSecrets[1].name: duplicate name "a"',
      'template.spec.imagePullSecrets[2].name: invalid empty name ""',
    ],
  ],
  [
    'fractions of bytes',
    container({ resources: { requests: { memory: '1500m' } } }),
    ['template.spec.containers[0].resources.requests[memory]: fractional byte value "1500m" is invalid, must be an integer'],
  ],
  [
    'variables that hide others',
    container({
      env: [
        { name: 'a', value: '1' },
        { name: 'a', value: '$(a)2' },
        { name: 'a', value: '3' },
      ],
    }),
    ['template.spec.containers[0].env[2]: hides previous definition of "a", which may be dropped when using apply'],
  ],
  [
    'ports that come twice',
    container({
      ports: [
        { containerPort: 80, name: 'a' },
        { containerPort: 80, hostPort: 8080 },
        { containerPort: 81, hostIP: '1.2.3.4' },
      ],
    }),
    [
      'template.spec.containers[0].ports[1]: overlapping port definition with template.spec.containers[0].ports[0]',
      'template.spec.containers[0].ports[2]: hostIP set without hostPort: {Name: HostPort:0 ContainerPort:81 Protocol:TCP HostIP:1.2.3.4}',
    ],
  ],
  [
    'names of ports that come twice',
    {
      containers: [
        { name: 'c', image: 'i', ports: [{ containerPort: 1, name: 'a' }] },
        { name: 'd', image: 'i', ports: [{ containerPort: 2, name: 'a' }] },
      ],
    },
    [
      'template.spec.containers[1].ports[0]: duplicate port name "a" with template.spec.containers[0].ports[0], services and probes that select ports by name will use template.spec.containers[0].ports[0]',
    ],
  ],
  [
    'no time at all',
    { terminationGracePeriodSeconds: -1 },
    ['template.spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1'],
  ],
  [
    'addresses in old spellings',
    { dnsConfig: { nameservers: ['FE80::1'] } },
    ['template.spec.dnsConfig.nameservers[0]: IPv6 address "FE80::1" should be in RFC 5952 canonical format ("fe80::1")'],
  ],
]

for (const [claim, spec, warnings] of cases) test(claim, async (t) => t.same(warningsOf(spec), warnings))

test('annotations that fields have taken the place of', async (t) => {
  const annotations = {
    'scheduler.alpha.kubernetes.io/critical-pod': '',
    'seccomp.security.alpha.kubernetes.io/pod': 'unconfined',
    'container.apparmor.security.beta.kubernetes.io/c': 'unconfined',
  }
  t.same(warningsOf({}, annotations), [
    'template.metadata.annotations[scheduler.alpha.kubernetes.io/critical-pod]: non-functional in v1.16+; use the "priorityClassName" field instead',
    'template.metadata.annotations[seccomp.security.alpha.kubernetes.io/pod]: non-functional in v1.27+; use the "seccompProfile" field instead',
    'template.metadata.annotations[container.apparmor.security.beta.kubernetes.io/c]: deprecated since v1.30; use the "appArmorProfile" field instead',
  ])
  const same = { securityContext: { seccompProfile: { type: 'Unconfined' }, appArmorProfile: { type: 'Unconfined' } } }
  t.same(warningsOf(same, { 'container.apparmor.security.beta.kubernetes.io/c': 'unconfined' }), [])
})

test('names that are no DNS labels make poor host names', async (t) => {
  t.same(nameWarnings('a', POD_NAMES), [])
  t.same(nameWarnings('a.b', POD_NAMES), [
    'metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]',
  ])
})
