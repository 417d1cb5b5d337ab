// What a storage driver asks of the cluster. Upstream: ValidateCSIDriver, pkg/registry/storage/csidriver.
import { duplicateValue, invalidValue, notSupported, required } from '../../../apimachinery/field-error.ts'
import type { Frozen, KubeObject, ValueMap } from '../../../apimachinery/kube-object.ts'
import { bumpGeneration, differs } from '../strategies.ts'
import { type Errors, each, immutable, oneOf } from '../validation/checks.ts'

interface DriverSpec {
  attachRequired?: boolean
  podInfoOnMount?: boolean
  storageCapacity?: boolean
  seLinuxMount?: boolean
  fsGroupPolicy?: string
  volumeLifecycleModes?: string[]
  tokenRequests?: { audience?: string; expirationSeconds?: number }[]
  nodeAllocatableUpdatePeriodSeconds?: number
  serviceAccountTokenInSecrets?: boolean
}

const GROUP_POLICIES = ['File', 'None', 'ReadWriteOnceWithFSType']
const MODES = ['Persistent', 'Ephemeral']
const LEAST_SECONDS = 600
const MOST_SECONDS = 2 ** 32
const LEAST_PERIOD = 10
const TOKEN_WARNING =
  'spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes'

const specOf = (driver: Frozen<KubeObject>): DriverSpec => (driver['spec'] ?? {}) as DriverSpec

const checkTokens = (requests: DriverSpec['tokenRequests'], errors: Errors): void => {
  const audiences = new Set<string>()
  each(requests, 'spec.tokenRequests', errors, ({ audience = '', expirationSeconds: seconds }, path) => {
    if (audiences.has(audience)) {
      errors.push(duplicateValue(`${path}.audience`, audience))
      return
    }
    audiences.add(audience)
    const own = `${path}.expirationSeconds`
    if (seconds === undefined) return
    if (seconds < LEAST_SECONDS) errors.push(invalidValue(own, seconds, 'may not specify a duration less than 10 minutes'))
    if (seconds > MOST_SECONDS) errors.push(invalidValue(own, seconds, 'may not specify a duration larger than 2^32 seconds'))
  })
}

export const validateDriver = (driver: Frozen<KubeObject>): Errors => {
  const errors: Errors = []
  const spec = specOf(driver)
  if (spec.attachRequired === undefined) errors.push(required('spec.attachedRequired', ''))
  if (spec.podInfoOnMount === undefined) errors.push(required('spec.podInfoOnMount', ''))
  if (spec.storageCapacity === undefined) errors.push(required('spec.storageCapacity', ''))
  if (spec.fsGroupPolicy !== undefined) oneOf(spec.fsGroupPolicy, GROUP_POLICIES, 'spec.fsGroupPolicy', errors)
  checkTokens(spec.tokenRequests, errors)
  for (const mode of spec.volumeLifecycleModes ?? [])
    if (!MODES.includes(mode)) errors.push(notSupported('spec.volumeLifecycleModes', mode, MODES))
  if (spec.seLinuxMount === undefined) errors.push(required('spec.seLinuxMount', ''))
  const { nodeAllocatableUpdatePeriodSeconds: period, serviceAccountTokenInSecrets: secret } = spec
  if (period !== undefined && period < LEAST_PERIOD)
    errors.push(invalidValue('spec.nodeAllocatableUpdatePeriodSeconds', period, `must be greater than or equal to ${LEAST_PERIOD} seconds`))
  if (secret !== undefined && !spec.tokenRequests?.length) {
    const detail = 'serviceAccountTokenInSecrets is set but no tokenRequests are specified'
    errors.push(invalidValue('spec.serviceAccountTokenInSecrets', secret, detail))
  }
  return errors
}

export const validateDriverUpdate = (driver: KubeObject, old: Frozen<KubeObject>): Errors => {
  const errors = validateDriver(driver)
  const [spec, before] = [specOf(driver), specOf(old)]
  immutable(spec.attachRequired === before.attachRequired, spec.attachRequired, 'spec.attachedRequired', errors)
  const same = !differs(spec.volumeLifecycleModes, before.volumeLifecycleModes)
  immutable(same, spec.volumeLifecycleModes, 'spec.volumeLifecycleModes', errors)
  return errors
}

/** Behind a gate that is off. */
export const prepareDriver = (driver: KubeObject): void =>
  void delete (driver['spec'] as ValueMap | undefined)?.['preventPodSchedulingIfMissing']

/** Only changes count; what was made has no generation. */
export const prepareDriverUpdate = (driver: KubeObject, old: Frozen<KubeObject>): void => {
  if ((old['spec'] as ValueMap | undefined)?.['preventPodSchedulingIfMissing'] === undefined) prepareDriver(driver)
  bumpGeneration(driver, old, ['spec'])
}

export const driverWarnings = (driver: KubeObject, old: Frozen<KubeObject> | undefined): string[] => {
  const { tokenRequests, serviceAccountTokenInSecrets: secret } = specOf(driver)
  if (!tokenRequests?.length || secret !== undefined) return []
  return old && !differs(tokenRequests, specOf(old).tokenRequests) ? [] : [TOKEN_WARNING]
}
