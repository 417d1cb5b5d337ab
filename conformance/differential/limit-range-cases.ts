// Limit ranges with defaults and bounds of each kind.
import { AdmissionSteps, claim, container, object, pod, resources } from './admission-steps.ts'
import type { JsonObject } from './json-value.ts'
import type { Case } from './step.ts'

const limitRange = (name: string, ...limits: JsonObject[]): JsonObject => object('v1', 'LimitRange', name, { spec: { limits } })

const limitRangerOf = (kind: string, limit: JsonObject, tried: readonly JsonObject[]): Case => {
  const on = new AdmissionSteps(`LimitRanger-${kind}`)
  const limits = limitRange('limits', limit)
  return {
    name: `limit ranges: ${kind}`,
    steps: [...on.prepare(), on.create(limits, { settles: true }), ...tried.map((one) => on.create(one))],
  }
}

export const limitRangeCases = (): Case[] => {
  const of = (name: string, requests: JsonObject, limits: JsonObject = {}): JsonObject =>
    pod(name, { containers: [container(resources(requests, limits))] })
  return [
    limitRangerOf('defaults', { type: 'Container', default: { cpu: '500m', memory: '1Gi' }, defaultRequest: { cpu: '250m' } }, [
      pod('none'),
      of('request', { cpu: '100m' }),
      of('above-limit', { cpu: '2' }),
      pod('init', { initContainers: [container({ name: 'first' })] }),
      pod('two', { containers: [container(), container({ name: 'second', ...resources({ memory: '1Mi' }) })] }),
      pod('annotated', {}, { annotations: { 'kubernetes.io/limit-ranger': 'before' } }),
    ]),
    limitRangerOf('min', { type: 'Container', min: { cpu: '100m' } }, [
      pod('none'),
      of('below', { cpu: '50m' }),
      of('at', { cpu: '100m' }),
      of('limit-only', {}, { cpu: '90m' }),
      pod('generated', { containers: [container(resources({ cpu: '1m' }))] }, { name: '', generateName: 'small-' }),
    ]),
    limitRangerOf('max', { type: 'Container', max: { memory: '1Gi' } }, [
      pod('none'),
      of('above', { memory: '2Gi' }, { memory: '3Gi' }),
      of('at', { memory: '1Gi' }, { memory: '1Gi' }),
      of('limit-above', {}, { memory: '1025Mi' }),
      pod('init', { initContainers: [container({ name: 'first', ...resources({}, { memory: '5Gi' }) })] }),
    ]),
    limitRangerOf('ratio', { type: 'Container', maxLimitRequestRatio: { cpu: '2' } }, [
      pod('none'),
      of('request', { cpu: '100m' }),
      of('twice', { cpu: '100m' }, { cpu: '200m' }),
      of('three', { cpu: '100m' }, { cpu: '300m' }),
      of('third', { cpu: '300m' }, { cpu: '1' }),
    ]),
    limitRangerOf('pod', { type: 'Pod', max: { cpu: '1' }, min: { cpu: '100m' }, maxLimitRequestRatio: { cpu: '3' } }, [
      pod('none'),
      of('within', { cpu: '500m' }, { cpu: '1' }),
      pod('sum', {
        containers: [
          container(resources({ cpu: '600m' }, { cpu: '600m' })),
          container({ name: 'b', ...resources({ cpu: '600m' }, { cpu: '600m' }) }),
        ],
      }),
      pod('init', { initContainers: [container({ name: 'first', ...resources({ cpu: '2' }, { cpu: '2' }) })] }),
      pod('sidecar', { initContainers: [container({ name: 'side', restartPolicy: 'Always', ...resources({ cpu: '1' }, { cpu: '1' }) })] }),
      pod('own', { resources: { requests: { cpu: '2' }, limits: { cpu: '2' } } }),
    ]),
    limitRangerOf('claim', { type: 'PersistentVolumeClaim', min: { storage: '1Gi' }, max: { storage: '2Gi' } }, [
      claim('small', '10Mi'),
      claim('right', '1Gi'),
      claim('large', '3Gi'),
    ]),
  ]
}
