// Priority: a pod's priority is its class's, and only one class is the default. Upstream: plugin/pkg/admission/priority.
import { at, type Frozen, type KubeObject, textAt } from '../../apimachinery/kube-object.ts'
import { type AdmissionAttributes, type AdmissionPlugin, refused } from './admission.ts'
import type { AdmissionParts } from './admission-parts.ts'
import { oldPodOf, podOf, setInSpec } from './admitted-pod.ts'

interface PriorityClass {
  readonly name: string
  readonly value: number
  readonly isDefault: boolean
  readonly preemptionPolicy: string
}

const NO_CLASS: PriorityClass = { name: '', value: 0, isDefault: false, preemptionPolicy: 'PreemptLowerPriority' }

const prepare = (found: Frozen<KubeObject>): PriorityClass => ({
  name: found.metadata.name ?? '',
  value: (at(found, 'value') ?? 0) as number,
  isDefault: at(found, 'globalDefault') === true,
  preemptionPolicy: textAt(found, 'preemptionPolicy'),
})

const keepOnUpdate = (attributes: AdmissionAttributes): void => {
  const { spec } = podOf(attributes)
  const { priority, preemptionPolicy } = oldPodOf(attributes).spec
  if (spec.priority === undefined && priority !== undefined) setInSpec(attributes, { priority })
  if (spec.preemptionPolicy === undefined && preemptionPolicy !== undefined) setInSpec(attributes, { preemptionPolicy })
}

export const priority = ({ prepared }: AdmissionParts): AdmissionPlugin => {
  const classes = prepared('scheduling.k8s.io', 'priorityclasses', prepare)
  /** Of several the one of the least value. */
  const defaultClass = (): PriorityClass | undefined => {
    let least: PriorityClass | undefined
    for (const candidate of classes.list('')) if (candidate.isDefault && (!least || candidate.value < least.value)) least = candidate
    return least
  }
  const resolve = (attributes: AdmissionAttributes, name: string): PriorityClass => {
    if (name === '') return defaultClass() ?? NO_CLASS
    const found = classes.get('', name)
    if (!found) throw refused(attributes, `no PriorityClass with name ${name} was found`)
    return found
  }
  const admitPod = (attributes: AdmissionAttributes): void => {
    const { spec } = podOf(attributes)
    const { name, value, preemptionPolicy } = resolve(attributes, spec.priorityClassName ?? '')
    if (name !== '') spec.priorityClassName = name
    const computed = 'must not be provided in pod spec; priority admission controller computed'
    if (spec.priority !== undefined && spec.priority !== value)
      throw refused(attributes, `the integer value of priority (${spec.priority}) ${computed} ${value} from the given PriorityClass name`)
    spec.priority = value
    if (preemptionPolicy === '') return
    const own = spec.preemptionPolicy
    if (own !== undefined && own !== preemptionPolicy)
      throw refused(
        attributes,
        `the string value of PreemptionPolicy (${own}) ${computed} ${preemptionPolicy} from the given PriorityClass name`,
      )
    spec.preemptionPolicy = preemptionPolicy
  }
  return {
    name: 'Priority',
    operations: ['CREATE', 'UPDATE'],
    resources: ['pods', 'priorityclasses.scheduling.k8s.io'],
    subresources: [''],
    admit: (attributes) => {
      if (attributes.resource.resource !== 'pods') return
      if (attributes.operation === 'UPDATE') keepOnUpdate(attributes)
      else admitPod(attributes)
    },
    validate: (attributes) => {
      const { object, operation, resource } = attributes
      if (resource.resource !== 'priorityclasses' || object?.['globalDefault'] !== true) return
      const already = defaultClass()
      if (already && (operation === 'CREATE' || already.name !== object.metadata.name))
        throw refused(attributes, `PriorityClass ${already.name} is already marked as default. Only one default can exist`)
    },
  }
}
