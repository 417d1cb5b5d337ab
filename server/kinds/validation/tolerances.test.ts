// What an update keeps of old data that a create would be refused for.
import { test } from 'tap'
import { asStored, messagesOf } from '../../testing/validation-faults.ts'
import { checkPodTemplate } from './pod-templates.ts'
import type { PodTemplate } from './pod-types.ts'

const templateOf = (spec: object, annotations: object = {}): PodTemplate =>
  asStored('core/v1.PodTemplate', {
    template: { metadata: { annotations }, spec: { containers: [{ name: 'c', image: 'i' }], serviceAccountName: 'a', ...spec } },
  })['template'] as PodTemplate

const selector = { matchExpressions: [{ key: 'a', operator: 'In', values: ['?'] }] }
const cases: readonly [claim: string, spec: object, annotations?: object][] = [
  ['a cost of deletion that is no number', {}, { 'controller.kubernetes.io/pod-deletion-cost': 'x' }],
  ['parts of huge pages', { containers: [{ name: 'c', image: 'i', resources: { limits: { 'hugepages-2Mi': '3Mi', cpu: '1' } } }] }],
  [
    'values that are no label values, near pods',
    { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'a', labelSelector: selector }] } } },
  ],
  ['and of nodes', { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [selector] } } } }],
  [
    'and in spreading',
    { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'a', whenUnsatisfiable: 'DoNotSchedule', labelSelector: selector }] },
  ],
  ['tokens that lie outside', { volumes: [{ name: 'v', projected: { sources: [{ serviceAccountToken: { path: '../a' } }] } }] }],
  ['parameters of the node', { hostNetwork: true, securityContext: { sysctls: [{ name: 'net.ipv4.x', value: '1' }] } }],
  [
    'restarts of what runs first',
    { initContainers: [{ name: 'i', image: 'i', resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }] }] },
  ],
  [
    'users of their own with devices',
    {
      hostUsers: false,
      volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }],
      containers: [{ name: 'c', image: 'i', volumeDevices: [{ name: 'v', devicePath: '/d' }] }],
    },
  ],
  ["users of their own on the node's network", { hostUsers: false, hostNetwork: true }],
  ['numbers in tolerations', { tolerations: [{ key: 'a', operator: 'Lt', value: '1' }] }],
  ['policies of labels', { securityContext: { seLinuxChangePolicy: 'MountOption' } }],
]

for (const [claim, spec, annotations] of cases) {
  test(`${claim}: refused, and kept where they were`, async (t) => {
    const template = templateOf(spec, annotations)
    t.not(messagesOf((errors) => checkPodTemplate(template, 'template', errors)).length, 0)
    t.not(messagesOf((errors) => checkPodTemplate(template, 'template', errors, templateOf({}))).length, 0)
    t.same(
      messagesOf((errors) => checkPodTemplate(template, 'template', errors, template)),
      [],
    )
  })
}
