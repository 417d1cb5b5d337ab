// What events must meet: more in their own group than in the core one. Upstream: pkg/apis/core/validation/events.go. Events are looked at
// in their core form, whichever group they come in.
import { type FieldError, invalidValue, required } from '../../../apimachinery/field-error.ts'
import { at, type Frozen, type KubeObject, textAt } from '../../../apimachinery/kube-object.ts'
import { dns1123Subdomain, qualifiedName } from '../../../apimachinery/names.ts'
import { differs } from '../strategies.ts'
import { type Errors, immutable, named, present } from '../validation/checks.ts'
import { metadataErrors, metadataUpdateErrors } from '../validation/metadata.ts'

const LIMIT = 128
const NOTE_LIMIT = 1024
const MISMATCH = 'does not match event.namespace'

const bounded = (text: string, limit: number, path: string, errors: Errors): void => {
  if (Buffer.byteLength(text) > limit) errors.push(invalidValue(path, '', `can have at most ${limit} characters`))
}

const checkNew = (event: Frozen<KubeObject>, controllerField: string, errors: Errors): void => {
  const controller = textAt(event, 'reportingComponent')
  present(controller, controllerField, errors)
  named(controller, qualifiedName, controllerField, errors)
  for (const member of ['reportingInstance', 'action', 'reason'] as const) {
    present(textAt(event, member), member, errors)
    bounded(textAt(event, member), LIMIT, member, errors)
  }
  bounded(textAt(event, 'message'), NOTE_LIMIT, 'message', errors)
}

/** What both groups ask. */
const checkEvent = (event: Frozen<KubeObject>, controllerField: string, errors: Errors): void => {
  const namespace = event.metadata.namespace ?? ''
  const involved = textAt(event, 'involvedObject', 'namespace')
  const isNew = Boolean(event['eventTime'])
  const homeless = namespace === 'default' || namespace === (isNew ? 'kube-system' : '')
  if (involved === '' ? !homeless : !isNew && involved !== namespace)
    errors.push(invalidValue('involvedObject.namespace', involved, MISMATCH))
  if (isNew) checkNew(event, controllerField, errors)
  named(namespace, dns1123Subdomain, 'namespace', errors)
}

const checkSeries = (event: Frozen<KubeObject>, errors: Errors): void => {
  if (!event['series']) return
  if (Number(at(event, 'series', 'count') ?? 0) < 2) errors.push(invalidValue('series.count', '', 'should be at least 2'))
  if (!at(event, 'series', 'lastObservedTime')) errors.push(required('series.lastObservedTime', ''))
}

const unset = (path: string): FieldError => invalidValue(path, '', 'needs to be unset')

/** Of the core group. */
export const validateCoreEvent = (event: KubeObject): Errors => {
  const errors: Errors = []
  checkEvent(event, 'reportingComponent', errors)
  return errors
}

/** Of events.k8s.io. */
export const validateGroupEvent = (event: KubeObject): Errors => {
  const errors: Errors = []
  checkEvent(event, 'reportingController', errors)
  errors.push(...metadataErrors(event, true, dns1123Subdomain))
  checkSeries(event, errors)
  const type = textAt(event, 'type')
  if (!event['eventTime']) errors.push(required('eventTime', ''))
  if (type !== 'Normal' && type !== 'Warning') errors.push(invalidValue('type', '', `has invalid value: ${type}`))
  for (const member of ['firstTimestamp', 'lastTimestamp', 'count']) if (event[member]) errors.push(unset(member))
  if (textAt(event, 'source', 'component') !== '' || textAt(event, 'source', 'host') !== '') errors.push(unset('source'))
  return errors
}

const reference = (value: unknown): object => ({
  Kind: textAt(value, 'kind'),
  Namespace: textAt(value, 'namespace'),
  Name: textAt(value, 'name'),
  UID: textAt(value, 'uid'),
  APIVersion: textAt(value, 'apiVersion'),
  ResourceVersion: textAt(value, 'resourceVersion'),
  FieldPath: textAt(value, 'fieldPath'),
})

const text = (value: unknown): unknown => value ?? ''
const time = (value: unknown): unknown => value ?? null

/** Members that stay, in upstream's order, with its names and what it shows of them. */
const fixed: readonly [member: string, shown: (value: unknown) => unknown, path?: string][] = [
  ['involvedObject', reference],
  ['reason', text],
  ['message', text],
  ['source', (value) => ({ Component: textAt(value, 'component'), Host: textAt(value, 'host') })],
  ['firstTimestamp', time],
  ['lastTimestamp', time],
  ['count', (value) => value ?? 0],
  ['reason', text],
  ['type', text],
  ['eventTime', time],
  ['action', text],
  ['related', (value) => (value ? reference(value) : null)],
  ['reportingComponent', text, 'reportingController'],
  ['reportingInstance', text],
]

/** Only the series of an event of events.k8s.io goes on. */
export const validateGroupEventUpdate = (event: KubeObject, old: Frozen<KubeObject>): Errors => {
  const errors: Errors = []
  checkEvent(event, 'reportingController', errors)
  errors.push(...metadataUpdateErrors(event, old))
  if (differs(event['series'], old['series'])) checkSeries(event, errors)
  for (const [member, shown, path = member] of fixed) immutable(!differs(event[member], old[member]), shown(event[member]), path, errors)
  return errors
}
