// What claims of devices must meet, and what their status says of devices that they were given.
// Upstream: ValidateResourceClaim and ValidateResourceClaimStatusUpdate in pkg/apis/resource/validation.
import { duplicateValue, forbiddenField, invalidValue, required, tooLong, tooMany } from '../../../apimachinery/field-error.ts'
import { at, type Frozen, type KubeObject, type Value } from '../../../apimachinery/kube-object.ts'
import { dns1123Label, dns1123Subdomain } from '../../../apimachinery/names.ts'
import { checkDriverName } from '../storage/storage-validation.ts'
import { differs } from '../strategies.ts'
import { parseAddress } from '../validation/addresses.ts'
import { type Errors, immutable, named, present, requiredOneOf } from '../validation/checks.ts'
import { type Condition, checkConditions } from '../validation/conditions.ts'
import { checkLabelName } from '../validation/label-selectors.ts'
import {
  type Configuration,
  checkConfiguration,
  checkDeviceClaim,
  checkParameters,
  checkReferences,
  checkRequestReference,
  type DeviceClaim,
  eachAtMost,
  eachOnce,
  MAX_CONFIGURATIONS,
  type RequestNames,
  requestNames,
} from './device-requests.ts'

interface Consumer {
  resource?: string
  name?: string
  uid?: string
}

interface Device {
  driver?: string
  pool?: string
  device?: string
  shareID?: string
}

export interface Bindings {
  bindingConditions?: string[]
  bindingFailureConditions?: string[]
}

interface Result extends Device, Bindings {
  request?: string
}

interface DeviceStatus extends Device {
  /** Written as null where there are none. */
  conditions?: Condition[] | null
  data?: Value
  networkData?: { interfaceName?: string; hardwareAddress?: string; ips?: string[] }
}

interface Status {
  reservedFor?: Consumer[]
  allocation?: { devices?: { results?: Result[]; config?: (Configuration & { source?: string })[] } }
  devices?: DeviceStatus[]
}

const MAX_CONSUMERS = 256
const MAX_RESULTS = 32
const MAX_BINDING_CONDITIONS = 4
const MAX_DEVICE_CONDITIONS = 8
const MAX_INTERFACE_NAME = 256
const MAX_HARDWARE_ADDRESS = 128
const MAX_ADDRESSES = 16
const MAX_POOL_NAME = 253
const NO_INTERFACE_ADDRESS = 'must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)'
const NOT_NORMAL = 'uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase hexadecimal characters'

const claimOf = (object: Frozen<KubeObject>): DeviceClaim => (at(object, 'spec', 'devices') ?? {}) as DeviceClaim
const statusOf = (object: Frozen<KubeObject>): Status => (object['status'] ?? {}) as Status

/** Names with slashes between them. */
export const checkPool = (pool: string, path: string, errors: Errors): void => {
  if (!present(pool, path, errors)) return
  if (Buffer.byteLength(pool) > MAX_POOL_NAME) errors.push(tooLong(path, MAX_POOL_NAME))
  for (const part of pool.split('/')) named(part, dns1123Subdomain, path, errors)
}

const HYPHENATED = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** What Go's package for them says of a text that is no UUID in any of the forms it knows. */
const uuidFault = (text: string): string | undefined => {
  switch (Buffer.byteLength(text)) {
    case 36:
      return HYPHENATED.test(text) ? undefined : 'invalid UUID format'
    case 36 + 9:
      if (!/^urn:uuid:/i.test(text)) return `invalid urn prefix: ${JSON.stringify(text.slice(0, 9))}`
      return HYPHENATED.test(text.slice(9)) ? undefined : 'invalid UUID format'
    case 36 + 2:
      if (!/^\{.*\}$/.test(text)) return 'invalid bracketed UUID format'
      return HYPHENATED.test(text.slice(1, -1)) ? undefined : 'invalid UUID format'
    case 32:
      return /^[0-9a-f]{32}$/i.test(text) ? undefined : 'invalid UUID format'
    default:
      return `invalid UUID length: ${Buffer.byteLength(text)}`
  }
}

const checkShare = (share: string | undefined, path: string, errors: Errors): void => {
  if (share === undefined) return
  const fault = uuidFault(share)
  if (fault !== undefined) errors.push(invalidValue(path, share, `error validating uid: ${fault}`))
  else if (share.length !== 36 || share !== share.toLowerCase()) errors.push(invalidValue(path, share, NOT_NORMAL))
}

const checkDevice = ({ driver = '', pool = '', device = '' }: Device, path: string, errors: Errors): void => {
  checkDriverName(driver, `${path}.driver`, errors)
  checkPool(pool, `${path}.pool`, errors)
  named(device, dns1123Label, `${path}.device`, errors)
}

/** As upstream's identity of a device shows itself. */
const identityOf = ({ driver = '', pool = '', device = '', shareID = '' }: Device): Value => ({
  Driver: driver,
  Pool: pool,
  Device: device,
  ShareID: shareID,
})

const checkOnce = (names: readonly string[], path: string, errors: Errors): void => {
  names.forEach((name, index) => {
    if (names.indexOf(name) < index) errors.push(duplicateValue(`${path}[${index}]`, name))
  })
}

