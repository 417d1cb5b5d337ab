// The sources of volumes that rules are short for. Upstream: validate*VolumeSource in pkg/apis/core/validation/validation.go.
import { forbiddenField, invalidValue, notSupported, required, tooLong } from '../../../apimachinery/field-error.ts'
import { dns1123Label, dns1123Subdomain } from '../../../apimachinery/names.ts'
import { type Errors, each, named, oneOf, optionalName, present, requiredName, requiredOneOf, within } from './checks.ts'
import { checkFieldSelector, checkResourceSelector } from './env.ts'
import { checkDescendingPath, checkFileMode, checkLocalNonReservedPath, checkNoBacksteps } from './path-checks.ts'
import type { DownwardFile, KeyToPath, Volume } from './volume-types.ts'

type Source<Name extends keyof Volume> = NonNullable<Volume[Name]>

/** Checks that members are there, in this order. */
export const requires =
  <T>(...members: (keyof T & string)[]) =>
  (source: T, path: string, errors: Errors): void => {
    for (const member of members) present(source[member] as { length: number } | undefined, `${path}.${member}`, errors)
  }

/** A reference to a secret that, where it is given, needs a name. */
const secretName = (reference: { name?: string } | undefined | null, path: string, errors: Errors): void => {
  if (reference) present(reference.name, `${path}.secretRef.name`, errors)
}

export const checkKeyToPath = ({ key, path: target = '', mode }: KeyToPath, path: string, errors: Errors): void => {
  present(key, `${path}.key`, errors)
  present(target, `${path}.path`, errors)
  checkLocalNonReservedPath(target, `${path}.path`, errors)
  checkFileMode(mode, `${path}.mode`, errors)
}

