// The least that the real server accepts of every kind, as data: what is not listed needs a name only. Kinds that upstream's validation
// wants more of have it here. Knows no request; `context` carries what cannot be written down (a certificate request made at run time).
import { apiVersionOf, type Resource } from './facts.ts'
import type { JsonObject } from './json-value.ts'

export interface RecipeContext {
  readonly namespace: string
  /** A PEM certificate request, base64. */
  readonly certificateRequest: string
}

type Recipe = (name: string, serial: number, context: RecipeContext) => JsonObject

const labels = { app: 'web' }
const podSpec = { containers: [{ name: 'main', image: 'registry.example/app:1' }] }
const jobPodSpec = { ...podSpec, restartPolicy: 'Never' }
const template = { metadata: { labels }, spec: podSpec }
const jobTemplate = { template: { spec: jobPodSpec } }
const selector = { matchLabels: labels }
const webhook = {
  name: 'check.example.com',
  clientConfig: { url: 'https://hook.example.com/check' },
  sideEffects: 'None',
  admissionReviewVersions: ['v1'],
}
const roleOf = (kind: string): JsonObject => ({ apiGroup: 'rbac.authorization.k8s.io', kind, name: 'reader' })
const scaleTarget = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }
const matchConstraints = {
  resourceRules: [{ apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['deployments'] }],
}
const event = (name: string, context: RecipeContext): JsonObject => ({
  kind: 'Pod',
  namespace: context.namespace,
  name,
  apiVersion: 'v1',
})

const core: Record<string, Recipe> = {
  ConfigMap: () => ({ data: { key: 'value' } }),
  Endpoints: () => ({ subsets: [{ addresses: [{ ip: '10.1.2.3' }], ports: [{ port: 80 }] }] }),
  Event: (name, _, context) => ({ involvedObject: event(name, context), reason: 'Tested', message: 'a message', type: 'Normal' }),
  LimitRange: () => ({ spec: { limits: [{ type: 'Container', default: { cpu: '500m' } }] } }),
  PersistentVolume: () => ({
    spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/tmp/volume' } },
  }),
  PersistentVolumeClaim: () => ({ spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }),
  Pod: () => ({ spec: podSpec }),
  PodTemplate: () => ({ template }),
  ReplicationController: () => ({ spec: { replicas: 1, selector: labels, template } }),
  ResourceQuota: () => ({ spec: { hard: { pods: '10' } } }),
  Secret: () => ({ data: { key: 'dmFsdWU=' } }),
  Service: () => ({ spec: { selector: labels, ports: [{ port: 80 }] } }),
}

const apps: Record<string, Recipe> = {
  ControllerRevision: () => ({ data: { some: 'state' }, revision: 1 }),
  DaemonSet: () => ({ spec: { selector, template } }),
  Deployment: () => ({ spec: { selector, template } }),
  ReplicaSet: () => ({ spec: { selector, template } }),
  StatefulSet: () => ({ spec: { selector, template, serviceName: 'web' } }),
}

const policies: Record<string, Recipe> = {
  Ingress: () => ({ spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } } }),
  IngressClass: () => ({ spec: { controller: 'example.com/ingress' } }),
  NetworkPolicy: () => ({ spec: { podSelector: {} } }),
  IPAddress: (_, serial, context) => ({
    spec: { parentRef: { group: '', resource: 'services', namespace: context.namespace, name: `service-${serial}` } },
  }),
  ServiceCIDR: (_, serial) => ({ spec: { cidrs: [`10.${100 + (serial % 100)}.0.0/24`] } }),
  PodDisruptionBudget: () => ({ spec: { minAvailable: 1, selector } }),
  ClusterRole: () => ({ rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] }),
  Role: () => ({ rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] }),
  ClusterRoleBinding: () => ({
    roleRef: roleOf('ClusterRole'),
    subjects: [{ kind: 'User', name: 'alice', apiGroup: 'rbac.authorization.k8s.io' }],
  }),
  RoleBinding: () => ({ roleRef: roleOf('Role'), subjects: [{ kind: 'User', name: 'alice', apiGroup: 'rbac.authorization.k8s.io' }] }),
  FlowSchema: () => ({ spec: { priorityLevelConfiguration: { name: 'exempt' } } }),
  PriorityLevelConfiguration: () => ({ spec: { type: 'Limited', limited: { limitResponse: { type: 'Reject' } } } }),
  PriorityClass: () => ({ value: 100 }),
  RuntimeClass: () => ({ handler: 'runc' }),
}

const storage: Record<string, Recipe> = {
  CSIDriver: () => ({ spec: {} }),
  CSINode: () => ({ spec: { drivers: [{ name: 'driver.example.com', nodeID: 'node-1' }] } }),
  CSIStorageCapacity: () => ({ storageClassName: 'fast' }),
  StorageClass: () => ({ provisioner: 'example.com/disk' }),
  VolumeAttachment: () => ({ spec: { attacher: 'example.com', nodeName: 'node-1', source: { persistentVolumeName: 'volume-1' } } }),
  VolumeAttributesClass: () => ({ driverName: 'driver.example.com', parameters: { iops: '100' } }),
  DeviceClass: () => ({ spec: {} }),
  ResourceClaim: () => ({ spec: { devices: { requests: [{ name: 'gpu', exactly: { deviceClassName: 'gpu.example.com' } }] } } }),
  ResourceClaimTemplate: () => ({
    spec: { spec: { devices: { requests: [{ name: 'gpu', exactly: { deviceClassName: 'gpu.example.com' } }] } } },
  }),
  ResourceSlice: (_, serial) => ({
    spec: {
      driver: 'gpu.example.com',
      nodeName: 'node-1',
      pool: { name: `pool-${serial}`, generation: 1, resourceSliceCount: 1 },
      devices: [{ name: 'gpu-0' }],
    },
  }),
}

