// The whole of what a pod is to be. Upstream: ValidatePodSpec.
import { duplicateValue, invalidValue, required } from '../../../apimachinery/field-error.ts'
import { dns1123Label, dns1123Subdomain, qualifiedName } from '../../../apimachinery/names.ts'
import { checkAffinity } from './affinity.ts'
import { type Errors, each, named, optionalName, requiredOneOf, within } from './checks.ts'
import { checkContainers, checkEphemeralContainers, checkInitContainers, checkRestartPolicy } from './containers.ts'
import { checkDnsConfig, checkHostAliases, checkHostnameOverride } from './dns.ts'
import { checkFileVolumes } from './env.ts'
import { internalText } from './internal-text.ts'
import { checkLabels } from './label-selectors.ts'
import { checkOs } from './os-rules.ts'
import { MIRROR } from './pod-annotations.ts'
import type { PodContext } from './pod-context.ts'
import { type ObjectFields, type PodSpec, visitContainers } from './pod-types.ts'
import { checkContainerResources, checkPodResources } from './resources.ts'
import { checkPodSecurityContext } from './security-contexts.ts'
import { strict, type Tolerances } from './tolerances.ts'
import { checkTolerations } from './tolerations.ts'
import { checkTopologySpread } from './topology-spread.ts'
import type { Volume } from './volume-types.ts'
import { checkVolumes } from './volumes.ts'
import { checkHostProcess } from './windows-options.ts'

const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']
const PREEMPTION_POLICIES = ['PreemptLowerPriority', 'Never']
const MAX_INT32 = 2 ** 31 - 1

/** What the rules need to know; `metadata` of a pod itself, undefined for a template's. */
export const podContext = (
  spec: PodSpec,
  metadata: ObjectFields | undefined,
  tolerances: Readonly<Tolerances> = strict,
): PodContext & { volumes: Map<string, Volume> } => ({
  tolerances,
  isPod: metadata !== undefined,
  podName: metadata?.name ?? '',
  isStatic: metadata?.annotations?.[MIRROR] !== undefined,
  gracePeriod: spec.terminationGracePeriodSeconds,
  os: spec.os,
  restartPolicy: spec.restartPolicy ?? '',
  hostUsers: spec.hostUsers ?? true,
  volumes: new Map(),
  claimNames: new Set((spec.resourceClaims ?? []).map(({ name = '' }) => name).filter((name) => name !== '')),
})

