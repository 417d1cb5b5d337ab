// The checks of the restricted level, which asks for what hardened pods set. Upstream: k8s.io/pod-security-admission/policy.
import type { SecurityFields } from './admitted-pod.ts'
import {
  containersOf,
  containersWith,
  named,
  type PodCheck,
  plural,
  procMount,
  quotedList,
  type SecurityCheck,
  seccompProfile,
  setters,
  sorted,
  unlessUserNamespace,
} from './pod-security-checks.ts'

/** Windows pods cannot set these. */
const unlessWindows =
  (check: PodCheck): PodCheck =>
  (pod) =>
    pod.spec.os?.name === 'windows' ? undefined : check(pod)

const allowPrivilegeEscalation: PodCheck = ({ spec }) => {
  const bad = containersOf(spec).filter(({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false)
  if (bad.length === 0) return undefined
  return {
    reason: 'allowPrivilegeEscalation != false',
    detail: `${named(bad)} must set securityContext.allowPrivilegeEscalation=false`,
  }
}

const capabilities: PodCheck = ({ spec }) => {
  const foreign = (context: SecurityFields): string[] => (context.capabilities?.add ?? []).filter((name) => name !== 'NET_BIND_SERVICE')
  const keeping = containersOf(spec).filter(({ securityContext }) => !securityContext?.capabilities?.drop?.includes('ALL'))
  const adding = containersWith(spec, (context) => foreign(context).length > 0)
  const names = sorted(adding.flatMap(({ securityContext }) => foreign(securityContext ?? {})))
  const details = [
    ...(keeping.length > 0 ? [`${named(keeping)} must set securityContext.capabilities.drop=["ALL"]`] : []),
    ...(adding.length > 0 ? [`${named(adding)} must not include ${quotedList(names)} in securityContext.capabilities.add`] : []),
  ]
  return details.length === 0 ? undefined : { reason: 'unrestricted capabilities', detail: details.join('; ') }
}

const ALLOWED_VOLUMES = 'configMap csi downwardAPI emptyDir ephemeral image persistentVolumeClaim projected secret'.split(' ')
const OTHER_VOLUMES = [
  'hostPath gcePersistentDisk awsElasticBlockStore gitRepo nfs iscsi glusterfs rbd flexVolume cinder cephfs flocker fc azureFile',
  'vsphereVolume quobyte azureDisk photonPersistentDisk portworxVolume scaleIO storageos',
]
  .join(' ')
  .split(' ')

const restrictedVolumes: PodCheck = ({ spec }) => {
  const bad = (spec.volumes ?? []).filter((volume) => !ALLOWED_VOLUMES.some((source) => volume[source] !== undefined))
  if (bad.length === 0) return undefined
  const types = sorted(bad.map((volume) => OTHER_VOLUMES.find((source) => volume[source] !== undefined) ?? 'unknown'))
  const who = `${plural('volume', 'volumes', bad.length)} ${quotedList(bad.map(({ name = '' }) => name))} ${plural('uses', 'use', bad.length)}`
  return {
    reason: 'restricted volume types',
    detail: `${who} ${plural('restricted volume type', 'restricted volume types', types.length)} ${quotedList(types)}`,
  }
}

const runAsNonRoot: PodCheck = ({ spec }) => {
  const own = spec.securityContext?.runAsNonRoot
  const bad = containersWith(spec, (context) => context.runAsNonRoot === false)
  const reason = 'runAsNonRoot != true'
  if (own === false || bad.length > 0)
    return { reason, detail: `${setters(own === false, bad)} must not set securityContext.runAsNonRoot=false` }
  const silent = own === true ? [] : containersOf(spec).filter(({ securityContext }) => securityContext?.runAsNonRoot === undefined)
  return silent.length === 0 ? undefined : { reason, detail: `pod or ${named(silent)} must set securityContext.runAsNonRoot=true` }
}

const runAsUser: PodCheck = ({ spec }) => {
  const isRoot = (context: SecurityFields | undefined): boolean => context?.runAsUser !== undefined && Number(context.runAsUser) === 0
  const podIsRoot = isRoot(spec.securityContext)
  const bad = containersWith(spec, isRoot)
  if (!podIsRoot && bad.length === 0) return undefined
  return { reason: 'runAsUser=0', detail: `${setters(podIsRoot, bad)} must not set runAsUser=0` }
}

const seccomp: PodCheck = (pod) => {
  const foreign = seccompProfile(pod)
  if (foreign || pod.spec.securityContext?.seccompProfile !== undefined) return foreign
  const silent = containersOf(pod.spec).filter(({ securityContext }) => securityContext?.seccompProfile === undefined)
  if (silent.length === 0) return undefined
  return {
    reason: 'seccompProfile',
    detail: `pod or ${named(silent)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`,
  }
}

/** Two versions: the first as it stands, then eased for some pods. */
const eased = (
  since: number,
  check: PodCheck,
  later: number,
  ease: (check: PodCheck) => PodCheck,
  instead?: string,
): SecurityCheck['versions'] => {
  const place = instead === undefined ? {} : { instead }
  return [
    { since, check, ...place },
    { since: later, check: ease(check), ...place },
  ]
}

/** In the order of their ids, after those of baseline that nothing takes the place of. */
export const restrictedChecks: readonly SecurityCheck[] = [
  { id: 'allowPrivilegeEscalation', versions: eased(8, allowPrivilegeEscalation, 25, unlessWindows) },
  { id: 'capabilities_restricted', versions: eased(22, capabilities, 25, unlessWindows, 'capabilities_baseline') },
  { id: 'procMount_restricted', versions: [{ since: 35, check: procMount, instead: 'procMount' }] },
  { id: 'restrictedVolumes', versions: [{ since: 0, check: restrictedVolumes, instead: 'hostPathVolumes' }] },
  { id: 'runAsNonRoot', versions: eased(0, runAsNonRoot, 35, unlessUserNamespace) },
  { id: 'runAsUser', versions: eased(23, runAsUser, 35, unlessUserNamespace) },
  { id: 'seccompProfile_restricted', versions: eased(19, seccomp, 25, unlessWindows, 'seccompProfile_baseline') },
]
