// Kinds without behaviour of their own yet: their traits, a line each. One that grows behaviour moves to a file of its own.
// Upstream: the strategy.go of each kind under pkg/registry.

import { at, type KubeObject, listAt, type ValueMap } from '../../apimachinery/kube-object.ts'
import { pathSegment } from '../../apimachinery/names.ts'
import { selectorText } from './columns.ts'
import { defineResource, type KindRecord } from './define-resource.ts'
import { notYet } from './not-yet.ts'
import { emptyStatus, strategyOf, type Traits, USER_METADATA } from './strategies.ts'

const SPEC = ['spec']
const status = emptyStatus

const table: Record<string, Record<string, Traits>> = {
  '': {
    PersistentVolumeClaim: { status: () => ({ phase: 'Pending' }), returnsDeletedObject: true },
    PodTemplate: { generation: ['template'], returnsDeletedObject: true },
    ResourceQuota: { status, returnsDeletedObject: true },
  },
  apps: {
    ControllerRevision: {},
  },
  batch: {},
  'certificates.k8s.io': {
    ClusterTrustBundle: { conditionalUpdate: true, name: pathSegment },
    PodCertificateRequest: { statusKeeps: USER_METADATA, status, conditionalUpdate: true },
  },
  'networking.k8s.io': {
    IngressClass: { generation: SPEC },
    Ingress: { status: () => ({ loadBalancer: {} }), generation: SPEC },
    IPAddress: { name: pathSegment },
    NetworkPolicy: { generation: SPEC },
    ServiceCIDR: { statusKeeps: USER_METADATA, status },
  },
  policy: {
    PodDisruptionBudget: {
      status: () => ({ disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 }),
      generation: SPEC,
      conditionalUpdate: true,
      name: pathSegment,
    },
  },
  'rbac.authorization.k8s.io': {
    ClusterRole: { createOnUpdate: true, name: pathSegment },
    ClusterRoleBinding: { createOnUpdate: true, name: pathSegment },
    Role: { createOnUpdate: true, name: pathSegment },
    RoleBinding: { createOnUpdate: true, name: pathSegment },
  },
  'storage.k8s.io': {
    CSIDriver: { conditionalUpdate: true, returnsDeletedObject: true },
    CSINode: { conditionalUpdate: true, returnsDeletedObject: true },
    CSIStorageCapacity: { conditionalUpdate: true },
    StorageClass: { returnsDeletedObject: true },
    VolumeAttachment: {
      statusKeeps: USER_METADATA,
      status: () => ({ attached: false }),
      conditionalUpdate: true,
      returnsDeletedObject: true,
    },
    VolumeAttributesClass: { returnsDeletedObject: true },
  },
  'admissionregistration.k8s.io': {
    MutatingAdmissionPolicy: { generation: SPEC, conditionalUpdate: true },
    MutatingAdmissionPolicyBinding: { generation: SPEC, conditionalUpdate: true },
    MutatingWebhookConfiguration: { generation: ['webhooks'], conditionalUpdate: true },
    ValidatingWebhookConfiguration: { generation: ['webhooks'], conditionalUpdate: true },
    ValidatingAdmissionPolicy: { statusKeeps: USER_METADATA, status, generation: SPEC, conditionalUpdate: true },
    ValidatingAdmissionPolicyBinding: { generation: SPEC, conditionalUpdate: true },
  },
  'scheduling.k8s.io': {
    PriorityClass: { generation: ['value', 'globalDefault', 'description', 'preemptionPolicy'] },
    PodGroup: { statusKeeps: USER_METADATA, status },
    Workload: {},
  },
  'coordination.k8s.io': { LeaseCandidate: { createOnUpdate: true, conditionalUpdate: true } },
  'node.k8s.io': { RuntimeClass: { createOnUpdate: true, conditionalUpdate: true } },
  'resource.k8s.io': {
    DeviceClass: { generation: SPEC, returnsDeletedObject: true },
    ResourceClaim: { statusKeeps: USER_METADATA, status, returnsDeletedObject: true },
    ResourceClaimTemplate: { returnsDeletedObject: true },
    ResourceSlice: { generation: SPEC, returnsDeletedObject: true },
    DeviceTaintRule: { statusKeeps: USER_METADATA, status, generation: SPEC, returnsDeletedObject: true },
    ResourcePoolStatusRequest: { conditionalUpdate: true, returnsDeletedObject: true },
  },
  'flowcontrol.apiserver.k8s.io': {
    FlowSchema: { statusKeeps: USER_METADATA, status, generation: SPEC },
    PriorityLevelConfiguration: { statusKeeps: USER_METADATA, status, generation: SPEC },
  },
  'internal.apiserver.k8s.io': { StorageVersion: { statusKeeps: USER_METADATA, status, conditionalUpdate: true } },
  'storagemigration.k8s.io': { StorageVersionMigration: { statusKeeps: USER_METADATA, status, conditionalUpdate: true } },
}

