// Pods: what a new one must meet, and what may change of one that is there.
// Upstream: ValidatePodCreate, ValidatePodUpdate, ValidatePodEphemeralContainersUpdate.
import { equalValues } from '../../../apimachinery/equal-values.ts'
import { forbiddenField, invalidValue, required } from '../../../apimachinery/field-error.ts'
import { cloneTree, type Frozen, type KubeObject } from '../../../apimachinery/kube-object.ts'
import type { Errors } from './checks.ts'
import { checkImageSpace } from './containers.ts'
import { internalLines, internalText } from './internal-text.ts'
import type { Labels } from './label-selectors.ts'
import { checkAnnotationsMatchFields, checkAnnotationUpdate, checkPodAnnotations, MIRROR } from './pod-annotations.ts'
import { checkPodSpec, podContext } from './pod-spec.ts'
import type { Container, NodeAffinity, NodeSelectorTerm, ObjectFields, PodSpec, Toleration } from './pod-types.ts'
import { DELETION_COST, isDeletionCost, strict, type Tolerances, tolerancesOf } from './tolerances.ts'
import { checkTolerations } from './tolerations.ts'
import { unifiedDiff } from './unified-diff.ts'

type Pod = Frozen<KubeObject>

const MAX_INT32 = 2 ** 31 - 1
const UPDATABLE = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',')

export const specOf = (pod: Pod): PodSpec => (pod['spec'] ?? {}) as PodSpec
const metadataOf = (pod: Pod): ObjectFields => pod.metadata as ObjectFields
const annotationsOf = (pod: Pod): Labels | undefined => metadataOf(pod).annotations
const isStatic = (pod: Pod): boolean => annotationsOf(pod)?.[MIRROR] !== undefined

const checkTokens = (spec: PodSpec, errors: Errors): void => {
  if (spec.serviceAccountName) return
  spec.volumes?.forEach(({ projected }, index) => {
    projected?.sources?.forEach(({ serviceAccountToken }, place) => {
      if (serviceAccountToken)
        errors.push(
          forbiddenField(
            `spec.volumes[${index}].projected.sources[${place}].serviceAccountToken`,
            'must not be specified when serviceAccountName is not set',
          ),
        )
    })
  })
}

const checkOnce = (pod: Pod, errors: Errors, tolerances: Readonly<Tolerances>, specIsValid: boolean): void => {
  const [spec, metadata] = [specOf(pod), metadataOf(pod)]
  const context = podContext(spec, metadata, tolerances)
  checkPodAnnotations(metadata.annotations, spec, 'metadata.annotations', errors, context)
  if (specIsValid) return
  checkPodSpec(spec, 'spec', errors, context)
  checkTokens(spec, errors)
  spec.containers?.forEach((container, index) => {
    checkImageSpace(container, `spec.containers[${index}]`, errors)
  })
  spec.initContainers?.forEach((container, index) => {
    checkImageSpace(container, `spec.initContainers[${index}]`, errors)
  })
}

/** The pod as it stands, but for a spec that is known to be valid; `old` forgives what it had wrong itself. */
export const checkPod = (pod: Pod, errors: Errors, old?: Pod, specIsValid = false): void => {
  const before = errors.length
  checkOnce(pod, errors, strict, specIsValid)
  if (errors.length === before || !old) return
  errors.length = before
  checkOnce(pod, errors, tolerancesOf(specOf(old), metadataOf(old)), specIsValid)
}

/** What may not change, and once more what the annotations have to be. */
export const checkPodAnnotationUpdate = (pod: Pod, old: Pod, errors: Errors): void => {
  const [now, before] = [annotationsOf(pod), annotationsOf(old)]
  if (!now && !before) return
  const path = 'metadata.annotations'
  checkAnnotationUpdate(now, before, path, errors)
  const invalidDeletionCost = before?.[DELETION_COST] !== undefined && !isDeletionCost(before[DELETION_COST])
  checkPodAnnotations(now, specOf(pod), path, errors, podContext(specOf(pod), metadataOf(pod), { ...strict, invalidDeletionCost }))
}

export const checkPodCreate = (pod: Pod, errors: Errors): void => {
  checkPod(pod, errors)
  const spec = specOf(pod)
  if ((spec.ephemeralContainers ?? []).length > 0) errors.push(forbiddenField('spec.ephemeralContainers', 'cannot be set on create'))
  if (spec.nodeName && (spec.schedulingGates ?? []).length > 0)
    errors.push(forbiddenField('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'))
  checkAnnotationsMatchFields(annotationsOf(pod), spec, 'spec', errors)
}

