// What storage drivers say of themselves. Upstream: pkg/registry/storage/csidriver, csinode, csistoragecapacity.
import { at, type Frozen, type KubeObject, listAt, textAt } from '../../../apimachinery/kube-object.ts'
import { defineResource } from '../define-resource.ts'
import { strategyOf } from '../strategies.ts'
import { driverWarnings, prepareDriver, prepareDriverUpdate, validateDriver, validateDriverUpdate } from './csi-drivers.ts'
import { validateCapacity, validateCapacityUpdate, validateCsiNode, validateCsiNodeUpdate } from './storage-validation.ts'

const audiences = (driver: Frozen<KubeObject>): string => {
  const requests = listAt(driver, 'spec', 'tokenRequests')
  return requests.length === 0 ? '<unset>' : requests.map((request) => textAt(request, 'audience')).join(',')
}

export const csiKinds = [
  defineResource('storage.k8s.io', 'CSIDriver', {
    cells: {
      AttachRequired: (driver) => at(driver, 'spec', 'attachRequired') !== false,
      PodInfoOnMount: (driver) => at(driver, 'spec', 'podInfoOnMount') === true,
      StorageCapacity: (driver) => at(driver, 'spec', 'storageCapacity') === true,
      TokenRequests: audiences,
      RequiresRepublish: (driver) => at(driver, 'spec', 'requiresRepublish') === true,
      Modes: (driver) => listAt(driver, 'spec', 'volumeLifecycleModes').join(',') || '<none>',
    },
    strategy: strategyOf(
      { conditionalUpdate: true, returnsDeletedObject: true },
      {
        prepareForCreate: prepareDriver,
        prepareForUpdate: prepareDriverUpdate,
        validate: validateDriver,
        validateUpdate: validateDriverUpdate,
        warnings: driverWarnings,
      },
    ),
  }),
  defineResource('storage.k8s.io', 'CSINode', {
    cells: { Drivers: (node) => listAt(node, 'spec', 'drivers').length },
    strategy: strategyOf(
      { conditionalUpdate: true, returnsDeletedObject: true, name: false },
      { validate: validateCsiNode, validateUpdate: validateCsiNodeUpdate },
    ),
  }),
  defineResource('storage.k8s.io', 'CSIStorageCapacity', {
    strategy: strategyOf(
      { conditionalUpdate: true },
      { comparesMetadata: true, validate: (capacity) => validateCapacity(capacity), validateUpdate: validateCapacityUpdate },
    ),
  }),
]