export const checkDownwardFile = (file: DownwardFile, path: string, errors: Errors): void => {
  const { path: target = '', fieldRef, resourceFieldRef, mode } = file
  present(target, `${path}.path`, errors)
  checkLocalNonReservedPath(target, `${path}.path`, errors)
  if (fieldRef) {
    checkFieldSelector(fieldRef, 'volume', `${path}.fieldRef`, errors)
    if (resourceFieldRef) errors.push(invalidValue(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'))
  } else if (resourceFieldRef) checkResourceSelector(resourceFieldRef, 'volume', `${path}.resourceFieldRef`, errors)
  else errors.push(required(path, 'one of fieldRef and resourceFieldRef is required'))
  checkFileMode(mode, `${path}.mode`, errors)
}

export const checkEmptyDir = ({ sizeLimit }: Source<'emptyDir'>, path: string, errors: Errors): void => {
  if (sizeLimit?.startsWith('-')) errors.push(forbiddenField(`${path}.sizeLimit`, 'SizeLimit field must be a valid resource quantity'))
}

const HOST_PATH_TYPES = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket']

export const checkHostPath = ({ path: target = '', type }: Source<'hostPath'>, path: string, errors: Errors): void => {
  if (!present(target, `${path}.path`, errors)) return
  checkNoBacksteps(target, `${path}.path`, errors)
  if (type !== undefined) oneOf(type, HOST_PATH_TYPES, `${path}.type`, errors)
}

export const checkGitRepo = ({ repository, directory = '' }: Source<'gitRepo'>, path: string, errors: Errors): void => {
  present(repository, `${path}.repository`, errors)
  checkDescendingPath(directory, `${path}.directory`, errors)
}

const checkPartition = (partition: number | undefined, path: string, errors: Errors): void =>
  within(partition, [0, 255], `${path}.partition`, errors, 'must be between 1 and 255, inclusive')

export const checkGcePersistentDisk = (disk: Source<'gcePersistentDisk'>, path: string, errors: Errors): void => {
  present(disk.pdName, `${path}.pdName`, errors)
  checkPartition(disk.partition, path, errors)
}

export const checkAwsElasticBlockStore = (disk: Source<'awsElasticBlockStore'>, path: string, errors: Errors): void => {
  present(disk.volumeID, `${path}.volumeID`, errors)
  checkPartition(disk.partition, path, errors)
}

export const checkSecret = (source: Source<'secret'>, path: string, errors: Errors): void => {
  present(source.secretName, `${path}.secretName`, errors)
  checkFileMode(source.defaultMode, `${path}.defaultMode`, errors)
  each(source.items, `${path}.items`, errors, checkKeyToPath)
}

export const checkConfigMap = (source: Source<'configMap'>, path: string, errors: Errors): void => {
  present(source.name, `${path}.name`, errors)
  checkFileMode(source.defaultMode, `${path}.defaultMode`, errors)
  each(source.items, `${path}.items`, errors, checkKeyToPath)
}

export const checkNfs = ({ server, path: target = '' }: Source<'nfs'>, path: string, errors: Errors): void => {
  present(server, `${path}.server`, errors)
  present(target, `${path}.path`, errors)
  if (!target.startsWith('/')) errors.push(invalidValue(`${path}.path`, target, 'must be an absolute path'))
}

const iscsiForms: Readonly<Record<string, RegExp>> = {
  iqn: /iqn\.\d{4}-\d{2}\.[A-Za-z0-9.-]+:[^,;*&$|\s]+$/,
  eui: /^eui.[A-Za-z0-9]{16}$/,
  naa: /^naa.[A-Za-z0-9]{32}$/,
}

/** Longer ones are let pass: the pattern has no anchor, and would be tried from each place in them. */
const MAX_ISCSI_NAME = 4096

const checkIscsiName = (name: string, path: string, errors: Errors, ofNoForm: string): void => {
  const form = iscsiForms[name.slice(0, 3)]
  if (!form) errors.push(invalidValue(path, name, ofNoForm))
  else if (name.length <= MAX_ISCSI_NAME && !form.test(name)) errors.push(invalidValue(path, name, 'must be valid format'))
}

export const checkIscsi = (source: Source<'iscsi'>, path: string, errors: Errors): void => {
  present(source.targetPortal, `${path}.targetPortal`, errors)
  checkIscsiDevice(source, path, errors, 'must be valid format starting with iqn, eui, or naa')
}

/** All but the portal; `ofNoForm` is said of names that begin as none does. Only persistent volumes' secrets need a name. */
export const checkIscsiDevice = (source: Source<'iscsi'>, path: string, errors: Errors, ofNoForm: string, isPersistent = false): void => {
  const { iqn = '', lun, chapAuthDiscovery, chapAuthSession, secretRef, initiatorName } = source
  if (present(iqn, `${path}.iqn`, errors)) checkIscsiName(iqn, `${path}.iqn`, errors, ofNoForm)
  within(lun, [0, 255], `${path}.lun`, errors)
  if ((chapAuthDiscovery || chapAuthSession) && !secretRef) errors.push(required(`${path}.secretRef`, ''))
  if (isPersistent) secretName(secretRef, path, errors)
  if (initiatorName !== undefined) checkIscsiName(initiatorName, `${path}.initiatorname`, errors, ofNoForm)
}

export const checkFlocker = ({ datasetName = '', datasetUUID = '' }: Source<'flocker'>, path: string, errors: Errors): void => {
  if (datasetName === '' && datasetUUID === '') errors.push(required(path, 'one of datasetName and datasetUUID is required'))
  if (datasetName !== '' && datasetUUID !== '')
    errors.push(invalidValue(path, 'resource', 'datasetName and datasetUUID can not be specified simultaneously'))
  if (datasetName.includes('/')) errors.push(invalidValue(`${path}.datasetName`, datasetName, "must not contain '/'"))
}

export const checkCinder = (source: Source<'cinder'>, path: string, errors: Errors): void => {
  present(source.volumeID, `${path}.volumeID`, errors)
  secretName(source.secretRef, path, errors)
}

const REGISTRY = 'must be a host:port pair or multiple pairs separated by commas'
/** What Go's net.SplitHostPort takes. */
const hostPort = /^(?:\[[^[\]]*\]|[^[\]:]*):[^[\]:]*$/

export const checkQuobyte = ({ registry = '', volume, tenant = '' }: Source<'quobyte'>, path: string, errors: Errors): void => {
  if (registry === '') errors.push(required(`${path}.registry`, REGISTRY))
  else if (tenant.length >= 65) errors.push(required(`${path}.tenant`, 'must be a UUID and may not exceed a length of 64 characters'))
  else for (const pair of registry.split(',')) if (!hostPort.test(pair)) errors.push(invalidValue(`${path}.registry`, registry, REGISTRY))
  present(volume, `${path}.volume`, errors)
}

/** Upstream says where an item's faults are by the volume alone. */
export const checkDownwardApi = (source: Source<'downwardAPI'>, path: string, errors: Errors): void => {
  checkFileMode(source.defaultMode, `${path}.defaultMode`, errors)
  for (const file of source.items ?? []) checkDownwardFile(file, path, errors)
}

export const checkFc = ({ targetWWNs = [], wwids = [], lun }: Source<'fc'>, path: string, errors: Errors): void => {
  if (targetWWNs.length === 0 && wwids.length === 0)
    errors.push(required(`${path}.targetWWNs`, 'must specify either targetWWNs or wwids, but not both'))
  if (targetWWNs.length > 0 && wwids.length > 0)
    errors.push(invalidValue(`${path}.targetWWNs`, targetWWNs, 'targetWWNs and wwids can not be specified simultaneously'))
  if (targetWWNs.length === 0) return
  if (lun === undefined) errors.push(required(`${path}.lun`, 'lun is required if targetWWNs is specified'))
  else within(lun, [0, 255], `${path}.lun`, errors)
}

export const checkFlexVolume = ({ driver, options }: Source<'flexVolume'>, path: string, errors: Errors): void => {
  present(driver, `${path}.driver`, errors)
  for (const key in options) {
    const domain = `.${(key.split('/')[0] as string).toLowerCase()}`
    if (domain.endsWith('.kubernetes.io') || domain.endsWith('.k8s.io'))
      errors.push(invalidValue(`${path}.options[${key}]`, key, 'kubernetes.io and k8s.io namespaces are reserved'))
  }
}

const MANAGED_URI = '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}'
const BLOB_URI = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd'

export const checkAzureDisk = (disk: Source<'azureDisk'>, path: string, errors: Errors): void => {
  const { diskName, diskURI = '', cachingMode, kind } = disk
  present(diskName, `${path}.diskName`, errors)
  present(diskURI, `${path}.diskURI`, errors)
  if (cachingMode !== undefined) oneOf(cachingMode, ['None', 'ReadOnly', 'ReadWrite'], `${path}.cachingMode`, errors)
  if (kind === undefined) return
  oneOf(kind, ['Dedicated', 'Managed', 'Shared'], `${path}.kind`, errors)
  if (kind === 'Managed') {
    if (!diskURI.startsWith('/subscriptions/')) errors.push(notSupported(`${path}.diskURI`, diskURI, [MANAGED_URI]))
  } else if (!diskURI.startsWith('https://')) errors.push(notSupported(`${path}.diskURI`, diskURI, [BLOB_URI]))
}

export const checkStorageOs = (source: Source<'storageos'>, path: string, errors: Errors): void => {
  requiredName(source.volumeName, dns1123Label, `${path}.volumeName`, errors)
  optionalName(source.volumeNamespace, dns1123Label, `${path}.volumeNamespace`, errors)
  secretName(source.secretRef, path, errors)
}

const MAX_DRIVER = 63

/** A CSI driver's name. */
export const checkCsiDriverName = (driver: string, path: string, errors: Errors): void => {
  if (!present(driver, path, errors)) return
  if (Buffer.byteLength(driver) > MAX_DRIVER) errors.push(tooLong(path, MAX_DRIVER))
  for (const message of dns1123Subdomain(driver.toLowerCase())) errors.push(invalidValue(path, driver, message))
}

export const checkCsi = ({ driver = '', nodePublishSecretRef }: Source<'csi'>, path: string, errors: Errors): void => {
  checkCsiDriverName(driver, `${path}.driver`, errors)
  if (!nodePublishSecretRef) return
  if (present(nodePublishSecretRef.name, `${path}.nodePublishSecretRef.name`, errors))
    named(nodePublishSecretRef.name, dns1123Subdomain, `${path}.name`, errors)
}

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never']

/** When an image is fetched: of containers and of image volumes. */
export const checkPullPolicy = (policy: string | undefined, path: string, errors: Errors): void =>
  requiredOneOf(policy, PULL_POLICIES, path, errors)
