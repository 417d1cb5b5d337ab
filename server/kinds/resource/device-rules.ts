// What the devices of a slice must meet: their attributes, capacities and taints. Upstream: validateDevice in pkg/apis/resource/validation.
import { forbiddenField, invalidValue, required, tooLong, tooMany } from '../../../apimachinery/field-error.ts'
import { dns1123Label, dns1123Subdomain, labelValue } from '../../../apimachinery/names.ts'
import { addQuantities, compareQuantities, quantityValue } from '../../../apimachinery/quantity.ts'
import { differs } from '../strategies.ts'
import { checkNodeSelector, type NodeSelector } from '../validation/affinity.ts'
import { type Check, type Errors, named, present, requiredOneOf } from '../validation/checks.ts'
import { checkLabelName } from '../validation/label-selectors.ts'
import { type Bindings, checkBindings } from './claim-rules.ts'
import { checkQualifiedName, EFFECTS, eachAtMost, eachOnce } from './device-requests.ts'

interface Attribute {
  int?: number | bigint
  bool?: boolean
  string?: string
  version?: string
}

interface Range {
  min?: string
  max?: string
  step?: string
}

interface Capacity {
  value?: string
  requestPolicy?: { default?: string; validValues?: string[]; validRange?: Range }
}

interface Taint {
  key?: string
  value?: string
  effect?: string
}

interface Consumption {
  counterSet?: string
  counters?: Record<string, unknown>
}

/** What says where something may be used; one of them. */
export interface Placement {
  nodeName?: string
  nodeSelector?: NodeSelector
  allNodes?: boolean
}

export interface Device extends Bindings, Placement {
  name?: string
  attributes?: Record<string, Attribute>
  capacity?: Record<string, Capacity>
  taints?: Taint[]
  consumesCounters?: Consumption[]
  allowMultipleAllocations?: boolean
}

const MAX_ENTRIES = 32
const MAX_VALUE = 64
const MAX_TAINTS = 16
const MAX_CONSUMPTIONS = 2
const MAX_COUNTERS = 32
const MAX_CHOICES = 10
const NUMBER = '(0|[1-9]\\d*)'
const PRERELEASE = '(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)'
const BUILD = '[0-9a-zA-Z-]+'
const SEMVER = new RegExp(`^${NUMBER}\\.${NUMBER}\\.${NUMBER}(-${PRERELEASE}(\\.${PRERELEASE})*)?(\\+${BUILD}(\\.${BUILD})*)?$`)
export const UNSET_OR_TRUE = 'must be either unset or set to true'
const ONE_VALUE = 'exactly one value must be specified'
const ONE_PLACE =
  'exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec'
const NO_PLACE =
  '`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec'

/** As upstream's own type of an attribute shows itself. */
const shownAttribute = ({ int, bool, string, version }: Attribute): object => ({
  IntValue: int ?? null,
  BoolValue: bool ?? null,
  StringValue: string ?? null,
  VersionValue: version ?? null,
  IntValues: null,
  BoolValues: null,
  StringValues: null,
  VersionValues: null,
})

const checkAttribute: Check<Attribute> = (attribute, path, errors) => {
  const { int, bool, string, version } = attribute
  if (string !== undefined && Buffer.byteLength(string) > MAX_VALUE) errors.push(tooLong(`${path}.string`, MAX_VALUE))
  if (version !== undefined) {
    if (!SEMVER.test(version))
      errors.push(invalidValue(`${path}.version`, version, 'must be a string compatible with semver.org spec 2.0.0'))
    if (Buffer.byteLength(version) > MAX_VALUE) errors.push(tooLong(`${path}.version`, MAX_VALUE))
  }
  const given = [int, bool, string, version].filter((value) => value !== undefined).length
  if (given !== 1) errors.push(invalidValue(path, given === 0 ? '' : shownAttribute(attribute), ONE_VALUE))
}

