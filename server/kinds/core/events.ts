// Events: one store, two groups. core/v1 is what is stored; events.k8s.io/v1 has the same facts under other names. They live an hour.
// Upstream: pkg/apis/events/v1/conversion.go, pkg/registry/core/event, printEvent.
import { at, type Frozen, type KubeObject, textAt } from '../../../apimachinery/kube-object.ts'
import type { Strategy } from '../../registry/resource-definition.ts'
import { type Cells, integerAt, since } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { strategyOf } from '../strategies.ts'
import { validateCoreEvent, validateGroupEvent, validateGroupEventUpdate } from './event-validation.ts'

const TTL_SECONDS = 3600

const FIELDS = [
  'involvedObject.kind',
  'involvedObject.namespace',
  'involvedObject.name',
  'involvedObject.uid',
  'involvedObject.apiVersion',
  'involvedObject.resourceVersion',
  'involvedObject.fieldPath',
  'reason',
  'reportingComponent',
  'source',
  'type',
]

/** core/v1 member -> events.k8s.io/v1 member. */
const renamed: readonly [core: string, events: string][] = [
  ['involvedObject', 'regarding'],
  ['message', 'note'],
  ['reportingComponent', 'reportingController'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
]

const convert = (object: KubeObject, to: string): KubeObject => {
  const toCore = to === 'v1'
  if (object.apiVersion === to) return object
  for (const [core, events] of renamed) {
    const [from, into] = toCore ? [events, core] : [core, events]
    if (object[from] === undefined) continue
    object[into] = object[from]
    delete object[from]
  }
  return Object.assign(object, { apiVersion: to })
}

type Seen = ReturnType<typeof since>

const firstSeen = (event: Frozen<KubeObject>): Seen => since(at(event, 'firstTimestamp') ?? at(event, 'eventTime') ?? undefined)

const lastSeen = (event: Frozen<KubeObject>): Seen => {
  if (at(event, 'series')) return since(at(event, 'series', 'lastObservedTime'))
  return at(event, 'lastTimestamp') ? since(at(event, 'lastTimestamp')) : firstSeen(event)
}

const involved = (event: Frozen<KubeObject>): string => {
  const name = textAt(event, 'involvedObject', 'name')
  const kind = textAt(event, 'involvedObject', 'kind').toLowerCase()
  return name === '' ? kind : `${kind}/${name}`
}

const source = (event: Frozen<KubeObject>): string => {
  const component = textAt(event, 'source', 'component') || textAt(event, 'reportingComponent')
  const instance = textAt(event, 'source', 'host') || textAt(event, 'reportingInstance')
  return instance === '' ? component : `${component}, ${instance}`
}

const cells: Cells = {
  'Last Seen': lastSeen,
  Type: (event) => textAt(event, 'type'),
  Reason: (event) => textAt(event, 'reason'),
  Object: involved,
  Subobject: (event) => textAt(event, 'involvedObject', 'fieldPath'),
  Source: source,
  Message: (event) => textAt(event, 'message').trim(),
  'First Seen': firstSeen,
  Count: (event) => (at(event, 'series') ? integerAt(event, 'series', 'count') : integerAt(event, 'count') || 1),
}

const lifetime: Strategy = { ttlSeconds: TTL_SECONDS, defaultPropagation: () => 'Unsupported' }

const coreStrategy = strategyOf(
  { createOnUpdate: true, name: false },
  { ...lifetime, validate: validateCoreEvent, validateUpdate: validateCoreEvent },
)

const groupStrategy = strategyOf(
  { createOnUpdate: true, name: false },
  { ...lifetime, validate: validateGroupEvent, validateUpdate: validateGroupEventUpdate },
)

const fieldsOf = (event: Frozen<KubeObject>): Record<string, string> => {
  const fields: Record<string, string> = {}
  for (const name of FIELDS) fields[name] = textAt(event, ...name.split('.'))
  fields['source'] = textAt(event, 'source', 'component') || textAt(event, 'reportingComponent')
  return fields
}

/** events.k8s.io has its own names for the same fields. */
const groupAliases: Record<string, string> = {
  reportingController: 'reportingComponent',
  ...Object.fromEntries(
    FIELDS.filter((field) => field.startsWith('involvedObject.')).map((field) => [field.replace('involvedObject', 'regarding'), field]),
  ),
}

export const events = defineResource('', 'Event', {
  cells,
  selectableFields: { names: FIELDS, of: fieldsOf, withNamespace: true },
  strategy: coreStrategy,
  convert,
})
export const groupEvents = defineResource('events.k8s.io', 'Event', {
  cells,
  selectableFields: { names: ['reason', 'type'], aliases: groupAliases, of: fieldsOf, withNamespace: true },
  strategy: groupStrategy,
  convert,
})