/** Gives whether the lists have the same length; nothing else is worth a look where they have not. */
const checkContainerUpdate = (
  now: readonly Container[] | null | undefined,
  old: readonly Container[] | null | undefined,
  path: string,
  errors: Errors,
): boolean => {
  if ((now ?? []).length !== (old ?? []).length) {
    errors.push(forbiddenField(path, 'pod updates may not add or remove containers'))
    return false
  }
  now?.forEach((container, index) => {
    if (!container.image) errors.push(required(`${path}[${index}].image`, ''))
    checkImageSpace(container, `${path}[${index}]`, errors)
  })
  return true
}

/** Gives whether the deadline leaves anything else to be looked at. */
const checkDeadline = (now: PodSpec, old: PodSpec, errors: Errors): boolean => {
  const path = 'spec.activeDeadlineSeconds'
  const [deadline, before] = [now.activeDeadlineSeconds, old.activeDeadlineSeconds]
  if (deadline === undefined) {
    if (before !== undefined) errors.push(invalidValue(path, undefined, 'must not update from a positive integer to nil value'))
    return true
  }
  if (deadline < 0 || deadline > MAX_INT32) errors.push(invalidValue(path, deadline, `must be between 0 and ${MAX_INT32}, inclusive`))
  else if (before !== undefined && before < deadline)
    errors.push(invalidValue(path, deadline, 'must be less than or equal to previous value'))
  else return true
  return false
}

const sameButSeconds = (a: Toleration, b: Toleration): boolean => {
  const { tolerationSeconds: _, ...first } = a
  const { tolerationSeconds: __, ...second } = b
  return equalValues(first, second)
}

const checkTolerationUpdate = (now: PodSpec, old: PodSpec, errors: Errors): void => {
  const path = 'spec.tolerations'
  const kept = (old.tolerations ?? []).every((before) => (now.tolerations ?? []).some((toleration) => sameButSeconds(before, toleration)))
  if (!kept) {
    errors.push(forbiddenField(path, 'existing toleration can not be modified except its tolerationSeconds'))
    return
  }
  const numericTolerations = (old.tolerations ?? []).some(({ operator }) => operator === 'Lt' || operator === 'Gt')
  checkTolerations(now.tolerations, path, errors, { ...strict, numericTolerations })
}

const checkGateUpdate = (now: PodSpec, old: PodSpec, errors: Errors): void => {
  const known = new Set((old.schedulingGates ?? []).map(({ name }) => name))
  const last = new Map((now.schedulingGates ?? []).map(({ name = '' }, index) => [name, index]))
  for (const [name, index] of last)
    if (!known.has(name))
      errors.push(
        forbiddenField(`spec.schedulingGates[${index}].name`, `only deletion is allowed, but found new scheduling gate '${name}'`),
      )
}

const addsOnly = (now: readonly unknown[] = [], old: readonly unknown[] = []): boolean =>
  now.length >= old.length && equalValues(now.slice(0, old.length), old)

const termAddsOnly = (now: NodeSelectorTerm, old: NodeSelectorTerm): boolean => {
  const empty = (old.matchExpressions ?? []).length === 0 && (old.matchFields ?? []).length === 0
  if (empty) return (now.matchExpressions ?? []).length === 0 && (now.matchFields ?? []).length === 0
  return addsOnly(now.matchExpressions, old.matchExpressions) && addsOnly(now.matchFields, old.matchFields)
}

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution'

