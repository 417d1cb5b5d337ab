// The metrics of an autoscaler, current over wanted, two at most. Upstream: formatHPAMetrics.
import { at, type Frozen, type KubeObject, listAt, textAt, type Value } from '../../../apimachinery/kube-object.ts'
import { textIfSet } from '../columns.ts'

const SHOWN = 2
const UNKNOWN = '<unknown>'

/** Member of a metric by its type. */
const members: ReadonlyMap<string, string> = new Map([
  ['External', 'external'],
  ['Pods', 'pods'],
  ['Object', 'object'],
  ['Resource', 'resource'],
  ['ContainerResource', 'containerResource'],
])

/** A quantity as upstream prints a pointer to one. */
const quantity = (value: unknown, ...path: string[]): string => textIfSet(value, '<nil>', ...path)

const percent = (value: unknown, missing: string): string => (typeof value === 'number' ? `${value}%` : missing)

/** External and object metrics have an average of all pods or one value. */
const sourceText = (target: unknown, status: unknown): string => {
  if (at(target, 'averageValue') !== undefined)
    return `${textIfSet(status, UNKNOWN, 'current', 'averageValue')}/${quantity(target, 'averageValue')} (avg)`
  return `${status ? quantity(status, 'current', 'value') : UNKNOWN}/${quantity(target, 'value')}`
}

const averageText = (target: unknown, status: unknown): string =>
  `${status ? quantity(status, 'current', 'averageValue') : UNKNOWN}/${quantity(target, 'averageValue')}`

const resourceText = (target: unknown, status: unknown): string => {
  if (at(target, 'averageValue') !== undefined) return averageText(target, status)
  return `${percent(at(status, 'current', 'averageUtilization'), UNKNOWN)}/${percent(at(target, 'averageUtilization'), '<auto>')}`
}

const metricText = (metric: Value, current: Value | undefined): string => {
  const type = textAt(metric, 'type')
  const member = members.get(type)
  if (member === undefined) return '<unknown type>'
  const target = at(metric, member, 'target')
  const status = at(current, member)
  if (type === 'Pods') return averageText(target, status)
  if (type === 'External' || type === 'Object') return sourceText(target, status)
  return `${textAt(metric, member, 'name')}: ${resourceText(target, status)}`
}

export const metricTargets = (autoscaler: Frozen<KubeObject>): string => {
  const wanted = listAt(autoscaler, 'spec', 'metrics')
  const current = listAt(autoscaler, 'status', 'currentMetrics')
  if (wanted.length === 0) return '<none>'
  const shown = wanted.slice(0, SHOWN).map((metric, index) => metricText(metric, current[index]))
  return shown.join(', ') + (wanted.length > SHOWN ? ` + ${wanted.length - SHOWN} more...` : '')
}
