// The checks of the baseline level: what keeps known ways out of a container shut. One function a check; versions where rules changed.
// Upstream: k8s.io/pod-security-admission/policy.
import { goQuote } from '../../apimachinery/go-text.ts'
import type { AdmittedContainer, AdmittedPodSpec, ProbeHandler, SecurityFields } from './admitted-pod.ts'

/** What checks look at: a pod, or the template of one. */
export interface CheckedPod {
  readonly annotations: Readonly<Record<string, string>>
  readonly spec: AdmittedPodSpec
}

/** Why a pod is not allowed: in few words, and in detail. */
export interface Violation {
  readonly reason: string
  readonly detail: string
}

export type PodCheck = (pod: CheckedPod) => Violation | undefined

export interface VersionedCheck {
  /** The minor from which on it holds, until the next of the list. */
  readonly since: number
  readonly check: PodCheck
  /** A baseline check that this one takes the place of. */
  readonly instead?: string
}

export interface SecurityCheck {
  readonly id: string
  readonly versions: readonly VersionedCheck[]
}

export const quotedList = (items: readonly string[]): string => (items.length === 0 ? '' : `"${items.join('", "')}"`)
export const plural = (one: string, many: string, count: number): string => (count === 1 ? one : many)
export const sorted = (values: Iterable<string>): string[] => [...new Set(values)].sort()

/** `container "a"` or `containers "a", "b"`. */
export const named = (containers: readonly AdmittedContainer[]): string =>
  `${plural('container', 'containers', containers.length)} ${quotedList(containers.map(({ name = '' }) => name))}`

export const containersOf = ({ initContainers = [], containers = [], ephemeralContainers = [] }: AdmittedPodSpec): AdmittedContainer[] => [
  ...initContainers,
  ...containers,
  ...ephemeralContainers,
]

/** Who says something in a security context: the pod, containers, or both. */
export const setters = (podDoes: boolean, containers: readonly AdmittedContainer[]): string =>
  [...(podDoes ? ['pod'] : []), ...(containers.length > 0 ? [named(containers)] : [])].join(' and ')

/** Containers of whose security context something is so. */
export const containersWith = (spec: AdmittedPodSpec, so: (context: SecurityFields) => boolean): AdmittedContainer[] =>
  containersOf(spec).filter(({ securityContext }) => securityContext !== undefined && so(securityContext))

const APP_ARMOR_PREFIX = 'container.apparmor.security.beta.kubernetes.io/'

const appArmorProfile: PodCheck = ({ annotations, spec }) => {
  const isBad = ({ appArmorProfile: profile }: SecurityFields): boolean =>
    profile !== undefined && profile.type !== 'RuntimeDefault' && profile.type !== 'Localhost'
  const podIsBad = spec.securityContext !== undefined && isBad(spec.securityContext)
  const containers = containersWith(spec, isBad)
  const contexts = [...(podIsBad ? [spec.securityContext] : []), ...containers.map(({ securityContext }) => securityContext)]
  const marks = Object.entries(annotations)
    .filter(
      ([key, value]) => key.startsWith(APP_ARMOR_PREFIX) && value !== '' && value !== 'runtime/default' && !value.startsWith('localhost/'),
    )
    .map(([key, value]) => `${key}=${goQuote(value)}`)
    .sort()
  const values = [...sorted(contexts.map((context) => context?.appArmorProfile?.type ?? '')), ...marks]
  const who = [
    ...(podIsBad || containers.length > 0 ? [setters(podIsBad, containers)] : []),
    ...(marks.length > 0 ? [plural('annotation', 'annotations', marks.length)] : []),
  ]
  if (who.length === 0) return undefined
  return {
    reason: plural('forbidden AppArmor profile', 'forbidden AppArmor profiles', values.length),
    detail: `${who.join(' and ')} must not set AppArmor profile type to ${quotedList(values)}`,
  }
}

const CAPABILITIES = new Set(
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(' '),
)

const capabilities: PodCheck = ({ spec }) => {
  const foreign = ({ capabilities: own }: SecurityFields): string[] => (own?.add ?? []).filter((name) => !CAPABILITIES.has(name))
  const bad = containersWith(spec, (context) => foreign(context).length > 0)
  if (bad.length === 0) return undefined
  const names = sorted(bad.flatMap(({ securityContext }) => foreign(securityContext ?? {})))
  return {
    reason: 'non-default capabilities',
    detail: `${named(bad)} must not include ${quotedList(names)} in securityContext.capabilities.add`,
  }
}

const hostNamespaces: PodCheck = ({ spec }) => {
  const set = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((member) => spec[member] === true)
  return set.length === 0 ? undefined : { reason: 'host namespaces', detail: set.map((member) => `${member}=true`).join(', ') }
}

