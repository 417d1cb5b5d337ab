// Storage classes and volume attributes classes. Upstream: pkg/registry/storage/storageclass, volumeattributesclass.
import { at, textAt } from '../../../apimachinery/kube-object.ts'
import { classNameCell, textIfSet } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { strategyOf } from '../strategies.ts'

export const storageclasses = defineResource('storage.k8s.io', 'StorageClass', {
  cells: {
    Name: classNameCell('storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'),
    Provisioner: (storageClass) => textAt(storageClass, 'provisioner'),
    ReclaimPolicy: (storageClass) => textIfSet(storageClass, 'Delete', 'reclaimPolicy'),
    VolumeBindingMode: (storageClass) => textIfSet(storageClass, 'Immediate', 'volumeBindingMode'),
    AllowVolumeExpansion: (storageClass) => at(storageClass, 'allowVolumeExpansion') === true,
  },
  strategy: strategyOf({ returnsDeletedObject: true }),
})

export const volumeattributesclasses = defineResource('storage.k8s.io', 'VolumeAttributesClass', {
  cells: { DriverName: (attributesClass) => textAt(attributesClass, 'driverName') },
  strategy: strategyOf({ returnsDeletedObject: true }),
})