export const checkBindings = ({ bindingConditions = [], bindingFailureConditions = [] }: Bindings, path: string, errors: Errors): void => {
  const [wanted, failed] = [`${path}.bindingConditions`, `${path}.bindingFailureConditions`]
  eachAtMost(bindingConditions, MAX_BINDING_CONDITIONS, wanted, errors, checkLabelName)
  eachAtMost(bindingFailureConditions, MAX_BINDING_CONDITIONS, failed, errors, checkLabelName)
  checkOnce(bindingConditions, wanted, errors)
  checkOnce(bindingFailureConditions, failed, errors)
  bindingFailureConditions.forEach((condition, index) => {
    if (bindingConditions.includes(condition))
      errors.push(invalidValue(`${failed}[${index}]`, condition, 'bindingFailureConditions must not overlap with bindingConditions'))
  })
  if (bindingConditions.length === 0 && bindingFailureConditions.length > 0)
    errors.push(invalidValue(wanted, null, 'bindingConditions are required to use bindingFailureConditions'))
  if (bindingFailureConditions.length === 0 && bindingConditions.length > 0)
    errors.push(invalidValue(failed, null, 'bindingFailureConditions are required to use bindingConditions'))
}

const checkResult = (result: Result, names: RequestNames, path: string, errors: Errors): void => {
  checkRequestReference(result.request ?? '', names, `${path}.request`, errors)
  checkDevice(result, path, errors)
  checkBindings(result, path, errors)
  checkShare(result.shareID, `${path}.shareID`, errors)
}

const checkAllocation = ({ devices = {} }: NonNullable<Status['allocation']>, names: RequestNames, errors: Errors): void => {
  const path = 'status.allocation.devices'
  eachAtMost(devices.results, MAX_RESULTS, `${path}.results`, errors, (result, own) => checkResult(result, names, own, errors))
  eachAtMost(devices.config, 2 * MAX_CONFIGURATIONS, `${path}.config`, errors, (configuration, own) => {
    requiredOneOf(configuration.source, ['FromClaim', 'FromClass'], `${own}.source`, errors)
    checkReferences(configuration.requests, names, own, errors)
    checkConfiguration(configuration, own, errors)
  })
}

const isInterfaceAddress = (text: string): boolean => {
  const [, address = '', prefix = ''] = /^(.*)\/(\d{1,3})$/.exec(text) ?? []
  return parseAddress(address) !== undefined && Number(prefix) <= (address.includes(':') ? 128 : 32)
}

const checkNetwork = (data: DeviceStatus['networkData'], path: string, errors: Errors): void => {
  if (!data) return
  const { interfaceName = '', hardwareAddress = '', ips } = data
  if (Buffer.byteLength(interfaceName) > MAX_INTERFACE_NAME) errors.push(tooLong(`${path}.interfaceName`, MAX_INTERFACE_NAME))
  if (Buffer.byteLength(hardwareAddress) > MAX_HARDWARE_ADDRESS) errors.push(tooLong(`${path}.hardwareAddress`, MAX_HARDWARE_ADDRESS))
  const check = (address: string, own: string): void => {
    if (!isInterfaceAddress(address)) errors.push(invalidValue(own, address, NO_INTERFACE_ADDRESS))
  }
  eachOnce(ips, MAX_ADDRESSES, `${path}.ips`, errors, check, (address) => address)
}

const checkDeviceStatus = (device: DeviceStatus, allocated: ReadonlySet<string>, path: string, errors: Errors): void => {
  checkDevice(device, path, errors)
  checkShare(device.shareID, `${path}.shareID`, errors)
  const identity = identityOf(device)
  if (!allocated.has(JSON.stringify(identity))) errors.push(invalidValue(path, identity, 'must be an allocated device in the claim'))
  const { data } = device
  const conditions = device.conditions ?? []
  if (conditions.length > MAX_DEVICE_CONDITIONS) errors.push(tooMany(`${path}.conditions`, conditions.length, MAX_DEVICE_CONDITIONS))
  checkConditions(conditions, `${path}.conditions`, errors)
  if (data !== undefined) checkParameters(data, `${path}.data`, errors)
  checkNetwork(device.networkData, `${path}.networkData`, errors)
}

const checkConsumer = (consumer: Consumer, path: string, errors: Errors): void => {
  for (const member of ['resource', 'name', 'uid'] as const) if (!consumer[member]) errors.push(required(`${path}.${member}`, ''))
}

const checkReservations = (claim: KubeObject, old: Frozen<KubeObject>, errors: Errors): void => {
  const { reservedFor = [], allocation } = statusOf(claim)
  const path = 'status.reservedFor'
  if (reservedFor.length === 0) return
  if (!allocation) errors.push(forbiddenField(path, 'may not be specified when `allocated` is not set'))
  else if (claim.metadata.deletionTimestamp !== undefined) {
    const before = new Set((statusOf(old).reservedFor ?? []).map((consumer) => JSON.stringify(consumer)))
    if (reservedFor.some((consumer) => !before.has(JSON.stringify(consumer))))
      errors.push(forbiddenField(path, 'new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set'))
  }
}

export const checkClaim = (claim: KubeObject): Errors => {
  const errors: Errors = []
  checkDeviceClaim(claimOf(claim), 'spec.devices', errors)
  return errors
}

/** The status of a claim; what it was given once stays as it is. */
export const checkClaimStatus = (claim: KubeObject, old: Frozen<KubeObject>): Errors => {
  const errors: Errors = []
  const { reservedFor, allocation, devices } = statusOf(claim)
  eachOnce(reservedFor, MAX_CONSUMERS, 'status.reservedFor', errors, checkConsumer, ({ uid = '' }) => uid)
  const allocated = new Set((allocation?.devices?.results ?? []).map((result) => JSON.stringify(identityOf(result))))
  const check = (device: DeviceStatus, own: string): void => checkDeviceStatus(device, allocated, own, errors)
  eachOnce(devices, Number.POSITIVE_INFINITY, 'status.devices', errors, check, identityOf)
  checkReservations(claim, old, errors)
  const before = statusOf(old).allocation
  if (before && allocation) immutable(!differs(allocation as Value, before as Value), allocation, 'status.allocation', errors)
  else if (allocation) checkAllocation(allocation, requestNames(claimOf(claim)), errors)
  return errors
}
