// Persistent volumes and claims on them. Upstream: pkg/registry/core/persistentvolume, persistentvolumeclaim.
import { formatTime } from '../../../apimachinery/clock.ts'
import { at, type Frozen, type KubeObject, listAt, textAt, type ValueMap } from '../../../apimachinery/kube-object.ts'
import type { WriteContext } from '../../registry/resource-definition.ts'
import { textIfSet } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { strategyOf } from '../strategies.ts'
import { metadataUpdateErrors } from '../validation/metadata.ts'
import { claimWarnings, prepareClaim, validateClaim, validateClaimStatus, validateClaimUpdate } from './claim-validation.ts'
import { validateVolume, validateVolumeUpdate, volumeWarnings } from './volume-validation.ts'

const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class'

const accessModes: readonly [mode: string, shown: string][] = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
]

const modesText = (object: Frozen<KubeObject>, ...path: string[]): string => {
  const modes = listAt(object, ...path)
  return accessModes
    .filter(([mode]) => modes.includes(mode))
    .map(([, shown]) => shown)
    .join(',')
}

const phase = (object: Frozen<KubeObject>): string =>
  object.metadata.deletionTimestamp ? 'Terminating' : textAt(object, 'status', 'phase')

const storageClass = (object: Frozen<KubeObject>): string =>
  object.metadata.annotations?.[CLASS_ANNOTATION] ?? textAt(object, 'spec', 'storageClassName')

const claim = (volume: Frozen<KubeObject>): string => {
  const reference = at(volume, 'spec', 'claimRef')
  return reference ? `${textAt(reference, 'namespace')}/${textAt(reference, 'name')}` : ''
}

const sharedCells = {
  Status: phase,
  StorageClass: storageClass,
  VolumeAttributesClass: (object: Frozen<KubeObject>) => textIfSet(object, '<unset>', 'spec', 'volumeAttributesClassName'),
  VolumeMode: (object: Frozen<KubeObject>) => textIfSet(object, '<unset>', 'spec', 'volumeMode'),
}

/** What an unbound claim has not got. */
const whenBound = (shown: (claim: Frozen<KubeObject>) => string) => (object: Frozen<KubeObject>) =>
  textAt(object, 'spec', 'volumeName') === '' ? '' : shown(object)

/** The time of the last phase goes on with the phase. */
const timePhase = (volume: KubeObject, old: Frozen<KubeObject>, context: WriteContext): void => {
  const status = (volume['status'] ??= {}) as ValueMap
  const [time, before] = [status['lastPhaseTransitionTime'], at(old, 'status', 'lastPhaseTransitionTime')]
  if (status['phase'] === at(old, 'status', 'phase')) {
    if (before !== undefined) status['lastPhaseTransitionTime'] ??= before as string
  } else if (time === undefined || time === before) status['lastPhaseTransitionTime'] = formatTime(context.clock.now())
}

export const persistentvolumes = defineResource('', 'PersistentVolume', {
  cells: {
    ...sharedCells,
    Capacity: (volume) => textIfSet(volume, '0', 'spec', 'capacity', 'storage'),
    'Access Modes': (volume) => modesText(volume, 'spec', 'accessModes'),
    'Reclaim Policy': (volume) => textAt(volume, 'spec', 'persistentVolumeReclaimPolicy'),
    Claim: claim,
    Reason: (volume) => textAt(volume, 'status', 'reason'),
  },
  strategy: strategyOf(
    { status: () => ({ phase: 'Pending' }), returnsDeletedObject: true, name: false },
    {
      prepareForCreate: (object, context) => {
        object['status'] = { phase: 'Pending', lastPhaseTransitionTime: formatTime(context.clock.now()) }
      },
      validate: validateVolume,
      validateUpdate: validateVolumeUpdate,
      warnings: volumeWarnings,
    },
  ),
  statusRules: { prepareForUpdate: timePhase, validateUpdate: metadataUpdateErrors },
})

export const persistentvolumeclaims = defineResource('', 'PersistentVolumeClaim', {
  cells: {
    ...sharedCells,
    Volume: (object) => textAt(object, 'spec', 'volumeName'),
    Capacity: whenBound((object) => textIfSet(object, '0', 'status', 'capacity', 'storage')),
    'Access Modes': whenBound((object) => modesText(object, 'status', 'accessModes')),
  },
  strategy: strategyOf(
    { status: () => ({ phase: 'Pending' }), returnsDeletedObject: true },
    {
      prepareForCreate: (claim) => prepareClaim(claim),
      prepareForUpdate: prepareClaim,
      validate: validateClaim,
      validateUpdate: validateClaimUpdate,
      warnings: claimWarnings,
    },
  ),
  statusRules: { validateUpdate: validateClaimStatus },
})
