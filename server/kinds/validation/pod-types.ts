// What validation reads of a pod: the published types, as far as rules look at them. Objects are canonical: absent is undefined, a member
// that Go always writes may be null. Upstream: k8s.io/api/core/v1 types.go.
import type { LabelSelector, Labels } from './label-selectors.ts'
import type { Volume } from './volume-types.ts'

export type Quantities = Readonly<Record<string, string>>
export type Integer = number | bigint

export interface ObjectFields {
  labels?: Labels
  annotations?: Labels
  name?: string
}

export interface ResourceRequirements {
  limits?: Quantities
  requests?: Quantities
  claims?: readonly { name?: string; request?: string }[]
}

export interface ObjectFieldSelector {
  apiVersion?: string
  fieldPath?: string
}
export interface ResourceFieldSelector {
  containerName?: string
  resource?: string
  divisor?: string
}
export interface KeySelector {
  name?: string
  key?: string
}

export interface EnvVar {
  name?: string
  value?: string
  valueFrom?: {
    fieldRef?: ObjectFieldSelector
    resourceFieldRef?: ResourceFieldSelector
    configMapKeyRef?: KeySelector
    secretKeyRef?: KeySelector
    fileKeyRef?: { key?: string; volumeName?: string; path?: string }
  }
}

export interface EnvFromSource {
  prefix?: string
  configMapRef?: { name?: string }
  secretRef?: { name?: string }
}

export interface ContainerPort {
  name?: string
  containerPort?: number
  hostPort?: number
  hostIP?: string
  protocol?: string
}

export interface VolumeMount {
  name?: string
  mountPath?: string
  subPath?: string
  subPathExpr?: string
  readOnly?: boolean
  mountPropagation?: string
  recursiveReadOnly?: string
}

export interface HttpGetAction {
  path?: string
  port?: number | string
  scheme?: string
  httpHeaders?: readonly { name?: string }[]
}

/** Of probes and of lifecycle hooks. */
export interface Handler {
  exec?: { command?: readonly string[] }
  httpGet?: HttpGetAction
  tcpSocket?: { port?: number | string }
  grpc?: { port?: number }
  sleep?: { seconds?: Integer }
}

export interface Probe extends Handler {
  initialDelaySeconds?: number
  timeoutSeconds?: number
  periodSeconds?: number
  successThreshold?: number
  failureThreshold?: number
  terminationGracePeriodSeconds?: Integer
}

export interface Lifecycle {
  postStart?: Handler
  preStop?: Handler
  stopSignal?: string
}

/** Of seccomp and of AppArmor. */
export interface ConfinementProfile {
  type?: string
  localhostProfile?: string
}

export interface WindowsOptions {
  gmsaCredentialSpecName?: string
  gmsaCredentialSpec?: string
  runAsUserName?: string
  hostProcess?: boolean
}

export interface SecurityContext {
  capabilities?: { add?: readonly string[] }
  privileged?: boolean
  seLinuxOptions?: object
  windowsOptions?: WindowsOptions
  runAsUser?: Integer
  runAsGroup?: Integer
  readOnlyRootFilesystem?: boolean
  allowPrivilegeEscalation?: boolean
  procMount?: string
  seccompProfile?: ConfinementProfile
  appArmorProfile?: ConfinementProfile
}

export interface PodSecurityContext {
  seLinuxOptions?: object
  windowsOptions?: WindowsOptions
  runAsUser?: Integer
  runAsGroup?: Integer
  supplementalGroups?: readonly Integer[]
  supplementalGroupsPolicy?: string
  fsGroup?: Integer
  fsGroupChangePolicy?: string
  sysctls?: readonly { name?: string }[]
  seccompProfile?: ConfinementProfile
  appArmorProfile?: ConfinementProfile
  seLinuxChangePolicy?: string
}

export interface RestartRule {
  action?: string
  exitCodes?: { operator?: string; values?: readonly number[] }
}

export interface Container {
  name?: string
  image?: string
  ports?: readonly ContainerPort[]
  env?: readonly EnvVar[]
  envFrom?: readonly EnvFromSource[]
  resources?: ResourceRequirements
  resizePolicy?: readonly { resourceName?: string; restartPolicy?: string }[]
  restartPolicy?: string
  restartPolicyRules?: readonly RestartRule[]
  volumeMounts?: readonly VolumeMount[]
  volumeDevices?: readonly { name?: string; devicePath?: string }[]
  livenessProbe?: Probe
  readinessProbe?: Probe
  startupProbe?: Probe
  lifecycle?: Lifecycle
  terminationMessagePolicy?: string
  imagePullPolicy?: string
  securityContext?: SecurityContext
  /** Of ephemeral containers alone. */
  targetContainerName?: string
}

