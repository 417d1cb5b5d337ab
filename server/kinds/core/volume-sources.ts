// Where persistent volumes come from: exactly one source, and what each kind of it must meet. Most rules are those of pods' volumes.
// Upstream: ValidatePersistentVolumeSpec and the validate*PersistentVolumeSource functions in pkg/apis/core/validation.
import { forbiddenField, invalidValue, required } from '../../../apimachinery/field-error.ts'
import type { ValueMap } from '../../../apimachinery/kube-object.ts'
import { dns1123Label, dns1123Subdomain } from '../../../apimachinery/names.ts'
import { checkDriverName } from '../storage/storage-validation.ts'
import { type Errors, named, present, requiredName } from '../validation/checks.ts'
import { checkNoBacksteps } from '../validation/path-checks.ts'
import {
  checkAwsElasticBlockStore,
  checkAzureDisk,
  checkFc,
  checkFlexVolume,
  checkFlocker,
  checkGcePersistentDisk,
  checkHostPath,
  checkIscsiDevice,
  checkNfs,
  checkQuobyte,
  checkStorageOs,
  requires,
} from '../validation/volume-sources.ts'
import type { Volume } from '../validation/volume-types.ts'

interface SecretReference {
  name?: string
  namespace?: string
}

export type CsiSource = Record<string, unknown> & { driver?: string; volumeHandle?: string }

export interface VolumeSources
  extends Pick<
    Volume,
    | 'hostPath'
    | 'gcePersistentDisk'
    | 'awsElasticBlockStore'
    | 'flocker'
    | 'nfs'
    | 'rbd'
    | 'quobyte'
    | 'cephfs'
    | 'iscsi'
    | 'fc'
    | 'flexVolume'
    | 'vsphereVolume'
    | 'photonPersistentDisk'
    | 'portworxVolume'
    | 'azureDisk'
    | 'scaleIO'
  > {
  glusterfs?: { endpoints?: string; path?: string; endpointsNamespace?: string }
  cinder?: { volumeID?: string; secretRef?: SecretReference }
  azureFile?: { secretName?: string; shareName?: string; secretNamespace?: string }
  local?: { path?: string }
  storageos?: { volumeName?: string; volumeNamespace?: string; secretRef?: SecretReference }
  csi?: CsiSource
  nodeAffinity?: object
}

type SourceName = Exclude<keyof VolumeSources, 'nodeAffinity'>

interface VolumeSource {
  member: SourceName
  /** How a refusal of a second source spells the field. */
  shown?: string
  check(spec: VolumeSources, path: string, errors: Errors, volumeName: string): void
}

const SECRETS = ['controllerPublishSecretRef', 'controllerExpandSecretRef', 'nodePublishSecretRef', 'nodeExpandSecretRef']
const MAX_ISCSI_NAME = 64
const ISCSI_NAME = 'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.'

/** Secrets of volumes are named with their namespace. */
const checkSecret = (secret: SecretReference | undefined, path: string, errors: Errors): void => {
  if (secret) requires<SecretReference>('name', 'namespace')(secret, `${path}.secretRef`, errors)
}

const checkCsi = (csi: CsiSource, path: string, errors: Errors): void => {
  checkDriverName(csi.driver ?? '', `${path}.driver`, errors)
  present(csi.volumeHandle, `${path}.volumeHandle`, errors)
  for (const member of SECRETS) {
    const secret = csi[member] as SecretReference | undefined
    if (!secret) continue
    requiredName(secret.name, dns1123Subdomain, `${path}.${member}.name`, errors)
    requiredName(secret.namespace, dns1123Label, `${path}.${member}.namespace`, errors)
  }
}

