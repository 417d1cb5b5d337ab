// Horizontal pod autoscalers in two versions. v1 has one number for CPU; what else v2 says travels in annotations there.
// Upstream: pkg/apis/autoscaling/v1/conversion.go.
import { type KubeObject, type Value, type ValueMap, at, textAt } from '../../../apimachinery/kube-object.ts'
import { defineResource } from '../define-resource.ts'
import { strategyOf } from '../strategies.ts'

const METRICS = 'autoscaling.alpha.kubernetes.io/metrics'
const CURRENT_METRICS = 'autoscaling.alpha.kubernetes.io/current-metrics'
const CONDITIONS = 'autoscaling.alpha.kubernetes.io/conditions'
const BEHAVIOR = 'autoscaling.alpha.kubernetes.io/behavior'

const isCpuUtilization = (metric: Value, kind: 'target' | 'current'): boolean =>
  textAt(metric, 'type') === 'Resource' && textAt(metric, 'resource', 'name') === 'cpu' && at(metric, 'resource', kind, 'averageUtilization') !== undefined

const cpuMetric = (kind: 'target' | 'current', utilization: number): ValueMap => ({
  type: 'Resource',
  resource: { name: 'cpu', [kind]: kind === 'target' ? { type: 'Utilization', averageUtilization: utilization } : { averageUtilization: utilization } },
})

const annotated = (object: KubeObject, key: string, value: Value[] | ValueMap | undefined): void => {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return
  object.metadata.annotations = { ...object.metadata.annotations, [key]: JSON.stringify(value) }
}

const taken = (object: KubeObject, key: string): Value | undefined => {
  const text = object.metadata.annotations?.[key]
  if (text === undefined) return undefined
  delete object.metadata.annotations?.[key]
  if (Object.keys(object.metadata.annotations ?? {}).length === 0) delete object.metadata.annotations
  try {
    return JSON.parse(text) as Value
  } catch {
    return undefined
  }
}

const toV1 = (object: KubeObject): void => {
  const { metrics, behavior, ...spec } = (object['spec'] ?? {}) as ValueMap
  const { currentMetrics, conditions, ...status } = (object['status'] ?? {}) as ValueMap
  const wanted = (metrics ?? []) as Value[]
  const cpu = wanted.find((metric) => isCpuUtilization(metric, 'target'))
  if (cpu) spec['targetCPUUtilizationPercentage'] = at(cpu, 'resource', 'target', 'averageUtilization') as number
  annotated(object, METRICS, wanted.filter((metric) => metric !== cpu))
  annotated(object, BEHAVIOR, behavior as ValueMap | undefined)
  const current = (currentMetrics ?? []) as Value[]
  const currentCpu = current.find((metric) => isCpuUtilization(metric, 'current'))
  if (currentCpu) status['currentCPUUtilizationPercentage'] = at(currentCpu, 'resource', 'current', 'averageUtilization') as number
  annotated(object, CURRENT_METRICS, current.filter((metric) => metric !== currentCpu))
  annotated(object, CONDITIONS, conditions as Value[] | undefined)
  Object.assign(object, { spec, status: { currentReplicas: 0, desiredReplicas: 0, ...status } })
}

const toV2 = (object: KubeObject): void => {
  const { targetCPUUtilizationPercentage: target, ...spec } = (object['spec'] ?? {}) as ValueMap
  const { currentCPUUtilizationPercentage: current, ...status } = (object['status'] ?? {}) as ValueMap
  const metrics = [...((taken(object, METRICS) as Value[] | undefined) ?? []), ...(target === undefined ? [] : [cpuMetric('target', target as number)])]
  if (metrics.length > 0) spec['metrics'] = metrics
  const behavior = taken(object, BEHAVIOR)
  if (behavior !== undefined) spec['behavior'] = behavior
  const currentMetrics = [...((taken(object, CURRENT_METRICS) as Value[] | undefined) ?? []), ...(current === undefined ? [] : [cpuMetric('current', current as number)])]
  status['currentMetrics'] = currentMetrics.length > 0 ? currentMetrics : null
  const conditions = taken(object, CONDITIONS)
  if (conditions !== undefined) status['conditions'] = conditions
  Object.assign(object, { spec, status })
}

const convert = (object: KubeObject, to: string): KubeObject => {
  if (object.apiVersion === to) return object
  if (to === 'autoscaling/v1') toV1(object)
  else toV2(object)
  return Object.assign(object, { apiVersion: to })
}

export const horizontalpodautoscalers = defineResource('autoscaling', 'HorizontalPodAutoscaler', {
  convert,
  strategy: strategyOf({ status: () => ({ desiredReplicas: 0, currentMetrics: null }) }),
})
