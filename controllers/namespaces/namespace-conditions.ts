// What a namespace that goes away says of how far it is. Upstream: pkg/controller/namespace/deletion/status_condition_utils.go.
import { formatTime } from '../../apimachinery/clock.ts'
import { listAt, textAt, type Value, type ValueMap } from '../../apimachinery/kube-object.ts'
import type { DiscoveryFailure } from './discovery-failure.ts'

/** By condition: what stands there when nothing is wrong. */
const calm: readonly (readonly [type: string, reason: string, message: string])[] = [
  ['NamespaceDeletionDiscoveryFailure', 'ResourcesDiscovered', 'All resources successfully discovered'],
  ['NamespaceDeletionGroupVersionParsingFailure', 'ParsedGroupVersions', 'All legacy kube types successfully parsed'],
  ['NamespaceDeletionContentFailure', 'ContentDeleted', 'All content successfully deleted, may be waiting on finalization'],
  ['NamespaceContentRemaining', 'ContentRemoved', 'All content successfully removed'],
  ['NamespaceFinalizersRemaining', 'ContentHasNoFinalizers', 'All content-preserving finalizers finished'],
]

/** Counts of what is left, by resource and group (`pods.`) and by finalizer. */
export interface Remaining {
  readonly resources: ReadonlyMap<string, number>
  readonly finalizers: ReadonlyMap<string, number>
}

export class NamespaceConditions {
  readonly #found = new Map<string, readonly [reason: string, message: string]>()

  discoveryFailed(failure: DiscoveryFailure): void {
    this.#found.set('NamespaceDeletionDiscoveryFailure', ['DiscoveryFailed', failure.described])
  }

  deletionFailed(errors: readonly Error[]): void {
    if (errors.length === 0) return
    const messages = errors.map(({ message }) => message).sort()
    const message = `Failed to delete all resource types, ${errors.length} remaining: ${messages.join(', ')}`
    this.#found.set('NamespaceDeletionContentFailure', ['ContentDeletionFailed', message])
  }

  remains({ resources, finalizers }: Remaining): void {
    if (resources.size > 0) {
      const counts = [...resources].map(([resource, count]) => `${resource} has ${count} resource instances`).sort()
      this.#found.set('NamespaceContentRemaining', ['SomeResourcesRemain', `Some resources are remaining: ${counts.join(', ')}`])
    }
    if (finalizers.size > 0) {
      const counts = [...finalizers].map(([finalizer, count]) => `${finalizer} in ${count} resource instances`).sort()
      const message = `Some content in the namespace has finalizers remaining: ${counts.join(', ')}`
      this.#found.set('NamespaceFinalizersRemaining', ['SomeFinalizersRemain', message])
    }
  }

  /** The conditions a namespace should have; undefined: those it has. */
  merged(namespace: unknown, now: number): Value[] | undefined {
    const conditions = listAt(namespace, 'status', 'conditions').map((condition) => ({ ...(condition as ValueMap) }))
    let changed = false
    for (const [type, calmReason, calmMessage] of calm) {
      const found = this.#found.get(type)
      const [reason, message] = found ?? [calmReason, calmMessage]
      const status = found ? 'True' : 'False'
      const old = conditions.find((condition) => textAt(condition, 'type') === type)
      if (!old) conditions.push({ type, status, lastTransitionTime: formatTime(now), reason, message })
      else if (old['status'] !== status || old['reason'] !== reason || old['message'] !== message) {
        if (old['status'] !== status) old['lastTransitionTime'] = formatTime(now)
        Object.assign(old, { status, reason, message })
      } else continue
      changed = true
    }
    return changed ? conditions : undefined
  }
}
