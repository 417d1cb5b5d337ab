// Horizontal pod autoscalers in two versions. v1 has one number for CPU; what else v2 says travels in annotations there.
// Upstream: pkg/apis/autoscaling/v1/conversion.go.
import { at, type KubeObject, textAt, type Value, type ValueMap } from '../../../apimachinery/kube-object.ts'
import { integerAt } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { strategyOf } from '../strategies.ts'
import { behaviorFromAnnotation, behaviorToAnnotation, metricToV1, metricToV2, type Side } from './metric-conversion.ts'
import { metricTargets } from './metric-targets.ts'
import { validateScaler, validateScalerStatus } from './scaler-validation.ts'

const METRICS = 'autoscaling.alpha.kubernetes.io/metrics'
const CURRENT_METRICS = 'autoscaling.alpha.kubernetes.io/current-metrics'
const CONDITIONS = 'autoscaling.alpha.kubernetes.io/conditions'
const BEHAVIOR = 'autoscaling.alpha.kubernetes.io/behavior'

const DEFAULT_CPU_UTILIZATION = 80

const ROUND_TRIP = [
  METRICS,
  BEHAVIOR,
  'autoscaling.alpha.kubernetes.io/scale-down-tolerance',
  'autoscaling.alpha.kubernetes.io/scale-up-tolerance',
  CURRENT_METRICS,
  CONDITIONS,
]

const isCpu = (metric: Value, side: Side): boolean =>
  textAt(metric, 'type') === 'Resource' &&
  textAt(metric, 'resource', 'name') === 'cpu' &&
  typeof at(metric, 'resource', side, 'averageUtilization') === 'number'

const cpuMetric = (side: Side, utilization: number): ValueMap => ({
  type: 'Resource',
  resource: {
    name: 'cpu',
    [side]: side === 'target' ? { type: 'Utilization', averageUtilization: utilization } : { averageUtilization: utilization },
  },
})

const annotate = (object: KubeObject, key: string, value: Value): void => {
  if (Array.isArray(value) && value.length === 0) return
  object.metadata.annotations = { ...object.metadata.annotations, [key]: JSON.stringify(value) }
}

/** The annotation's value, where it is JSON. */
const annotated = (object: KubeObject, key: string): Value | undefined => {
  try {
    return JSON.parse(object.metadata.annotations?.[key] ?? '') as Value
  } catch {
    return undefined
  }
}

const annotatedList = (object: KubeObject, key: string): Value[] | undefined => {
  const value = annotated(object, key)
  return Array.isArray(value) ? value : undefined
}

const dropRoundTrip = (object: KubeObject): void => {
  const kept = Object.entries(object.metadata.annotations ?? {}).filter(([key]) => !ROUND_TRIP.includes(key))
  if (kept.length > 0) object.metadata.annotations = Object.fromEntries(kept)
  else delete object.metadata.annotations
}

const toV1 = (object: KubeObject): void => {
  const { metrics, behavior, ...spec } = (object['spec'] ?? {}) as ValueMap
  const { currentMetrics, conditions, ...status } = (object['status'] ?? {}) as ValueMap
  const [wanted, current] = [(metrics ?? []) as Value[], (currentMetrics ?? []) as Value[]]
  const cpu = wanted.find((metric) => isCpu(metric, 'target'))
  if (cpu) spec['targetCPUUtilizationPercentage'] = at(cpu, 'resource', 'target', 'averageUtilization') as number
  const currentCpu = current.findLast((metric) => isCpu(metric, 'current'))
  if (currentCpu) status['currentCPUUtilizationPercentage'] = at(currentCpu, 'resource', 'current', 'averageUtilization') as number
  dropRoundTrip(object)
  annotate(
    object,
    METRICS,
    wanted.filter((metric) => !isCpu(metric, 'target')).map((metric) => metricToV1(metric, 'target')),
  )
  annotate(
    object,
    CURRENT_METRICS,
    current.map((metric) => metricToV1(metric, 'current')),
  )
  if (behavior) annotate(object, BEHAVIOR, behaviorToAnnotation(behavior))
  annotate(object, CONDITIONS, (conditions ?? []) as Value[])
  Object.assign(object, { spec, status: { currentReplicas: 0, desiredReplicas: 0, ...status } })
}

const toV2 = (object: KubeObject): void => {
  const { targetCPUUtilizationPercentage: target, ...spec } = (object['spec'] ?? {}) as ValueMap
  const { currentCPUUtilizationPercentage: current, ...status } = (object['status'] ?? {}) as ValueMap
  const metrics = (annotatedList(object, METRICS) ?? []).map((metric) => metricToV2(metric, 'target'))
  if (typeof target === 'number') metrics.push(cpuMetric('target', target))
  // Upstream has the default in the conversion, for only there it is known that nothing else is wanted.
  if (metrics.length === 0) metrics.push(cpuMetric('target', DEFAULT_CPU_UTILIZATION))
  spec['metrics'] = metrics
  const behavior = behaviorFromAnnotation(annotated(object, BEHAVIOR) ?? null)
  if (behavior) spec['behavior'] = behavior
  const statuses = annotatedList(object, CURRENT_METRICS)?.map((metric) => metricToV2(metric, 'current'))
  status['currentMetrics'] = statuses ?? (typeof current === 'number' ? [cpuMetric('current', current)] : null)
  const conditions = annotatedList(object, CONDITIONS)
  if (conditions) status['conditions'] = conditions
  dropRoundTrip(object)
  Object.assign(object, { spec, status })
}

const convert = (object: KubeObject, to: string): KubeObject => {
  if (object.apiVersion === to) return object
  if (to === 'autoscaling/v1') toV1(object)
  else toV2(object)
  return Object.assign(object, { apiVersion: to })
}

export const horizontalpodautoscalers = defineResource('autoscaling', 'HorizontalPodAutoscaler', {
  cells: {
    Reference: (scaler) => `${textAt(scaler, 'spec', 'scaleTargetRef', 'kind')}/${textAt(scaler, 'spec', 'scaleTargetRef', 'name')}`,
    Targets: metricTargets,
    MinPods: (scaler) => String(at(scaler, 'spec', 'minReplicas') ?? '<unset>'),
    MaxPods: (scaler) => integerAt(scaler, 'spec', 'maxReplicas'),
    Replicas: (scaler) => integerAt(scaler, 'status', 'currentReplicas'),
  },
  convert,
  strategy: strategyOf(
    { status: () => ({ desiredReplicas: 0, currentMetrics: null }) },
    { validate: (scaler) => validateScaler(scaler), validateUpdate: validateScaler },
  ),
  statusRules: { validateUpdate: validateScalerStatus },
})