const checkClaims = ({ resourceClaims }: PodSpec, path: string, errors: Errors, { isStatic }: PodContext): void => {
  if (!resourceClaims) return
  const seen = new Set<string>()
  each(resourceClaims, path, errors, (claim, at) => {
    if (isStatic) {
      errors.push({ type: 'FieldValueForbidden', field: '', detail: 'static pods do not support resource claims' })
      return
    }
    const { name = '', resourceClaimName, resourceClaimTemplateName } = claim
    if (name === '') errors.push(required(`${at}.name`, ''))
    else if (seen.has(name)) errors.push(duplicateValue(`${at}.name`, name))
    else named(name, dns1123Label, `${at}.name`, errors)
    seen.add(name)
    const both = resourceClaimName !== undefined && resourceClaimTemplateName !== undefined
    if (both || (resourceClaimName === undefined && resourceClaimTemplateName === undefined)) {
      const detail = both
        ? 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified'
        : 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`'
      errors.push({ type: 'FieldValueInvalid', field: at, value: internalText('core.PodResourceClaim', claim), detail })
    }
    if (resourceClaimName !== undefined) named(resourceClaimName, dns1123Subdomain, `${at}.resourceClaimName`, errors)
    if (resourceClaimTemplateName !== undefined)
      named(resourceClaimTemplateName, dns1123Subdomain, `${at}.resourceClaimTemplateName`, errors)
  })
}

/** On the node's network a container's port is the node's. A template may still leave it open. */
const checkHostNetwork = (spec: PodSpec, path: string, errors: Errors, isPod: boolean): void => {
  if (!spec.hostNetwork) return
  spec.containers?.forEach(({ ports = [] }, index) => {
    ports.forEach(({ hostPort = 0, containerPort = 0 }, place) => {
      if ((isPod || hostPort !== 0) && hostPort !== containerPort)
        errors.push(
          invalidValue(
            `${path}.containers[${index}].ports[${place}].hostPort`,
            hostPort,
            'must match `containerPort` when `hostNetwork` is true',
          ),
        )
    })
  })
}

const checkGates = ({ readinessGates, schedulingGates }: PodSpec, path: string, errors: Errors): void => {
  each(readinessGates, `${path}.readinessGates`, errors, ({ conditionType }, at) =>
    named(conditionType, qualifiedName, `${at}.conditionType`, errors),
  )
  if (!schedulingGates) return
  const seen = new Set<string>()
  each(schedulingGates, `${path}.schedulingGates`, errors, ({ name = '' }, at) => {
    named(name, qualifiedName, at, errors)
    if (seen.has(name)) errors.push(duplicateValue(at, name))
    seen.add(name)
  })
}

/** Users of a namespace of their own go with none of the node's. Upstream spells two of the members as Go does. */
const checkUserNamespace = (spec: PodSpec, path: string, errors: Errors, { tolerances }: PodContext): void => {
  if (spec.hostUsers !== false) return
  const say = (field: string): void => void errors.push({ type: 'FieldValueForbidden', field, detail: 'when `hostUsers` is false' })
  if (spec.hostNetwork && !tolerances.userNamespacesOnHostNetwork) say(`${path}.hostNetwork`)
  if (spec.hostPID) say(`${path}.HostPID`)
  if (spec.hostIPC) say(`${path}.HostIPC`)
  if (tolerances.userNamespacesWithDevices) return
  visitContainers(spec, path, ({ volumeDevices = [] }, at) => {
    if (volumeDevices.length > 0) say(`${at}.volumeDevices`)
  })
}

const checkNames = (spec: PodSpec, path: string, errors: Errors): void => {
  optionalName(spec.serviceAccountName, dns1123Subdomain, `${path}.serviceAccountName`, errors)
  optionalName(spec.nodeName, dns1123Subdomain, `${path}.nodeName`, errors)
  within(spec.activeDeadlineSeconds, [1, MAX_INT32], `${path}.activeDeadlineSeconds`, errors)
  optionalName(spec.hostname, dns1123Label, `${path}.hostname`, errors)
  optionalName(spec.subdomain, dns1123Label, `${path}.subdomain`, errors)
}

/** `context` from podContext, of the same spec. */
export const checkPodSpec = (spec: PodSpec, path: string, errors: Errors, context: PodContext & { volumes: Map<string, Volume> }): void => {
  if (spec.terminationGracePeriodSeconds === undefined) errors.push(required(`${path}.terminationGracePeriodSeconds`, ''))
  checkVolumes(spec.volumes, `${path}.volumes`, errors, context)
  checkClaims(spec, `${path}.resourceClaims`, errors, context)
  checkContainers(spec, `${path}.containers`, errors, context)
  checkInitContainers(spec, `${path}.initContainers`, errors, context)
  checkEphemeralContainers(spec, `${path}.ephemeralContainers`, errors, context)
  checkPodResources(spec, path, errors, context)
  checkHostNetwork(spec, path, errors, context.isPod)
  checkRestartPolicy(spec.restartPolicy, `${path}.restartPolicy`, errors)
  requiredOneOf(spec.dnsPolicy, DNS_POLICIES, `${path}.dnsPolicy`, errors)
  checkLabels(spec.nodeSelector, `${path}.nodeSelector`, errors)
  checkPodSecurityContext(spec, path, errors, context)
  checkAffinity(spec.affinity, `${path}.affinity`, errors, context)
  checkDnsConfig(spec, `${path}.dnsConfig`, errors)
  checkGates(spec, path, errors)
  checkTopologySpread(spec.topologySpreadConstraints, `${path}.topologySpreadConstraints`, errors, context)
  checkHostProcess(spec, path, errors)
  checkUserNamespace(spec, path, errors, context)
  checkHostnameOverride(spec, path, errors)
  checkNames(spec, path, errors)
  checkTolerations(spec.tolerations, `${path}.tolerations`, errors, context.tolerances)
  checkHostAliases(spec.hostAliases, `${path}.hostAliases`, errors)
  optionalName(spec.priorityClassName, dns1123Subdomain, `${path}.priorityClassName`, errors)
  if (spec.runtimeClassName !== undefined) named(spec.runtimeClassName, dns1123Subdomain, `${path}.runtimeClassName`, errors)
  if (spec.preemptionPolicy !== undefined) requiredOneOf(spec.preemptionPolicy, PREEMPTION_POLICIES, `${path}.preemptionPolicy`, errors)
  if (spec.overhead) checkContainerResources({ limits: spec.overhead }, `${path}.overhead`, errors, { ...context, claimNames: new Set() })
  checkOs(spec, path, errors)
  checkFileVolumes(spec, path, errors)
}
