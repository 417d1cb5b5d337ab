// A condition that the server itself sets on a status, written down as applied by the controller that upstream has for it.
import { formatTime } from '../../apimachinery/clock.ts'
import { at, isMap, type KubeObject, listAt, type Value, type ValueMap } from '../../apimachinery/kube-object.ts'
import type { Entry, ResourceStore } from '../registry/resource-store.ts'
import type { BootstrapParts } from './bootstrap-parts.ts'

export interface Condition {
  type: string
  status: string
  reason: string
  message: string
}

export const conditionOf = (object: KubeObject, type: string): ValueMap | undefined =>
  listAt(object, 'status', 'conditions')
    .filter(isMap)
    .find((condition) => condition['type'] === type)

/** Which fields an applier owns; one that applies no reason owns none. */
const ownedFields = (condition: Condition): ValueMap => {
  const owned: ValueMap = { '.': {}, 'f:lastTransitionTime': {}, 'f:message': {} }
  if (condition.reason !== '') owned['f:reason'] = {}
  return {
    'f:status': { 'f:conditions': { [`k:{"type":${JSON.stringify(condition.type)}}`]: { ...owned, 'f:status': {}, 'f:type': {} } } },
  }
}

const withCondition = (object: KubeObject, condition: Condition, now: string): void => {
  const { type, status, reason, message } = condition
  const before = conditionOf(object, type)
  const lastTransitionTime = before?.['status'] === status ? (before['lastTransitionTime'] as string) : now
  const others = listAt(object, 'status', 'conditions').filter((other) => other !== before)
  const own = at(object, 'status')
  object['status'] = {
    ...(isMap(own as Value) ? (own as ValueMap) : {}),
    conditions: [...others, { type, status, lastTransitionTime, reason, message }],
  }
}

/** Writes a condition into an object's status; another writer's change in between wins, and the next round looks again. */
export const applyCondition = async (
  parts: BootstrapParts,
  target: ResourceStore,
  entry: Entry,
  condition: Condition,
  manager: string,
): Promise<void> => {
  const object = target.decode(entry)
  const time = formatTime(parts.context.clock.now())
  withCondition(object, condition, time)
  const applied: ValueMap = {
    manager,
    operation: 'Apply',
    apiVersion: target.storageApiVersion,
    time,
    fieldsType: 'FieldsV1',
    fieldsV1: ownedFields(condition),
    subresource: 'status',
  }
  const others = (object.metadata.managedFields ?? []).filter(
    (one) => !(isMap(one) && one['manager'] === manager && one['operation'] === 'Apply'),
  )
  object.metadata.managedFields = [applied, ...others]
  const canonical = target.canonical(object)
  await target.update(entry.key, entry.revision, target.encode(canonical), { object: canonical, checked: false })
}
