// What kubelets and the scheduler may say of a pod. Upstream: ValidatePodStatusUpdate.
import { isIPv4 } from 'node:net'
import { duplicateValue, forbiddenField, invalidValue, notSupported, required, tooLong } from '../../../apimachinery/field-error.ts'
import type { Frozen, KubeObject } from '../../../apimachinery/kube-object.ts'
import { dns1123Label, dns1123Subdomain, qualifiedName } from '../../../apimachinery/names.ts'
import { type Errors, each, immutable, named, present, within } from './checks.ts'
import { type Container, type Integer, isSidecar, type PodSpec, type RestartRule } from './pod-types.ts'
import { checkPodAnnotationUpdate, specOf } from './pods.ts'
import { ipAddress } from './text-checks.ts'

interface ContainerStatus {
  name?: string
  state?: { terminated?: { exitCode?: number }; running?: object }
  user?: { linux?: { uid?: Integer; gid?: Integer; supplementalGroups?: readonly Integer[] } }
  allocatedResourcesStatus?: readonly {
    name?: string
    resources?: readonly { resourceID?: string; health?: string; message?: string }[]
  }[]
}

interface PodStatus {
  observedGeneration?: number
  conditions?: readonly { type?: string; observedGeneration?: number }[]
  nominatedNodeName?: string
  qosClass?: string
  hostIP?: string
  hostIPs?: readonly { ip?: string }[]
  podIPs?: readonly { ip?: string }[]
  containerStatuses?: readonly ContainerStatus[]
  initContainerStatuses?: readonly ContainerStatus[]
  ephemeralContainerStatuses?: readonly ContainerStatus[]
  resourceClaimStatuses?: readonly { name?: string; resourceClaimName?: string }[]
  extendedResourceClaimStatus?: {
    requestMappings?: readonly { containerName?: string; resourceName?: string; requestName?: string }[]
    resourceClaimName?: string
  }
}

type Pod = Frozen<KubeObject>
const statusOf = (pod: Pod): PodStatus => (pod['status'] ?? {}) as PodStatus

const NEGATIVE = 'must be a non-negative integer'
const SYSTEM_CONDITIONS = new Set(['PodScheduled', 'Ready', 'Initialized'])
const HEALTH = ['Healthy', 'Unhealthy', 'Unknown']
const MAX_MESSAGE = 4096
const LISTS = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'] as const

const checkConditions = (conditions: PodStatus['conditions'], errors: Errors): void =>
  each(conditions, 'status.conditions', errors, ({ type = '', observedGeneration = 0 }, path) => {
    if (observedGeneration < 0) errors.push(invalidValue(`${path}.observedGeneration`, observedGeneration, NEGATIVE))
    if (!SYSTEM_CONDITIONS.has(type)) named(type, qualifiedName, `${path}.Type`, errors)
  })

const restartsAll = ({ restartPolicyRules = [] }: Container): boolean =>
  restartPolicyRules.some(({ action }) => action === 'RestartAllContainers')

const ruleApplies = ({ exitCodes }: RestartRule, code: number): boolean => {
  const listed = (exitCodes?.values ?? []).includes(code)
  return exitCodes?.operator === 'In' ? listed : exitCodes?.operator === 'NotIn' && !listed
}

/** Whether a container that ended with a code may run again. */
const mayRestart = (container: Container, spec: PodSpec, code: number): boolean => {
  const rule = (container.restartPolicyRules ?? []).find((candidate) => ruleApplies(candidate, code))
  if (rule) return rule.action === 'Restart' || rule.action === 'RestartAllContainers'
  const policy = container.restartPolicy ?? spec.restartPolicy
  return policy === 'Always' || (policy === 'OnFailure' && code !== 0)
}

/** What has ended stays ended, unless it may run again. `containers` is undefined where nothing may. */
const checkTransitions = (
  now: readonly ContainerStatus[] = [],
  old: readonly ContainerStatus[] = [],
  path: string,
  errors: Errors,
  spec: PodSpec,
  containers: readonly Container[] | undefined,
): void => {
  const all = [...(spec.containers ?? []), ...(spec.initContainers ?? [])]
  if (containers && all.some(restartsAll)) return
  old.forEach(({ name, state }, index) => {
    if (!state?.terminated) return
    const status = now.find((candidate) => candidate.name === name && !candidate.state?.terminated)
    if (!status) return
    const container = containers?.find((candidate) => candidate.name === name)
    if (!container || !mayRestart(container, spec, state.terminated.exitCode ?? 0))
      errors.push(forbiddenField(`${path}[${index}].state`, 'may not be transitioned to non-terminated state'))
  })
}

