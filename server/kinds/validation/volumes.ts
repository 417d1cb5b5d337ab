// Volumes of a pod: a name of its own and exactly one source each. Upstream: ValidateVolumes, validateVolumeSource.
import { duplicateValue, invalidValue, required } from '../../../apimachinery/field-error.ts'
import { dns1123Label, dns1123Subdomain } from '../../../apimachinery/names.ts'
import { type Alternative, atMostOne, type Errors, present, requiredName } from './checks.ts'
import { checkClaimTemplate } from './claim-spec.ts'
import type { PodContext } from './pod-context.ts'
import { checkProjected } from './projected-volumes.ts'
import {
  checkAwsElasticBlockStore,
  checkAzureDisk,
  checkCinder,
  checkConfigMap,
  checkCsi,
  checkDownwardApi,
  checkEmptyDir,
  checkFc,
  checkFlexVolume,
  checkFlocker,
  checkGcePersistentDisk,
  checkGitRepo,
  checkHostPath,
  checkIscsi,
  checkNfs,
  checkPullPolicy,
  checkQuobyte,
  checkSecret,
  checkStorageOs,
  requires,
} from './volume-sources.ts'
import type { Volume } from './volume-types.ts'

const REFUSAL = 'may not specify more than 1 volume type'
const MAX_ISCSI_NAME = 64
const ISCSI_NAME = 'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.'

interface Place extends PodContext {
  volume: Volume
}

type SourceName = Exclude<keyof Volume, 'name'>

const checkEphemeral = (source: NonNullable<Volume['ephemeral']>, path: string, errors: Errors): void => {
  if (source.volumeClaimTemplate) checkClaimTemplate(source.volumeClaimTemplate, `${path}.volumeClaimTemplate`, errors)
  else errors.push(required(`${path}.volumeClaimTemplate`, ''))
}

/** The claim made for an ephemeral volume has the pod's name and the volume's. */
const checkClaimName = (path: string, errors: Errors, { podName, volume: { name } }: Place): void => {
  if (podName === '' || !name) return
  const claim = `${podName}-${name}`
  for (const message of dns1123Subdomain(claim))
    errors.push(invalidValue(`${path}.name`, name, `PVC name ${JSON.stringify(claim)}: ${message}`))
}

const source = <Name extends SourceName>(
  member: Name,
  check: (source: NonNullable<Volume[Name]>, path: string, errors: Errors, place: Place) => void,
  more: Pick<Alternative<Volume, Place>, 'shown' | 'path' | 'always'> = {},
): Alternative<Volume, Place> => ({ member, check: check as NonNullable<Alternative<Volume, Place>['check']>, ...more })

/** In upstream's order, with its spellings. */
const sources: readonly Alternative<Volume, Place>[] = [
  source('emptyDir', checkEmptyDir),
  source('hostPath', checkHostPath),
  source('gitRepo', checkGitRepo),
  source('gcePersistentDisk', checkGcePersistentDisk, { path: 'persistentDisk' }),
  source('awsElasticBlockStore', checkAwsElasticBlockStore),
  source('secret', checkSecret),
  source('nfs', checkNfs),
  source('iscsi', checkIscsi, {
    always: (_, path, errors, { volume: { name = '', iscsi } }) => {
      if (iscsi?.initiatorName !== undefined && Buffer.byteLength(`${name}:${iscsi.targetPortal ?? ''}`) > MAX_ISCSI_NAME)
        errors.push(invalidValue(`${path}.name`, name, ISCSI_NAME))
    },
  }),
  source('glusterfs', requires('endpoints', 'path')),
  source('flocker', checkFlocker),
  source('persistentVolumeClaim', requires('claimName')),
  source('rbd', requires('monitors', 'image')),
  source('cinder', checkCinder),
  source('cephfs', requires('monitors'), { shown: 'cephFS' }),
  source('quobyte', checkQuobyte),
  source('downwardAPI', checkDownwardApi, { shown: 'downwarAPI' }),
  source('fc', checkFc),
  source('flexVolume', checkFlexVolume),
  source('configMap', checkConfigMap),
  source('azureFile', requires('secretName', 'shareName')),
  source('vsphereVolume', requires('volumePath')),
  source('photonPersistentDisk', requires('pdID')),
  source('portworxVolume', requires('volumeID')),
  source('azureDisk', checkAzureDisk),
  source('storageos', checkStorageOs),
  source('projected', checkProjected),
  source('scaleIO', requires('gateway', 'system', 'volumeName')),
  source('csi', checkCsi),
  source('ephemeral', (ephemeral, path, errors, place) => {
    checkEphemeral(ephemeral, path, errors)
    checkClaimName(path.slice(0, path.lastIndexOf('.')), errors, place)
  }),
  source('image', (image, path, errors, { isPod }) => {
    if (isPod) present(image.reference, `${path}.reference`, errors)
    checkPullPolicy(image.pullPolicy, `${path}.pullPolicy`, errors)
  }),
]

const byMember = new Map(sources.map((alternative) => [alternative.member as string, alternative]))

/** The one source of most volumes is found without looking at the thirty others. */
const checkSource = (volume: Volume, path: string, errors: Errors, context: PodContext): void => {
  let only: Alternative<Volume, Place> | undefined
  let count = 0
  for (const member in volume) {
    if (member === 'name' || !volume[member as SourceName]) continue
    only = byMember.get(member)
    if (only) count++
  }
  if (count === 0) errors.push(required(path, 'must specify a volume type'))
  else atMostOne(volume, count === 1 && only ? [only] : sources, path, errors, REFUSAL, { ...context, volume })
}

/** The sound volumes go into `context.volumes`, where mounts look for them. */
export const checkVolumes = (
  volumes: readonly Volume[] | undefined,
  path: string,
  errors: Errors,
  context: PodContext & { volumes: Map<string, Volume> },
): void => {
  if (!volumes) return
  const made = new Set<string>()
  if (context.podName !== '') for (const { name, ephemeral } of volumes) if (ephemeral) made.add(`${context.podName}-${name ?? ''}`)
  for (let index = 0; index < volumes.length; index++) {
    const volume = volumes[index] as Volume
    const at = `${path}[${index}]`
    const name = volume.name ?? ''
    const before = errors.length
    checkSource(volume, at, errors, context)
    requiredName(name, dns1123Label, `${at}.name`, errors)
    if (context.volumes.has(name)) errors.push(duplicateValue(`${at}.name`, name))
    if (errors.length === before) context.volumes.set(name, volume)
    const claim = volume.persistentVolumeClaim?.claimName
    if (claim !== undefined && made.has(claim))
      errors.push(
        invalidValue(`${at}.persistentVolumeClaim.claimName`, claim, 'must not reference a PVC that gets created for an ephemeral volume'),
      )
  }
}
