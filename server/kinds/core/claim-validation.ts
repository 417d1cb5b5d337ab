// What claims on persistent volumes must meet, and how their sources are filled in. Upstream: ValidatePersistentVolumeClaim,
// ValidatePersistentVolumeClaimUpdate, pkg/api/persistentvolumeclaim/util.go.
import { forbiddenField, invalidValue, notSupported, required } from '../../../apimachinery/field-error.ts'
import { at, cloneTree, type Frozen, type KubeObject, textAt, type Value, type ValueMap } from '../../../apimachinery/kube-object.ts'
import { dns1123Label, dns1123Subdomain, qualifiedName } from '../../../apimachinery/names.ts'
import { compareQuantities } from '../../../apimachinery/quantity.ts'
import { differs } from '../strategies.ts'
import { type Errors, immutable, named, optionalName, present } from '../validation/checks.ts'
import { internalLines } from '../validation/internal-text.ts'
import { checkLabelSelector, hasInvalidLabelValue, type LabelSelector } from '../validation/label-selectors.ts'
import { metadataErrors } from '../validation/metadata.ts'
import { checkBasicAmount, isWholeAmount } from '../validation/quota-resources.ts'
import { unifiedDiff } from '../validation/unified-diff.ts'
import { checkAccessModes, checkClassName } from './volume-modes.ts'

interface Source {
  apiGroup?: string | null
  kind?: string
  name?: string
  namespace?: string
}

interface ClaimSpec {
  accessModes?: string[]
  selector?: LabelSelector
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> }
  volumeName?: string
  storageClassName?: string
  volumeMode?: string
  dataSource?: Source
  dataSourceRef?: Source
  volumeAttributesClassName?: string
}

const SPEC = 'core.PersistentVolumeClaimSpec'
const UNCHANGEABLE = 'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims'
const CLAIM = 'PersistentVolumeClaim'
const CLASS = 'volume.beta.kubernetes.io/storage-class'
const VOLUME_MODES = ['Block', 'Filesystem']
const RESIZES = [
  'ControllerResizeInProgress',
  'ControllerResizeInfeasible',
  'NodeResizeInProgress',
  'NodeResizeInfeasible',
  'NodeResizePending',
].sort()

const specOf = (claim: Frozen<KubeObject>): ClaimSpec => (claim['spec'] ?? {}) as ClaimSpec

const wrongGroup = ({ apiGroup }: Source): boolean => Boolean(apiGroup) && dns1123Subdomain(apiGroup as string).length > 0

