// What storage classes, drivers and attachments must meet. Upstream: pkg/apis/storage/validation.
import { duplicateValue, forbiddenField, invalidValue, notSupported, required, tooLong } from '../../../apimachinery/field-error.ts'
import { at, type Frozen, type KubeObject, listAt, textAt } from '../../../apimachinery/kube-object.ts'
import { dns1123Subdomain, qualifiedName } from '../../../apimachinery/names.ts'
import { differs } from '../strategies.ts'
import { type Errors, each, immutable, named, nonNegative, present } from '../validation/checks.ts'
import { checkLabelName, checkLabelSelector, hasInvalidLabelValue, type LabelSelector } from '../validation/label-selectors.ts'
import { metadataErrors, metadataUpdateErrors } from '../validation/metadata.ts'

type Parameters = Readonly<Record<string, string>>

interface TopologyTerm {
  /** Values are null where there are none. */
  matchLabelExpressions?: { key?: string; values?: string[] | null }[]
}

const MAX_PARAMETERS = 512
const MAX_PARAMETER_BYTES = 256 * 1024
const MAX_DRIVER_NAME = 63

const checkProvisioner = (name: string, path: string, errors: Errors): void => {
  if (present(name, path, errors))
    for (const message of qualifiedName(name.toLowerCase())) errors.push(invalidValue(path, name.toLowerCase(), message))
}

const checkParameters = (parameters: Parameters, mayBeEmpty: boolean, errors: Errors): void => {
  const path = 'parameters'
  const entries = Object.entries(parameters)
  if (entries.length > MAX_PARAMETERS) {
    errors.push(tooLong(path, MAX_PARAMETERS))
    return
  }
  let size = 0
  for (const [key, value] of entries) {
    if (key === '') errors.push(invalidValue(path, key, 'field can not be empty.'))
    size += Buffer.byteLength(key) + Buffer.byteLength(value)
  }
  if (size > MAX_PARAMETER_BYTES) errors.push(tooLong(path, MAX_PARAMETER_BYTES))
  if (!mayBeEmpty && entries.length === 0) errors.push(required(path, 'must contain at least one key/value pair'))
}

const checkTopologies = (terms: readonly TopologyTerm[], errors: Errors): void => {
  // A term that says nothing is the same as the room upstream makes for each of them.
  const seen = new Map<string, number>([['[]', terms.length]])
  each(terms, 'allowedTopologies', errors, ({ matchLabelExpressions: expressions = [] }, path) => {
    const values = new Map<string, string[]>()
    each(expressions, `${path}.matchLabelExpressions`, errors, (expression, own) => {
      const { key = '' } = expression
      const given = expression.values ?? []
      present(given, `${own}.values`, errors)
      given.forEach((value, index) => {
        if (given.indexOf(value) < index) errors.push(duplicateValue(`${own}.values[${index}]`, value))
      })
      checkLabelName(key, `${own}.key`, errors)
      if (values.has(key)) errors.push(duplicateValue(`${own}.key`, key))
      values.set(key, [...new Set(given)].sort())
    })
    const shape = JSON.stringify([...values].sort(([a], [b]) => (a < b ? -1 : 1)))
    const before = seen.get(shape) ?? 0
    for (let count = 0; count < before; count++) errors.push(duplicateValue(`${path}.matchLabelExpressions`, ''))
    seen.set(shape, before + 1)
  })
}

const RECLAIM = ['Delete', 'Retain']
const BINDING = ['Immediate', 'WaitForFirstConsumer']

export const validateStorageClass = (object: Frozen<KubeObject>): Errors => {
  const errors: Errors = []
  checkProvisioner(textAt(object, 'provisioner'), 'provisioner', errors)
  checkParameters((object['parameters'] ?? {}) as Parameters, true, errors)
  const [reclaim, binding] = [textAt(object, 'reclaimPolicy'), textAt(object, 'volumeBindingMode')]
  if (reclaim !== '' && !RECLAIM.includes(reclaim)) errors.push(notSupported('reclaimPolicy', reclaim, RECLAIM))
  if (!BINDING.includes(binding)) errors.push(notSupported('volumeBindingMode', binding, BINDING))
  checkTopologies(listAt(object, 'allowedTopologies') as TopologyTerm[], errors)
  return errors
}