const hostPathVolumes: PodCheck = ({ spec }) => {
  const bad = (spec.volumes ?? []).filter((volume) => volume['hostPath'] !== undefined).map(({ name = '' }) => name)
  if (bad.length === 0) return undefined
  return { reason: 'hostPath volumes', detail: `${plural('volume', 'volumes', bad.length)} ${quotedList(bad)}` }
}

const hostPorts: PodCheck = ({ spec }) => {
  const portsOf = ({ ports = [] }: AdmittedContainer): string[] => ports.flatMap(({ hostPort }) => (hostPort ? [String(hostPort)] : []))
  const bad = containersOf(spec).filter((container) => portsOf(container).length > 0)
  if (bad.length === 0) return undefined
  const ports = sorted(bad.flatMap(portsOf))
  const what = `${plural('hostPort', 'hostPorts', ports.length)} ${ports.join(', ')}`
  return { reason: 'hostPort', detail: `${named(bad)} ${plural('uses', 'use', bad.length)} ${what}` }
}

const hostProbes: PodCheck = ({ spec }) => {
  const hosts = (handler: ProbeHandler | undefined): string[] =>
    [handler?.httpGet?.host ?? '', handler?.tcpSocket?.host ?? ''].filter((host) => host !== '')
  const hostsOf = ({ livenessProbe, readinessProbe, startupProbe, lifecycle }: AdmittedContainer): string[] =>
    [livenessProbe, readinessProbe, startupProbe, lifecycle?.postStart, lifecycle?.preStop].flatMap(hosts)
  const bad = containersOf(spec).filter((container) => hostsOf(container).length > 0)
  if (bad.length === 0) return undefined
  const [names, found] = [sorted(bad.map(({ name = '' }) => name)), sorted(bad.flatMap(hostsOf))]
  const what = `${plural('probe or lifecycle host', 'probe or lifecycle hosts', found.length)} ${quotedList(found)}`
  const who = `${plural('container', 'containers', names.length)} ${quotedList(names)}`
  return { reason: 'probe or lifecycle host', detail: `${who} ${plural('uses', 'use', names.length)} ${what}` }
}

const privileged: PodCheck = ({ spec }) => {
  const bad = containersWith(spec, (context) => context.privileged === true)
  return bad.length === 0 ? undefined : { reason: 'privileged', detail: `${named(bad)} must not set securityContext.privileged=true` }
}

/** A pod in a user namespace of its own may do more. */
export const hasUserNamespace = ({ spec }: CheckedPod): boolean => spec.hostUsers === false

export const unlessUserNamespace =
  (check: PodCheck): PodCheck =>
  (pod) =>
    hasUserNamespace(pod) ? undefined : check(pod)

export const procMount: PodCheck = ({ spec }) => {
  const bad = containersWith(spec, (context) => context.procMount !== undefined && context.procMount !== 'Default')
  if (bad.length === 0) return undefined
  const values = sorted(bad.map(({ securityContext }) => securityContext?.procMount ?? ''))
  return { reason: 'procMount', detail: `${named(bad)} must not set securityContext.procMount to ${quotedList(values)}` }
}

const seLinuxOptions =
  (...allowed: readonly string[]): PodCheck =>
  ({ spec }) => {
    const isBad = ({ seLinuxOptions: options }: SecurityFields): boolean =>
      options !== undefined && (!allowed.includes(options.type ?? '') || Boolean(options.user) || Boolean(options.role))
    const podIsBad = spec.securityContext !== undefined && isBad(spec.securityContext)
    const containers = containersWith(spec, isBad)
    if (!podIsBad && containers.length === 0) return undefined
    const contexts = [...(podIsBad ? [spec.securityContext] : []), ...containers.map(({ securityContext }) => securityContext)]
    const options = contexts.flatMap((context) => (context?.seLinuxOptions ? [context.seLinuxOptions] : []))
    const types = sorted(options.map(({ type = '' }) => type).filter((type) => !allowed.includes(type)))
    const what = [
      ...(types.length > 0 ? [`${plural('type', 'types', types.length)} ${quotedList(types)}`] : []),
      ...(options.some(({ user }) => user) ? ['user may not be set'] : []),
      ...(options.some(({ role }) => role) ? ['role may not be set'] : []),
    ]
    const who = setters(podIsBad, containers)
    return { reason: 'seLinuxOptions', detail: `${who} set forbidden securityContext.seLinuxOptions: ${what.join('; ')}` }
  }

const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod'
const SECCOMP_PREFIX = 'container.seccomp.security.alpha.kubernetes.io/'

