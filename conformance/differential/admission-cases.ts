// The admission plug-ins that are on by default, each with the objects it looks at. Limit ranges, quotas, pod
// security and what has defaults for the whole cluster have files of their own.
import { AdmissionSteps, container, object, pod, resources } from './admission-steps.ts'
import { type JsonObject, objectAt } from './json-value.ts'
import type { Case } from './step.ts'

const MOUNT = '/var/run/secrets/kubernetes.io/serviceaccount'

const serviceAccounts = (): Case => {
  const on = new AdmissionSteps('ServiceAccount')
  const account = (name: string, rest: JsonObject): JsonObject => object('v1', 'ServiceAccount', name, rest)
  const secretEnv = { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'theirs', key: 'k' } } }] }
  const strict = { metadata: { annotations: { 'kubernetes.io/enforce-mountable-secrets': 'true' } }, secrets: [{ name: 'own' }] }
  const mirror = { 'kubernetes.io/config.mirror': 'x' }
  const pods: JsonObject[] = [
    pod('plain'),
    pod('generated', {}, { name: '', generateName: 'generated-' }),
    pod('no-token', { automountServiceAccountToken: false }),
    pod('other', { serviceAccountName: 'other' }),
    pod('older-field', { serviceAccount: 'other' }),
    pod('token-wanted', { serviceAccountName: 'other', automountServiceAccountToken: true }),
    pod('missing', { serviceAccountName: 'missing' }),
    pod('missing-generated', { serviceAccountName: 'missing' }, { name: '', generateName: 'gone-' }),
    pod('own-secrets', { serviceAccountName: 'pulling', imagePullSecrets: [{ name: 'mine' }] }),
    pod('pulling', { serviceAccountName: 'pulling' }),
    pod('mounted', {
      containers: [container({ volumeMounts: [{ name: 'x', mountPath: MOUNT }] })],
      volumes: [{ name: 'x', emptyDir: {} }],
    }),
    pod('has-volume', { volumes: [{ name: 'kube-api-access-mine', emptyDir: {} }] }),
    pod('init', { initContainers: [container({ name: 'first' })] }),
    pod('strict-volume', { serviceAccountName: 'strict', volumes: [{ name: 'v', secret: { secretName: 'theirs' } }] }),
    pod('strict-own', { serviceAccountName: 'strict', volumes: [{ name: 'v', secret: { secretName: 'own' } }] }),
    pod('strict-env', { serviceAccountName: 'strict', containers: [container(secretEnv)] }),
    pod('strict-init', { serviceAccountName: 'strict', initContainers: [container({ name: 'first', ...secretEnv })] }),
    pod('strict-from', { serviceAccountName: 'strict', containers: [container({ envFrom: [{ secretRef: { name: 'theirs' } }] })] }),
    pod('strict-pull', { serviceAccountName: 'strict', imagePullSecrets: [{ name: 'theirs' }] }),
    pod('mirror', { nodeName: 'n' }, { annotations: mirror }),
    pod('mirror-account', { serviceAccountName: 'other', nodeName: 'n' }, { annotations: mirror }),
    pod('mirror-secret', { nodeName: 'n', volumes: [{ name: 'v', secret: { secretName: 's' } }] }, { annotations: mirror }),
  ]
  return {
    name: 'service accounts',
    steps: [
      ...on.prepare(),
      on.create(account('other', { automountServiceAccountToken: false })),
      on.create(account('pulling', { imagePullSecrets: [{ name: 'one' }, { name: 'two' }] })),
      on.create(account('strict', strict), { settles: true }),
      ...pods.map((one) => on.create(one)),
      on.create(pod('dry'), { query: 'dryRun=All' }),
      on.update(pod('plain'), (held) => ({ ...held, metadata: { ...objectAt(held, 'metadata'), labels: { a: 'b' } } })),
    ],
  }
}

