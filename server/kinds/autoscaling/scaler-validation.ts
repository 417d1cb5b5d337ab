// What horizontal pod autoscalers must meet. Upstream: pkg/apis/autoscaling/validation. Both versions are looked at in v2's form.
import { forbiddenField, invalidValue, notSupported, required } from '../../../apimachinery/field-error.ts'
import { at, type Frozen, type KubeObject, parseApiVersion, type ValueMap } from '../../../apimachinery/kube-object.ts'
import { dns1123Label, pathSegment } from '../../../apimachinery/names.ts'
import { compareQuantities } from '../../../apimachinery/quantity.ts'
import { type Errors, each, named, nonNegative, positive, present, requiredName } from '../validation/checks.ts'
import { checkLimitName } from '../validation/quota-resources.ts'

interface Reference {
  apiVersion?: string
  kind?: string
  name?: string
}

interface Target {
  type?: string
  value?: string
  averageValue?: string
  averageUtilization?: number
}

interface Source {
  name?: string
  container?: string
  metric?: { name?: string }
  target?: Target
  describedObject?: Reference
}

interface Metric {
  type?: string
  object?: Source
  external?: Source
  pods?: Source
  resource?: Source
  containerResource?: Source
}

interface ScalingRules {
  stabilizationWindowSeconds?: number
  selectPolicy?: string
  policies?: { type?: string; value?: number; periodSeconds?: number }[]
  tolerance?: string
}

interface ScalerSpec {
  minReplicas?: number
  maxReplicas?: number
  scaleTargetRef?: Reference
  metrics?: Metric[]
  behavior?: { scaleUp?: ScalingRules; scaleDown?: ScalingRules }
}

interface VersionRules {
  /** Any apiVersion passes: it was there before. */
  any: boolean
  /** The core group, which has no name, passes. */
  core: boolean
}

const MAX_PERIOD = 1800
const MAX_WINDOW = 3600
const SELECTIONS = ['Disabled', 'Max', 'Min']
const POLICIES = ['Percent', 'Pods']
const TYPES = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource']
const TARGETS = ['Utilization', 'Value', 'AverageValue']
const EITHER = 'must set either a target raw value or a target utilization'

const specOf = (scaler: Frozen<KubeObject>): ScalerSpec => (scaler['spec'] ?? {}) as ScalerSpec

/** What is wrong with a reference's apiVersion. */
const versionFault = ({ apiVersion = '' }: Reference, rules: VersionRules): string | undefined => {
  if (rules.any) return undefined
  const parsed = apiVersion === '/' ? { group: '', version: '' } : parseApiVersion(apiVersion)
  if (!parsed) return `unexpected GroupVersion string: ${apiVersion}`
  return parsed.group === '' && !rules.core ? 'apiVersion must specify API group' : undefined
}

const checkReference = (reference: Reference, path: string, errors: Errors, rules: VersionRules): void => {
  requiredName(reference.kind, pathSegment, `${path}.kind`, errors)
  requiredName(reference.name, pathSegment, `${path}.name`, errors)
  const fault = versionFault(reference, rules)
  if (fault !== undefined) errors.push(invalidValue(`${path}.apiVersion`, reference.apiVersion ?? '', fault))
}

const checkTarget = ({ type = '', value, averageValue, averageUtilization }: Target, path: string, errors: Errors): void => {
  present(type, `${path}.type`, errors, 'must specify a metric target type')
  if (!TARGETS.includes(type)) errors.push(invalidValue(`${path}.type`, type, 'must be either Utilization, Value, or AverageValue'))
  if (value !== undefined && compareQuantities(value, '0') <= 0) errors.push(invalidValue(`${path}.value`, value, 'must be positive'))
  if (averageValue !== undefined && compareQuantities(averageValue, '0') <= 0)
    errors.push(invalidValue(`${path}.averageValue`, averageValue, 'must be positive'))
  if (averageUtilization !== undefined && averageUtilization < 1)
    errors.push(invalidValue(`${path}.averageUtilization`, averageUtilization, 'must be greater than 0'))
}

