import { test } from 'tap'
import type { KubeObject } from '../../../apimachinery/kube-object.ts'
import { metricTargets } from './metric-targets.ts'

const shownFor = (metrics: readonly object[], currentMetrics: readonly object[]): string =>
  metricTargets({
    kind: 'H',
    apiVersion: 'autoscaling/v2',
    metadata: {},
    spec: { metrics },
    status: { currentMetrics },
  } as unknown as KubeObject)

const cpu = (target: object): object => ({ type: 'Resource', resource: { name: 'cpu', target } })
const cpuNow = (current: object): object => ({ type: 'Resource', resource: { name: 'cpu', current } })
const container = (target: object): object => ({ type: 'ContainerResource', containerResource: { name: 'memory', target } })
const pods = (averageValue: string): object => ({ type: 'Pods', pods: { target: { averageValue } } })
const external = (target: object): object => ({ type: 'External', external: { target } })
const externalNow = (current: object): object => ({ type: 'External', external: { current } })
const object = (target: object): object => ({ type: 'Object', object: { target } })

for (const [shown, metrics, current] of [
  ['<none>', [], []],
  ['cpu: <unknown>/50%', [cpu({ averageUtilization: 50 })], []],
  ['cpu: 30%/50%', [cpu({ averageUtilization: 50 })], [cpuNow({ averageUtilization: 30 })]],
  ['cpu: <unknown>/50%', [cpu({ averageUtilization: 50 })], [cpuNow({ averageValue: '1' })]],
  ['cpu: <unknown>/<auto>', [cpu({})], []],
  ['cpu: 100m/1500m', [cpu({ averageValue: '1500m' })], [cpuNow({ averageValue: '100m' })]],
  ['cpu: <nil>/1', [cpu({ averageValue: '1' })], [cpuNow({ averageUtilization: 3 })]],
  ['memory: <unknown>/2Gi', [container({ averageValue: '2Gi' })], [cpuNow({ averageValue: '1' })]],
  ['<unknown>/7', [pods('7')], []],
  ['<unknown>/8k', [object({ value: '8k' })], []],
  ['<unknown>/3 (avg)', [object({ averageValue: '3' })], []],
  ['<unknown>/3 (avg)', [external({ averageValue: '3' })], [externalNow({ value: '1' })]],
  ['<nil>/3', [external({ value: '3' })], [externalNow({ averageValue: '1' })]],
  ['2/3', [external({ value: '3' })], [externalNow({ value: '2' })]],
  ['<unknown type>', [{ type: 'toString' }], []],
  ['<unknown>/1, <unknown>/2 + 2 more...', [pods('1'), pods('2'), pods('3'), pods('4')], []],
] as const) {
  test(`${JSON.stringify(metrics)} at ${JSON.stringify(current)} shows as ${shown}`, async (t) =>
    t.equal(shownFor(metrics, current), shown))
}
