import { test } from 'tap'
import type { KubeObject } from '../../../apimachinery/kube-object.ts'
import { events, groupEvents } from './events.ts'

const now = Date.UTC(2026, 0, 1, 0, 10)
const event = (members: object): KubeObject => ({
  kind: 'Event',
  apiVersion: 'v1',
  metadata: { name: 'e' },
  involvedObject: { kind: 'Pod', name: 'p' },
  ...members,
})
const cell = (name: string, members: object): unknown => {
  const shown = events.cells?.[name]?.(event(members))
  return typeof shown === 'function' ? shown(now) : shown
}

test('the two groups have the same facts under other names, there and back', async (t) => {
  const core = event({
    message: 'm',
    reportingComponent: 'c',
    reportingInstance: 'i',
    source: { component: 's' },
    firstTimestamp: '2026-01-01T00:00:00Z',
    lastTimestamp: null,
    count: 2,
    reason: 'r',
    type: 'Normal',
  })
  const converted = groupEvents.convert?.(structuredClone(core), 'events.k8s.io/v1') as KubeObject
  t.same(converted, {
    kind: 'Event',
    apiVersion: 'events.k8s.io/v1',
    metadata: { name: 'e' },
    regarding: { kind: 'Pod', name: 'p' },
    note: 'm',
    reportingController: 'c',
    reportingInstance: 'i',
    deprecatedSource: { component: 's' },
    deprecatedFirstTimestamp: '2026-01-01T00:00:00Z',
    deprecatedLastTimestamp: null,
    deprecatedCount: 2,
    reason: 'r',
    type: 'Normal',
  })
  t.same(events.convert?.(converted, 'v1'), core)
})

for (const [column, members, shown] of [
  ['Last Seen', { firstTimestamp: '2026-01-01T00:00:00Z', lastTimestamp: '2026-01-01T00:09:00Z' }, '60s'],
  ['Last Seen', { firstTimestamp: '2026-01-01T00:08:00Z', lastTimestamp: null }, '2m'],
  ['Last Seen', { firstTimestamp: null, lastTimestamp: null, eventTime: '2026-01-01T00:09:30.000000Z' }, '30s'],
  ['Last Seen', { lastTimestamp: '2026-01-01T00:00:00Z', series: { count: 3, lastObservedTime: '2026-01-01T00:09:59.000000Z' } }, '1s'],
  ['Last Seen', { firstTimestamp: null, lastTimestamp: null, eventTime: null }, '<unknown>'],
  ['First Seen', { firstTimestamp: null, eventTime: '2026-01-01T00:09:30.000000Z' }, '30s'],
  ['Object', {}, 'pod/p'],
  ['Object', { involvedObject: { kind: 'Node' } }, 'node'],
  ['Message', { message: ' m\n' }, 'm'],
  ['Source', { source: { component: 'kubelet', host: 'n' } }, 'kubelet, n'],
  ['Source', { reportingComponent: 'c', reportingInstance: 'i' }, 'c, i'],
  ['Source', { source: { component: 'kubelet' } }, 'kubelet'],
  ['Count', {}, 1],
  ['Count', { count: 0 }, 1],
  ['Count', { count: 4 }, 4],
  ['Count', { count: 4, series: { count: 9 } }, 9],
  ['Count', { count: 4, series: {} }, 0],
] as const) {
  test(`${column} of ${JSON.stringify(members)} is ${shown}`, async (t) => t.equal(cell(column, members), shown))
}

test('events are selected by the source component, or who reported', async (t) => {
  t.match(events.selectableFields?.of(event({ source: { component: 's' }, reportingComponent: 'c' })), {
    source: 's',
    reportingComponent: 'c',
    'involvedObject.name': 'p',
    type: '',
  })
  t.match(events.selectableFields?.of(event({ reportingComponent: 'c' })), { source: 'c' })
})
