// What persistent volumes must meet.
// Upstream: ValidatePersistentVolume, ValidatePersistentVolumeUpdate, pkg/api/persistentvolume/util.go.
import { posix } from 'node:path'
import { forbiddenField, invalidValue, notSupported, required } from '../../../apimachinery/field-error.ts'
import type { Frozen, KubeObject, ValueMap } from '../../../apimachinery/kube-object.ts'
import { dns1123Subdomain } from '../../../apimachinery/names.ts'
import { compareQuantities } from '../../../apimachinery/quantity.ts'
import { differs } from '../strategies.ts'
import { type Errors, immutable, oneOf, present } from '../validation/checks.ts'
import { internalLines } from '../validation/internal-text.ts'
import { metadataErrors } from '../validation/metadata.ts'
import { checkBasicAmount } from '../validation/quota-resources.ts'
import { unifiedDiff } from '../validation/unified-diff.ts'
import { checkAccessModes, checkClassName } from './volume-modes.ts'
import { checkSources, VOLUME_SOURCES, type VolumeSources } from './volume-sources.ts'

interface VolumeSpec extends VolumeSources {
  accessModes?: string[]
  capacity?: Record<string, string>
  persistentVolumeReclaimPolicy?: string
  nodeAffinity?: { required?: { nodeSelectorTerms?: unknown[] } }
  storageClassName?: string
  volumeMode?: string
  volumeAttributesClassName?: string
}

const RECLAIM = ['Delete', 'Recycle', 'Retain']
const VOLUME_MODES = ['Block', 'Filesystem']
const CLASS = 'volume.beta.kubernetes.io/storage-class'
const MOUNT_OPTIONS = 'volume.beta.kubernetes.io/mount-options'
const WITHOUT_MOUNT_OPTIONS = new Set(['hostPath', 'flocker', 'fc', 'flexVolume', 'portworxVolume', 'scaleIO', 'local', 'storageos', 'csi'])

const specOf = (volume: Frozen<KubeObject>): VolumeSpec => (volume['spec'] ?? {}) as VolumeSpec

const checkCapacity = ({ capacity: given }: VolumeSpec, errors: Errors): void => {
  const capacity = given ?? {}
  const names = Object.keys(capacity)
  if (names.length === 0) errors.push(required('spec.capacity', ''))
  if (capacity['storage'] === undefined || names.length > 1) errors.push(notSupported('spec.capacity', given ?? null, ['storage']))
  for (const name of names) {
    const amount = capacity[name] as string
    checkBasicAmount(amount, `spec.capacity[${name}]`, errors)
    if (compareQuantities(amount, '0') <= 0) errors.push(invalidValue(`spec.capacity[${name}]`, amount, 'must be greater than zero'))
  }
}

const checkAffinity = ({ nodeAffinity }: VolumeSpec, errors: Errors): void => {
  if (!nodeAffinity) return
  const path = 'spec.nodeAffinity.required'
  if (!nodeAffinity.required) errors.push(required(path, 'must specify required node constraints'))
  else present(nodeAffinity.required.nodeSelectorTerms, `${path}.nodeSelectorTerms`, errors, 'must have at least one node selector term')
}

const checkAttributesClass = ({ volumeAttributesClassName: name, csi }: VolumeSpec, errors: Errors): void => {
  if (name === undefined) return
  const path = 'spec.volumeAttributesClassName'
  if (present(name, path, errors, 'an empty string is disallowed')) checkClassName(name, path, errors)
  if (!csi) errors.push(required('spec.csi', 'has to be specified when using volumeAttributesClassName'))
}

const checkSpec = (spec: VolumeSpec, name: string, errors: Errors): void => {
  const { accessModes = [], persistentVolumeReclaimPolicy: reclaim, hostPath, volumeMode } = spec
  present(accessModes, 'spec.accessModes', errors)
  checkAccessModes(accessModes, 'spec.accessModes', errors)
  checkCapacity(spec, errors)
  const path = 'spec.persistentVolumeReclaimPolicy'
  if (reclaim) oneOf(reclaim, RECLAIM, path, errors)
  checkAffinity(spec, errors)
  checkSources(spec, name, errors)
  if (hostPath && reclaim === 'Recycle' && posix.normalize(hostPath.path || '.') === '/')
    errors.push(forbiddenField(path, "may not be 'recycle' for a hostPath mount of '/'"))
  checkClassName(spec.storageClassName, 'spec.storageClassName', errors)
  if (volumeMode !== undefined) oneOf(volumeMode, VOLUME_MODES, 'spec.volumeMode', errors)
  checkAttributesClass(spec, errors)
}

