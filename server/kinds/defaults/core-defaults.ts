// Defaults of core/v1: pods and all they hold, services, volumes, claims. Upstream: pkg/apis/core/v1/defaults.go.
import { cloneTree, listAt, textAt, type Value, type ValueMap } from '../../../apimachinery/kube-object.ts'
import { fillPodLevelResources } from './pod-level-resources.ts'
import type { TypeDefault } from './type-defaults.ts'

const FILE_MODE = 0o644
const AFFINITY_SECONDS = 10800

/** Sets members that are absent or, where Go cannot tell, zero. */
export const fill = (value: ValueMap, members: Readonly<Record<string, Value>>): void => {
  for (const [member, fallback] of Object.entries(members)) {
    const current = value[member]
    if (current === undefined || current === null || current === '') value[member] = cloneTree<Value>(fallback)
  }
}

/** Members that are pointers in Go: an empty text is one that was set. */
export const fillUnset = (value: ValueMap, members: Readonly<Record<string, Value>>): void => {
  for (const [member, fallback] of Object.entries(members)) value[member] ??= cloneTree<Value>(fallback)
}

/** Members whose zero means absent. */
export const fillZero = (value: ValueMap, members: Readonly<Record<string, number>>): void => {
  for (const [member, fallback] of Object.entries(members)) value[member] = value[member] || fallback
}

/** Whether an image names the latest of its kind: no tag and no digest, or that tag. */
const isLatest = (image: string): boolean => {
  const [reference = ''] = image.split('@')
  // What is no name has no tag that could be the latest.
  if (reference === '' || /\s/.test(reference)) return false
  if (image.includes('@')) return false
  const tag = /:([\w][\w.-]{0,127})$/.exec(reference)?.[1]
  return tag === undefined || tag === 'latest'
}

const container: TypeDefault = (value) => {
  const image = textAt(value, 'image')
  fill(value, {
    imagePullPolicy: isLatest(image) ? 'Always' : 'IfNotPresent',
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  })
}

/** Limits stand in for requests that are not given. */
const requestsFromLimits = (value: Value): void => {
  const resources = (value as ValueMap)['resources'] as ValueMap | undefined
  const limits = resources?.['limits'] as ValueMap | undefined
  if (resources && limits) resources['requests'] = { ...limits, ...((resources['requests'] as ValueMap | undefined) ?? {}) }
}

const hostPorts = (value: Value): void => {
  for (const port of listAt(value, 'ports') as ValueMap[])
    port['hostPort'] = (port['hostPort'] as number | undefined) || (port['containerPort'] as number)
}

/** Annotations that init containers were kept in before they had a field. */
const LEGACY_INIT_CONTAINERS = ['alpha', 'beta'].flatMap((stage) =>
  ['init-containers', 'init-container-statuses'].map((name) => `pod.${stage}.kubernetes.io/${name}`),
)

const dropLegacyAnnotations: TypeDefault = (value) => {
  const metadata = value['metadata'] as ValueMap | undefined
  const annotations = metadata?.['annotations'] as ValueMap | undefined
  if (!metadata || !annotations || !LEGACY_INIT_CONTAINERS.some((name) => name in annotations)) return
  metadata['annotations'] = Object.fromEntries(Object.entries(annotations).filter(([name]) => !LEGACY_INIT_CONTAINERS.includes(name)))
}

const pod: TypeDefault = (value, settled) => {
  dropLegacyAnnotations(value, settled)
  const spec = value['spec'] as ValueMap
  if (settled.includes(spec)) return
  const containers = [...listAt(spec, 'containers'), ...listAt(spec, 'initContainers')]
  containers.forEach(requestsFromLimits)
  fillPodLevelResources(spec)
  spec['enableServiceLinks'] ??= true
  if (spec['hostNetwork'] === true) containers.forEach(hostPorts)
}

const SOURCES_BESIDE = new Set(['name'])

const volume: TypeDefault = (value) => {
  if (Object.keys(value).every((member) => SOURCES_BESIDE.has(member))) value['emptyDir'] = {}
  const image = value['image'] as ValueMap | undefined
  if (image) fill(image, { pullPolicy: isLatest(textAt(image, 'reference')) ? 'Always' : 'IfNotPresent' })
}

const isExposed = (spec: ValueMap): boolean =>
  spec['type'] === 'NodePort' || spec['type'] === 'LoadBalancer' || (spec['type'] === 'ClusterIP' && listAt(spec, 'externalIPs').length > 0)

const TYPES_WITH_TRAFFIC = new Set(['ClusterIP', 'NodePort', 'LoadBalancer'])

const service: TypeDefault = (value) => {
  const spec = (value['spec'] ??= {}) as ValueMap
  fill(spec, { sessionAffinity: 'None', type: 'ClusterIP' })
  if (spec['sessionAffinity'] === 'None') delete spec['sessionAffinityConfig']
  if (spec['sessionAffinity'] === 'ClientIP' && textAt(spec, 'sessionAffinityConfig', 'clientIP', 'timeoutSeconds') === '') {
    const config = spec['sessionAffinityConfig'] as { clientIP?: { timeoutSeconds?: number } } | undefined
    if (config?.clientIP?.timeoutSeconds === undefined) spec['sessionAffinityConfig'] = { clientIP: { timeoutSeconds: AFFINITY_SECONDS } }
  }
  for (const port of listAt(spec, 'ports') as ValueMap[]) {
    fill(port, { protocol: 'TCP' })
    if (!port['targetPort']) port['targetPort'] = port['port'] ?? 0
  }
  if (isExposed(spec)) fill(spec, { externalTrafficPolicy: 'Cluster' })
  if (TYPES_WITH_TRAFFIC.has(spec['type'] as string)) spec['internalTrafficPolicy'] ??= 'Cluster'
  if (spec['type'] !== 'LoadBalancer') return
  spec['allocateLoadBalancerNodePorts'] ??= true
  for (const ingress of listAt(value, 'status', 'loadBalancer', 'ingress') as ValueMap[]) if (ingress['ip']) ingress['ipMode'] ??= 'VIP'
}

