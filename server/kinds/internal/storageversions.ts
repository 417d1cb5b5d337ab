// Storage versions: what each server of a cluster encodes as. Upstream: pkg/registry/apiserverinternal/storageversion.
import { listAt, textAt } from '../../../apimachinery/kube-object.ts'
import { firstFew, textIfSet } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { emptyStatus, strategyOf, USER_METADATA } from '../strategies.ts'

export const storageversions = defineResource('internal.apiserver.k8s.io', 'StorageVersion', {
  cells: {
    CommonEncodingVersion: (version) => textIfSet(version, '<unset>', 'status', 'commonEncodingVersion'),
    StorageVersions: (version) =>
      firstFew(
        listAt(version, 'status', 'storageVersions').map(
          (server) => `${textAt(server, 'apiServerID')}=${textAt(server, 'encodingVersion')}`,
        ),
      ),
  },
  strategy: strategyOf({ statusKeeps: USER_METADATA, status: emptyStatus, conditionalUpdate: true }),
})