const checkClaimStatuses = (statuses: PodStatus['resourceClaimStatuses'], spec: PodSpec, errors: Errors): void => {
  const seen = new Set<string>()
  each(statuses, 'status.resourceClaimStatuses', errors, ({ name = '', resourceClaimName }, path) => {
    if (!(spec.resourceClaims ?? []).some((claim) => claim.name === name))
      errors.push(invalidValue(`${path}.name`, name, 'must match the name of an entry in `spec.resourceClaims`'))
    if (seen.has(name)) errors.push(duplicateValue(`${path}.name`, name))
    seen.add(name)
    if (resourceClaimName !== undefined) named(resourceClaimName, dns1123Subdomain, `${path}.resourceClaimName`, errors)
  })
}

const checkExtendedClaim = (status: PodStatus['extendedResourceClaimStatus'], spec: PodSpec, errors: Errors): void => {
  if (!status) return
  const path = 'status.extendedResourceClaimStatus'
  const containers = new Map([...(spec.initContainers ?? []), ...(spec.containers ?? [])].map((container) => [container.name, container]))
  present(status.requestMappings, `${path}.requestMappings`, errors, 'at least one request mapping is required')
  const seen = new Set<string>()
  each(status.requestMappings, `${path}.requestMappings`, errors, (mapping, at) => {
    const { containerName = '', resourceName = '', requestName = '' } = mapping
    const container = containers.get(containerName)
    const ask =
      'must match the extended resource name of an entry in spec.initContainers.resources.requests or spec.containers.resources.requests'
    if (!container)
      errors.push(
        invalidValue(
          `${at}.containerName`,
          containerName,
          'must match the name of an entry in spec.initContainers.name or spec.containers.name',
        ),
      )
    else if (container.resources?.requests?.[resourceName] === undefined) errors.push(invalidValue(`${at}.resourceName`, resourceName, ask))
    named(requestName, dns1123Label, `${path}.requestName`, errors)
    const key = JSON.stringify([containerName, resourceName, requestName])
    if (seen.has(key))
      for (const member of ['containerName', 'resourceName', 'requestName'] as const)
        errors.push(duplicateValue(`${at}.${member}`, mapping[member] ?? ''))
    seen.add(key)
  })
  if (present(status.resourceClaimName, `${path}.resourceClaimName`, errors))
    named(status.resourceClaimName, dns1123Subdomain, `${path}.resourceClaimName`, errors)
}

/** Addresses that were there before may stay, whatever they are; of each family there is one. */
const checkAddresses = (now: PodStatus['podIPs'] = [], old: PodStatus['podIPs'] = [], path: string, errors: Errors): void => {
  const known = new Set(old.map(({ ip = '' }) => ip))
  const addresses = now.map(({ ip = '' }) => ip)
  addresses.forEach((address, index) => {
    if (!known.has(address)) named(address, ipAddress, `${path}[${index}]`, errors)
  })
  if (addresses.length <= 1) return
  const bad = addresses.findIndex((address) => !isIPv4(address) && ipAddress(address).length > 0)
  if (bad >= 0) {
    const detail = `failed to check for dual stack with error:invalid IP[${bad}]: ${addresses[bad]}`
    errors.push({ type: 'InternalError', field: path, detail })
  }
  const families = new Set(addresses.map(isIPv4))
  if (bad >= 0 || families.size < 2 || addresses.length > 2) {
    const value = JSON.stringify(addresses.map((IP) => ({ IP })))
    errors.push({ type: 'FieldValueInvalid', field: path, value, detail: 'may specify no more than one IP for each IP family' })
  }
}

const checkUsers = (statuses: readonly ContainerStatus[] | undefined, path: string, errors: Errors, os: string): void =>
  each(statuses, path, errors, ({ user }, at) => {
    const linux = user?.linux
    if (!linux) return
    if (os === 'windows') errors.push(forbiddenField(`${at}.user.linux`, 'cannot be set for a windows pod'))
    if (os !== 'linux') return
    const check = (id: Integer | undefined, place: string): void => within(id, [0, 2 ** 31 - 1], `${at}.user.linux.${place}`, errors)
    check(linux.uid, 'uid')
    check(linux.gid, 'gid')
    linux.supplementalGroups?.forEach((group, index) => {
      check(group, `supplementalGroups[${index}]`)
    })
  })

