// Leases and who would like to hold them. Upstream: pkg/registry/coordination/lease, leasecandidate.
import { forbiddenField, invalidValue, notSupported } from '../../../apimachinery/field-error.ts'
import { at, type Frozen, type KubeObject, textAt } from '../../../apimachinery/kube-object.ts'
import { qualifiedName } from '../../../apimachinery/names.ts'
import { defineResource } from '../define-resource.ts'
import { strategyOf, withoutFields } from '../strategies.ts'
import { type Errors, named } from '../validation/checks.ts'

/** Behind a gate that is off: only what is stored already stays. */
const ELECTION_FIELDS = ['strategy', 'preferredHolder']
const STRATEGIES = ['OldestEmulationVersion']

const dropNewElectionFields = (lease: KubeObject, old: Frozen<KubeObject>): void => {
  const gone = ELECTION_FIELDS.filter((member) => at(old, 'spec', member) === undefined)
  withoutFields('spec', ...gone)(lease)
}

interface LeaseSpec {
  leaseDurationSeconds?: number
  leaseTransitions?: number
  strategy?: string
  preferredHolder?: string
}

const checkLease = (lease: KubeObject): Errors => {
  const errors: Errors = []
  const { leaseDurationSeconds, leaseTransitions, strategy, preferredHolder } = (lease['spec'] ?? {}) as LeaseSpec
  if (leaseDurationSeconds !== undefined && leaseDurationSeconds <= 0)
    errors.push(invalidValue('spec.leaseDurationSeconds', leaseDurationSeconds, 'must be greater than 0'))
  if (leaseTransitions !== undefined && leaseTransitions < 0)
    errors.push(invalidValue('spec.leaseTransitions', leaseTransitions, 'must be greater than or equal to 0'))
  if (strategy?.includes('/')) named(strategy, qualifiedName, 'spec.strategy.strategy', errors)
  else if (strategy !== undefined && !STRATEGIES.includes(strategy))
    errors.push(notSupported('spec.strategy.strategy', strategy, STRATEGIES))
  if (preferredHolder && !strategy) errors.push(forbiddenField('spec.preferredHolder', 'may only be specified if `strategy` is defined'))
  return errors
}

export const leases = defineResource('coordination.k8s.io', 'Lease', {
  cells: { Holder: (lease) => textAt(lease, 'spec', 'holderIdentity') },
  strategy: strategyOf(
    { createOnUpdate: true, conditionalUpdate: true },
    {
      prepareForCreate: withoutFields('spec', ...ELECTION_FIELDS),
      prepareForUpdate: dropNewElectionFields,
      anyFinalizer: true,
      validate: checkLease,
      validateUpdate: checkLease,
    },
  ),
})

export const leasecandidates = defineResource('coordination.k8s.io', 'LeaseCandidate', {
  cells: {
    LeaseName: (candidate) => textAt(candidate, 'spec', 'leaseName'),
    BinaryVersion: (candidate) => textAt(candidate, 'spec', 'binaryVersion'),
    EmulationVersion: (candidate) => textAt(candidate, 'spec', 'emulationVersion'),
  },
  strategy: strategyOf({ createOnUpdate: true, conditionalUpdate: true }, { anyFinalizer: true }),
})