const tolerations = (): Case => {
  const on = new AdmissionSteps('DefaultTolerationSeconds')
  const [notReady, unreachable] = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']
  const node = object('v1', 'Node', 'adm-tainted', { spec: { taints: [{ key: notReady, effect: 'NoSchedule' }] } })
  const lists: JsonObject[] = [
    { key: notReady, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 },
    { key: unreachable, operator: 'Exists' },
    { key: notReady, operator: 'Exists', effect: 'NoSchedule' },
    { operator: 'Exists' },
    { operator: 'Exists', effect: 'NoSchedule' },
  ]
  return {
    name: 'tolerations and taints',
    steps: [
      ...on.prepare(),
      ...lists.map((toleration, index) => on.create(pod(`tolerates-${index}`, { tolerations: [toleration] }))),
      on.patch(pod('tolerates-0'), { metadata: { labels: { a: 'b' } } }),
      on.create(node),
      on.create(object('v1', 'Node', 'adm-plain')),
      on.create(
        object('v1', 'Node', 'adm-other', { spec: { taints: [{ key: 'a', value: 'b', effect: 'NoExecute' }], unschedulable: true } }),
      ),
      ...['adm-tainted', 'adm-plain', 'adm-other'].map((name) => on.remove(object('v1', 'Node', name))),
    ],
  }
}

const runtimeClasses = (): Case => {
  const on = new AdmissionSteps('RuntimeClass')
  const runtime = (name: string, rest: JsonObject): JsonObject =>
    object('node.k8s.io/v1', 'RuntimeClass', `adm-${name}`, { handler: 'runc', ...rest })
  const runtimeClassName = 'adm-heavy'
  const scheduling = { nodeSelector: { disk: 'ssd' }, tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoSchedule' }] }
  const tried: [string, JsonObject][] = [
    ['plain', { runtimeClassName: 'adm-plain' }],
    ['missing', { runtimeClassName: 'adm-missing' }],
    ['heavy', { runtimeClassName }],
    ['same-overhead', { runtimeClassName, overhead: { cpu: '0.25' } }],
    ['other-overhead', { runtimeClassName, overhead: { cpu: '300m' } }],
    ['overhead-alone', { overhead: { cpu: '1' } }],
    ['overhead-of-plain', { runtimeClassName: 'adm-plain', overhead: { cpu: '1' } }],
    ['scheduled', { runtimeClassName: 'adm-placed' }],
    ['merged', { runtimeClassName: 'adm-placed', nodeSelector: { zone: 'a' }, tolerations: [{ operator: 'Exists' }] }],
    ['conflict', { runtimeClassName: 'adm-placed', nodeSelector: { disk: 'hdd' } }],
  ]
  return {
    name: 'runtime classes',
    steps: [
      ...on.prepare(),
      on.create(runtime('plain', {})),
      on.create(runtime('heavy', { overhead: { podFixed: { cpu: '250m' } } })),
      on.create(runtime('placed', { scheduling }), { settles: true }),
      ...tried.map(([name, spec]) => on.create(pod(name, spec))),
      ...['plain', 'heavy', 'placed'].map((name) => on.remove(runtime(name, {}))),
    ],
  }
}

const nodesOfPods = (): Case => {
  const on = new AdmissionSteps('PodTopologyLabels')
  const labels = { 'topology.kubernetes.io/zone': 'z', 'topology.kubernetes.io/region': 'r', 'kubernetes.io/os': 'linux', a: 'b' }
  const node = (name: string, rest: JsonObject): JsonObject => object('v1', 'Node', `adm-${name}`, rest)
  const allocatable = { cpu: '2', memory: '1Gi', pods: '10' }
  const running = (name: string, nodeName: string): JsonObject => pod(name, { nodeName, containers: [container(resources({ cpu: '1' }))] })
  const resized = (cpu: string): JsonObject => ({ spec: { containers: [{ ...container(), ...resources({ cpu }) }] } })
  const binding = (name: string): JsonObject => ({
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name },
    target: { kind: 'Node', name: 'adm-zoned' },
  })
  const sized = (held: JsonObject): JsonObject => ({ ...held, status: { allocatable, capacity: allocatable } })
  const resize = { subresource: 'resize' }
  return {
    name: 'topology labels, resizes on nodes',
    steps: [
      ...on.prepare(),
      on.create(node('zoned', { metadata: { labels } })),
      on.create(node('windows', { metadata: { labels: { 'kubernetes.io/os': 'windows' } } })),
      on.update(node('zoned', {}), sized, { subresource: 'status' }),
      on.update(node('windows', {}), sized, { subresource: 'status', settles: true }),
      on.create(running('zoned', 'adm-zoned')),
      on.create(pod('labelled', { nodeName: 'adm-zoned' }, { labels: { 'topology.kubernetes.io/zone': 'mine' } })),
      on.create(running('lost', 'adm-missing')),
      on.create(running('windows', 'adm-windows')),
      on.create(pod('bound')),
      on.post(pod('bound'), binding('bound'), { subresource: 'binding' }),
      on.get(pod('bound')),
      on.post(pod('bound'), binding('bound'), { subresource: 'binding', note: 'bound again' }),
      on.patch(pod('zoned'), resized('2'), resize),
      on.patch(pod('zoned'), resized('3'), resize),
      on.patch(pod('lost'), resized('2'), resize),
      on.patch(pod('windows'), resized('2'), resize),
      on.remove(node('zoned', {})),
      on.remove(node('windows', {})),
    ],
  }
}

