// Evictions: deleting a pod as far as the disruption budget that selects it allows. Upstream: pkg/registry/core/pod/storage/eviction.go.
import { formatTime } from '../../../apimachinery/clock.ts'
import { invalidValue } from '../../../apimachinery/field-error.ts'
import { at, type Frozen, type KubeObject, listAt, textAt, type Value, type ValueMap } from '../../../apimachinery/kube-object.ts'
import { selectorMatches } from '../../../apimachinery/object-selector.ts'
import { badRequest, conflict, forbidden, invalid, StatusError, tooManyRequests, unreasoned } from '../../../apimachinery/status-error.ts'
import type { CheckedAction, SubresourceAction, WriteContext } from '../../registry/resource-definition.ts'
import type { DeletionOptions as Deletion, KindServices } from '../kind-services.ts'
import type { LabelSelector } from '../validation/label-selectors.ts'

const MAX_DISRUPTED_PODS = 2000
const RETRY_AFTER_SECONDS = 10
const VIOLATED = "Cannot evict pod as it would violate the pod's disruption budget."
const BUDGET = { group: 'policy', resource: 'poddisruptionbudget' }

const numberAt = (object: unknown, ...path: string[]): number => (at(object, ...path) ?? 0) as number

const violation = (message: string, retryAfterSeconds: number): StatusError => {
  const error = tooManyRequests(VIOLATED, retryAfterSeconds)
  error.status.details = { ...error.status.details, causes: [{ reason: 'DisruptionBudget', message }] }
  return error
}

const stillProcessed = (name: string): StatusError =>
  violation(`The disruption budget ${name} is still being processed by the server.`, RETRY_AFTER_SECONDS)

const conditionOf = (budget: Frozen<KubeObject>): unknown =>
  listAt(budget, 'status', 'conditions').find((condition) => textAt(condition, 'type') === 'DisruptionAllowed')

const whyNone = (budget: Frozen<KubeObject>): string => {
  const { name = '' } = budget.metadata
  const condition = conditionOf(budget)
  const [reason, message] = [textAt(condition, 'reason'), textAt(condition, 'message')]
  const said = textAt(condition, 'status') === 'False' && message !== ''
  const [wanted, healthy] = [numberAt(budget, 'status', 'desiredHealthy'), numberAt(budget, 'status', 'currentHealthy')]
  const refused = `The disruption budget ${name} does not allow evicting pods currently`
  if (said && reason === 'SyncFailed') return `${refused} because it failed sync: ${message}`
  if (healthy <= wanted) return `The disruption budget ${name} needs ${wanted} healthy pods and has ${healthy} currently`
  return said ? `${refused} (${reason}): ${message}` : refused
}

/** Throws when the budget has no disruption left. */
const checkBudget = (budget: Frozen<KubeObject>): void => {
  const { name = '', generation = 0 } = budget.metadata
  if (numberAt(budget, 'status', 'observedGeneration') < generation) throw stillProcessed(name)
  const allowed = numberAt(budget, 'status', 'disruptionsAllowed')
  if (allowed < 0) throw forbidden(BUDGET, name, 'pdb disruptions allowed is negative')
  if (Object.keys((at(budget, 'status', 'disruptedPods') ?? {}) as object).length > MAX_DISRUPTED_PODS)
    throw forbidden(BUDGET, name, 'DisruptedPods map too big - too many evictions not confirmed by PDB controller')
  if (allowed === 0) throw violation(whyNone(budget), 0)
}

/** Counts one disruption off. */
const decrement = (budget: KubeObject, pod: string, now: string): void => {
  checkBudget(budget)
  const status = budget['status'] as ValueMap
  status['disruptionsAllowed'] = numberAt(status, 'disruptionsAllowed') - 1
  if (status['disruptionsAllowed'] === 0) {
    const observedGeneration = numberAt(status, 'observedGeneration')
    const current = { type: 'DisruptionAllowed', status: 'False', observedGeneration, reason: 'InsufficientPods', message: '' }
    const before = conditionOf(budget)
    const lastTransitionTime = textAt(before, 'status') === 'False' ? textAt(before, 'lastTransitionTime') : now
    const others = listAt(budget, 'status', 'conditions').filter((condition) => textAt(condition, 'type') !== 'DisruptionAllowed')
    status['conditions'] = [...others, { ...current, lastTransitionTime }] as Value[]
  }
  status['disruptedPods'] = { ...(status['disruptedPods'] as ValueMap | undefined), [pod]: now }
}

const isTransient = (pod: Frozen<KubeObject>): boolean =>
  ['Succeeded', 'Failed', 'Pending'].includes(textAt(pod, 'status', 'phase')) || pod.metadata.deletionTimestamp !== undefined

const isReady = (pod: Frozen<KubeObject>): boolean =>
  listAt(pod, 'status', 'conditions').some((entry) => textAt(entry, 'type') === 'Ready' && textAt(entry, 'status') === 'True')

/** Whether a pod that is not ready may go whatever the budget has left. */
const mayGoUnready = (budget: Frozen<KubeObject>): boolean => {
  if (textAt(budget, 'spec', 'unhealthyPodEvictionPolicy') === 'AlwaysAllow') return true
  const wanted = numberAt(budget, 'status', 'desiredHealthy')
  return wanted > 0 && numberAt(budget, 'status', 'currentHealthy') >= wanted
}