const checkIdentifier = (source: Source, path: string, errors: Errors): void => {
  const name = source.metric?.name
  if (present(name, `${path}.metric.name`, errors, 'must specify a metric name')) named(name, pathSegment, `${path}.metric.name`, errors)
}

const checkUtilization = ({ target = {} }: Source, path: string, errors: Errors): void => {
  checkTarget(target, `${path}.target`, errors)
  const { averageUtilization, averageValue } = target
  if (averageUtilization === undefined && averageValue === undefined) errors.push(required(`${path}.target.averageUtilization`, EITHER))
  if (averageUtilization !== undefined && averageValue !== undefined)
    errors.push(forbiddenField(`${path}.target.averageValue`, 'may not set both a target raw value and a target utilization'))
}

type SourceCheck = (source: Source, path: string, errors: Errors, rules: VersionRules) => void

/** In upstream's order: the first that is there is looked at. */
const sources: readonly [member: keyof Metric & string, type: string, check: SourceCheck][] = [
  [
    'object',
    'Object',
    (source, path, errors, rules) => {
      checkReference(source.describedObject ?? {}, `${path}.describedObject`, errors, rules)
      checkIdentifier(source, path, errors)
      const { target = {} } = source
      checkTarget(target, `${path}.target`, errors)
      if (target.value === undefined && target.averageValue === undefined)
        errors.push(required(`${path}.target.averageValue`, 'must set either a target value or averageValue'))
    },
  ],
  [
    'external',
    'External',
    (source, path, errors) => {
      checkIdentifier(source, path, errors)
      const { target = {} } = source
      checkTarget(target, `${path}.target`, errors)
      if (target.value === undefined && target.averageValue === undefined)
        errors.push(required(`${path}.target.averageValue`, 'must set either a target value for metric or a per-pod target'))
      if (target.value !== undefined && target.averageValue !== undefined)
        errors.push(forbiddenField(`${path}.target.value`, 'may not set both a target value for metric and a per-pod target'))
    },
  ],
  [
    'pods',
    'Pods',
    (source, path, errors) => {
      checkIdentifier(source, path, errors)
      checkTarget(source.target ?? {}, `${path}.target`, errors)
      if (source.target?.averageValue === undefined)
        errors.push(required(`${path}.target.averageValue`, 'must specify a positive target averageValue'))
    },
  ],
  [
    'resource',
    'Resource',
    (source, path, errors) => {
      present(source.name, `${path}.name`, errors, 'must specify a resource name')
      checkUtilization(source, path, errors)
    },
  ],
  [
    'containerResource',
    'ContainerResource',
    (source, path, errors) => {
      if (present(source.name, `${path}.name`, errors, 'must specify a resource name'))
        checkLimitName('Container', source.name as string, `${path}.name`, errors)
      if (present(source.container, `${path}.container`, errors, 'must specify a container'))
        named(source.container, dns1123Label, `${path}.container`, errors)
      checkUtilization(source, path, errors)
    },
  ],
]

const checkMetric = (metric: Metric, path: string, errors: Errors, rules: VersionRules): void => {
  const { type = '' } = metric
  present(type, `${path}.type`, errors, 'must specify a metric source type')
  if (!TYPES.includes(type)) errors.push(notSupported(`${path}.type`, type, TYPES))
  const found = sources.filter(([member]) => metric[member] !== undefined)
  const [first] = found
  if (first) first[2](metric[first[0]] as Source, `${path}.${first[0]}`, errors, rules)
  const expected = sources.find(([, name]) => name === type)?.[0]
  if (expected === undefined) errors.push(notSupported(`${path}.type`, type, TYPES))
  else if (metric[expected] === undefined)
    errors.push(required(`${path}.${expected}`, 'must populate information for the given metric source'))
  if (found.length < 2) return
  for (const [member] of found)
    if (member !== expected) errors.push(forbiddenField(`${path}.${member}`, 'must populate the given metric source only'))
}