const checkNodeAffinityUpdate = (now: NodeAffinity | undefined, old: NodeAffinity | undefined, errors: Errors): void => {
  const before = old?.[REQUIRED]?.nodeSelectorTerms ?? []
  const terms = now?.[REQUIRED]?.nodeSelectorTerms ?? []
  const path = `spec.affinity.nodeAffinity.${REQUIRED}.nodeSelectorTerms`
  if (before.length === 0) return
  if (before.length !== terms.length) {
    const value = terms.length === 0 ? 'null' : internalText('[]core.NodeSelectorTerm', terms)
    const detail = 'no additions/deletions to non-empty NodeSelectorTerms list are allowed'
    errors.push({ type: 'FieldValueInvalid', field: path, value, detail })
    return
  }
  before.forEach((term, index) => {
    if (termAddsOnly(terms[index] as NodeSelectorTerm, term)) return
    const value = internalText('core.NodeSelectorTerm', terms[index])
    const detail = 'only additions are allowed (no mutations or deletions)'
    errors.push({ type: 'FieldValueInvalid', field: `${path}[${index}]`, value, detail })
  })
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
type Spec = Mutable<PodSpec>

const put = <K extends keyof Spec>(target: Spec, member: K, value: Spec[K]): void => {
  if (value === undefined) delete target[member]
  else target[member] = value
}

const withImagesOf = (now: readonly Container[], old: readonly Container[]): Container[] =>
  now.map((container, index) => {
    const { image: _, ...rest } = container
    const image = old[index]?.image
    return image === undefined ? rest : { ...rest, image }
  })

/** While gates hold a pod back, the nodes it may go to can still be narrowed. */
const checkGatedUpdate = (munged: Spec, old: PodSpec, errors: Errors): void => {
  if (!equalValues(munged.nodeSelector ?? {}, old.nodeSelector ?? {})) {
    const { nodeSelector } = munged
    const kept = Object.entries(old.nodeSelector ?? {}).every(([key, value]) => nodeSelector?.[key] === value)
    const detail = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)'
    if (!kept) errors.push(invalidValue('spec.nodeSelector', nodeSelector, detail))
    put(munged, 'nodeSelector', old.nodeSelector)
  }
  const [now, before] = [munged.affinity?.nodeAffinity, old.affinity?.nodeAffinity]
  if (equalValues(now, before)) return
  checkNodeAffinityUpdate(now, before, errors)
  const { nodeAffinity: _, ...others } = munged.affinity ?? {}
  const affinity = before ? { nodeAffinity: before, ...others } : others
  const nothing = Object.keys(affinity).length === 0 && !old.affinity
  put(munged, 'affinity', nothing ? undefined : affinity)
}

/** Whatever else has changed is refused, and the difference shown. */
const checkRest = (now: PodSpec, old: PodSpec, errors: Errors): void => {
  if (equalValues(now, old)) return
  const munged = cloneTree<Spec>(now as Spec)
  munged.containers = withImagesOf(munged.containers ?? [], old.containers ?? [])
  if (munged.initContainers) munged.initContainers = withImagesOf(munged.initContainers, old.initContainers ?? [])
  for (const member of ['activeDeadlineSeconds', 'schedulingGates', 'tolerations'] as const) put(munged, member, old[member])
  if ((old.terminationGracePeriodSeconds ?? 0) < 0 && munged.terminationGracePeriodSeconds === 1)
    put(munged, 'terminationGracePeriodSeconds', old.terminationGracePeriodSeconds)
  if ((old.schedulingGates ?? []).length > 0) checkGatedUpdate(munged, old, errors)
  if (equalValues(munged, old)) return
  const difference = unifiedDiff(internalLines('core.PodSpec', old), internalLines('core.PodSpec', munged))
  if (difference !== '') errors.push(forbiddenField('spec', `pod updates may not change fields other than ${UPDATABLE}\n${difference}`))
}

/** `oldIsChecked` as Strategy.validateUpdate has it. */
export const checkPodUpdate = (pod: Pod, old: Pod, errors: Errors, oldIsChecked = false): void => {
  const [now, before] = [specOf(pod), specOf(old)]
  const sameSpec = oldIsChecked && now === before && isStatic(pod) === isStatic(old)
  checkPod(pod, errors, old, sameSpec)
  checkPodAnnotationUpdate(pod, old, errors)
  if (sameSpec) return
  if (!checkContainerUpdate(now.containers, before.containers, 'spec.containers', errors)) return
  if (!checkContainerUpdate(now.initContainers, before.initContainers, 'spec.initContainers', errors)) return
  if (!checkDeadline(now, before, errors)) return
  checkTolerationUpdate(now, before, errors)
  checkGateUpdate(now, before, errors)
  checkRest(now, before, errors)
}

/** Those that are there stay as they are; new ones may come. */
export const checkEphemeralUpdate = (pod: Pod, old: Pod, errors: Errors): void => {
  if (isStatic(old)) {
    errors.length = 0
    errors.push({ type: 'FieldValueForbidden', field: '', detail: 'static pods do not support ephemeral containers' })
    return
  }
  checkPod(pod, errors, old)
  checkPodAnnotationUpdate(pod, old, errors)
  const path = 'spec.ephemeralContainers'
  const now = new Map((specOf(pod).ephemeralContainers ?? []).map((container) => [container.name ?? '', container]))
  for (const before of specOf(old).ephemeralContainers ?? []) {
    const name = JSON.stringify(before.name ?? '')
    const container = now.get(before.name ?? '')
    if (!container) errors.push(forbiddenField(path, `existing ephemeral containers ${name} may not be removed\n`))
    else if (!equalValues(container, before)) {
      const [first, second] = [internalLines('core.EphemeralContainer', before), internalLines('core.EphemeralContainer', container)]
      errors.push(forbiddenField(path, `existing ephemeral containers ${name} may not be changed\n${unifiedDiff(first, second)}`))
    }
  }
}
