// Stateful sets: of their spec most never changes. Upstream: pkg/apis/apps/validation ValidateStatefulSet*.
import { equalValues } from '../../../apimachinery/equal-values.ts'
import { forbiddenField, invalidValue, required } from '../../../apimachinery/field-error.ts'
import type { Frozen, KubeObject } from '../../../apimachinery/kube-object.ts'
import { dns1123Label } from '../../../apimachinery/names.ts'
import { type Errors, nonNegative, oneOf, optionalName } from './checks.ts'
import { checkClaimSpec } from './claim-spec.ts'
import { checkAnnotations, checkLabels, type LabelSelector, selectsEverything } from './label-selectors.ts'
import { checkPodAnnotations } from './pod-annotations.ts'
import { podContext } from './pod-spec.ts'
import { checkEndless, checkPodTemplate, checkTemplateLabels, checkWorkloadSelector } from './pod-templates.ts'
import type { PodTemplate } from './pod-types.ts'
import { checkCollisions, checkCounts, checkParts, statusOf } from './replica-counts.ts'
import { checkStatefulSetStrategy, type UpdateStrategy } from './rollouts.ts'
import type { ClaimSpec, Volume } from './volume-types.ts'

type Subject = Frozen<KubeObject>

interface StatefulSetSpec {
  replicas?: number
  minReadySeconds?: number
  ordinals?: { start?: number }
  selector?: LabelSelector | null
  serviceName?: string
  podManagementPolicy?: string
  updateStrategy?: UpdateStrategy
  revisionHistoryLimit?: number
  persistentVolumeClaimRetentionPolicy?: { whenDeleted?: string; whenScaled?: string }
  volumeClaimTemplates?: readonly { metadata?: { name?: string }; spec?: ClaimSpec }[]
  template?: PodTemplate
}

const RETENTIONS = ['Retain', 'Delete']
const MUTABLE = [
  'replicas',
  'template',
  'updateStrategy',
  'minReadySeconds',
  'ordinals',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
] as const
const FROZEN =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"

const specOf = (object: Subject): StatefulSetSpec => (object['spec'] ?? {}) as StatefulSetSpec

/** The template as the controller will use it: volumes for the claims, names that it sets itself. */
const usedTemplate = ({ template = {}, volumeClaimTemplates = [] }: StatefulSetSpec): PodTemplate => {
  const { subdomain, hostname, ...spec } = template.spec ?? {}
  if (subdomain === undefined && hostname === undefined && volumeClaimTemplates.length === 0) return template
  const claimed = new Map<string, Volume>()
  for (const { metadata } of volumeClaimTemplates) {
    const name = metadata?.name ?? ''
    claimed.set(name, { name, persistentVolumeClaim: { claimName: name } })
  }
  const volumes = [...claimed.values(), ...(spec.volumes ?? []).filter(({ name = '' }) => !claimed.has(name))]
  return { ...template, spec: { ...spec, ...(volumes.length > 0 ? { volumes } : {}) } }
}

const checkTemplate = (spec: StatefulSetSpec, errors: Errors, skip: boolean): void => {
  const { selector } = spec
  const template = usedTemplate(spec)
  const { metadata } = template
  const path = 'spec.template'
  if (!selector || !selectsEverything(selector)) checkTemplateLabels(template, selector, path, errors)
  if (!skip) checkPodTemplate(template, path, errors)
  checkLabels(metadata?.labels, `${path}.labels`, errors)
  checkAnnotations(metadata?.annotations, `${path}.annotations`, errors)
  const pod = template.spec ?? {}
  checkPodAnnotations(metadata?.annotations, pod, `${path}.annotations`, errors, podContext(pod, undefined))
}

interface Leniency {
  /** The name of the service and the claims cannot change: what they have wrong stays. */
  isUpdate: boolean
  skipTemplate: boolean
}

const checkSpec = (spec: StatefulSetSpec, errors: Errors, { isUpdate, skipTemplate }: Leniency): void => {
  const policy = spec.podManagementPolicy ?? ''
  if (policy === '') errors.push(required('spec.podManagementPolicy', ''))
  else if (policy !== 'OrderedReady' && policy !== 'Parallel')
    errors.push(invalidValue('spec.podManagementPolicy', policy, "must be 'OrderedReady' or 'Parallel'"))
  checkStatefulSetStrategy(spec.updateStrategy ?? {}, 'spec.updateStrategy', errors)
  const retention = spec.persistentVolumeClaimRetentionPolicy
  if (retention) {
    oneOf(retention.whenDeleted, RETENTIONS, 'spec.persistentVolumeClaimRetentionPolicy.whenDeleted', errors)
    oneOf(retention.whenScaled, RETENTIONS, 'spec.persistentVolumeClaimRetentionPolicy.whenScaled', errors)
  }
  if (!isUpdate)
    spec.volumeClaimTemplates?.forEach((claim, index) => {
      checkClaimSpec(claim.spec ?? {}, `spec.volumeClaimTemplates[${index}].spec`, errors)
    })
  nonNegative(spec.replicas, 'spec.replicas', errors)
  nonNegative(spec.minReadySeconds, 'spec.minReadySeconds', errors)
  nonNegative(spec.ordinals?.start, 'spec.ordinals.start', errors)
  if (!isUpdate) optionalName(spec.serviceName, dns1123Label, 'spec.serviceName', errors)
  if (checkWorkloadSelector(spec.selector, 'spec.selector', errors, 'statefulset')) checkTemplate(spec, errors, skipTemplate)
  else errors.push(invalidValue('spec.selector', spec.selector, ''))
  checkEndless(spec.template ?? {}, 'spec.template', errors, 'StatefulSet')
}

export const checkStatefulSet = (object: Subject, errors: Errors): void =>
  checkSpec(specOf(object), errors, { isUpdate: false, skipTemplate: false })

export const checkStatefulSetUpdate = (object: Subject, old: Subject, errors: Errors): void => {
  const [spec, before] = [specOf(object), specOf(old)]
  checkSpec(spec, errors, { isUpdate: true, skipTemplate: false })
  if (errors.length > 0) {
    const faults: Errors = []
    checkSpec(before, faults, { isUpdate: true, skipTemplate: false })
    if (faults.length > 0) {
      errors.length = 0
      checkSpec(spec, errors, { isUpdate: true, skipTemplate: true })
    }
  }
  const fixed = (of: StatefulSetSpec): object =>
    Object.fromEntries(Object.entries(of).filter(([member]) => !MUTABLE.includes(member as 'replicas')))
  if (!equalValues(fixed(spec), fixed(before))) errors.push(forbiddenField('spec', FROZEN))
}

const COUNTS = [
  'replicas',
  'readyReplicas',
  'currentReplicas',
  'updatedReplicas',
  'availableReplicas',
  'observedGeneration',
  'collisionCount',
]
const PARTS = ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas']

/** Upstream looks at the status before the metadata. */
export const checkStatefulSetStatus = (object: Subject, old: Subject, errors: Errors): void => {
  const status = statusOf(object)
  checkCounts(status, COUNTS, errors)
  checkParts(status, PARTS, errors, 'cannot be greater than status.readyReplicas')
  checkCollisions(status, statusOf(old), errors)
}
