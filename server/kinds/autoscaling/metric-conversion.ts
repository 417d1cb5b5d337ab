// Metrics of autoscalers between v2 and the form v1's annotations hold. Upstream: pkg/apis/autoscaling/v1/conversion.go.
// The annotation with the behavior is the JSON of upstream's internal type: names begin with capitals and nothing is left out.
import { at, type Value, type ValueMap } from '../../../apimachinery/kube-object.ts'

/** What a metric wants, or what it is at: `target` in a spec, `current` in a status. */
export type Side = 'target' | 'current'

const given = (members: Record<string, unknown>): ValueMap =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== null)) as ValueMap

const toV1Source = (kind: string, source: Value, side: Side): ValueMap => {
  const [value, averageValue, utilization] = ['value', 'averageValue', 'averageUtilization'].map((member) => at(source, side, member))
  const [metricName, selector] = [at(source, 'metric', 'name') ?? '', at(source, 'metric', 'selector')]
  const required = side === 'current' ? '0' : undefined
  switch (kind) {
    case 'object':
      return given({ target: at(source, 'describedObject'), metricName, [`${side}Value`]: value ?? '0', selector, averageValue })
    case 'pods':
      return given({ metricName, [`${side}AverageValue`]: averageValue ?? '0', selector })
    case 'external':
      return given({ metricName, metricSelector: selector, [`${side}Value`]: value ?? required, [`${side}AverageValue`]: averageValue })
    default:
      return given({
        name: at(source, 'name'),
        [`${side}AverageUtilization`]: utilization,
        [`${side}AverageValue`]: averageValue ?? required,
        container: at(source, 'container'),
      })
  }
}

const toV2Source = (kind: string, source: Value, side: Side): ValueMap => {
  const [value, utilization] = [at(source, `${side}Value`), at(source, `${side}AverageUtilization`)]
  const averageValue = kind === 'object' ? at(source, 'averageValue') : at(source, `${side}AverageValue`)
  const metric = given({ name: at(source, 'metricName') ?? '', selector: at(source, kind === 'external' ? 'metricSelector' : 'selector') })
  const typed = (type: string, members: Record<string, unknown>): ValueMap =>
    given({ type: side === 'target' ? type : undefined, ...members })
  switch (kind) {
    case 'object': {
      const kept = side === 'target' && averageValue !== undefined && (value ?? '0') === '0' ? undefined : (value ?? '0')
      return {
        describedObject: (at(source, 'target') ?? {}) as Value,
        [side]: typed(averageValue === undefined ? 'Value' : 'AverageValue', { value: kept, averageValue }),
        metric,
      }
    }
    case 'pods':
      return { metric, [side]: typed('AverageValue', { averageValue: averageValue ?? '0' }) }
    case 'external':
      return {
        metric,
        [side]: typed(value === undefined ? 'AverageValue' : 'Value', {
          value: value ?? (side === 'current' ? '0' : undefined),
          averageValue,
        }),
      }
    default: {
      const reading = typed(utilization === undefined ? 'AverageValue' : 'Utilization', {
        averageValue: averageValue ?? (side === 'current' ? '0' : undefined),
        averageUtilization: utilization,
      })
      return given({ name: at(source, 'name') ?? '', container: at(source, 'container'), [side]: reading })
    }
  }
}

const KINDS = ['object', 'pods', 'resource', 'containerResource', 'external']

const converted = (metric: Value, convert: (kind: string, source: Value) => ValueMap): ValueMap => {
  const result: ValueMap = { type: (at(metric, 'type') ?? '') as Value }
  for (const kind of KINDS) {
    const source = at(metric, kind)
    if (source !== undefined && source !== null) result[kind] = convert(kind, source as Value)
  }
  return result
}

/** One metric as v1's annotations hold it. */
export const metricToV1 = (metric: Value, side: Side): ValueMap => converted(metric, (kind, source) => toV1Source(kind, source, side))

/** The inverse. */
export const metricToV2 = (metric: Value, side: Side): ValueMap => converted(metric, (kind, source) => toV2Source(kind, source, side))

const RULES = ['stabilizationWindowSeconds', 'selectPolicy', 'policies', 'tolerance']
const POLICY = ['type', 'value', 'periodSeconds']
const capital = (name: string): string => (name[0] as string).toUpperCase() + name.slice(1)

const whole = (value: unknown, names: readonly string[]): ValueMap | null =>
  typeof value !== 'object' || value === null
    ? null
    : Object.fromEntries(names.map((name) => [capital(name), name === 'policies' ? policies(value) : ((at(value, name) ?? null) as Value)]))

const policies = (rules: object): Value => {
  const list = at(rules, 'policies')
  return Array.isArray(list) ? list.map((policy: unknown) => whole(policy, POLICY)) : null
}

/** A behavior as the annotation holds it. */
export const behaviorToAnnotation = (behavior: Value): ValueMap => ({
  ScaleUp: whole(at(behavior, 'scaleUp'), RULES),
  ScaleDown: whole(at(behavior, 'scaleDown'), RULES),
})

const NAMES = new Map(['scaleUp', 'scaleDown', ...RULES, ...POLICY].map((name) => [name.toLowerCase(), name]))

/** The inverse; names in any case, as Go reads them. Undefined when nothing is said. */
export const behaviorFromAnnotation = (value: Value): ValueMap | undefined => {
  const named = (member: Value): Value => {
    if (Array.isArray(member)) return member.map(named)
    if (typeof member !== 'object' || member === null) return member
    return Object.fromEntries(
      Object.entries(member).flatMap(([key, inner]) =>
        inner === null || !NAMES.has(key.toLowerCase()) ? [] : [[NAMES.get(key.toLowerCase()) as string, named(inner)]],
      ),
    )
  }
  const behavior = named(value)
  return typeof behavior === 'object' && behavior !== null && !Array.isArray(behavior) && Object.keys(behavior).length > 0
    ? behavior
    : undefined
}
