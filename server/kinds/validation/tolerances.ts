// What an update may keep of old data that today's rules refuse. Rules are first applied without any; only what fails is looked at again
// with what the old object is forgiven, so that updates of sound objects pay nothing.
// Upstream: pkg/api/pod/util.go GetValidationOptionsFromPodSpecAndMeta.
import { labelValue } from '../../../apimachinery/names.ts'
import type { Errors } from './checks.ts'
import { hasInvalidLabelValue, isUsableSelector } from './label-selectors.ts'
import { checkLocalNonReservedPath } from './path-checks.ts'
import { type NodeSelectorTerm, type ObjectFields, type PodAffinity, type PodSpec, visitContainers } from './pod-types.ts'
import { isWholePages } from './resource-names.ts'
import { sysctlNamespace } from './sysctls.ts'

export interface Tolerances {
  invalidDeletionCost: boolean
  indivisibleHugePages: boolean
  invalidAffinityValues: boolean
  invalidRequiredNodeValues: boolean
  invalidSpreadSelector: boolean
  nonLocalTokenPath: boolean
  sysctlsOfHostNamespaces: boolean
  restartOfInitContainers: boolean
  userNamespacesWithDevices: boolean
  userNamespacesOnHostNetwork: boolean
  numericTolerations: boolean
  anyLabelChangePolicy: boolean
}

export const strict: Readonly<Tolerances> = {
  invalidDeletionCost: false,
  indivisibleHugePages: false,
  invalidAffinityValues: false,
  invalidRequiredNodeValues: false,
  invalidSpreadSelector: false,
  nonLocalTokenPath: false,
  sysctlsOfHostNamespaces: false,
  restartOfInitContainers: false,
  userNamespacesWithDevices: false,
  userNamespacesOnHostNetwork: false,
  numericTolerations: false,
  anyLabelChangePolicy: false,
}

export const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost'

/** 32 bits; neither a plus nor, where it is not negative, leading zeros. */
export const isDeletionCost = (text: string): boolean =>
  /^(?:0|-\d+|[1-9]\d*)$/.test(text) && Number(text) >= -(2 ** 31) && Number(text) < 2 ** 31

const affinityHasInvalidValues = (affinity: PodAffinity | undefined): boolean => {
  const terms = [
    ...(affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm }) => podAffinityTerm),
  ]
  return terms.some((term) => hasInvalidLabelValue(term?.labelSelector) || hasInvalidLabelValue(term?.namespaceSelector))
}

const termHasInvalidValues = ({ matchExpressions = [] }: NodeSelectorTerm): boolean =>
  matchExpressions.some(({ values = [] }) => values.some((value) => labelValue(value).length > 0))

const tokenPathIsForeign = (spec: PodSpec): boolean => {
  const errors: Errors = []
  for (const { projected } of spec.volumes ?? [])
    for (const { serviceAccountToken } of projected?.sources ?? [])
      if (serviceAccountToken) checkLocalNonReservedPath(serviceAccountToken.path ?? '', '', errors)
  return errors.length > 0
}

const hasIndivisiblePages = (spec: PodSpec): boolean => {
  let found = false
  visitContainers(spec, '', ({ resources }) => {
    for (const list of [resources?.limits, resources?.requests])
      for (const name in list) if (name.startsWith('hugepages-') && !isWholePages(name, list[name] as string)) found = true
  })
  return found
}

const anyContainer = (spec: PodSpec, is: (container: Parameters<Parameters<typeof visitContainers>[2]>[0]) => boolean): boolean => {
  let found = false
  visitContainers(spec, '', (container) => {
    found ||= is(container)
  })
  return found
}

/** What `old` had that today's rules refuse. */
export const tolerancesOf = (old: PodSpec, metadata: ObjectFields | undefined): Tolerances => {
  const { affinity, hostNetwork, hostIPC, hostUsers } = old
  const cost = metadata?.annotations?.[DELETION_COST]
  return {
    invalidDeletionCost: cost !== undefined && !isDeletionCost(cost),
    indivisibleHugePages: hasIndivisiblePages(old),
    invalidAffinityValues: affinityHasInvalidValues(affinity?.podAffinity) || affinityHasInvalidValues(affinity?.podAntiAffinity),
    invalidRequiredNodeValues: (affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []).some(
      termHasInvalidValues,
    ),
    invalidSpreadSelector: (old.topologySpreadConstraints ?? []).some(({ labelSelector }) => !isUsableSelector(labelSelector)),
    nonLocalTokenPath: tokenPathIsForeign(old),
    sysctlsOfHostNamespaces: (old.securityContext?.sysctls ?? []).some(({ name = '' }) => {
      const namespace = sysctlNamespace(name)
      return (hostNetwork === true && namespace === 'net') || (hostIPC === true && namespace === 'ipc')
    }),
    restartOfInitContainers: (old.initContainers ?? []).some(
      ({ restartPolicy, resizePolicy = [] }) =>
        restartPolicy !== 'Always' && resizePolicy.some((policy) => policy.restartPolicy === 'RestartContainer'),
    ),
    userNamespacesWithDevices: hostUsers === false && anyContainer(old, ({ volumeDevices = [] }) => volumeDevices.length > 0),
    userNamespacesOnHostNetwork: hostUsers === false && hostNetwork === true,
    numericTolerations: (old.tolerations ?? []).some(({ operator }) => operator === 'Lt' || operator === 'Gt'),
    anyLabelChangePolicy: old.securityContext?.seLinuxChangePolicy !== undefined,
  }
}
