// RuntimeClass: a pod of a class has the class's overhead and goes where the class runs. Upstream: plugin/pkg/admission/runtimeclass.
import { at, type Frozen, type KubeObject, listAt } from '../../apimachinery/kube-object.ts'
import { type Amounts, sameAmounts } from '../../quota/amounts.ts'
import { type AdmissionAttributes, type AdmissionPlugin, refused } from './admission.ts'
import type { AdmissionParts } from './admission-parts.ts'
import { type AdmittedPod, podOf, type Toleration } from './admitted-pod.ts'
import { mergedTolerations } from './tolerations.ts'

interface RuntimeClass {
  /** Undefined where the class says nothing of overhead. */
  readonly overhead: Amounts | undefined
  readonly scheduling: { readonly nodeSelector: Readonly<Record<string, string>>; readonly tolerations: readonly Toleration[] } | undefined
}

const prepare = (found: Frozen<KubeObject>): RuntimeClass => ({
  overhead: at(found, 'overhead') === undefined ? undefined : ((at(found, 'overhead', 'podFixed') ?? {}) as Amounts),
  scheduling:
    at(found, 'scheduling') === undefined
      ? undefined
      : {
          nodeSelector: (at(found, 'scheduling', 'nodeSelector') ?? {}) as Record<string, string>,
          tolerations: listAt(found, 'scheduling', 'tolerations') as Toleration[],
        },
})

const NO_MATCH = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"

const setOverhead = (attributes: AdmissionAttributes, { spec }: AdmittedPod, overhead: Amounts): void => {
  const own = spec.overhead ?? {}
  if (Object.keys(own).length > 0 && !sameAmounts(overhead, own)) throw refused(attributes, NO_MATCH)
  spec.overhead = { ...overhead }
}

const setScheduling = (
  attributes: AdmissionAttributes,
  { spec }: AdmittedPod,
  { nodeSelector, tolerations }: NonNullable<RuntimeClass['scheduling']>,
): void => {
  const own = spec.nodeSelector ?? {}
  for (const [key, value] of Object.entries(nodeSelector)) {
    if (own[key] !== undefined && own[key] !== value)
      throw refused(
        attributes,
        `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own[key]}`,
      )
  }
  if (Object.keys(nodeSelector).length > 0) spec.nodeSelector = { ...own, ...nodeSelector }
  const merged = mergedTolerations(spec.tolerations ?? [], tolerations)
  if (merged.length > 0) spec.tolerations = merged
}

export const runtimeClass = ({ prepared }: AdmissionParts): AdmissionPlugin => {
  const classes = prepared('node.k8s.io', 'runtimeclasses', prepare)
  const classOf = (attributes: AdmissionAttributes, name: string | undefined): RuntimeClass | undefined => {
    if (name === undefined) return undefined
    const found = classes.get('', name)
    if (!found) throw refused(attributes, `pod rejected: RuntimeClass ${JSON.stringify(name)} not found`)
    return found
  }
  return {
    name: 'RuntimeClass',
    operations: ['CREATE'],
    resources: ['pods'],
    subresources: [''],
    admit: (attributes) => {
      const pod = podOf(attributes)
      const found = classOf(attributes, pod.spec.runtimeClassName)
      if (found?.overhead) setOverhead(attributes, pod, found.overhead)
      if (found?.scheduling) setScheduling(attributes, pod, found.scheduling)
    },
    validate: (attributes) => {
      const { spec } = podOf(attributes)
      const found = classOf(attributes, spec.runtimeClassName)
      if (found?.overhead) {
        if (!sameAmounts(found.overhead, spec.overhead ?? {})) throw refused(attributes, NO_MATCH)
      } else if (spec.overhead !== undefined)
        throw refused(attributes, 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead')
    },
  }
}
