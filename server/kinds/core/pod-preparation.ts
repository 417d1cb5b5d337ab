// What a create adds to a pod: the condition of gated ones, selectors from the pod's own labels, AppArmor fields for old annotations.
// Upstream: pkg/registry/core/pod/strategy.go PrepareForCreate.
import { formatTime } from '../../../apimachinery/clock.ts'
import { at, type Frozen, type KubeObject, listAt, textAt, type Value, type ValueMap } from '../../../apimachinery/kube-object.ts'
import type { WriteContext } from '../../registry/resource-definition.ts'
import type { Errors } from '../validation/checks.ts'
import { APP_ARMOR, appArmorField, saysSameProfile } from '../validation/pod-annotations.ts'
import type { ConfinementProfile } from '../validation/pod-types.ts'
import { checkAppArmor } from '../validation/security-contexts.ts'
import { dropDisabledPodFields } from './pod-disabled-fields.ts'
import { qosClass } from './pod-qos.ts'

const GATED = {
  type: 'PodScheduled',
  status: 'False',
  reason: 'SchedulingGated',
  message: 'Scheduling is blocked due to non-empty scheduling gates',
}

type Labels = Readonly<Record<string, string>>

/** Adds a requirement for each key that the pod has a label of. */
const addRequirements = (selector: ValueMap, keys: Value[], operator: string, labels: Labels): void => {
  const added = keys
    .filter((key) => Object.hasOwn(labels, key as string))
    .map((key) => ({ key, operator, values: [labels[key as string] as string] }))
  if (added.length > 0) selector['matchExpressions'] = [...listAt(selector, 'matchExpressions'), ...added]
}

const mergeLabelKeys = (term: unknown, labels: Labels): void => {
  const selector = at(term, 'labelSelector') as ValueMap | undefined
  if (!selector) return
  addRequirements(selector, listAt(term, 'matchLabelKeys'), 'In', labels)
  addRequirements(selector, listAt(term, 'mismatchLabelKeys'), 'NotIn', labels)
}

const mergeAllLabelKeys = (spec: ValueMap, labels: Labels): void => {
  for (const kind of ['podAffinity', 'podAntiAffinity']) {
    const affinity = at(spec, 'affinity', kind)
    for (const preferred of listAt(affinity, 'preferredDuringSchedulingIgnoredDuringExecution'))
      mergeLabelKeys(at(preferred, 'podAffinityTerm'), labels)
    for (const term of listAt(affinity, 'requiredDuringSchedulingIgnoredDuringExecution')) mergeLabelKeys(term, labels)
  }
  for (const constraint of listAt(spec, 'topologySpreadConstraints')) mergeLabelKeys(constraint, labels)
}

const usableField = (annotation: string): ConfinementProfile | undefined => {
  const field = appArmorField(annotation)
  const errors: Errors = []
  checkAppArmor(field, '', errors)
  return errors.length === 0 ? field : undefined
}

/** An annotation where there is no field becomes the field, with a warning unless the pod's own says the same. */
const fieldsFromAnnotations = (pod: KubeObject, spec: ValueMap, context: WriteContext): void => {
  const { annotations } = pod.metadata
  if (!annotations || textAt(spec, 'os', 'name') === 'windows') return
  const own = at(spec, 'securityContext', 'appArmorProfile') as ConfinementProfile | undefined
  for (const list of ['initContainers', 'containers', 'ephemeralContainers']) {
    for (const container of listAt(spec, list) as ValueMap[]) {
      const key = `${APP_ARMOR}${textAt(container, 'name')}`
      const annotation = annotations[key]
      if (annotation === undefined || at(container, 'securityContext', 'appArmorProfile') !== undefined) continue
      const field = usableField(annotation)
      if (field && saysSameProfile(annotation, own)) continue
      if (field)
        container['securityContext'] = { ...(container['securityContext'] as ValueMap | undefined), appArmorProfile: field as ValueMap }
      context.warn(`metadata.annotations[${key}]: deprecated since v1.30; use the "appArmorProfile" field instead`)
    }
  }
}

export const preparePod = (pod: KubeObject, context: WriteContext): void => {
  const spec = pod['spec'] as ValueMap
  const gated = listAt(spec, 'schedulingGates').length > 0
  pod['status'] = {
    phase: 'Pending',
    ...(gated ? { conditions: [{ ...GATED, lastProbeTime: null, lastTransitionTime: formatTime(context.clock.now()) }] } : {}),
    qosClass: qosClass(pod),
  }
  dropDisabledPodFields(spec)
  mergeAllLabelKeys(spec, pod.metadata.labels ?? {})
  fieldsFromAnnotations(pod, spec, context)
}

type Conditions = readonly { type?: string; observedGeneration?: number }[]

/** Who clears an observed generation keeps the old one; conditions are paired by type, in their order. */
export const keepObservedGenerations = (status: ValueMap, old: Frozen<ValueMap> | undefined): void => {
  const before = at(old, 'observedGeneration')
  if (!status['observedGeneration'] && before) status['observedGeneration'] = before as Value
  const known = new Map<string, (number | undefined)[]>()
  for (const { type = '', observedGeneration } of listAt(old, 'conditions') as Conditions)
    known.set(type, [...(known.get(type) ?? []), observedGeneration])
  for (const condition of listAt(status, 'conditions') as ValueMap[]) {
    const generation = known.get(textAt(condition, 'type'))?.shift()
    if (!condition['observedGeneration'] && generation) condition['observedGeneration'] = generation
  }
}