const seccompAnnotations: PodCheck = ({ annotations, spec }) => {
  const isFine = (value: string): boolean => value === 'runtime/default' || value === 'docker/default' || value.startsWith('localhost/')
  const keys = [SECCOMP_POD, ...containersOf(spec).map(({ name = '' }) => SECCOMP_PREFIX + name)]
  const bad = sorted(
    keys.flatMap((key) => {
      const value = annotations[key]
      return value === undefined || isFine(value) ? [] : [`${key}=${goQuote(value)}`]
    }),
  )
  if (bad.length === 0) return undefined
  return { reason: 'seccompProfile', detail: `forbidden ${plural('annotation', 'annotations', bad.length)} ${bad.join(', ')}` }
}

/** Whether a profile is set to what no level but privileged allows. */
const isForeignProfile = ({ seccompProfile: profile }: SecurityFields): boolean =>
  profile !== undefined && profile.type !== 'Localhost' && profile.type !== 'RuntimeDefault'

export const seccompProfile: PodCheck = ({ spec }) => {
  const podIsBad = spec.securityContext !== undefined && isForeignProfile(spec.securityContext)
  const containers = containersWith(spec, isForeignProfile)
  if (!podIsBad && containers.length === 0) return undefined
  const contexts = [...(podIsBad ? [spec.securityContext] : []), ...containers.map(({ securityContext }) => securityContext)]
  const values = quotedList(sorted(contexts.map((context) => context?.seccompProfile?.type ?? '')))
  return {
    reason: 'seccompProfile',
    detail: `${setters(podIsBad, containers)} must not set securityContext.seccompProfile.type to ${values}`,
  }
}

const SYSCTLS: readonly [since: number, names: readonly string[]][] = [
  [
    0,
    [
      'kernel.shm_rmid_forced',
      'net.ipv4.ip_local_port_range',
      'net.ipv4.tcp_syncookies',
      'net.ipv4.ping_group_range',
      'net.ipv4.ip_unprivileged_port_start',
    ],
  ],
  [27, ['net.ipv4.ip_local_reserved_ports']],
  [29, ['keepalive_time', 'fin_timeout', 'keepalive_intvl', 'keepalive_probes'].map((name) => `net.ipv4.tcp_${name}`)],
  [32, ['net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem']],
]

const sysctls = (minor: number): PodCheck => {
  const allowed = new Set(SYSCTLS.flatMap(([since, names]) => (since <= minor ? names : [])))
  return ({ spec }) => {
    const bad = (spec.securityContext?.sysctls ?? []).map(({ name = '' }) => name).filter((name) => !allowed.has(name))
    return bad.length === 0 ? undefined : { reason: 'forbidden sysctls', detail: bad.join(', ') }
  }
}

const windowsHostProcess: PodCheck = ({ spec }) => {
  const isBad = ({ windowsOptions }: SecurityFields): boolean => windowsOptions?.hostProcess === true
  const podIsBad = spec.securityContext !== undefined && isBad(spec.securityContext)
  const containers = containersWith(spec, isBad)
  if (!podIsBad && containers.length === 0) return undefined
  return {
    reason: 'hostProcess',
    detail: `${setters(podIsBad, containers)} must not set securityContext.windowsOptions.hostProcess=true`,
  }
}

const always = (id: string, check: PodCheck): SecurityCheck => ({ id, versions: [{ since: 0, check }] })
const CONTAINER_TYPES = ['', 'container_t', 'container_init_t', 'container_kvm_t']

/** In the order of their ids, as violations are told. */
export const baselineChecks: readonly SecurityCheck[] = [
  always('appArmorProfile', appArmorProfile),
  always('capabilities_baseline', capabilities),
  always('hostNamespaces', hostNamespaces),
  always('hostPathVolumes', hostPathVolumes),
  always('hostPorts', hostPorts),
  { id: 'hostProbesAndHostLifecycle', versions: [{ since: 34, check: hostProbes }] },
  always('privileged', privileged),
  {
    id: 'procMount',
    versions: [
      { since: 0, check: procMount },
      { since: 35, check: unlessUserNamespace(procMount) },
    ],
  },
  {
    id: 'seLinuxOptions',
    versions: [
      { since: 0, check: seLinuxOptions(...CONTAINER_TYPES) },
      { since: 31, check: seLinuxOptions(...CONTAINER_TYPES, 'container_engine_t') },
    ],
  },
  {
    id: 'seccompProfile_baseline',
    versions: [
      { since: 0, check: seccompAnnotations },
      { since: 19, check: seccompProfile },
    ],
  },
  { id: 'sysctls', versions: SYSCTLS.map(([since]) => ({ since, check: sysctls(since) })) },
  always('windowsHostProcess', windowsHostProcess),
]
