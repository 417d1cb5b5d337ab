// What plug-ins read and set of a pod: the published types as far as rules look at them. Upstream: k8s.io/api/core/v1 types.go.
import type { Frozen, ObjectMeta } from '../../apimachinery/kube-object.ts'
import type { AdmissionAttributes } from './admission.ts'

export interface Named {
  name?: string
}

export interface Resources {
  limits?: Record<string, string>
  requests?: Record<string, string>
}

export interface SecurityFields {
  privileged?: boolean
  allowPrivilegeEscalation?: boolean
  runAsNonRoot?: boolean
  runAsUser?: number | bigint
  procMount?: string
  capabilities?: { add?: string[]; drop?: string[] }
  seLinuxOptions?: { type?: string; user?: string; role?: string }
  seccompProfile?: { type?: string }
  appArmorProfile?: { type?: string }
  windowsOptions?: { hostProcess?: boolean }
  sysctls?: { name?: string; value?: string }[]
}

export interface ProbeHandler {
  httpGet?: { host?: string }
  tcpSocket?: { host?: string }
}

export interface AdmittedContainer extends Named {
  image?: string
  imagePullPolicy?: string
  restartPolicy?: string
  resources?: Resources
  env?: { name?: string; valueFrom?: { secretKeyRef?: Named } }[]
  envFrom?: { secretRef?: Named }[]
  ports?: { hostPort?: number }[]
  volumeMounts?: { name?: string; readOnly?: boolean; mountPath?: string }[]
  securityContext?: SecurityFields
  livenessProbe?: ProbeHandler
  readinessProbe?: ProbeHandler
  startupProbe?: ProbeHandler
  lifecycle?: { postStart?: ProbeHandler; preStop?: ProbeHandler }
}

export interface Toleration {
  key?: string
  operator?: string
  value?: string
  effect?: string
  tolerationSeconds?: number | bigint
}

/** A volume's source is the member that is there. */
export interface AdmittedVolume extends Named {
  secret?: { secretName?: string }
  projected?: { sources?: Record<string, unknown>[] }
  [source: string]: unknown
}

export interface AffinityTerm {
  topologyKey?: string
  namespaces?: string[]
  namespaceSelector?: object
}

interface PodAffinity {
  requiredDuringSchedulingIgnoredDuringExecution?: AffinityTerm[]
  preferredDuringSchedulingIgnoredDuringExecution?: { podAffinityTerm?: AffinityTerm }[]
}

export interface AdmittedPodSpec {
  containers?: AdmittedContainer[]
  initContainers?: AdmittedContainer[]
  ephemeralContainers?: AdmittedContainer[]
  volumes?: AdmittedVolume[]
  serviceAccountName?: string
  automountServiceAccountToken?: boolean
  imagePullSecrets?: Named[]
  nodeName?: string
  nodeSelector?: Record<string, string>
  tolerations?: Toleration[]
  priority?: number
  priorityClassName?: string
  preemptionPolicy?: string
  runtimeClassName?: string
  overhead?: Record<string, string>
  resources?: Resources
  activeDeadlineSeconds?: number | bigint
  affinity?: { podAffinity?: PodAffinity; podAntiAffinity?: PodAffinity }
  securityContext?: SecurityFields
  hostNetwork?: boolean
  hostPID?: boolean
  hostIPC?: boolean
  hostUsers?: boolean
  os?: Named
}

export interface AdmittedPod {
  metadata: ObjectMeta
  spec: AdmittedPodSpec
  status?: { phase?: string }
}

/** The pod of a request. */
export const podOf = ({ object }: AdmissionAttributes): AdmittedPod => object as unknown as AdmittedPod

/** Sets members of the pod's spec, in a spec of its own: an update may share the one it came with with the pod before. */
export const setInSpec = (attributes: AdmissionAttributes, members: Partial<AdmittedPodSpec>): void => {
  const pod = podOf(attributes)
  pod.spec = { ...pod.spec, ...members }
}

/** The pod as it was. */
export const oldPodOf = ({ old }: AdmissionAttributes): Frozen<AdmittedPod> => old as unknown as Frozen<AdmittedPod>

/** A kubelet's own copy of a pod that no API asked for. */
export const isMirror = ({ metadata }: AdmittedPod): boolean => metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined
