// PersistentVolumeClaimResize: claims grow only where their class says they may.
// Upstream: plugin/pkg/admission/storage/persistentvolume/resize.
import { at, type Frozen, type KubeObject, textAt } from '../../apimachinery/kube-object.ts'
import { compareQuantities } from '../../apimachinery/quantity.ts'
import { claimClass } from '../../quota/usage-evaluators.ts'
import { type AdmissionPlugin, refused } from './admission.ts'
import type { AdmissionParts } from './admission-parts.ts'

const sizeOf = (claim: Frozen<KubeObject> | undefined): string => textAt(claim, 'spec', 'resources', 'requests', 'storage') || '0'

export const persistentVolumeClaimResize = ({ prepared }: AdmissionParts): AdmissionPlugin => {
  const mayGrow = prepared('storage.k8s.io', 'storageclasses', (found) => at(found, 'allowVolumeExpansion') === true)
  return {
    name: 'PersistentVolumeClaimResize',
    operations: ['UPDATE'],
    resources: ['persistentvolumeclaims'],
    subresources: [''],
    validate: (attributes) => {
      const { object, old } = attributes
      if (compareQuantities(sizeOf(object as Frozen<KubeObject> | undefined), sizeOf(old)) <= 0) return
      if (textAt(old, 'status', 'phase') !== 'Bound') throw refused(attributes, 'Only bound persistent volume claims can be expanded')
      const name = claimClass(object as Frozen<KubeObject> | undefined)
      if (name !== '' && name === claimClass(old) && mayGrow.get('', name)) return
      const why = 'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize'
      throw refused(attributes, why)
    },
  }
}
