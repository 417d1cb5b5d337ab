// What is allowed in pods and their templates, but hardly meant. Upstream: pkg/api/pod/warnings.go, pkg/api/node/util.go.
import { dns1123Label, labelValue } from '../../../apimachinery/names.ts'
import { isWholeQuantity } from '../../../apimachinery/quantity.ts'
import type { Labels } from './label-selectors.ts'
import { overlapWarnings } from './overlapping-paths.ts'
import { APP_ARMOR, SECCOMP_CONTAINER, SECCOMP_POD, saysSameProfile } from './pod-annotations.ts'
import { type Container, type NodeSelectorTerm, type PodAffinity, type PodSpec, type PodTemplate, visitContainers } from './pod-types.ts'
import { portWarnings } from './port-warnings.ts'
import { addressWarning } from './text-checks.ts'
import type { ClaimSpec, Volume } from './volume-types.ts'

const nodeLabels: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  'app.kubernetes.io/created-by': 'deprecated since v1.9',
  'scheduler.alpha.kubernetes.io/preferAvoidPods': 'deprecated since v1.22; use Taints and Tolerations instead',
  'node-role.kubernetes.io/master': 'use "node-role.kubernetes.io/control-plane" instead',
}

const annotationMessages: Readonly<Record<string, string>> = {
  'scheduler.alpha.kubernetes.io/critical-pod': 'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
  'security.alpha.kubernetes.io/unsafe-sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
}