const asksFor = ({ resources }: Container, name: string): boolean =>
  name.startsWith('claim:')
    ? (resources?.claims ?? []).some((claim) => name === `claim:${claim.name}${claim.request ? `/${claim.request}` : ''}`)
    : resources?.requests?.[name] !== undefined

const checkAllocated = (
  statuses: readonly ContainerStatus[] | undefined,
  containers: readonly Container[],
  path: string,
  errors: Errors,
): void =>
  each(statuses, path, errors, (status, place) => {
    each(status.allocatedResourcesStatus, `${place}.allocatedResourcesStatus`, errors, ({ name = '', resources }, at) => {
      const container = containers.find((candidate) => candidate.name === status.name)
      if (container && !asksFor(container, name)) {
        const form = " claims in a format 'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty"
        const what = name.startsWith('claim:') ? `resource${form}` : 'resource requests'
        errors.push(invalidValue(`${at}.name`, name, `must match one of the container's ${what}`))
      }
      const seen = new Set<string>()
      each(resources, `${at}.resources`, errors, ({ resourceID = '', health = '', message }, spot) => {
        if (!HEALTH.includes(health)) errors.push(notSupported(`${spot}.health`, health, HEALTH))
        if (message === '') errors.push(required(`${spot}.message`, 'must be non-empty if specified'))
        else if (message !== undefined && Buffer.byteLength(message) > MAX_MESSAGE) errors.push(tooLong(`${spot}.message`, MAX_MESSAGE))
        if (seen.has(resourceID)) errors.push(duplicateValue(`${spot}.resourceID`, resourceID))
        seen.add(resourceID)
      })
    })
  })

const checkNomination = (now: PodStatus, old: PodStatus, bound: boolean, errors: Errors): void => {
  const { nominatedNodeName: name = '' } = now
  if (name === '' || name === (old.nominatedNodeName ?? '')) return
  named(name, dns1123Subdomain, 'status.nominatedNodeName', errors)
  if (bound) errors.push(forbiddenField('status.nominatedNodeName', 'may not be set on pods that are already bound to a node'))
}

export const checkPodStatusUpdate = (pod: Pod, old: Pod, errors: Errors): void => {
  const [now, before, spec, oldSpec] = [statusOf(pod), statusOf(old), specOf(pod), specOf(old)]
  checkPodAnnotationUpdate(pod, old, errors)
  checkConditions(now.conditions, errors)
  checkNomination(now, before, !!oldSpec.nodeName, errors)
  const { observedGeneration = 0 } = now
  if (observedGeneration < 0) errors.push(invalidValue('status.observedGeneration', observedGeneration, NEGATIVE))
  immutable((now.qosClass ?? '') === (before.qosClass ?? ''), now.qosClass ?? '', 'status.qosClass', errors)
  checkTransitions(now.containerStatuses, before.containerStatuses, 'status.containerStatuses', errors, oldSpec, oldSpec.containers ?? [])
  checkTransitions(
    now.initContainerStatuses,
    before.initContainerStatuses,
    'status.initContainerStatuses',
    errors,
    oldSpec,
    (oldSpec.initContainers ?? []).map((container) => (isSidecar(container) ? { ...container, restartPolicy: 'Always' } : container)),
  )
  const ephemeral = 'status.ephemeralContainerStatuses'
  checkTransitions(now.ephemeralContainerStatuses, before.ephemeralContainerStatuses, ephemeral, errors, oldSpec, undefined)
  checkClaimStatuses(now.resourceClaimStatuses, spec, errors)
  checkExtendedClaim(now.extendedResourceClaimStatus, spec, errors)
  checkAddresses(now.podIPs, before.podIPs, 'status.podIPs', errors)
  const [first] = now.hostIPs ?? []
  if (first && (first.ip ?? '') !== (now.hostIP ?? ''))
    errors.push(invalidValue('status.hostIPs[0].ip', first.ip ?? '', 'must be equal to `hostIP`'))
  checkAddresses(now.hostIPs, before.hostIPs, 'status.hostIPs', errors)
  for (const list of LISTS) checkUsers(now[list], `status.${list}`, errors, spec.os?.name ?? 'linux')
  checkAllocated(now.containerStatuses, spec.containers ?? [], 'status.containerStatuses', errors)
  checkAllocated(now.initContainerStatuses, spec.initContainers ?? [], 'status.initContainerStatuses', errors)
  each(now.ephemeralContainerStatuses, ephemeral, errors, ({ allocatedResourcesStatus = [] }, path) => {
    if (allocatedResourcesStatus.length > 0)
      errors.push(forbiddenField(`${path}.allocatedResourcesStatus`, 'must not be specified in container status'))
  })
}