const replicationController: TypeDefault = (value) => {
  const metadata = value['metadata'] as ValueMap
  const spec = (value['spec'] ??= {}) as ValueMap
  const labels = (spec['template'] as { metadata?: { labels?: ValueMap } } | undefined)?.metadata?.labels
  spec['replicas'] ??= 1
  if (!labels) return
  if (Object.keys((spec['selector'] as ValueMap | undefined) ?? {}).length === 0) spec['selector'] = { ...labels }
  if (Object.keys((metadata['labels'] as ValueMap | undefined) ?? {}).length === 0) metadata['labels'] = { ...labels }
}

const missingFrom = (target: ValueMap, source: unknown): void => {
  for (const [name, quantity] of Object.entries((source ?? {}) as ValueMap)) target[name] ??= quantity
}

const limitRangeItem: TypeDefault = (value) => {
  if (value['type'] !== 'Container') return
  const own = { ...((value['default'] as ValueMap | undefined) ?? {}) }
  const request = { ...((value['defaultRequest'] as ValueMap | undefined) ?? {}) }
  missingFrom(own, value['max'])
  missingFrom(request, own)
  missingFrom(request, value['min'])
  Object.assign(value, { default: own, defaultRequest: request })
}

export const coreDefaults: Readonly<Record<string, TypeDefault>> = {
  'core/v1.Pod': pod,
  'core/v1.PodTemplateSpec': dropLegacyAnnotations,
  'core/v1.PodSpec': (value) => {
    // The deprecated name mirrors the current one.
    const account = value['serviceAccountName'] || value['serviceAccount']
    if (account) Object.assign(value, { serviceAccountName: account, serviceAccount: account })
    fill(value, {
      dnsPolicy: 'ClusterFirst',
      restartPolicy: 'Always',
      securityContext: {},
      terminationGracePeriodSeconds: 30,
      schedulerName: 'default-scheduler',
    })
  },
  'core/v1.Container': container,
  'core/v1.EphemeralContainer': container,
  'core/v1.ContainerPort': (value) => fill(value, { protocol: 'TCP' }),
  'core/v1.Probe': (value) => {
    fillZero(value, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 })
    const grpc = value['grpc'] as ValueMap | undefined
    if (grpc) grpc['service'] ??= ''
  },
  'core/v1.HTTPGetAction': (value) => fill(value, { path: '/', scheme: 'HTTP' }),
  'core/v1.Volume': volume,
  'core/v1.SecretVolumeSource': (value) => fill(value, { defaultMode: FILE_MODE }),
  'core/v1.ConfigMapVolumeSource': (value) => fill(value, { defaultMode: FILE_MODE }),
  'core/v1.DownwardAPIVolumeSource': (value) => fill(value, { defaultMode: FILE_MODE }),
  'core/v1.ProjectedVolumeSource': (value) => fill(value, { defaultMode: FILE_MODE }),
  'core/v1.ServiceAccountTokenProjection': (value) => fill(value, { expirationSeconds: 3600 }),
  'core/v1.HostPathVolumeSource': (value) => void (value['type'] ??= ''),
  'core/v1.ObjectFieldSelector': (value) => fill(value, { apiVersion: 'v1' }),
  'core/v1.ISCSIVolumeSource': (value) => fill(value, { iscsiInterface: 'default' }),
  'core/v1.ISCSIPersistentVolumeSource': (value) => fill(value, { iscsiInterface: 'default' }),
  'core/v1.RBDVolumeSource': (value) => fill(value, { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' }),
  'core/v1.RBDPersistentVolumeSource': (value) => fill(value, { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' }),
  'core/v1.ScaleIOVolumeSource': (value) => fill(value, { storageMode: 'ThinProvisioned', fsType: 'xfs' }),
  'core/v1.ScaleIOPersistentVolumeSource': (value) => fill(value, { storageMode: 'ThinProvisioned', fsType: 'xfs' }),
  'core/v1.AzureDiskVolumeSource': (value) => {
    fillUnset(value, { cachingMode: 'ReadWrite', kind: 'Shared', fsType: 'ext4' })
    value['readOnly'] ??= false
  },
  'core/v1.Service': service,
  'core/v1.Endpoints': (value) => {
    for (const subset of listAt(value, 'subsets')) for (const port of listAt(subset, 'ports')) fill(port as ValueMap, { protocol: 'TCP' })
  },
  'core/v1.ReplicationController': replicationController,
  'core/v1.PersistentVolumeSpec': (value) => {
    fill(value, { persistentVolumeReclaimPolicy: 'Retain' })
    fillUnset(value, { volumeMode: 'Filesystem' })
  },
  'core/v1.PersistentVolumeStatus': (value) => fill(value, { phase: 'Pending' }),
  'core/v1.PersistentVolumeClaimSpec': (value) => fillUnset(value, { volumeMode: 'Filesystem' }),
  'core/v1.PersistentVolumeClaimStatus': (value) => fill(value, { phase: 'Pending' }),
  'core/v1.NamespaceStatus': (value) => fill(value, { phase: 'Active' }),
  'core/v1.NodeStatus': (value) => {
    if (value['allocatable'] === undefined && value['capacity'] !== undefined) value['allocatable'] = { ...(value['capacity'] as ValueMap) }
  },
  'core/v1.LimitRangeItem': limitRangeItem,
}
