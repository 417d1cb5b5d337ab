// Storage version migrations. Upstream: pkg/registry/storagemigration, printStorageVersionMigration.
import { type Frozen, type KubeObject, listAt, textAt } from '../../../apimachinery/kube-object.ts'
import { defineResource } from '../define-resource.ts'
import { emptyStatus, strategyOf, USER_METADATA } from '../strategies.ts'

const STAGES = ['Running', 'Failed', 'Succeeded']

const resource = (migration: Frozen<KubeObject>): string => {
  const group = textAt(migration, 'spec', 'resource', 'group')
  return textAt(migration, 'spec', 'resource', 'resource') + (group === '' ? '' : `.${group}`)
}

/** The last stage that is true. */
const status = (migration: Frozen<KubeObject>): string =>
  listAt(migration, 'status', 'conditions')
    .filter((condition) => textAt(condition, 'status') === 'True')
    .map((condition) => textAt(condition, 'type'))
    .findLast((type) => STAGES.includes(type)) ?? 'Unknown'

export const storageversionmigrations = defineResource('storagemigration.k8s.io', 'StorageVersionMigration', {
  cells: { Resource: resource, Status: status },
  strategy: strategyOf({ statusKeeps: USER_METADATA, status: emptyStatus, conditionalUpdate: true }),
})
