// What slices of devices must meet. Upstream: ValidateResourceSlice and its update in pkg/apis/resource/validation.
import { invalidValue, required } from '../../../apimachinery/field-error.ts'
import type { Frozen, KubeObject, Value } from '../../../apimachinery/kube-object.ts'
import { dns1123Label } from '../../../apimachinery/names.ts'
import { checkDriverName } from '../storage/storage-validation.ts'
import { type Check, type Errors, immutable, named, positive, present } from '../validation/checks.ts'
import { internalValue } from '../validation/internal-text.ts'
import { checkPool } from './claim-rules.ts'
import { eachOnce } from './device-requests.ts'
import { checkCounters, checkDevice, type Device, type Placement, placementOf, UNSET_OR_TRUE } from './device-rules.ts'

interface CounterSet {
  name?: string
  counters?: Record<string, unknown>
}

interface SliceSpec extends Placement {
  driver?: string
  pool?: { name?: string; generation?: number; resourceSliceCount?: number }
  perDeviceNodeSelection?: boolean
  devices?: Device[]
  sharedCounters?: CounterSet[]
}

const MAX_DEVICES = 128
/** Where devices have taints or use counters. */
const MAX_ADVANCED_DEVICES = 64
const MAX_COUNTER_SETS = 8
const ONE_PLACE = 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required'

const specOf = (slice: Frozen<KubeObject>): SliceSpec => (slice['spec'] ?? {}) as SliceSpec

const checkPlacement = (spec: SliceSpec, errors: Errors): void => {
  const { nodeSelector, allNodes, perDeviceNodeSelection } = spec
  const set = placementOf(spec, 'spec', errors, 'must be either unset or set to a non-empty string')
  const terms = nodeSelector?.nodeSelectorTerms ?? []
  if (nodeSelector && terms.length !== 1)
    errors.push(
      invalidValue(
        'spec.nodeSelector.nodeSelectorTerms',
        internalValue('[]core.NodeSelectorTerm', terms as unknown as Value),
        'must have exactly one node selector term',
      ),
    )
  if (allNodes === false) errors.push(invalidValue('spec.allNodes', allNodes, UNSET_OR_TRUE))
  if (perDeviceNodeSelection) set.push('`perDeviceNodeSelection`')
  else if (perDeviceNodeSelection === false) errors.push(invalidValue('spec.perDeviceNodeSelection', false, UNSET_OR_TRUE))
  if (set.length === 0) errors.push(required('spec', ONE_PLACE))
  else if (set.length > 1) errors.push(invalidValue('spec', `{${set.join(', ')}}`, `${ONE_PLACE}, but multiple fields are set`))
}

const checkCounterSet: Check<CounterSet> = ({ name, counters }, path, errors) => {
  if (present(name, `${path}.name`, errors)) named(name, dns1123Label, `${path}.name`, errors)
  checkCounters(counters, `${path}.counters`, errors)
}

const checkSpec = (spec: SliceSpec, old: SliceSpec | undefined, errors: Errors): void => {
  const { driver = '', pool = {}, devices, sharedCounters } = spec
  checkDriverName(driver, 'spec.driver', errors)
  checkPool(pool.name ?? '', 'spec.pool.name', errors)
  positive(pool.resourceSliceCount, 'spec.pool.resourceSliceCount', errors)
  if ((pool.generation ?? 0) < 0)
    errors.push(invalidValue('spec.pool.generation', pool.generation, 'must be greater than or equal to zero'))
  if (old) {
    immutable(pool.name === old.pool?.name, pool.name ?? '', 'spec.pool.name', errors)
    immutable(driver === (old.driver ?? ''), driver, 'spec.driver', errors)
    immutable(spec.nodeName === old.nodeName, spec.nodeName ?? null, 'spec.nodeName', errors)
  }
  checkPlacement(spec, errors)
  if (sharedCounters && devices) errors.push(invalidValue('spec', '', 'only one of `sharedCounters` or `devices` is allowed'))
  const isAdvanced = devices?.some(({ taints = [], consumesCounters = [] }) => taints.length > 0 || consumesCounters.length > 0)
  const check: Check<Device> = (device, path) => {
    const before = old?.devices?.find(({ name }) => name === device.name)
    checkDevice(device, before, spec.perDeviceNodeSelection === true, path, errors)
  }
  eachOnce(devices, isAdvanced ? MAX_ADVANCED_DEVICES : MAX_DEVICES, 'spec.devices', errors, check, ({ name = '' }) => name)
  eachOnce(sharedCounters, MAX_COUNTER_SETS, 'spec.sharedCounters', errors, checkCounterSet, ({ name = '' }) => name)
}

export const validateSlice = (slice: KubeObject): Errors => {
  const errors: Errors = []
  checkSpec(specOf(slice), undefined, errors)
  return errors
}

/** Whose devices they are, and where, stays as it is. */
export const validateSliceUpdate = (slice: KubeObject, old: Frozen<KubeObject>): Errors => {
  const errors: Errors = []
  checkSpec(specOf(slice), specOf(old), errors)
  return errors
}