const checkMountOptions = (volume: Frozen<KubeObject>, errors: Errors): void => {
  if (volume.metadata.annotations?.[MOUNT_OPTIONS] === undefined) return
  const mounted = VOLUME_SOURCES.some(
    ({ member }) => (specOf(volume) as ValueMap)[member] !== undefined && !WITHOUT_MOUNT_OPTIONS.has(member),
  )
  if (!mounted) errors.push(forbiddenField(`metadata.annotations.${MOUNT_OPTIONS}`, 'may not specify mount options for this volume type'))
}

export const validateVolume = (volume: KubeObject): Errors => {
  const errors = metadataErrors(volume, false, dns1123Subdomain)
  checkSpec(specOf(volume), volume.metadata.name ?? '', errors)
  checkMountOptions(volume, errors)
  return errors
}

/** A secret for growing may come later. */
const comparableSource = (spec: VolumeSpec, member: string, before: VolumeSpec): unknown => {
  const source = (spec as ValueMap)[member]
  if (member !== 'csi' || !spec.csi || !before.csi || before.csi['controllerExpandSecretRef'] !== undefined) return source
  const { controllerExpandSecretRef: _, ...rest } = spec.csi
  return rest
}

const checkSourceKept = (spec: VolumeSpec, before: VolumeSpec, errors: Errors): void => {
  const sources = (of: (member: string) => unknown): ValueMap =>
    Object.fromEntries(VOLUME_SOURCES.flatMap(({ member }) => (of(member) === undefined ? [] : [[member, of(member)]]))) as ValueMap
  const wanted = sources((member) => comparableSource(spec, member, before))
  const stands = sources((member) => (before as ValueMap)[member])
  if (!differs(wanted, stands)) return
  const difference = unifiedDiff(internalLines('core.PersistentVolumeSource', stands), internalLines('core.PersistentVolumeSource', wanted))
  errors.push(forbiddenField('spec.persistentvolumesource', `spec.persistentvolumesource is immutable after creation\n${difference}`))
}

/** Upstream looks at a changed volume twice. */
export const validateVolumeUpdate = (volume: KubeObject, old: Frozen<KubeObject>): Errors => {
  const [spec, before] = [specOf(volume), specOf(old)]
  const errors = validateVolume(volume)
  errors.push(...metadataErrors(volume, false, dns1123Subdomain))
  checkSpec(spec, volume.metadata.name ?? '', errors)
  checkSourceKept(spec, before, errors)
  immutable(spec.volumeMode === before.volumeMode, spec.volumeMode, 'volumeMode', errors)
  if (before.nodeAffinity && differs(spec.nodeAffinity, before.nodeAffinity))
    errors.push(invalidValue('nodeAffinity', spec.nodeAffinity, 'field is immutable'))
  if (before.volumeAttributesClassName !== undefined && spec.volumeAttributesClassName === undefined)
    errors.push(forbiddenField('spec.volumeAttributesClassName', 'update from non-nil value to nil is forbidden'))
  return errors
}

const deprecated: readonly [member: string, warning: string][] = [
  ['cephfs', 'spec.cephfs: deprecated in v1.28, non-functional in v1.31+'],
  ['photonPersistentDisk', 'spec.photonPersistentDisk: deprecated in v1.11, non-functional in v1.16+'],
  ['scaleIO', 'spec.scaleIO: deprecated in v1.16, non-functional in v1.22+'],
  ['storageos', 'spec.storageOS: deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'spec.glusterfs: deprecated in v1.25, non-functional in v1.26+'],
  ['rbd', 'spec.rbd: deprecated in v1.28, non-functional in v1.31+'],
]

export const volumeWarnings = (volume: KubeObject): string[] => {
  const spec = specOf(volume)
  const annotations = volume.metadata.annotations ?? {}
  return [
    ...(annotations[CLASS] === undefined
      ? []
      : [`metadata.annotations[${CLASS}]: deprecated since v1.8; use "storageClassName" attribute instead`]),
    ...(annotations[MOUNT_OPTIONS] === undefined
      ? []
      : [`metadata.annotations[${MOUNT_OPTIONS}]: deprecated since v1.31; use "mountOptions" attribute instead`]),
    ...(spec.persistentVolumeReclaimPolicy === 'Recycle'
      ? [
          'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
        ]
      : []),
    ...deprecated.flatMap(([member, warning]) => ((spec as ValueMap)[member] === undefined ? [] : [warning])),
  ]
}
