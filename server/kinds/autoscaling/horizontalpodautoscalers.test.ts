import { test } from 'tap'
import type { KubeObject } from '../../../apimachinery/kube-object.ts'
import { horizontalpodautoscalers } from './horizontalpodautoscalers.ts'

const PREFIX = 'autoscaling.alpha.kubernetes.io/'
const convert = (object: KubeObject, to: string): KubeObject =>
  horizontalpodautoscalers.convert?.(structuredClone(object), to) as KubeObject
const v2 = (spec: object, status: object = { desiredReplicas: 0, currentMetrics: null }): KubeObject => ({
  apiVersion: 'autoscaling/v2',
  metadata: { annotations: { x: 'y' } },
  spec: { maxReplicas: 3, ...spec },
  status: { currentReplicas: 0, desiredReplicas: 0, ...status },
})
const cpu = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 5 } } }

test('the CPU target is a number in v1', async (t) => {
  const v1 = convert(v2({ metrics: [cpu] }), 'autoscaling/v1')
  t.same(v1, {
    apiVersion: 'autoscaling/v1',
    metadata: { annotations: { x: 'y' } },
    spec: { maxReplicas: 3, targetCPUUtilizationPercentage: 5 },
    status: { currentReplicas: 0, desiredReplicas: 0 },
  })
  t.same(convert(v1, 'autoscaling/v2'), v2({ metrics: [cpu] }))
})

for (const [kind, metric, annotated] of [
  [
    'resource',
    { type: 'Resource', resource: { name: 'memory', target: { type: 'Utilization', averageUtilization: 70 } } },
    { type: 'Resource', resource: { name: 'memory', targetAverageUtilization: 70 } },
  ],
  [
    'resource by value',
    { type: 'Resource', resource: { name: 'cpu', target: { type: 'AverageValue', averageValue: '1' } } },
    { type: 'Resource', resource: { name: 'cpu', targetAverageValue: '1' } },
  ],
  [
    'container resource',
    {
      type: 'ContainerResource',
      containerResource: { name: 'cpu', container: 'c', target: { type: 'Utilization', averageUtilization: 7 } },
    },
    { type: 'ContainerResource', containerResource: { name: 'cpu', targetAverageUtilization: 7, container: 'c' } },
  ],
  [
    'pods',
    {
      type: 'Pods',
      pods: { metric: { name: 'm', selector: { matchLabels: { a: 'b' } } }, target: { type: 'AverageValue', averageValue: '2' } },
    },
    { type: 'Pods', pods: { metricName: 'm', targetAverageValue: '2', selector: { matchLabels: { a: 'b' } } } },
  ],
  [
    'object',
    { type: 'Object', object: { describedObject: { kind: 'S', name: 's' }, target: { type: 'Value', value: '3' }, metric: { name: 'm' } } },
    { type: 'Object', object: { target: { kind: 'S', name: 's' }, metricName: 'm', targetValue: '3' } },
  ],
  [
    'object by average',
    {
      type: 'Object',
      object: { describedObject: { kind: 'S', name: 's' }, target: { type: 'AverageValue', averageValue: '3' }, metric: { name: 'm' } },
    },
    { type: 'Object', object: { target: { kind: 'S', name: 's' }, metricName: 'm', targetValue: '0', averageValue: '3' } },
  ],
  [
    'external',
    { type: 'External', external: { metric: { name: 'm' }, target: { type: 'Value', value: '4' } } },
    { type: 'External', external: { metricName: 'm', targetValue: '4' } },
  ],
] as const) {
  test(`other metrics travel in v1's own form: ${kind}`, async (t) => {
    const v1 = convert(v2({ metrics: [metric, cpu] }), 'autoscaling/v1')
    t.equal(v1.metadata.annotations?.[`${PREFIX}metrics`], JSON.stringify([annotated]))
    t.same(convert(v1, 'autoscaling/v2'), v2({ metrics: [metric, cpu] }), 'and come back before the CPU target')
  })
}

test("the behavior travels as upstream's internal type writes itself", async (t) => {
  const behavior = {
    scaleUp: { stabilizationWindowSeconds: 0, selectPolicy: 'Max', policies: [{ type: 'Pods', value: 4, periodSeconds: 60 }] },
  }
  const v1 = convert(v2({ metrics: [cpu], behavior }), 'autoscaling/v1')
  t.equal(
    v1.metadata.annotations?.[`${PREFIX}behavior`],
    '{"ScaleUp":{"StabilizationWindowSeconds":0,"SelectPolicy":"Max","Policies":[{"Type":"Pods","Value":4,"PeriodSeconds":60}],"Tolerance":null},"ScaleDown":null}',
  )
  t.same(convert(v1, 'autoscaling/v2'), v2({ metrics: [cpu], behavior }))
})

test('statuses and conditions travel whole, the CPU reading twice', async (t) => {
  const reading = { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 7, averageValue: '5m' } } }
  const object = v2(
    { metrics: [cpu] },
    { currentMetrics: [reading], conditions: [{ type: 'AbleToScale', status: 'True', lastTransitionTime: null }] },
  )
  const v1 = convert(object, 'autoscaling/v1')
  t.same(v1['status'], { currentReplicas: 0, desiredReplicas: 0, currentCPUUtilizationPercentage: 7 })
  t.equal(
    v1.metadata.annotations?.[`${PREFIX}current-metrics`],
    '[{"type":"Resource","resource":{"name":"cpu","currentAverageUtilization":7,"currentAverageValue":"5m"}}]',
  )
  t.equal(v1.metadata.annotations?.[`${PREFIX}conditions`], '[{"type":"AbleToScale","status":"True","lastTransitionTime":null}]')
  t.same(convert(v1, 'autoscaling/v2'), object)
})

test('annotations that are no JSON are dropped, others kept', async (t) => {
  const broken = {
    apiVersion: 'autoscaling/v1',
    metadata: { annotations: { [`${PREFIX}metrics`]: '{', [`${PREFIX}behavior`]: '[]', x: 'y' } },
    spec: { maxReplicas: 3 },
  }
  t.same(convert(broken, 'autoscaling/v2'), {
    apiVersion: 'autoscaling/v2',
    metadata: { annotations: { x: 'y' } },
    spec: { maxReplicas: 3, metrics: [{ ...cpu, resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }] },
    status: { currentMetrics: null },
  })
})
