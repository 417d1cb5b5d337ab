// Which plug-ins there are, in which order they run, and which are on. Upstream: pkg/kubeapiserver/options/plugins.go,
// k8s.io/apiserver/pkg/server/options/admission.go.

/** Every plug-in upstream knows, in the order they run. Quotas come last, so that nothing is charged that another one refuses. */
export const PLUGIN_ORDER: readonly string[] = [
  'AlwaysAdmit',
  'NamespaceAutoProvision',
  'NamespaceLifecycle',
  'NamespaceExists',
  'LimitPodHardAntiAffinityTopology',
  'LimitRanger',
  'ServiceAccount',
  'NodeRestriction',
  'TaintNodesByCondition',
  'AlwaysPullImages',
  'ImagePolicyWebhook',
  'PodSecurity',
  'PodNodeSelector',
  'Priority',
  'DefaultTolerationSeconds',
  'PodTolerationRestriction',
  'EventRateLimit',
  'ExtendedResourceToleration',
  'DefaultStorageClass',
  'StorageObjectInUseProtection',
  'PodGroupProtection',
  'OwnerReferencesPermissionEnforcement',
  'PersistentVolumeClaimResize',
  'RuntimeClass',
  'CertificateApproval',
  'CertificateSigning',
  'ClusterTrustBundleAttest',
  'CertificateSubjectRestriction',
  'DefaultIngressClass',
  'DenyServiceExternalIPs',
  'PodTopologyLabels',
  'PodGroupWorkloadExists',
  'NodeDeclaredFeatureValidator',
  'JobValidation',
  'PodResizeValidator',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionWebhook',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionWebhook',
  'ResourceQuota',
  'AlwaysDeny',
]

const OFF_BY_DEFAULT = new Set([
  'AlwaysAdmit',
  'NamespaceAutoProvision',
  'NamespaceExists',
  'LimitPodHardAntiAffinityTopology',
  'NodeRestriction',
  'AlwaysPullImages',
  'ImagePolicyWebhook',
  'PodNodeSelector',
  'PodTolerationRestriction',
  'EventRateLimit',
  'ExtendedResourceToleration',
  'OwnerReferencesPermissionEnforcement',
  'DenyServiceExternalIPs',
  'AlwaysDeny',
])

/** What is wrong with the names on the command line, in upstream's words; '' where nothing is. */
export const pluginNamesFault = (enabled: readonly string[], disabled: readonly string[]): string => {
  const unknown = (flag: string, names: readonly string[]): string[] =>
    names.filter((name) => !PLUGIN_ORDER.includes(name)).map((name) => `${flag} plugin ${JSON.stringify(name)} is unknown`)
  const both = [...new Set(enabled.filter((name) => disabled.includes(name)))].sort()
  const faults = [
    ...unknown('enable-admission-plugins', enabled),
    ...unknown('disable-admission-plugins', disabled),
    ...(both.length > 0 ? [`[${both.join(' ')}] in enable-admission-plugins and disable-admission-plugins overlapped`] : []),
  ]
  return faults.length > 1 ? `[${faults.join(', ')}]` : (faults[0] ?? '')
}

/** Names of the plug-ins that are on, in order. */
export const enabledPlugins = (enabled: readonly string[], disabled: readonly string[]): string[] =>
  PLUGIN_ORDER.filter((name) => enabled.includes(name) || !(OFF_BY_DEFAULT.has(name) || disabled.includes(name)))