/** By member, with the name under which upstream warns of it. */
const volumeMessages: readonly (readonly [member: keyof Volume, shown: string, message: string])[] = [
  ['photonPersistentDisk', 'photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'gitRepo', 'deprecated in v1.11, and disabled by default in v1.33+'],
  ['scaleIO', 'scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'storageOS', 'deprecated in v1.22, non-functional in v1.25+'],
  ['quobyte', 'quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['cephfs', 'cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'rbd', 'deprecated in v1.28, non-functional in v1.31+'],
]

const NO_SELECTOR = 'a null labelSelector results in matching no pod'
const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution'
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution'
const USE_SECCOMP = 'non-functional in v1.27+; use the "seccompProfile" field instead'

type Warnings = string[]

const warnTerm = ({ matchExpressions = [] }: NodeSelectorTerm, path: string, warnings: Warnings, values: boolean): void =>
  matchExpressions.forEach(({ key = '', values: given = [] }, index) => {
    const at = `${path}.matchExpressions[${index}]`
    if (Object.hasOwn(nodeLabels, key)) warnings.push(`${at}.key: ${key} is ${nodeLabels[key]}`)
    if (!values) return
    given.forEach((value, place) => {
      for (const message of labelValue(value)) warnings.push(`${at}.values[${place}]: ${value} is invalid, ${message}`)
    })
  })

const warnPlacement = (spec: PodSpec, path: string, warnings: Warnings): void => {
  for (const key in spec.nodeSelector) if (Object.hasOwn(nodeLabels, key)) warnings.push(`${path}.nodeSelector[${key}]: ${nodeLabels[key]}`)
  const nodes = spec.affinity?.nodeAffinity
  const at = `${path}.affinity.nodeAffinity`
  nodes?.[REQUIRED]?.nodeSelectorTerms?.forEach((term, index) => {
    warnTerm(term, `${at}.${REQUIRED}.nodeSelectorTerms[${index}]`, warnings, false)
  })
  nodes?.[PREFERRED]?.forEach(({ preference = {} }, index) => {
    warnTerm(preference, `${at}.${PREFERRED}[${index}].preference`, warnings, true)
  })
  spec.topologySpreadConstraints?.forEach(({ topologyKey = '', labelSelector }, index) => {
    const place = `${path}.topologySpreadConstraints[${index}]`
    if (Object.hasOwn(nodeLabels, topologyKey)) warnings.push(`${place}.topologyKey: ${topologyKey} is ${nodeLabels[topologyKey]}`)
    if (!labelSelector) warnings.push(`${place}.labelSelector: ${NO_SELECTOR}`)
  })
}

/** Bytes come whole. */
const warnFraction = (amount: string | undefined, path: string, warnings: Warnings): void => {
  if (amount !== undefined && !isWholeQuantity(amount))
    warnings.push(`${path}: fractional byte value ${JSON.stringify(amount)} is invalid, must be an integer`)
}

/** What a claim asks for, in fractions of bytes. */
export const claimWarnings = ({ resources }: ClaimSpec, path: string, warnings: Warnings): void => {
  warnFraction(resources?.requests?.['storage'], `${path}.resources.requests[storage]`, warnings)
  warnFraction(resources?.limits?.['storage'], `${path}.resources.limits[storage]`, warnings)
}

const warnVolumes = (volumes: readonly Volume[] | undefined, path: string, warnings: Warnings): void => {
  volumes?.forEach((volume, index) => {
    const at = `${path}.volumes[${index}]`
    for (const [member, shown, message] of volumeMessages) if (volume[member]) warnings.push(`${at}.${shown}: ${message}`)
    const claim = volume.ephemeral?.volumeClaimTemplate
    if (claim) claimWarnings(claim.spec ?? {}, `${at}.ephemeral.volumeClaimTemplate.spec`, warnings)
  })
  if (volumes) warnings.push(...overlapWarnings(volumes))
}

const warnDuplicates = (spec: PodSpec, path: string, warnings: Warnings): void => {
  const addresses = new Set<string>()
  spec.hostAliases?.forEach(({ ip = '' }, index) => {
    if (addresses.has(ip)) warnings.push(`${path}.hostAliases[${index}].ip: duplicate ip ${JSON.stringify(ip)}`)
    addresses.add(ip)
  })
  const secrets = new Set<string>()
  spec.imagePullSecrets?.forEach(({ name = '' }, index) => {
    if (secrets.has(name)) warnings.push(`${path}.imagePullSecrets[${index}].name: duplicate name ${JSON.stringify(name)}`)
    secrets.add(name)
  })
  spec.imagePullSecrets?.forEach(({ name = '' }, index) => {
    if (name === '') warnings.push(`${path}.imagePullSecrets[${index}].name: invalid empty name ""`)
  })
}

const warnEnv = ({ env = [] }: Container, path: string, warnings: Warnings): void => {
  if (env.length < 2) return
  const seen = new Set<string>()
  env.forEach(({ name = '', value = '', valueFrom }, index) => {
    const reference = `$(${name})`
    if (seen.has(name) && (valueFrom || value === reference || !value.includes(reference)))
      warnings.push(`${path}.env[${index}]: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`)
    seen.add(name)
  })
}

const warnContainers = (spec: PodSpec, annotations: Labels, root: string, path: string, warnings: Warnings): void =>
  visitContainers(spec, path, (container, at) => {
    const { name = '', securityContext, resources } = container
    const metadata = root === '' ? 'metadata' : `${root}.metadata`
    const seccomp = `${SECCOMP_CONTAINER}${name}`
    if (!securityContext?.seccompProfile && annotations[seccomp] !== undefined)
      warnings.push(`${metadata}.annotations[${seccomp}]: ${USE_SECCOMP}`)
    const armor = annotations[APP_ARMOR + name]
    // Of pods themselves a create warns when it turns annotations into fields.
    if (root !== '' && armor !== undefined && !securityContext?.appArmorProfile) {
      if (!saysSameProfile(armor, spec.securityContext?.appArmorProfile))
        warnings.push(`${metadata}.annotations[${APP_ARMOR}${name}]: deprecated since v1.30; use the "appArmorProfile" field instead`)
    }
    for (const resource of ['memory', 'ephemeral-storage'])
      for (const side of ['limits', 'requests'] as const)
        warnFraction(resources?.[side]?.[resource], `${at}.resources.${side}[${resource}]`, warnings)
    warnEnv(container, at, warnings)
  })

const warnPodAffinity = (affinity: PodAffinity | undefined, path: string, warnings: Warnings): void => {
  affinity?.[REQUIRED]?.forEach(({ labelSelector }, index) => {
    if (!labelSelector) warnings.push(`${path}.${REQUIRED}[${index}].labelSelector: ${NO_SELECTOR}`)
  })
  affinity?.[PREFERRED]?.forEach(({ podAffinityTerm }, index) => {
    if (!podAffinityTerm?.labelSelector) warnings.push(`${path}.${PREFERRED}[${index}].podAffinityTerm.labelSelector: ${NO_SELECTOR}`)
  })
}

const warnAddresses = (spec: PodSpec, path: string, warnings: Warnings): void => {
  spec.dnsConfig?.nameservers?.forEach((address, index) => {
    const warning = addressWarning(address)
    if (warning !== undefined) warnings.push(`${path}.dnsConfig.nameservers[${index}]: ${warning}`)
  })
  spec.hostAliases?.forEach(({ ip = '' }, index) => {
    const warning = addressWarning(ip)
    if (warning !== undefined) warnings.push(`${path}.hostAliases[${index}].ip: ${warning}`)
  })
}

/** Of a pod (`root` '') or of the template at a path. */
export const podTemplateWarnings = ({ metadata, spec = {} }: PodTemplate, root: string): string[] => {
  const warnings: Warnings = []
  const prefix = root === '' ? '' : `${root}.`
  const path = `${prefix}spec`
  const annotations = metadata?.annotations ?? {}
  warnPlacement(spec, path, warnings)
  for (const key in annotationMessages)
    if (annotations[key] !== undefined) warnings.push(`${prefix}metadata.annotations[${key}]: ${annotationMessages[key]}`)
  warnVolumes(spec.volumes, path, warnings)
  warnDuplicates(spec, path, warnings)
  for (const resource of ['memory', 'ephemeral-storage']) warnFraction(spec.overhead?.[resource], `${path}.overhead[${resource}]`, warnings)
  if (!spec.securityContext?.seccompProfile && annotations[SECCOMP_POD] !== undefined)
    warnings.push(`${prefix}metadata.annotations[${SECCOMP_POD}]: ${USE_SECCOMP}`)
  warnContainers(spec, annotations, root, path, warnings)
  portWarnings(spec, path, warnings)
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0)
    warnings.push(`${path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`)
  warnPodAffinity(spec.affinity?.podAffinity, `${path}.affinity.podAffinity`, warnings)
  warnPodAffinity(spec.affinity?.podAntiAffinity, `${path}.affinity.podAntiAffinity`, warnings)
  warnAddresses(spec, path, warnings)
  return warnings
}

/** Names that end up in host names had better be DNS labels; `use` says where they end up. */
export const nameWarnings = (name: string | undefined, use: string): string[] => {
  const messages = dns1123Label(name ?? '')
  if (messages.length === 0) return []
  return [
    `metadata.name: this is used in ${use}, which can result in surprising behavior; a DNS label is recommended: [${messages.join(' ')}]`,
  ]
}

export const POD_NAMES = 'Pod names and hostnames'