export const validateStorageClassUpdate = (object: KubeObject, old: Frozen<KubeObject>): Errors => {
  const errors = [...metadataErrors(object, false, dns1123Subdomain), ...validateStorageClass(object), ...metadataUpdateErrors(object, old)]
  for (const member of ['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'])
    immutable(!differs(object[member], old[member]), object[member], member, errors)
  return errors
}

export const validateAttributesClass = (object: Frozen<KubeObject>): Errors => {
  const errors: Errors = []
  checkProvisioner(textAt(object, 'driverName'), 'driverName', errors)
  checkParameters((object['parameters'] ?? {}) as Parameters, false, errors)
  return errors
}

export const validateAttributesClassUpdate = (object: KubeObject, old: Frozen<KubeObject>): Errors => {
  const changed = ['driverName', 'parameters'].filter((member) => differs(object[member], old[member]))
  return [
    ...changed.map((member) => forbiddenField(member, `updates to ${member} are forbidden.`)),
    ...metadataErrors(object, false, dns1123Subdomain),
    ...validateAttributesClass(object),
  ]
}

/** The name of a driver, in any case. */
export const checkDriverName = (name: string, path: string, errors: Errors): void => {
  if (!present(name, path, errors)) return
  if (Buffer.byteLength(name) > MAX_DRIVER_NAME) errors.push(tooLong(path, MAX_DRIVER_NAME))
  for (const message of dns1123Subdomain(name.toLowerCase())) errors.push(invalidValue(path, name, message))
}

interface Driver {
  name?: string
  nodeID?: string
  allocatable?: { count?: number }
  topologyKeys?: string[] | null
}

const MAX_NODE_ID = 256

const checkDriver = (
  { name = '', nodeID = '', allocatable, topologyKeys }: Driver,
  path: string,
  errors: Errors,
  names: Set<string>,
): void => {
  checkDriverName(name, `${path}.name`, errors)
  present(nodeID, `${path}.nodeID`, errors)
  if (Buffer.byteLength(nodeID) > MAX_NODE_ID)
    errors.push(invalidValue(`${path}.nodeID`, nodeID, `must be ${MAX_NODE_ID} characters or less`))
  nonNegative(allocatable?.count, `${path}.allocatable.count`, errors)
  if (names.has(name)) errors.push(duplicateValue(`${path}.name`, name))
  names.add(name)
  topologyKeys?.forEach((key, index) => {
    present(key, path, errors)
    if (topologyKeys.indexOf(key) < index) errors.push(duplicateValue(path, key))
    named(key, qualifiedName, path, errors)
  })
}

const driversOf = (node: Frozen<KubeObject>): Driver[] => listAt(node, 'spec', 'drivers') as Driver[]

export const validateCsiNode = (node: KubeObject): Errors => {
  const errors = metadataErrors(node, false, dns1123Subdomain)
  const names = new Set<string>()
  each(driversOf(node), 'spec.drivers', errors, (driver, path) => checkDriver(driver, path, errors, names))
  return errors
}

/** A driver that stays is the same but for what it can still take. */
export const validateCsiNodeUpdate = (node: KubeObject, old: Frozen<KubeObject>): Errors => {
  const errors = validateCsiNode(node)
  for (const before of driversOf(old))
    for (const { name = '', nodeID = '', topologyKeys = null } of driversOf(node)) {
      if (name !== (before.name ?? '')) continue
      const same = nodeID === (before.nodeID ?? '') && !differs(topologyKeys, before.topologyKeys)
      immutable(same, { Name: name, NodeID: nodeID, TopologyKeys: topologyKeys, Allocatable: null }, 'spec.drivers', errors)
    }
  return errors
}