const checkGlusterfs = (source: NonNullable<VolumeSources['glusterfs']>, path: string, errors: Errors): void => {
  requires<typeof source>('endpoints', 'path')(source, path, errors)
  const { endpointsNamespace: namespace } = source
  const own = `${path}.endpointsNamespace`
  if (namespace === '') errors.push(invalidValue(own, namespace, 'if the endpointnamespace is set, it must be a valid namespace name'))
  else if (namespace !== undefined) named(namespace, dns1123Label, own, errors)
}

const source = <Name extends SourceName>(
  member: Name,
  check: (source: NonNullable<VolumeSources[Name]>, path: string, errors: Errors, spec: VolumeSources, volumeName: string) => void,
  { shown, path: own = member }: { shown?: string; path?: string } = {},
): VolumeSource => ({
  member,
  ...(shown === undefined ? {} : { shown }),
  check: (spec, path, errors, volumeName) =>
    check(spec[member] as NonNullable<VolumeSources[Name]>, `${path}.${own}`, errors, spec, volumeName),
})

/** In upstream's order. */
export const VOLUME_SOURCES: readonly VolumeSource[] = [
  source('hostPath', checkHostPath),
  source('gcePersistentDisk', checkGcePersistentDisk, { path: 'persistentDisk' }),
  source('awsElasticBlockStore', checkAwsElasticBlockStore),
  source('glusterfs', checkGlusterfs),
  source('flocker', checkFlocker),
  source('nfs', checkNfs),
  source('rbd', requires('monitors', 'image')),
  source('quobyte', checkQuobyte),
  source('cephfs', requires('monitors'), { shown: 'cephFS' }),
  source('iscsi', (iscsi, path, errors, _, name) => {
    const { targetPortal = '', initiatorName } = iscsi
    present(targetPortal, `${path}.targetPortal`, errors)
    if (initiatorName !== undefined && Buffer.byteLength(`${name}:${targetPortal}`) > MAX_ISCSI_NAME)
      errors.push(invalidValue(`${path}.targetportal`, targetPortal, ISCSI_NAME))
    checkIscsiDevice(iscsi, path, errors, 'must be valid format', true)
  }),
  source('cinder', ({ volumeID, secretRef }, path, errors) => {
    present(volumeID, `${path}.volumeID`, errors)
    checkSecret(secretRef, path, errors)
  }),
  source('fc', checkFc),
  source('flexVolume', checkFlexVolume),
  source('azureFile', (file, path, errors) => {
    requires<typeof file>('secretName', 'shareName')(file, path, errors)
    if (file.secretNamespace === '') errors.push(required(`${path}.secretNamespace`, ''))
  }),
  source('vsphereVolume', requires('volumePath')),
  source('photonPersistentDisk', requires('pdID')),
  source('portworxVolume', requires('volumeID')),
  source('azureDisk', checkAzureDisk),
  source('scaleIO', requires('gateway', 'system', 'volumeName')),
  source('local', ({ path: target }, path, errors, { nodeAffinity }) => {
    if (present(target, `${path}.path`, errors)) checkNoBacksteps(target as string, `${path}.path`, errors)
    if (!nodeAffinity) errors.push(required('spec.nodeAffinity', 'Local volume requires node affinity'))
  }),
  source('storageos', ({ secretRef, ...volume }, path, errors) => {
    checkStorageOs(volume, path, errors)
    checkSecret(secretRef, path, errors)
  }),
  source('csi', checkCsi),
]

/** Exactly one of the sources, which is as it must be. */
export const checkSources = (spec: VolumeSources, volumeName: string, errors: Errors): void => {
  let count = 0
  for (const { member, shown = member, check } of VOLUME_SOURCES) {
    if ((spec as ValueMap)[member] === undefined) continue
    // Flex volumes never cared for what came before them.
    if (count > 0 && member !== 'flexVolume') errors.push(forbiddenField(`spec.${shown}`, 'may not specify more than 1 volume type'))
    else check(spec, 'spec', errors, volumeName)
    count++
  }
  if (count === 0) errors.push(required('spec', 'must specify a volume type'))
}
