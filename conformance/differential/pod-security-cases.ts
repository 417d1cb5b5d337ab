// Pod security: each thing a level forbids, in pods and in what makes pods; labels of namespaces; levels of older versions.
import { AdmissionSteps, container, object, pod } from './admission-steps.ts'
import { type JsonObject, objectAt } from './json-value.ts'
import type { Case, Step } from './step.ts'

const PREFIX = 'pod-security.kubernetes.io/'

const labelsOf = (modes: JsonObject): JsonObject => Object.fromEntries(Object.entries(modes).map(([mode, value]) => [PREFIX + mode, value]))

const context = (securityContext: JsonObject): JsonObject => ({ containers: [container({ securityContext })] })
const volume = (source: JsonObject): JsonObject => ({ volumes: [{ name: 'v', ...source }] })
const hardened = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } }
const hardenedPod = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } }

/** Specs by name, each with one thing that a level may forbid. */
const specs: Readonly<Record<string, JsonObject>> = {
  plain: {},
  hardened: { securityContext: hardenedPod, ...context(hardened) },
  'hardened-containers': context({ ...hardened, ...hardenedPod }),
  privileged: context({ privileged: true }),
  network: { hostNetwork: true, hostPID: true },
  ipc: { hostIPC: true },
  'host-path': volume({ hostPath: { path: '/etc' } }),
  nfs: { ...volume({ nfs: { server: 'a', path: '/b' } }), securityContext: hardenedPod, ...context(hardened) },
  'host-port': {
    containers: [
      container({
        ports: [
          { containerPort: 80, hostPort: 80 },
          { containerPort: 9, hostPort: 9 },
        ],
      }),
    ],
  },
  'probe-host': { containers: [container({ livenessProbe: { httpGet: { port: 80, host: 'a.example.com' } } })] },
  hook: { containers: [container({ lifecycle: { preStop: { tcpSocket: { port: 80, host: 'b' } } } })] },
  capability: context({ capabilities: { add: ['NET_ADMIN', 'CHOWN', 'SYS_TIME'] } }),
  'bind-only': { securityContext: hardenedPod, ...context({ ...hardened, capabilities: { add: ['NET_BIND_SERVICE'], drop: ['ALL'] } }) },
  'chown-too': { securityContext: hardenedPod, ...context({ ...hardened, capabilities: { add: ['CHOWN'], drop: ['ALL'] } }) },
  selinux: { securityContext: { seLinuxOptions: { type: 'spc_t', user: 'u' } } },
  'selinux-both': { securityContext: { seLinuxOptions: { role: 'r' } }, ...context({ seLinuxOptions: { type: 'other_t' } }) },
  'selinux-engine': { securityContext: { seLinuxOptions: { type: 'container_engine_t' } } },
  seccomp: { securityContext: { seccompProfile: { type: 'Unconfined' } } },
  'seccomp-own': context({ seccompProfile: { type: 'Unconfined' } }),
  apparmor: { securityContext: { appArmorProfile: { type: 'Unconfined' } } },
  'apparmor-own': context({ appArmorProfile: { type: 'Unconfined' } }),
  sysctl: {
    securityContext: {
      sysctls: [
        { name: 'kernel.msgmax', value: '1' },
        { name: 'net.ipv4.tcp_rmem', value: '1' },
      ],
    },
  },
  'proc-mount': { hostUsers: false, ...context({ procMount: 'Unmasked' }) },
  windows: { os: { name: 'windows' }, securityContext: { runAsNonRoot: true } },
  'host-process': {
    os: { name: 'windows' },
    hostNetwork: true,
    securityContext: { windowsOptions: { hostProcess: true, runAsUserName: 'NT AUTHORITY\\SYSTEM' } },
  },
  root: { securityContext: { ...hardenedPod, runAsUser: 0 }, ...context(hardened) },
  'root-own': { securityContext: hardenedPod, ...context({ ...hardened, runAsUser: 0 }) },
  'maybe-root': { securityContext: { ...hardenedPod, runAsNonRoot: false }, ...context({ ...hardened, runAsNonRoot: false }) },
  'own-users': { hostUsers: false },
  init: { initContainers: [container({ name: 'first', securityContext: { privileged: true } })], ...context({ privileged: true }) },
}

