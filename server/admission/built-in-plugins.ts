// The plug-ins that are built, by upstream's names. Those of PLUGIN_ORDER that are not here are still to come.
import type { AdmissionPlugin } from './admission.ts'
import type { AdmissionParts } from './admission-parts.ts'
import { alwaysAdmit, alwaysDeny } from './always.ts'
import { alwaysPullImages } from './always-pull-images.ts'
import { certificateApproval, certificateSigning, certificateSubjectRestriction, clusterTrustBundleAttest } from './certificates.ts'
import { defaultIngressClass, defaultStorageClass } from './default-class.ts'
import { defaultTolerationSeconds } from './default-toleration-seconds.ts'
import { limitRanger } from './limit-ranger.ts'
import { namespaceLifecycle } from './namespace-lifecycle.ts'
import { namespaceAutoProvision, namespaceExists } from './namespace-presence.ts'
import { nodeDeclaredFeatureValidator, podResizeValidator, podTopologyLabels } from './nodes-of-pods.ts'
import { ownerReferencesPermissionEnforcement } from './ownership-changes.ts'
import { persistentVolumeClaimResize } from './persistent-volume-claim-resize.ts'
import { jobValidation, podGroupProtection, podGroupWorkloadExists } from './pod-groups.ts'
import { extendedResourceToleration, limitPodHardAntiAffinityTopology, podNodeSelector, podTolerationRestriction } from './pod-placement.ts'
import { podSecurity } from './pod-security.ts'
import { priority } from './priority.ts'
import { resourceQuota } from './resource-quota.ts'
import { runtimeClass } from './runtime-class.ts'
import { serviceAccount } from './service-account.ts'
import { denyServiceExternalIps } from './service-external-ips.ts'
import { storageObjectInUseProtection } from './storage-object-in-use-protection.ts'
import { taintNodesByCondition } from './taint-nodes-by-condition.ts'

const makers: Readonly<Record<string, (parts: AdmissionParts) => AdmissionPlugin>> = {
  AlwaysAdmit: alwaysAdmit,
  NamespaceAutoProvision: namespaceAutoProvision,
  NamespaceLifecycle: ({ namespaceState }) => namespaceLifecycle(namespaceState),
  NamespaceExists: namespaceExists,
  LimitPodHardAntiAffinityTopology: limitPodHardAntiAffinityTopology,
  LimitRanger: limitRanger,
  ServiceAccount: serviceAccount,
  TaintNodesByCondition: taintNodesByCondition,
  AlwaysPullImages: alwaysPullImages,
  PodSecurity: podSecurity,
  PodNodeSelector: podNodeSelector,
  Priority: priority,
  DefaultTolerationSeconds: defaultTolerationSeconds,
  PodTolerationRestriction: podTolerationRestriction,
  ExtendedResourceToleration: extendedResourceToleration,
  DefaultStorageClass: defaultStorageClass,
  StorageObjectInUseProtection: storageObjectInUseProtection,
  PodGroupProtection: podGroupProtection,
  OwnerReferencesPermissionEnforcement: ownerReferencesPermissionEnforcement,
  PersistentVolumeClaimResize: persistentVolumeClaimResize,
  RuntimeClass: runtimeClass,
  CertificateApproval: certificateApproval,
  CertificateSigning: certificateSigning,
  ClusterTrustBundleAttest: clusterTrustBundleAttest,
  CertificateSubjectRestriction: certificateSubjectRestriction,
  DefaultIngressClass: defaultIngressClass,
  DenyServiceExternalIPs: denyServiceExternalIps,
  PodTopologyLabels: podTopologyLabels,
  PodGroupWorkloadExists: podGroupWorkloadExists,
  NodeDeclaredFeatureValidator: nodeDeclaredFeatureValidator,
  JobValidation: jobValidation,
  PodResizeValidator: podResizeValidator,
  ResourceQuota: resourceQuota,
  AlwaysDeny: alwaysDeny,
}

/** Whether a plug-in that upstream has is here too. */
export const isBuiltIn = (name: string): boolean => Object.hasOwn(makers, name)

/** Plug-ins by their names, in the order given; names that are not here yet are passed over. */
export const builtInPlugins = (names: readonly string[], parts: AdmissionParts): AdmissionPlugin[] =>
  names.flatMap((name) => (isBuiltIn(name) ? [(makers[name] as (typeof makers)[string])(parts)] : []))
