// What storage drivers say of themselves. Upstream: pkg/registry/storage/csidriver, csinode, csistoragecapacity.
import { at, type Frozen, type KubeObject, listAt, textAt } from '../../../apimachinery/kube-object.ts'
import { defineResource } from '../define-resource.ts'
import { strategyOf } from '../strategies.ts'

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
    strategy: strategyOf({ conditionalUpdate: true, returnsDeletedObject: true }),
  }),
  defineResource('storage.k8s.io', 'CSINode', {
    cells: { Drivers: (node) => listAt(node, 'spec', 'drivers').length },
    strategy: strategyOf({ conditionalUpdate: true, returnsDeletedObject: true }),
  }),
  defineResource('storage.k8s.io', 'CSIStorageCapacity', { strategy: strategyOf({ conditionalUpdate: true }) }),
]