const rest: Record<string, Recipe> = {
  CronJob: () => ({ spec: { schedule: '*/5 * * * *', jobTemplate: { spec: jobTemplate } } }),
  Job: () => ({ spec: jobTemplate }),
  CertificateSigningRequest: (_, __, context) => ({
    spec: { request: context.certificateRequest, signerName: 'example.com/signer', usages: ['digital signature', 'client auth'] },
  }),
  EndpointSlice: () => ({ addressType: 'IPv4', endpoints: [{ addresses: ['10.1.2.3'] }], ports: [{ port: 80 }] }),
  Lease: () => ({ spec: { holderIdentity: 'holder', leaseDurationSeconds: 30 } }),
  MutatingWebhookConfiguration: () => ({ webhooks: [webhook] }),
  ValidatingWebhookConfiguration: () => ({ webhooks: [webhook] }),
  ValidatingAdmissionPolicy: () => ({ spec: { matchConstraints, validations: [{ expression: 'object.spec.replicas < 5' }] } }),
  ValidatingAdmissionPolicyBinding: () => ({ spec: { policyName: 'policy', validationActions: ['Deny'] } }),
  MutatingAdmissionPolicy: () => ({
    spec: {
      matchConstraints,
      reinvocationPolicy: 'Never',
      failurePolicy: 'Fail',
      mutations: [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression: 'Object{spec: Object.spec{replicas: 3}}' } }],
    },
  }),
  MutatingAdmissionPolicyBinding: () => ({ spec: { policyName: 'policy' } }),
  CustomResourceDefinition: (name) => ({
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: name.split('.')[0] ?? name, kind: 'Widget' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
    },
  }),
  APIService: (name) => ({
    spec: {
      group: name.split('.').slice(1).join('.'),
      version: name.split('.')[0] ?? 'v1',
      groupPriorityMinimum: 100,
      versionPriority: 10,
      insecureSkipTLSVerify: true,
      service: { name: 'extension', namespace: 'default' },
    },
  }),
}

const reviews: Record<string, Recipe> = {
  Binding: () => ({ target: { kind: 'Node', name: 'node-1' } }),
  SelfSubjectReview: () => ({}),
  TokenReview: () => ({ spec: { token: 'not-a-token' } }),
  LocalSubjectAccessReview: (_, __, context) => ({
    spec: { user: 'alice', resourceAttributes: { namespace: context.namespace, verb: 'get', resource: 'pods' } },
  }),
  SubjectAccessReview: () => ({
    spec: { user: 'alice', groups: ['system:masters'], resourceAttributes: { verb: 'get', resource: 'pods' } },
  }),
  SelfSubjectAccessReview: () => ({ spec: { resourceAttributes: { verb: 'get', resource: 'pods' } } }),
  SelfSubjectRulesReview: () => ({ spec: { namespace: 'default' } }),
}

const recipes: Record<string, Recipe> = { ...core, ...apps, ...policies, ...storage, ...rest, ...reviews }

const groupRecipes: Record<string, Recipe> = {
  'events.k8s.io/v1 Event': (name, _, context) => ({
    eventTime: '2026-01-02T03:04:05.000006Z',
    reportingController: 'example.com/tester',
    reportingInstance: 'tester-1',
    action: 'Testing',
    reason: 'Tested',
    type: 'Normal',
    regarding: event(name, context),
  }),
  'autoscaling/v1 HorizontalPodAutoscaler': () => ({ spec: { scaleTargetRef: scaleTarget, maxReplicas: 3 } }),
  'autoscaling/v2 HorizontalPodAutoscaler': () => ({ spec: { scaleTargetRef: scaleTarget, maxReplicas: 3 } }),
}

/** The name of the serial-th object of a kind; some kinds' names have a form of their own. */
export const objectName = (resource: Resource, serial: number): string => {
  if (resource.kind === 'IPAddress') return `10.200.${serial >> 8}.${serial & 255}`
  if (resource.kind === 'CustomResourceDefinition') return `widgets${serial}.example.com`
  if (resource.kind === 'APIService') return `v1.group${serial}.example.com`
  return `${resource.kind.toLowerCase()}-${serial}`
}

export const minimalObject = (resource: Resource, serial: number, context: RecipeContext): JsonObject => {
  const name = objectName(resource, serial)
  const recipe = groupRecipes[`${apiVersionOf(resource)} ${resource.kind}`] ?? recipes[resource.kind]
  const namespace = resource.scope === 'Namespaced' ? { namespace: context.namespace } : {}
  // Upstream refuses access reviews that say anything about themselves.
  if (resource.kind.endsWith('AccessReview'))
    return { apiVersion: apiVersionOf(resource), kind: resource.kind, metadata: namespace, ...recipe?.(name, serial, context) }
  const body = structuredClone(recipe?.(name, serial, context) ?? {})
  return {
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    metadata: { name, ...namespace, labels: { suite: 'differential' } },
    ...body,
  }
}