export interface NodeSelectorRequirement {
  key?: string
  operator?: string
  values?: readonly string[]
}
export interface NodeSelectorTerm {
  matchExpressions?: readonly NodeSelectorRequirement[]
  matchFields?: readonly NodeSelectorRequirement[]
}
export interface NodeAffinity {
  requiredDuringSchedulingIgnoredDuringExecution?: { nodeSelectorTerms?: readonly NodeSelectorTerm[] | null }
  preferredDuringSchedulingIgnoredDuringExecution?: readonly { weight?: number; preference?: NodeSelectorTerm }[]
}
export interface PodAffinityTerm {
  labelSelector?: LabelSelector
  namespaceSelector?: LabelSelector
  namespaces?: readonly string[]
  topologyKey?: string
  matchLabelKeys?: readonly string[]
  mismatchLabelKeys?: readonly string[]
}
export interface PodAffinity {
  requiredDuringSchedulingIgnoredDuringExecution?: readonly PodAffinityTerm[]
  preferredDuringSchedulingIgnoredDuringExecution?: readonly { weight?: number; podAffinityTerm?: PodAffinityTerm }[]
}
export interface Affinity {
  nodeAffinity?: NodeAffinity
  podAffinity?: PodAffinity
  podAntiAffinity?: PodAffinity
}

export interface TopologySpreadConstraint {
  maxSkew?: number
  topologyKey?: string
  whenUnsatisfiable?: string
  labelSelector?: LabelSelector
  minDomains?: number
  nodeAffinityPolicy?: string
  nodeTaintsPolicy?: string
  matchLabelKeys?: readonly string[]
}

export interface Toleration {
  key?: string
  operator?: string
  value?: string
  effect?: string
  tolerationSeconds?: Integer
}

export interface PodDnsConfig {
  nameservers?: readonly string[]
  searches?: readonly string[]
  options?: readonly { name?: string }[]
}

export interface PodResourceClaim {
  name?: string
  resourceClaimName?: string
  resourceClaimTemplateName?: string
}

export interface PodSpec {
  volumes?: readonly Volume[]
  initContainers?: readonly Container[]
  containers?: readonly Container[] | null
  ephemeralContainers?: readonly Container[]
  restartPolicy?: string
  terminationGracePeriodSeconds?: Integer
  activeDeadlineSeconds?: Integer
  dnsPolicy?: string
  nodeSelector?: Labels
  serviceAccountName?: string
  nodeName?: string
  hostNetwork?: boolean
  hostPID?: boolean
  hostIPC?: boolean
  hostUsers?: boolean
  shareProcessNamespace?: boolean
  securityContext?: PodSecurityContext
  imagePullSecrets?: readonly { name?: string }[]
  hostname?: string
  hostnameOverride?: string
  setHostnameAsFQDN?: boolean
  subdomain?: string
  affinity?: Affinity
  tolerations?: readonly Toleration[]
  hostAliases?: readonly { ip?: string; hostnames?: readonly string[] }[]
  priorityClassName?: string
  dnsConfig?: PodDnsConfig
  readinessGates?: readonly { conditionType?: string }[]
  runtimeClassName?: string
  preemptionPolicy?: string
  overhead?: Quantities
  topologySpreadConstraints?: readonly TopologySpreadConstraint[]
  os?: { name?: string }
  schedulingGates?: readonly { name?: string }[]
  resourceClaims?: readonly PodResourceClaim[]
  resources?: ResourceRequirements
}

export interface PodTemplate {
  metadata?: ObjectFields
  spec?: PodSpec
}

/** Calls for every container and its path: those that run first, the regular, the ephemeral. */
export const visitContainers = (spec: PodSpec, path: string, visit: (container: Container, path: string) => void): void => {
  const { initContainers = [], ephemeralContainers = [] } = spec
  const containers = spec.containers ?? []
  for (let index = 0; index < initContainers.length; index++) visit(initContainers[index] as Container, `${path}.initContainers[${index}]`)
  for (let index = 0; index < containers.length; index++) visit(containers[index] as Container, `${path}.containers[${index}]`)
  for (let index = 0; index < ephemeralContainers.length; index++)
    visit(ephemeralContainers[index] as Container, `${path}.ephemeralContainers[${index}]`)
}

/** Sidecars: they run beside the regular containers, not before them. */
export const isSidecar = ({ restartPolicy }: Container): boolean => restartPolicy === 'Always'
