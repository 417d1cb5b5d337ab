// AlwaysPullImages: nobody uses an image that a node has from a pod of others. Off by default.
// Upstream: plugin/pkg/admission/alwayspullimages.

import { fieldErrorMessage, notSupported } from '../../apimachinery/field-error.ts'
import { aggregated } from '../../apimachinery/go-text.ts'
import type { Frozen } from '../../apimachinery/kube-object.ts'
import { unreasoned } from '../../apimachinery/status-error.ts'
import { type AdmissionAttributes, type AdmissionPlugin, refused } from './admission.ts'
import { type AdmittedContainer, type AdmittedPodSpec, oldPodOf, podOf } from './admitted-pod.ts'

const LISTS = ['initContainers', 'containers', 'ephemeralContainers'] as const
const ALWAYS = 'Always'

const containersOf = (spec: AdmittedPodSpec): { container: AdmittedContainer; path: string }[] =>
  LISTS.flatMap((list) => (spec[list] ?? []).map((container, index) => ({ container, path: `spec.${list}[${index}]` })))

const imagesOf = (spec: Frozen<AdmittedPodSpec>): Set<string> =>
  new Set(containersOf(spec as AdmittedPodSpec).map(({ container }) => container.image ?? ''))

/** Updates matter only where they bring an image. */
const applies = (attributes: AdmissionAttributes): boolean => {
  if (attributes.operation !== 'UPDATE') return true
  const before = imagesOf(oldPodOf(attributes).spec)
  return [...imagesOf(podOf(attributes).spec)].some((image) => !before.has(image))
}

const imageVolumes = (spec: AdmittedPodSpec): { image: { pullPolicy?: string }; path: string }[] =>
  (spec.volumes ?? []).flatMap((volume, index) =>
    volume['image'] === undefined
      ? []
      : [{ image: volume['image'] as { pullPolicy?: string }, path: `spec.volumes[${index}].image.pullPolicy` }],
  )

export const alwaysPullImages = (): AdmissionPlugin => ({
  name: 'AlwaysPullImages',
  operations: ['CREATE', 'UPDATE'],
  resources: ['pods'],
  subresources: [''],
  admit: (attributes) => {
    if (!applies(attributes)) return
    const { spec } = podOf(attributes)
    for (const { container } of containersOf(spec)) container.imagePullPolicy = ALWAYS
    for (const { image } of imageVolumes(spec)) image.pullPolicy = ALWAYS
  },
  validate: (attributes) => {
    if (!applies(attributes)) return
    const { spec } = podOf(attributes)
    const given = [
      ...containersOf(spec).map(({ container, path }) => ({ policy: container.imagePullPolicy ?? '', path: `${path}.imagePullPolicy` })),
      ...imageVolumes(spec).map(({ image, path }) => ({ policy: image.pullPolicy ?? '', path })),
    ]
    const faults = given
      .filter(({ policy }) => policy !== ALWAYS)
      .map(({ policy, path }) => refused(attributes, fieldErrorMessage(notSupported(path, policy, [ALWAYS]))).message)
    if (faults.length > 0) throw unreasoned(aggregated(faults))
  },
})
