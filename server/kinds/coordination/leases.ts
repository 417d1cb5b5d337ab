// Leases and who would like to hold them. Upstream: pkg/registry/coordination/lease, leasecandidate.
import { textAt } from '../../../apimachinery/kube-object.ts'
import { defineResource } from '../define-resource.ts'
import { strategyOf, withoutFields } from '../strategies.ts'

export const leases = defineResource('coordination.k8s.io', 'Lease', {
  cells: { Holder: (lease) => textAt(lease, 'spec', 'holderIdentity') },
  strategy: strategyOf(
    { createOnUpdate: true, conditionalUpdate: true },
    { prepareForCreate: withoutFields('spec', 'strategy', 'preferredHolder') },
  ),
})

export const leasecandidates = defineResource('coordination.k8s.io', 'LeaseCandidate', {
  cells: {
    LeaseName: (candidate) => textAt(candidate, 'spec', 'leaseName'),
    BinaryVersion: (candidate) => textAt(candidate, 'spec', 'binaryVersion'),
    EmulationVersion: (candidate) => textAt(candidate, 'spec', 'emulationVersion'),
  },
  strategy: strategyOf({ createOnUpdate: true, conditionalUpdate: true }),
})
