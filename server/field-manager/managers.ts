// The managers of one object: metadata.managedFields read, capped, ordered and written.
// Upstream: apimachinery/pkg/util/managedfields/internal/managedfields.go, capmanagers.go.
import type { Value, ValueMap } from '../../apimachinery/kube-object.ts'
import { canonicalSet, type FieldSet, union } from './field-set.ts'
import { InvalidManagedFields } from './path-element.ts'

export type Operation = 'Apply' | 'Update'

/** One entry. `written` is the entry it came from while nothing about it has changed. */
export interface Manager {
  readonly name: string
  readonly operation: Operation
  readonly apiVersion: string
  readonly subresource: string
  readonly time: string
  readonly fields: FieldSet
  readonly written: ValueMap | undefined
}

/** By identity; the last of equal ones counts. */
export type Managers = Map<string, Manager>

type Identified = Pick<Manager, 'name' | 'operation' | 'apiVersion' | 'subresource'>

/** What makes two entries one; it also breaks ties of age. Appliers have one entry whatever version they apply. */
export const identityOf = ({ name, operation, apiVersion, subresource }: Identified): string => {
  let text = name === '' ? '{' : `{"manager":${JSON.stringify(name)},`
  text += `"operation":"${operation}"`
  if (operation === 'Update') text += `,"apiVersion":${JSON.stringify(apiVersion)}`
  return subresource === '' ? `${text}}` : `${text},"subresource":${JSON.stringify(subresource)}}`
}

const textOf = (value: Value | undefined): string => (typeof value === 'string' ? value : '')

/** Reads entries. Those of stored objects are `canonical`; a client's are checked. Throws InvalidManagedFields. */
export const readManagers = (entries: readonly Value[], canonical: boolean): Managers => {
  const managers: Managers = new Map()
  for (const [index, value] of entries.entries()) {
    const entry = value as ValueMap
    const { operation } = entry
    if (operation !== 'Apply' && operation !== 'Update') throw new InvalidManagedFields('operation must be `Apply` or `Update`')
    const apiVersion = textOf(entry['apiVersion'])
    if (apiVersion === '') throw new InvalidManagedFields('apiVersion must not be empty')
    const fieldsType = textOf(entry['fieldsType'])
    if (fieldsType === '') throw new InvalidManagedFields(`missing fieldsType in managed fields entry ${index}`)
    if (fieldsType !== 'FieldsV1') throw new InvalidManagedFields(`invalid fieldsType "${fieldsType}" in managed fields entry ${index}`)
    const manager: Manager = {
      name: textOf(entry['manager']),
      operation,
      apiVersion,
      subresource: textOf(entry['subresource']),
      time: textOf(entry['time']),
      fields: canonical ? ((entry['fieldsV1'] ?? {}) as ValueMap) : canonicalSet(entry['fieldsV1']),
      written: canonical ? entry : undefined,
    }
    managers.set(identityOf(manager), manager)
  }
  return managers
}

const writeEntry = (manager: Manager): ValueMap => {
  if (manager.written) return manager.written
  const entry: ValueMap = {}
  if (manager.name !== '') entry['manager'] = manager.name
  entry['operation'] = manager.operation
  entry['apiVersion'] = manager.apiVersion
  if (manager.time !== '') entry['time'] = manager.time
  entry['fieldsType'] = 'FieldsV1'
  entry['fieldsV1'] = manager.fields as ValueMap
  if (manager.subresource !== '') entry['subresource'] = manager.subresource
  return entry
}

const compareText = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1)

/** Appliers first, then the older ones; times are RFC 3339 in UTC, which sort as text. */
const compareManagers = (a: Manager, b: Manager): number =>
  compareText(a.operation, b.operation) ||
  compareText(a.time, b.time) ||
  compareText(a.name, b.name) ||
  compareText(a.apiVersion, b.apiVersion) ||
  compareText(a.subresource, b.subresource)

/** The entries in upstream's order. */
export const writeManagers = (managers: Iterable<Manager>): Value[] => [...managers].sort(compareManagers).map(writeEntry)

const MAX_UPDATERS = 10
const BUCKET = 'ancient-changes'

/** Merges the oldest updaters of a version into one bucket until few enough are left. */
export const capUpdaters = (managers: Managers): void => {
  if (managers.size <= MAX_UPDATERS) return
  const updaters = [...managers].filter(([, { operation }]) => operation === 'Update')
  let left = updaters.length
  if (left <= MAX_UPDATERS) return
  updaters.sort(([a, { time }], [b, { time: other }]) => compareText(time, other) || compareText(a, b))
  const firstOf = new Map<string, string>()
  for (const [identity, manager] of updaters) {
    if (left <= MAX_UPDATERS) return
    const first = firstOf.get(manager.apiVersion)
    if (first === undefined) {
      firstOf.set(manager.apiVersion, identity)
      continue
    }
    const bucket = { name: BUCKET, operation: 'Update', apiVersion: manager.apiVersion, subresource: '' } as const
    const bucketIdentity = identityOf(bucket)
    const held = managers.get(bucketIdentity) ?? managers.get(first)
    if (!managers.has(bucketIdentity)) managers.delete(first)
    const fields = union(manager.fields, held?.fields ?? {})
    managers.delete(identity)
    // The merged one is younger than what the bucket holds.
    managers.set(bucketIdentity, { ...bucket, time: manager.time, fields, written: undefined })
    left--
  }
}