const checkChoices = (value: string, most: string, choices: readonly string[], path: string, errors: Errors): void => {
  choices.forEach((choice, index) => {
    if (index > 0 && compareQuantities(choices[index - 1] as string, choice) > 0)
      errors.push(invalidValue(`${path}[${index}]`, choice, 'values must be sorted in ascending order'))
  })
  const check: Check<string> = (choice, own) => {
    if (compareQuantities(choice, most) > 0) errors.push(invalidValue(own, choice, `option is larger than capacity value: ${most}`))
  }
  eachOnce(choices, MAX_CHOICES, path, errors, check, (choice) => String(quantityValue(choice)))
  if (choices.length > MAX_CHOICES || !choices.some((choice) => compareQuantities(choice, value) === 0))
    errors.push(invalidValue(path, value, 'default value is not valid according to the requestPolicy'))
}

const checkStep = (value: string, min: string, step: string, path: string, errors: Errors): void => {
  const size = quantityValue(step)
  if (size !== 0n && (quantityValue(value) - quantityValue(min)) % size !== 0n)
    errors.push(invalidValue(path, value, `value is not a multiple of a given step (${step}) from (${min})`))
}

const checkRange = (value: string, most: string, { min, max, step }: Range, path: string, errors: Errors): void => {
  if (min === undefined) {
    errors.push(required(`${path}.min`, 'required when validRange is defined'))
    return
  }
  if (compareQuantities(min, most) > 0) errors.push(invalidValue(`${path}.min`, min, `min is larger than capacity value: ${most}`))
  if (compareQuantities(value, min) < 0) errors.push(invalidValue(`${path}.min`, value, `default is less than min: ${min}`))
  if (max !== undefined) {
    if (compareQuantities(min, max) > 0) errors.push(invalidValue(`${path}.max`, min, `min is larger than max: ${max}`))
    if (compareQuantities(max, most) > 0) errors.push(invalidValue(`${path}.max`, max, `max is larger than capacity value: ${most}`))
    if (compareQuantities(value, max) > 0) errors.push(invalidValue(`${path}.max`, value, `default is more than max: ${max}`))
  }
  if (step === undefined) return
  const first = addQuantities(min, step)
  if (compareQuantities(first, most) > 0)
    errors.push(invalidValue(`${path}.step`, step, `one step ${first} is larger than capacity value: ${most}`))
  checkStep(value, min, step, `${path}.step`, errors)
  if (max !== undefined) checkStep(max, min, step, `${path}.step`, errors)
}

const checkCapacity =
  (shared: boolean): Check<Capacity> =>
  ({ value = '0', requestPolicy: policy }, path, errors) => {
    if (!policy) return
    const own = `${path}.requestPolicy`
    const { default: usual, validValues = [], validRange } = policy
    if (!shared) errors.push(forbiddenField(own, 'allowMultipleAllocations must be true'))
    else if (validValues.length > 0 && validRange)
      errors.push(
        forbiddenField(own, 'exactly one policy can be specified, cannot specify "validValues" and "validRange" at the same time'),
      )
    else if (validValues.length > 0) {
      if (usual === undefined) errors.push(required(`${own}.default`, 'required when validValues is defined'))
      else checkChoices(usual, value, validValues, `${own}.validValues`, errors)
    } else if (validRange) {
      if (usual === undefined) errors.push(required(`${own}.default`, 'required when validRange is defined'))
      else checkRange(usual, value, validRange, `${own}.validRange`, errors)
    }
  }

const ELLIPSIS = '...'

/** A key as a path has it. */
const shortened = (key: string, most: number): string => {
  if (key.length <= most) return key
  const left = most - ELLIPSIS.length
  return key.slice(0, Math.floor((left + 1) / 2)) + ELLIPSIS + key.slice(key.length - Math.floor(left / 2))
}

/** Keys and values of a map; what is wrong with a key stands at the map's own path. */
const eachEntry = <T>(
  map: Record<string, T> | undefined,
  most: number,
  path: string,
  errors: Errors,
  checkKey: Check<string>,
  check: Check<T>,
): void => {
  for (const [key, value] of Object.entries(map ?? {})) {
    checkKey(key, path, errors)
    check(value, `${path}[${shortened(key, most)}]`, errors)
  }
}