const checkSource = (source: Source, path: string, errors: Errors, anyGroup: boolean): void => {
  const { name, kind = '', namespace } = source
  const group = source.apiGroup ?? ''
  present(name, `${path}.name`, errors)
  present(kind, `${path}.kind`, errors)
  if (group === '' && kind !== CLAIM)
    errors.push(invalidValue(path, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup"))
  if (!anyGroup) optionalName(group, dns1123Subdomain, `${path}.apiGroup`, errors)
  optionalName(namespace, dns1123Label, `${path}.namespace`, errors)
}

const identity = ({ apiGroup, kind = '', name = '' }: Source): string => JSON.stringify([apiGroup ?? null, kind, name])

const checkSources = ({ dataSource, dataSourceRef }: ClaimSpec, errors: Errors, anyGroup: boolean): void => {
  if (dataSource) checkSource(dataSource, 'spec.dataSource', errors, anyGroup)
  if (dataSourceRef) checkSource(dataSourceRef, 'spec.dataSourceRef', errors, anyGroup)
  if (!dataSource || !dataSourceRef) return
  // Upstream shows the other field's path as the value, which is a struct without visible members.
  if (dataSourceRef.namespace) errors.push(invalidValue('spec', {}, 'may not be specified when dataSourceRef.namespace is specified'))
  else if (identity(dataSource) !== identity(dataSourceRef)) errors.push(invalidValue('spec', {}, 'must match dataSourceRef'))
}

interface Tolerated {
  selectorValues: boolean
  sourceGroups: boolean
}

const checkSpec = (spec: ClaimSpec, errors: Errors, tolerated: Tolerated): void => {
  const { accessModes = [], volumeMode } = spec
  if (accessModes.length === 0) errors.push(required('spec.accessModes', 'at least 1 access mode is required'))
  checkLabelSelector(spec.selector, 'spec.selector', errors, { allowInvalidValues: tolerated.selectorValues })
  checkAccessModes(accessModes, 'spec.accessModes', errors)
  const storage = spec.resources?.requests?.['storage']
  const path = 'spec.resources[storage]'
  if (storage === undefined) errors.push(required(path, ''))
  else if (compareQuantities(storage, '0') <= 0) errors.push(invalidValue(path, storage, 'must be greater than zero'))
  checkClassName(spec.storageClassName, 'spec.storageClassName', errors)
  if (volumeMode !== undefined && !VOLUME_MODES.includes(volumeMode)) errors.push(notSupported('spec.volumeMode', volumeMode, VOLUME_MODES))
  checkSources(spec, errors, tolerated.sourceGroups)
  checkClassName(spec.volumeAttributesClassName, 'spec.volumeAttributesClassName', errors)
}

export const validateClaim = (claim: KubeObject): Errors => {
  const errors: Errors = []
  checkSpec(specOf(claim), errors, { selectorValues: false, sourceGroups: false })
  return errors
}

/** The class moves from the annotation to the field. */
const upgradesFromAnnotation = (claim: KubeObject, old: Frozen<KubeObject>): boolean => {
  const [before, after] = [old.metadata.annotations?.[CLASS], claim.metadata.annotations?.[CLASS]]
  if (before === undefined || specOf(old).storageClassName !== undefined) return false
  return specOf(claim).storageClassName === before && (after === undefined || after === before)
}

/** The new spec, where what may change is as it was. */
const comparable = (claim: KubeObject, old: Frozen<KubeObject>, upgraded: boolean): ValueMap => {
  const spec = cloneTree<ValueMap>((claim['spec'] ?? {}) as ValueMap)
  const before = specOf(old) as unknown as ValueMap
  const keep = (member: string): void => {
    if (before[member] === undefined) delete spec[member]
    else spec[member] = before[member]
  }
  const annotation = old.metadata.annotations?.[CLASS]
  const given = spec['storageClassName']
  if (upgraded || (given !== undefined && (annotation === undefined || given === annotation) && before['storageClassName'] === undefined))
    keep('storageClassName')
  if (textAt(claim, 'status', 'phase') !== 'Bound') return spec
  keep('volumeAttributesClassName')
  const requests = at(spec, 'resources', 'requests') as ValueMap | undefined
  const size = at(before, 'resources', 'requests', 'storage')
  if (requests && size !== undefined) requests['storage'] = size as Value
  return spec
}

/** The old spec; a claim without a volume may get one. */
const comparedWith = (claim: KubeObject, old: Frozen<KubeObject>): ValueMap => {
  const before = (old['spec'] ?? {}) as ValueMap
  const name = specOf(claim).volumeName
  return before['volumeName'] || !name ? before : { ...before, volumeName: name }
}

const checkAttributesClass = (claim: KubeObject, old: Frozen<KubeObject>, errors: Errors): void => {
  const [after, before] = [specOf(claim).volumeAttributesClassName, specOf(old).volumeAttributesClassName]
  const path = 'spec.volumeAttributesClassName'
  if (after === before || at(old, 'status', 'currentVolumeAttributesClassName') === undefined) return
  const why = 'is forbidden when status.currentVolumeAttributesClassName is not nil'
  if (after === undefined) errors.push(forbiddenField(path, `update to nil ${why}`))
  else if (after === '') errors.push(forbiddenField(path, `update to empty string ${why}`))
}

export const validateClaimUpdate = (claim: KubeObject, old: Frozen<KubeObject>): Errors => {
  const errors = metadataErrors(claim, true, dns1123Subdomain)
  const [spec, before] = [specOf(claim), specOf(old)]
  checkSpec(spec, errors, {
    selectorValues: hasInvalidLabelValue(before.selector),
    sourceGroups: [before.dataSource, before.dataSourceRef].some((source) => source !== undefined && wrongGroup(source)),
  })
  const upgraded = upgradesFromAnnotation(claim, old)
  const annotation = claim.metadata.annotations?.[CLASS] ?? ''
  if (!upgraded) immutable(annotation === (old.metadata.annotations?.[CLASS] ?? ''), annotation, `metadata.annotations.${CLASS}`, errors)
  const [wanted, stands] = [comparable(claim, old, upgraded), comparedWith(claim, old)]
  if (differs(wanted, stands)) {
    const difference = unifiedDiff(internalLines(SPEC, stands), internalLines(SPEC, wanted))
    errors.push(forbiddenField('spec', `${UNCHANGEABLE}\n${difference}`))
  }
  const [size, was] = [spec.resources?.requests?.['storage'] ?? '0', before.resources?.requests?.['storage'] ?? '0']
  const capacity = textAt(old, 'status', 'capacity', 'storage') || '0'
  if (compareQuantities(size, was) < 0 && compareQuantities(size, capacity) <= 0)
    errors.push(forbiddenField('spec.resources.requests.storage', 'field can not be less than status.capacity'))
  immutable(spec.volumeMode === before.volumeMode, spec.volumeMode, 'volumeMode', errors)
  checkAttributesClass(claim, old, errors)
  return errors
}

const checkResourceKey = (name: string, path: string, errors: Errors): boolean => {
  const found = errors.length
  named(name, qualifiedName, path, errors)
  if (errors.length === found && name !== 'storage' && (!name.includes('/') || name.includes('kubernetes.io/')))
    errors.push(notSupported(path, name, ['storage']))
  return errors.length === found
}

type Texts = Readonly<Record<string, string>> | undefined

export const validateClaimStatus = (claim: KubeObject): Errors => {
  const errors: Errors = []
  if (!specOf(claim).accessModes?.length) errors.push(required('Spec.accessModes', ''))
  const capacity = at(claim, 'status', 'capacity') as Texts
  for (const name in capacity) checkBasicAmount(capacity[name] as string, `status.capacity[${name}]`, errors)
  const resizes = at(claim, 'status', 'allocatedResourceStatuses') as Texts
  for (const name in resizes) {
    const path = 'status.allocatedResourceStatuses'
    checkResourceKey(name, path, errors)
    if (!RESIZES.includes(resizes[name] as string)) errors.push(notSupported(path, name, RESIZES))
  }
  const allocated = at(claim, 'status', 'allocatedResources') as Texts
  for (const name in allocated)
    if (checkResourceKey(name, 'status.allocatedResources', errors))
      checkBasicAmount(allocated[name] as string, `status.allocatedResources[${name}]`, errors)
  return errors
}

const isClaimOrSnapshot = ({ apiGroup, kind }: Source): boolean =>
  (kind === CLAIM && !apiGroup) || (kind === 'VolumeSnapshot' && apiGroup === 'snapshot.storage.k8s.io')

/** What a volume is filled from, in the old field and the new one alike. */
const matchSources = (spec: ClaimSpec): void => {
  const { dataSource, dataSourceRef } = spec
  if (dataSource && !dataSourceRef) spec.dataSourceRef = { ...dataSource }
  else if (dataSourceRef && !dataSource && !dataSourceRef.namespace) {
    const { namespace: _, ...source } = dataSourceRef
    spec.dataSource = source
  }
}

/** Sources of other namespaces are behind a gate that is off; other kinds in the old field never were any. */
export const prepareClaim = (claim: KubeObject, old?: Frozen<KubeObject>): void => {
  const spec = specOf(claim)
  const before = old ? specOf(old) : {}
  if (spec.dataSourceRef?.namespace && !before.dataSourceRef) delete spec.dataSourceRef
  if (!before.dataSource && !spec.dataSourceRef && spec.dataSource && !isClaimOrSnapshot(spec.dataSource)) delete spec.dataSource
  matchSources(spec)
}

export const claimWarnings = (claim: KubeObject): string[] => {
  const { resources } = specOf(claim)
  const found =
    claim.metadata.annotations?.[CLASS] === undefined
      ? []
      : [`metadata.annotations[${CLASS}]: deprecated since v1.8; use "storageClassName" attribute instead`]
  for (const side of ['requests', 'limits'] as const) {
    const amount = resources?.[side]?.['storage']
    if (amount !== undefined && !isWholeAmount(amount))
      found.push(`spec.resources.${side}[storage]: fractional byte value ${JSON.stringify(amount)} is invalid, must be an integer`)
  }
  return found
}