/** Replication controllers leave their pods behind unless told otherwise. */
const withOrphans: readonly KindRecord[] = [
  defineResource('', 'ReplicationController', {
    strategy: strategyOf({ status: () => ({ replicas: 0 }), generation: SPEC }, { defaultPropagation: () => 'Orphan' }),
    scaleSelector: (object) => selectorText({ matchLabels: at(object, 'spec', 'selector') }),
    selectableFields: {
      names: ['status.replicas'],
      of: (controller) => ({ 'status.replicas': String((controller['status'] as { replicas?: number } | undefined)?.replicas ?? 0) }),
    },
  }),
  defineResource('batch', 'CronJob', { strategy: strategyOf({ status, generation: SPEC }) }),
]

/** Fields behind gates that are off, or that only old data has. */
const withoutFields =
  (member: string, ...names: string[]) =>
  (object: KubeObject): void => {
    const holders = Array.isArray(object[member]) ? listAt(object, member) : [object[member]]
    for (const holder of holders) for (const name of names) if (holder) delete (holder as ValueMap)[name]
  }

const others: readonly KindRecord[] = [
  defineResource('coordination.k8s.io', 'Lease', {
    strategy: strategyOf(
      { createOnUpdate: true, conditionalUpdate: true },
      { prepareForCreate: withoutFields('spec', 'strategy', 'preferredHolder') },
    ),
  }),
  defineResource('discovery.k8s.io', 'EndpointSlice', {
    strategy: strategyOf({ generation: ['endpoints', 'ports'] }, { prepareForCreate: withoutFields('endpoints', 'deprecatedTopology') }),
  }),
  defineResource('apps', 'StatefulSet', {
    strategy: strategyOf({ status: () => ({ replicas: 0 }), generation: SPEC }),
    scaleSelector: (object) => selectorText(at(object, 'spec', 'selector')),
  }),
  defineResource('', 'Endpoints', {
    strategy: strategyOf({ createOnUpdate: true }),
    deprecationWarning: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  }),
  defineResource('', 'ComponentStatus', { deprecationWarning: 'v1 ComponentStatus is deprecated in v1.19+' }),
  defineResource('', 'LimitRange', {
    strategy: strategyOf(
      { createOnUpdate: true },
      {
        prepareForCreate: (object, context) => {
          object.metadata.name ||= context.newUuid()
        },
      },
    ),
  }),
  defineResource('', 'PersistentVolume', {
    strategy: strategyOf(
      { status: () => ({ phase: 'Pending' }), returnsDeletedObject: true },
      {
        prepareForCreate: (object, context) => {
          object['status'] = { phase: 'Pending', lastPhaseTransitionTime: new Date(context.clock.now()).toISOString() }
        },
      },
    ),
  }),
]

/** What this promises does not work yet, so creating one is refused rather than ignored. */
const refused: readonly KindRecord[] = [
  defineResource('apiextensions.k8s.io', 'CustomResourceDefinition', {
    strategy: { ...strategyOf({}), refuseCreate: notYet('custom resources') },
  }),
]

export const plainKinds: readonly KindRecord[] = [
  ...Object.entries(table).flatMap(([group, kinds]) =>
    Object.entries(kinds).map(([kind, traits]) => defineResource(group, kind, { strategy: strategyOf(traits) })),
  ),
  ...withOrphans,
  ...others,
  ...refused,
]
