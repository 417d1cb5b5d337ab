// Storage classes and volume attributes classes. Upstream: pkg/registry/storage/storageclass, volumeattributesclass.
import { at, type KubeObject, listAt, textAt } from '../../../apimachinery/kube-object.ts'
import { classNameCell, textIfSet } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { strategyOf } from '../strategies.ts'
import { nodeLabelWarning } from '../validation/node-labels.ts'
import {
  validateAttributesClass,
  validateAttributesClassUpdate,
  validateStorageClass,
  validateStorageClassUpdate,
} from './storage-validation.ts'

const topologyWarnings = (object: KubeObject): string[] =>
  listAt(object, 'allowedTopologies').flatMap((term, index) =>
    listAt(term, 'matchLabelExpressions').flatMap((expression, place) => {
      const warning = nodeLabelWarning(textAt(expression, 'key'))
      return warning === undefined ? [] : [`allowedTopologies[${index}].matchLabelExpressions[${place}].key: ${warning}`]
    }),
  )

export const storageclasses = defineResource('storage.k8s.io', 'StorageClass', {
  cells: {
    Name: classNameCell('storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'),
    Provisioner: (storageClass) => textAt(storageClass, 'provisioner'),
    ReclaimPolicy: (storageClass) => textIfSet(storageClass, 'Delete', 'reclaimPolicy'),
    VolumeBindingMode: (storageClass) => textIfSet(storageClass, 'Immediate', 'volumeBindingMode'),
    AllowVolumeExpansion: (storageClass) => at(storageClass, 'allowVolumeExpansion') === true,
  },
  strategy: strategyOf(
    { returnsDeletedObject: true },
    { comparesMetadata: true, validate: validateStorageClass, validateUpdate: validateStorageClassUpdate, warnings: topologyWarnings },
  ),
})

export const volumeattributesclasses = defineResource('storage.k8s.io', 'VolumeAttributesClass', {
  cells: { DriverName: (attributesClass) => textAt(attributesClass, 'driverName') },
  strategy: strategyOf(
    { returnsDeletedObject: true },
    { validate: validateAttributesClass, validateUpdate: validateAttributesClassUpdate },
  ),
})