const deletionOf = (eviction: KubeObject): Deletion => {
  const options = at(eviction, 'deleteOptions')
  const [uid, resourceVersion] = [textAt(options, 'preconditions', 'uid'), textAt(options, 'preconditions', 'resourceVersion')]
  return {
    gracePeriodSeconds: at(options, 'gracePeriodSeconds') as number | undefined,
    propagation: at(options, 'propagationPolicy') as Deletion['propagation'],
    preconditions: { ...(uid === '' ? {} : { uid }), ...(resourceVersion === '' ? {} : { resourceVersion }) },
  }
}

/** Whether nothing shall really happen, by the request's options or the body's. */
const isDryRun = (eviction: KubeObject, context: WriteContext): boolean => {
  const own = listAt(eviction, 'deleteOptions', 'dryRun')
  return context.dryRun || own.length > 0
}

const checkPreconditions = (pod: Frozen<KubeObject>, { preconditions: { uid, resourceVersion } }: Deletion): void => {
  const { name = '', uid: ownUid, resourceVersion: ownVersion } = pod.metadata
  const mismatch = (what: string, wanted: string, found: string | undefined, then: string): StatusError =>
    conflict(
      { group: '', resource: 'Pod' },
      name,
      `the ${what} in the precondition (${wanted}) does not match the ${what} in record (${found}). ${then}`,
    )
  if (uid !== undefined && uid !== ownUid) throw mismatch('UID', uid, ownUid, 'The object might have been deleted and then recreated')
  if (resourceVersion !== undefined && resourceVersion !== ownVersion)
    throw mismatch('ResourceVersion', resourceVersion, ownVersion, 'The object might have been modified')
}

const markDisrupted = (pod: KubeObject, now: string): void => {
  const status = (pod['status'] ??= {}) as ValueMap
  const said = { reason: 'EvictionByEvictionAPI', message: 'Eviction API: evicting' }
  const others = listAt(status, 'conditions').filter((condition) => textAt(condition, 'type') !== 'DisruptionTarget')
  const condition = { type: 'DisruptionTarget', status: 'True', lastProbeTime: null, lastTransitionTime: now, ...said }
  status['conditions'] = [...others, condition] as Value[]
}

const SUCCESS = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }

const check = (eviction: KubeObject, name: string): void => {
  if (eviction.metadata.name !== name) throw badRequest('name in URL does not match name in Eviction object')
}

export const evict = (services: Pick<KindServices, 'objects'>): CheckedAction => ({ check, run: evictPod(services) })

const evictPod =
  ({ objects }: Pick<KindServices, 'objects'>): SubresourceAction =>
  async (pod, eviction, context, update) => {
    const { name = '', namespace = '' } = pod.metadata
    if (at(eviction, 'deleteOptions', 'ignoreStoreReadErrorWithClusterBreakingPotential') === true) {
      const field = 'deleteOptions.ignoreStoreReadErrorWithClusterBreakingPotential'
      throw invalid({ group: 'policy', kind: 'Eviction' }, name, [
        invalidValue(field, true, 'can not be set for pod eviction, try after removing the option'),
      ])
    }
    const dryRun = isDryRun(eviction, context)
    const now = formatTime(context.clock.now())
    const end = async (deletion: Deletion): Promise<object> => {
      let { preconditions } = deletion
      if (!dryRun) {
        const marked = await update((current) => {
          checkPreconditions(current, deletion)
          markDisrupted(current, now)
        })
        if (preconditions.resourceVersion !== undefined)
          preconditions = { ...preconditions, resourceVersion: marked.metadata.resourceVersion as string }
      }
      await objects.delete('', 'pods', name, { ...deletion, preconditions }, { ...context, dryRun })
      return SUCCESS
    }
    const asked = deletionOf(eviction)
    const seen: Deletion = { ...asked, preconditions: { resourceVersion: pod.metadata.resourceVersion as string, ...asked.preconditions } }
    if (isTransient(pod))
      return end(textAt(pod, 'status', 'phase') === 'Pending' && pod.metadata.deletionTimestamp === undefined ? seen : asked)
    const budgets = objects
      .list('policy', 'poddisruptionbudgets', namespace)
      .filter((budget) => selectorMatches(at(budget, 'spec', 'selector') as LabelSelector | undefined, pod.metadata.labels))
    const [budget, another] = budgets
    if (another) throw unreasoned('This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.')
    if (!budget) return end(asked)
    if (!isReady(pod) && mayGoUnready(budget)) return endUnready(end, seen, asked, budget)
    if (dryRun) checkBudget(budget)
    else
      await objects.changeStatus('policy', 'poddisruptionbudgets', namespace, budget.metadata.name ?? '', (current) =>
        decrement(current, name, now),
      )
    return end(asked)
  }

/** A pod that changed meanwhile may have become ready: then the budget counts after all. */
const endUnready = async (
  end: (deletion: Deletion) => Promise<object>,
  seen: Deletion,
  asked: Deletion,
  budget: Frozen<KubeObject>,
): Promise<object> => {
  try {
    return await end(seen)
  } catch (error) {
    const changed = error instanceof StatusError && error.reason === 'Conflict' && asked.preconditions.resourceVersion === undefined
    throw changed ? stillProcessed(budget.metadata.name ?? '') : error
  }
}
