// Statuses of workloads: counts that are not negative, and none above what it is counted of.
// Upstream: Validate{ReplicationController,ReplicaSet,Deployment,StatefulSet}Status, validateDaemonSetStatus, IsDecremented.
import { invalidValue } from '../../../apimachinery/field-error.ts'
import type { Frozen, KubeObject } from '../../../apimachinery/kube-object.ts'
import { type Errors, nonNegative } from './checks.ts'

type Status = Readonly<Record<string, number | undefined>>

const OF_ALL = 'cannot be greater than status.replicas'

export const statusOf = (object: Frozen<KubeObject>): Status => (object['status'] ?? {}) as Status

/** Each of the counts, in upstream's order. */
export const checkCounts = (status: Status, members: readonly string[], errors: Errors): void => {
  for (const member of members) nonNegative(status[member], `status.${member}`, errors)
}

const checkAtMost = (status: Status, member: string, whole: string, detail: string, errors: Errors): void => {
  const count = status[member] ?? 0
  if (count > (status[whole] ?? 0)) errors.push(invalidValue(`status.${member}`, count, detail))
}

/** Parts of the replicas, and those available of those ready. */
export const checkParts = (
  status: Status,
  parts: readonly string[],
  errors: Errors,
  ready = 'cannot be greater than readyReplicas',
): void => {
  for (const part of parts) checkAtMost(status, part, 'replicas', OF_ALL, errors)
  checkAtMost(status, 'availableReplicas', 'readyReplicas', ready, errors)
}

/** Collisions are only ever counted up. */
export const checkCollisions = (status: Status, old: Status, errors: Errors): void => {
  const [now, before] = [status['collisionCount'], old['collisionCount']]
  if (before !== undefined && (now === undefined || now < before))
    errors.push(invalidValue('status.collisionCount', now ?? 0, 'cannot be decremented'))
}
