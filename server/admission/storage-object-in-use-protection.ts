// StorageObjectInUseProtection: volumes, claims and classes of attributes do not end while they are in use: a controller lets them go.
// Upstream: plugin/pkg/admission/storage/storageobjectinuseprotection.
import type { AdmissionPlugin } from './admission.ts'

const FINALIZERS: Readonly<Record<string, string>> = {
  persistentvolumes: 'kubernetes.io/pv-protection',
  persistentvolumeclaims: 'kubernetes.io/pvc-protection',
  volumeattributesclasses: 'kubernetes.io/vac-protection',
}

export const storageObjectInUseProtection = (): AdmissionPlugin => ({
  name: 'StorageObjectInUseProtection',
  operations: ['CREATE'],
  resources: ['persistentvolumes', 'persistentvolumeclaims', 'volumeattributesclasses.storage.k8s.io'],
  subresources: [''],
  admit: ({ object, resource }) => {
    const finalizer = FINALIZERS[resource.resource]
    if (!object || finalizer === undefined) return
    const given = object.metadata.finalizers ?? []
    if (!given.includes(finalizer)) object.metadata.finalizers = [...given, finalizer]
  },
})