export const validateCapacity = (capacity: KubeObject, old?: Frozen<KubeObject>): Errors => {
  const errors: Errors = []
  const allowInvalidValues = hasInvalidLabelValue(old?.['nodeTopology'] as LabelSelector | undefined)
  checkLabelSelector(capacity['nodeTopology'] as LabelSelector | undefined, 'nodeTopology', errors, { allowInvalidValues })
  named(textAt(capacity, 'storageClassName'), dns1123Subdomain, 'storageClassName', errors)
  const amount = textAt(capacity, 'capacity')
  if (amount.startsWith('-')) errors.push(invalidValue('capacity', amount, 'must be greater than or equal to 0'))
  return errors
}

export const validateCapacityUpdate = (capacity: KubeObject, old: Frozen<KubeObject>): Errors => {
  const errors = [
    ...metadataErrors(capacity, true, dns1123Subdomain),
    ...validateCapacity(capacity, old),
    ...metadataUpdateErrors(capacity, old),
  ]
  for (const member of ['nodeTopology', 'storageClassName'])
    immutable(!differs(capacity[member], old[member]), capacity[member], member, errors)
  return errors
}

const EXACTLY_ONE = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName'
const MAX_ERROR = 1024

const checkVolumeError = (status: unknown, member: string, errors: Errors): void => {
  const path = `status.${member}`
  if (Buffer.byteLength(textAt(status, member, 'message')) > MAX_ERROR) errors.push(tooLong(`${path}.message`, MAX_PARAMETER_BYTES))
  const code = at(status, member, 'errorCode')
  if (typeof code === 'number' && code < 0)
    errors.push(invalidValue(`${path}.errorCode`, code, 'must be between 0 and 2147483647, inclusive'))
}

export const validateAttachment = (attachment: KubeObject): Errors => {
  const errors = metadataErrors(attachment, false, dns1123Subdomain)
  checkDriverName(textAt(attachment, 'spec', 'attacher'), 'spec.attacher', errors)
  const volume = at(attachment, 'spec', 'source', 'persistentVolumeName')
  const inline = at(attachment, 'spec', 'source', 'inlineVolumeSpec')
  const path = 'spec.source'
  if (typeof volume !== 'string') {
    if (!inline) errors.push(required(path, EXACTLY_ONE))
  } else if (inline) errors.push(forbiddenField(path, EXACTLY_ONE))
  else present(volume, `${path}.persistentVolumeName`, errors, 'must specify non empty persistentVolumeName')
  named(textAt(attachment, 'spec', 'nodeName'), dns1123Subdomain, 'spec.nodeName', errors)
  const metadata = (at(attachment, 'status', 'attachmentMetadata') ?? {}) as Parameters
  let size = 0
  for (const key in metadata) size += Buffer.byteLength(key) + Buffer.byteLength(metadata[key] as string)
  if (size > MAX_PARAMETER_BYTES) errors.push(tooLong('status.attachmentMetadata', MAX_PARAMETER_BYTES))
  checkVolumeError(attachment['status'], 'attachError', errors)
  checkVolumeError(attachment['status'], 'detachError', errors)
  if (typeof volume === 'string') named(volume, dns1123Subdomain, `${path}.persistentVolumeName`, errors)
  return errors
}

export const validateAttachmentUpdate = (attachment: KubeObject, old: Frozen<KubeObject>): Errors => {
  const errors = validateAttachment(attachment)
  const shown = {
    Attacher: textAt(attachment, 'spec', 'attacher'),
    Source: {
      PersistentVolumeName: at(attachment, 'spec', 'source', 'persistentVolumeName') ?? null,
      InlineVolumeSpec: at(attachment, 'spec', 'source', 'inlineVolumeSpec') ?? null,
    },
    NodeName: textAt(attachment, 'spec', 'nodeName'),
  }
  immutable(!differs(attachment['spec'], old['spec']), shown, 'spec', errors)
  return errors
}
