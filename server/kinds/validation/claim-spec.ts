// What a persistent volume claim asks for: of claims, of ephemeral volumes and of stateful sets' templates.
// Upstream: ValidatePersistentVolumeClaimSpec, ValidatePersistentVolumeClaimTemplate.
import { type FieldError, forbiddenField, invalidValue, notSupported, required } from '../../../apimachinery/field-error.ts'
import { dns1123Label, dns1123Subdomain } from '../../../apimachinery/names.ts'
import { compareQuantities } from '../../../apimachinery/quantity.ts'
import { type Errors, oneOf, optionalName, present } from './checks.ts'
import { checkAnnotations, checkLabelSelector, checkLabels } from './label-selectors.ts'
import type { ObjectFields } from './pod-types.ts'
import type { ClaimSpec } from './volume-types.ts'

const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod']
const EXCLUSIVE = 'ReadWriteOncePod'
const VOLUME_MODES = ['Block', 'Filesystem']
const CLAIM = 'PersistentVolumeClaim'

const checkAccessModes = (modes: readonly string[], path: string, errors: Errors): void => {
  for (const mode of modes) if (!ACCESS_MODES.includes(mode)) errors.push(notSupported(path, mode, ACCESS_MODES))
  if (modes.includes(EXCLUSIVE) && modes.some((mode) => mode !== EXCLUSIVE && ACCESS_MODES.includes(mode)))
    errors.push(forbiddenField(path, 'may not use ReadWriteOncePod with other access modes'))
}

const checkSource = (source: NonNullable<ClaimSpec['dataSourceRef']>, path: string, errors: Errors): void => {
  const { name, kind = '', namespace } = source
  const apiGroup = source.apiGroup ?? ''
  present(name, `${path}.name`, errors)
  present(kind, `${path}.kind`, errors)
  if (apiGroup === '' && kind !== CLAIM)
    errors.push(invalidValue(path, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup"))
  optionalName(apiGroup, dns1123Subdomain, `${path}.apiGroup`, errors)
  optionalName(namespace, dns1123Label, `${path}.namespace`, errors)
}

/** Upstream shows the path of the other field as the value, as a struct without visible members. */
const sourceFault = (path: string, detail: string): FieldError => ({ type: 'FieldValueInvalid', field: path, value: '{}', detail })

const checkSources = ({ dataSource, dataSourceRef }: ClaimSpec, path: string, errors: Errors): void => {
  if (dataSource) checkSource(dataSource, `${path}.dataSource`, errors)
  if (dataSourceRef) checkSource(dataSourceRef, `${path}.dataSourceRef`, errors)
  if (!dataSource || !dataSourceRef) return
  if (dataSourceRef.namespace) errors.push(sourceFault(path, 'may not be specified when dataSourceRef.namespace is specified'))
  else if (
    dataSource.apiGroup !== dataSourceRef.apiGroup ||
    (dataSource.kind ?? '') !== (dataSourceRef.kind ?? '') ||
    (dataSource.name ?? '') !== (dataSourceRef.name ?? '')
  )
    errors.push(sourceFault(path, 'must match dataSourceRef'))
}

export const checkClaimSpec = (spec: ClaimSpec, path: string, errors: Errors): void => {
  const modes = spec.accessModes ?? []
  if (modes.length === 0) errors.push(required(`${path}.accessModes`, 'at least 1 access mode is required'))
  checkLabelSelector(spec.selector, `${path}.selector`, errors)
  checkAccessModes(modes, `${path}.accessModes`, errors)
  const storage = spec.resources?.requests?.['storage']
  if (storage === undefined) errors.push(required(`${path}.resources[storage]`, ''))
  else if (compareQuantities(storage, '0') <= 0)
    errors.push(invalidValue(`${path}.resources[storage]`, storage, 'must be greater than zero'))
  optionalName(spec.storageClassName, dns1123Subdomain, `${path}.storageClassName`, errors)
  if (spec.volumeMode !== undefined) oneOf(spec.volumeMode, VOLUME_MODES, `${path}.volumeMode`, errors)
  checkSources(spec, path, errors)
  optionalName(spec.volumeAttributesClassName, dns1123Subdomain, `${path}.volumeAttributesClassName`, errors)
}

/** Members of the metadata as Go orders them, beside those a template may have. */
const REFUSED: readonly (readonly [member: string, shown: string])[] = [
  ['name', 'name'],
  ['generateName', 'generateName'],
  ['namespace', 'namespace'],
  ['selfLink', 'selfLink'],
  ['uid', 'uID'],
  ['resourceVersion', 'resourceVersion'],
  ['generation', 'generation'],
  ['creationTimestamp', 'creationTimestamp'],
  ['deletionTimestamp', 'deletionTimestamp'],
  ['deletionGracePeriodSeconds', 'deletionGracePeriodSeconds'],
  ['ownerReferences', 'ownerReferences'],
  ['finalizers', 'finalizers'],
  ['managedFields', 'managedFields'],
]

/** The metadata of a template for something: labels and annotations are all that it may have. */
export const checkTemplateMetadata = (metadata: ObjectFields | undefined, path: string, errors: Errors): void => {
  checkAnnotations(metadata?.annotations, `${path}.annotations`, errors)
  checkLabels(metadata?.labels, `${path}.labels`, errors)
  for (const [member, shown] of REFUSED)
    if (metadata && member in metadata && metadata[member as 'name'] !== null)
      errors.push(forbiddenField(`${path}.${shown}`, 'cannot be set'))
}

/** The claim that an ephemeral volume is made from: labels and annotations are all that its metadata may have. */
export const checkClaimTemplate = (
  { metadata, spec }: { metadata?: ObjectFields; spec?: ClaimSpec },
  path: string,
  errors: Errors,
): void => {
  checkTemplateMetadata(metadata, `${path}.metadata`, errors)
  checkClaimSpec(spec ?? {}, `${path}.spec`, errors)
}