const workload = (kind: string, spec: JsonObject): JsonObject => {
  const labels = { app: 'a' }
  const template = { metadata: { labels }, spec: { containers: [container()], ...spec } }
  const once = { ...template, spec: { ...template.spec, restartPolicy: 'Never' } }
  if (kind === 'PodTemplate') return object('v1', kind, 'maker', { template })
  if (kind === 'Job') return object('batch/v1', kind, 'maker', { spec: { template: once } })
  if (kind === 'CronJob')
    return object('batch/v1', kind, 'maker', { spec: { schedule: '* * * * *', jobTemplate: { spec: { template: once } } } })
  if (kind === 'ReplicationController') return object('v1', kind, 'maker', { spec: { selector: labels, template } })
  return object('apps/v1', kind, 'maker', { spec: { selector: { matchLabels: labels }, template } })
}

const MAKERS = ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'PodTemplate', 'ReplicationController']

const levelCase = (name: string, modes: JsonObject): Case => {
  const on = new AdmissionSteps(`PodSecurity-${name}`)
  const unconfined = { annotations: { 'container.apparmor.security.beta.kubernetes.io/main': 'unconfined' } }
  return {
    name: `pod security ${name}`,
    steps: [
      ...on.prepare(labelsOf(modes)),
      ...Object.entries(specs).map(([spec, given]) => on.create(pod(spec, given))),
      on.create(pod('annotated', {}, unconfined)),
      on.create(pod('generated', { hostPID: true }, { name: '', generateName: 'generated-' })),
      ...MAKERS.map((kind) => on.create(workload(kind, { hostPID: true }))),
      on.patch(workload('Deployment', {}), { spec: { replicas: 2 } }),
      on.patch(pod('hardened'), { metadata: { labels: { a: 'b' } } }),
      on.patch(pod('hardened'), {
        spec: { containers: [{ ...container({ image: 'registry.example/app:2' }), securityContext: hardened }] },
      }),
    ],
  }
}

const namespaceLabels = (): Case => {
  const on = new AdmissionSteps('PodSecurity-labels')
  const namespace = object('v1', 'Namespace', on.namespace)
  const labelled = (modes: JsonObject): Step =>
    on.update(namespace, (held) => ({ ...held, metadata: { ...objectAt(held, 'metadata'), labels: labelsOf(modes) } }), { settles: true })
  const named = (name: string, modes: JsonObject): JsonObject => object('v1', 'Namespace', name, { metadata: { labels: labelsOf(modes) } })
  return {
    name: 'pod security labels',
    steps: [
      on.create(
        named('adm-wrong', {
          enforce: 'strict',
          'enforce-version': '1.2',
          audit: 'x',
          'audit-version': 'v2.0',
          warn: '',
          'warn-version': '',
        }),
      ),
      on.create(named('adm-version', { 'enforce-version': 'v1.01' })),
      ...on.prepare(),
      on.create(pod('a', { hostPID: true })),
      on.create(pod('b', { hostPID: true })),
      on.create(pod('c', { hostPID: true })),
      on.create(pod('d', { hostPID: true, hostNetwork: true })),
      on.create(pod('e', { securityContext: hardenedPod, ...context(hardened) }), { settles: true }),
      labelled({ enforce: 'baseline' }),
      labelled({ enforce: 'restricted' }),
      labelled({ enforce: 'restricted', 'enforce-version': 'v1.20' }),
      labelled({ enforce: 'baseline', 'enforce-version': 'v1.20' }),
      labelled({ enforce: 'none' }),
      labelled({ warn: 'restricted' }),
      on.create(pod('f', { hostPID: true })),
      labelled({}),
    ],
  }
}

export const podSecurityCases = (): Case[] => [
  levelCase('baseline', { enforce: 'baseline' }),
  levelCase('restricted', { enforce: 'restricted' }),
  levelCase('restricted-old', { enforce: 'restricted', 'enforce-version': 'v1.20' }),
  levelCase('restricted-v1.24', { enforce: 'restricted', 'enforce-version': 'v1.24' }),
  levelCase('baseline-v1.30', { enforce: 'baseline', 'enforce-version': 'v1.30', warn: 'restricted', 'warn-version': 'v1.34' }),
  levelCase('warn', { warn: 'restricted', audit: 'baseline' }),
  namespaceLabels(),
]