const namespaces = (): Case => {
  const on = new AdmissionSteps('NamespaceLifecycle')
  const account = object('v1', 'ServiceAccount', 'mine')
  const namespace = object('v1', 'Namespace', on.namespace)
  return {
    name: 'namespaces that are not there or end',
    steps: [
      on.create(account),
      on.create(pod('early')),
      ...on.prepare(),
      on.create(account),
      on.remove(namespace, { settles: true }),
      on.create(object('v1', 'ServiceAccount', 'late')),
      on.create(object('v1', 'ServiceAccount', 'late', { metadata: { name: '', generateName: 'late-' } })),
      on.patch(account, { metadata: { labels: { a: 'b' } } }),
      on.remove(account),
      ...['default', 'kube-system', 'kube-public', 'kube-node-lease'].map((name) =>
        on.remove(object('v1', 'Namespace', name), { query: 'dryRun=All' }),
      ),
    ],
  }
}

/** `privileged` is a request of a certificate for system:masters. */
const certificates = (privileged: string, plain: string): Case => {
  const on = new AdmissionSteps('CertificateSubjectRestriction')
  const request = (name: string, signerName: string, asked: string): JsonObject =>
    object('certificates.k8s.io/v1', 'CertificateSigningRequest', `adm-${name}`, {
      spec: { request: asked, signerName, usages: ['digital signature', 'client auth'] },
    })
  const approved = (held: JsonObject): JsonObject => ({
    ...held,
    status: { conditions: [{ type: 'Approved', status: 'True', reason: 'Tried', message: 'by a test' }] },
  })
  const made = request('plain', 'kubernetes.io/kube-apiserver-client', plain)
  return {
    name: 'certificate requests',
    steps: [
      on.create(made),
      on.create(request('masters', 'kubernetes.io/kube-apiserver-client', privileged)),
      on.create(request('masters-elsewhere', 'example.com/signer', privileged)),
      on.create(request('no-request', 'kubernetes.io/kube-apiserver-client', 'bm90aGluZw==')),
      on.update(made, approved, { subresource: 'approval' }),
      on.update(made, (held) => ({ ...held, status: { ...objectAt(held, 'status') } }), { subresource: 'status' }),
    ],
  }
}

export interface CertificateRequests {
  readonly privileged: string
  readonly plain: string
}

export const admissionCases = ({ privileged, plain }: CertificateRequests): Case[] => [
  namespaces(),
  serviceAccounts(),
  tolerations(),
  runtimeClasses(),
  nodesOfPods(),
  certificates(privileged, plain),
]