const MAX_KEY = 63 + 1 + 32
const MAX_LABEL = 63

/** Counters by their names. */
export const checkCounters = (counters: Record<string, unknown> | undefined, path: string, errors: Errors): void => {
  const names = Object.keys(counters ?? {})
  if (names.length === 0) errors.push(required(path, ''))
  else if (names.length > MAX_COUNTERS) errors.push(tooMany(path, names.length, MAX_COUNTERS))
  else
    eachEntry(
      counters,
      MAX_LABEL,
      path,
      errors,
      (name, own) => named(name, dns1123Label, own, errors),
      () => undefined,
    )
}

const checkTaint: Check<Taint> = ({ key, value, effect }, path, errors) => {
  checkLabelName(key, `${path}.key`, errors)
  if (value) named(value, labelValue, `${path}.value`, errors)
  requiredOneOf(effect, EFFECTS, `${path}.effect`, errors)
}

const checkConsumption: Check<Consumption> = ({ counterSet, counters }, path, errors) => {
  if (present(counterSet, `${path}.counterSet`, errors)) named(counterSet, dns1123Label, `${path}.counterSet`, errors)
  checkCounters(counters, `${path}.counters`, errors)
}

/** The members of a placement that are set, as a refusal lists them; what is wrong with one is said. */
export const placementOf = ({ nodeName, nodeSelector, allNodes }: Placement, path: string, errors: Errors, ofEmpty: string): string[] => {
  const set: string[] = []
  if (nodeName === '') errors.push(invalidValue(`${path}.nodeName`, nodeName, ofEmpty))
  else if (nodeName !== undefined) {
    set.push('`nodeName`')
    named(nodeName, dns1123Subdomain, `${path}.nodeName`, errors)
  }
  if (nodeSelector) {
    set.push('`nodeSelector`')
    checkNodeSelector(nodeSelector, `${path}.nodeSelector`, errors, false)
  }
  if (allNodes) set.push('`allNodes`')
  return set
}

const checkPlacement = (device: Device, isPerDevice: boolean, path: string, errors: Errors): void => {
  const { nodeName, nodeSelector, allNodes } = device
  if (!isPerDevice) {
    if (nodeName !== undefined || nodeSelector || allNodes !== undefined) errors.push(invalidValue(path, null, NO_PLACE))
    return
  }
  const set = placementOf(device, path, errors, 'must not be empty')
  if (allNodes === false) errors.push(invalidValue(`${path}.allNodes`, allNodes, UNSET_OR_TRUE))
  if (set.length === 0) errors.push(required(path, ONE_PLACE))
  else if (set.length > 1) errors.push(invalidValue(path, `{${set.join(', ')}}`, ONE_PLACE))
}

/** `old` is the device of the same name before an update. */
export const checkDevice = (device: Device, old: Device | undefined, isPerDevice: boolean, path: string, errors: Errors): void => {
  named(device.name, dns1123Label, `${path}.name`, errors)
  const { attributes = {}, capacity = {} } = device
  const entries = Object.keys(attributes).length + Object.keys(capacity).length
  if (entries > MAX_ENTRIES)
    errors.push(invalidValue(path, entries, `the total number of attributes and capacities must not exceed ${MAX_ENTRIES}`))
  eachEntry(attributes, MAX_KEY, `${path}.attributes`, errors, checkQualifiedName, checkAttribute)
  eachEntry(capacity, MAX_KEY, `${path}.capacity`, errors, checkQualifiedName, checkCapacity(device.allowMultipleAllocations === true))
  if (!old || differs(old.taints, device.taints)) eachAtMost(device.taints, MAX_TAINTS, `${path}.taints`, errors, checkTaint)
  const counted = `${path}.consumesCounters`
  eachOnce(device.consumesCounters, MAX_CONSUMPTIONS, counted, errors, checkConsumption, ({ counterSet = '' }) => counterSet)
  checkPlacement(device, isPerDevice, path, errors)
  checkBindings(device, path, errors)
}