const checkRules = (rules: ScalingRules | undefined, path: string, errors: Errors): void => {
  if (!rules) return
  const { stabilizationWindowSeconds: window, selectPolicy, policies, tolerance } = rules
  const own = `${path}.stabilizationWindowSeconds`
  if (window !== undefined && window < 0) errors.push(invalidValue(own, window, 'must be greater than or equal to zero'))
  if (window !== undefined && window > MAX_WINDOW) errors.push(invalidValue(own, window, `must be less than or equal to ${MAX_WINDOW}`))
  if (selectPolicy !== undefined && !SELECTIONS.includes(selectPolicy))
    errors.push(notSupported(`${path}.selectPolicy`, selectPolicy, SELECTIONS))
  present(policies, `${path}.policies`, errors, 'must specify at least one Policy')
  each(policies, `${path}.policies`, errors, ({ type = '', value, periodSeconds: period = 0 }, at) => {
    if (!POLICIES.includes(type)) errors.push(notSupported(`${at}.type`, type, POLICIES))
    positive(value, `${at}.value`, errors)
    positive(period, `${at}.periodSeconds`, errors)
    if (period > MAX_PERIOD) errors.push(invalidValue(`${at}.periodSeconds`, period, `must be less than or equal to ${MAX_PERIOD}`))
  })
  if (tolerance?.startsWith('-')) errors.push(invalidValue(`${path}.tolerance`, tolerance, 'must be greater than or equal to 0'))
}

const checkCounts = ({ minReplicas: min, maxReplicas: max = 0 }: ScalerSpec, errors: Errors, least: number): void => {
  const path = 'spec.maxReplicas'
  if (min !== undefined && min < least) errors.push(invalidValue('spec.minReplicas', min, `must be greater than or equal to ${least}`))
  if (max === 0) errors.push(required(path, 'must be set and greater than 0'))
  else if (max < 0) errors.push(invalidValue(path, max, 'must be greater than or equal to 1'))
  if (min !== undefined && max < min) errors.push(invalidValue(path, max, 'must be greater than or equal to `minReplicas`'))
}

const wrongObjects = ({ metrics = [] }: ScalerSpec): boolean =>
  metrics.some(({ type, object }) => type === 'Object' && object && versionFault(object.describedObject ?? {}, { any: false, core: true }))

/** `old` is what is replaced, if anything: what was wrong there stays allowed. */
export const validateScaler = (scaler: Frozen<KubeObject>, old?: Frozen<KubeObject>): Errors => {
  const errors: Errors = []
  const [spec, before] = [specOf(scaler), old && specOf(old)]
  const { scaleTargetRef: target = {}, metrics, minReplicas } = spec
  const kept = before?.scaleTargetRef
  checkCounts(spec, errors, before?.minReplicas === 0 ? 0 : 1)
  checkReference(target, 'spec.scaleTargetRef', errors, {
    any: kept !== undefined && kept.apiVersion === target.apiVersion && kept.kind === target.kind,
    core: target.kind === 'ReplicationController',
  })
  const rules = { any: before !== undefined && wrongObjects(before), core: true }
  each(metrics, 'spec.metrics', errors, (metric, path) => checkMetric(metric, path, errors, rules))
  if (minReplicas === 0 && !metrics?.some(({ type }) => type === 'Object' || type === 'External'))
    errors.push(forbiddenField('spec.metrics', 'must specify at least one Object or External metric to support scaling to zero replicas'))
  checkRules(spec.behavior?.scaleUp, 'spec.behavior.scaleUp', errors)
  checkRules(spec.behavior?.scaleDown, 'spec.behavior.scaleDown', errors)
  return errors
}

export const validateScalerStatus = (scaler: Frozen<KubeObject>): Errors => {
  const errors: Errors = []
  const status = (at(scaler, 'status') ?? {}) as ValueMap
  for (const member of ['currentReplicas', 'desiredReplicas']) nonNegative(status[member] as number | undefined, `status.${member}`, errors)
  return errors
}
