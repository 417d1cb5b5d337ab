// What nodes must meet. Upstream: ValidateNode, ValidateNodeUpdate, nodeWarnings.
import { duplicateValue, forbiddenField, invalidValue, notSupported, required } from '../../../apimachinery/field-error.ts'
import { at, type Frozen, type KubeObject, listAt } from '../../../apimachinery/kube-object.ts'
import { labelValue } from '../../../apimachinery/names.ts'
import { checkRange, parseRange, rangeWarnings } from '../validation/addresses.ts'
import { type Errors, each, positive } from '../validation/checks.ts'
import { checkLabelName } from '../validation/label-selectors.ts'
import { checkAmount } from '../validation/quota-resources.ts'

interface Taint {
  key?: string
  value?: string
  effect?: string
  timeAdded?: string
}

interface NodeSpec {
  podCIDRs?: string[]
  providerID?: string
  taints?: Taint[]
  externalID?: string
  configSource?: object
}

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']
const RANGES_STAY = 'node updates may not change podCIDR except from "" to valid'
const feature = /^[A-Z][a-zA-Z0-9]*(\/[a-zA-Z][a-zA-Z0-9]*)*$/
const MAX_FEATURE = 253

export const nodeSpecOf = (node: Frozen<KubeObject>): NodeSpec => (node['spec'] ?? {}) as NodeSpec

const checkTaints = (taints: readonly Taint[] | undefined, errors: Errors): void => {
  const seen = new Set<string>()
  each(taints, 'metadata.taints', errors, (taint, path) => {
    const { key = '', value = '', effect = '', timeAdded = null } = taint
    checkLabelName(key, `${path}.key`, errors)
    const messages = labelValue(value)
    if (messages.length > 0) errors.push(invalidValue(`${path}.value`, value, messages.join(';')))
    if (effect === '') errors.push(required(`${path}.effect`, ''))
    else if (!EFFECTS.includes(effect)) errors.push(notSupported(`${path}.effect`, effect, EFFECTS))
    const shown = { Key: key, Value: value, Effect: effect, TimeAdded: timeAdded }
    if (seen.has(`${effect}/${key}`))
      errors.push({ ...duplicateValue(path, shown), detail: 'taints must be unique by key and effect pair' })
    seen.add(`${effect}/${key}`)
  })
}

const checkResources = (node: Frozen<KubeObject>, errors: Errors): void => {
  for (const member of ['capacity', 'allocatable']) {
    const amounts = at(node, 'status', member) as Readonly<Record<string, string>> | undefined
    for (const name in amounts) checkAmount(name, amounts[name] as string, `status.${member}.${name}`, errors)
  }
}

const featureFault = (name: string): string | undefined => {
  const intro = `invalid feature name ${JSON.stringify(name)}: must`
  if (Buffer.byteLength(name) > MAX_FEATURE) return `${intro} be no more than ${MAX_FEATURE} characters`
  if (feature.test(name)) return undefined
  return `${intro} start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes`
}

const checkFeatures = (node: Frozen<KubeObject>, errors: Errors): void => {
  const features = listAt(node, 'status', 'declaredFeatures') as string[]
  each(features, 'status.declaredFeatures', errors, (name, path) => {
    const fault = featureFault(name)
    if (fault !== undefined) errors.push(invalidValue(path, name, fault))
  })
  features.forEach((name, index) => {
    const path = `status.declaredFeatures[${index}]`
    const before = features[index - 1]
    if (before === name) errors.push(duplicateValue(path, name))
    else if (before !== undefined && before > name) errors.push(invalidValue(path, name, 'list must be sorted alphabetically'))
  })
}

const checkRanges = (ranges: readonly string[] | undefined, errors: Errors): void => {
  if (!ranges?.length) return
  each(ranges, 'spec.podCIDRs', errors, (range, path) => checkRange(range, path, errors))
  if (ranges.length === 1) return
  const wrong = ranges.findIndex((range) => !parseRange(range))
  if (wrong >= 0) {
    const detail = `invalid PodCIDRs. failed to check with dual stack with error:invalid CIDR[${wrong}]: <nil> (invalid CIDR address: ${ranges[wrong]})`
    errors.push({ type: 'InternalError', field: 'spec.podCIDRs', detail })
  }
  const families = ranges.map((range) => parseRange(range)?.address.bytes.length)
  if (wrong >= 0 || new Set(families).size !== 2 || ranges.length > 2)
    errors.push(invalidValue('spec.podCIDRs', ranges, 'may specify no more than one CIDR for each IP family'))
}

export const validateNode = (node: Frozen<KubeObject>): Errors => {
  const errors: Errors = []
  const { taints, podCIDRs } = nodeSpecOf(node)
  checkTaints(taints, errors)
  checkResources(node, errors)
  const swap = at(node, 'status', 'nodeInfo', 'swap', 'capacity') as number | undefined
  if (swap !== undefined) positive(swap, 'metadata.nodeSwapStatus.capacity', errors)
  checkFeatures(node, errors)
  checkRanges(podCIDRs, errors)
  return errors
}

const checkAddresses = (node: Frozen<KubeObject>, errors: Errors): void => {
  const seen = new Set<string>()
  each(listAt(node, 'status', 'addresses') as { type?: string; address?: string }[], 'status.addresses', errors, (entry, path) => {
    const shown = { Type: entry.type ?? '', Address: entry.address ?? '' }
    const key = `${shown.Type}/${shown.Address}`
    if (seen.has(key)) errors.push(duplicateValue(path, shown))
    seen.add(key)
  })
}

/** What holds of a change to a node or its status. */
export const validateNodeChange = (node: Frozen<KubeObject>, old: Frozen<KubeObject>): Errors => {
  const errors: Errors = []
  const [spec, before] = [nodeSpecOf(node), nodeSpecOf(old)]
  checkResources(node, errors)
  checkFeatures(node, errors)
  checkAddresses(node, errors)
  const [ranges, fixed] = [spec.podCIDRs ?? [], before.podCIDRs ?? []]
  const changed = fixed.length > 0 && fixed.length !== ranges.length ? 1 : fixed.filter((range, index) => range !== ranges[index]).length
  for (let count = 0; count < changed; count++) errors.push(forbiddenField('spec.podCIDRs', RANGES_STAY))
  if (before.providerID && before.providerID !== spec.providerID)
    errors.push(forbiddenField('spec.providerID', 'node updates may not change providerID except from "" to valid'))
  checkTaints(spec.taints, errors)
  if ((spec.externalID ?? '') !== (before.externalID ?? '')) errors.push(forbiddenField('spec.externalID', 'may not be updated'))
  return errors
}

/** One range in the old field, all in the new: both say the same. */
export const matchRanges = (node: KubeObject): void => {
  const spec = node['spec'] as (NodeSpec & { podCIDR?: string }) | undefined
  if (!spec) return
  if (spec.podCIDR && spec.podCIDR !== spec.podCIDRs?.[0]) spec.podCIDRs = [spec.podCIDR]
  else if (!spec.podCIDR && spec.podCIDRs?.[0]) spec.podCIDR = spec.podCIDRs[0]
}

export const nodeWarnings = (node: Frozen<KubeObject>): string[] => {
  const { externalID, podCIDRs = [], configSource } = nodeSpecOf(node)
  return [
    ...(configSource ? ['spec.configSource: the feature is removed'] : []),
    ...(externalID ? ['spec.externalID: this field is deprecated, and is unused by Kubernetes'] : []),
    ...podCIDRs.flatMap((range, index) => rangeWarnings(`spec.podCIDRs[${index}]`, range)),
  ]
}
