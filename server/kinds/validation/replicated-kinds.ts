// Replication controllers, replica sets, deployments and daemon sets. Upstream: ValidateReplicationController*, pkg/apis/apps/validation.
import { equalValues } from '../../../apimachinery/equal-values.ts'
import { invalidValue, required } from '../../../apimachinery/field-error.ts'
import type { Frozen, KubeObject } from '../../../apimachinery/kube-object.ts'
import { type Errors, immutable, nonNegative } from './checks.ts'
import {
  checkLabelSelector,
  hasInvalidLabelValue,
  isUsableSelector,
  type LabelSelector,
  type Labels,
  selectsEverything,
} from './label-selectors.ts'
import { checkEndless, checkPodTemplate, checkReplicatedTemplate, checkTemplateLabels } from './pod-templates.ts'
import type { PodTemplate } from './pod-types.ts'
import { checkCollisions, checkCounts, checkParts, statusOf } from './replica-counts.ts'
import { checkDaemonSetStrategy, checkDeploymentStrategy, type UpdateStrategy } from './rollouts.ts'

type Subject = Frozen<KubeObject>

interface ReplicatedSpec {
  replicas?: number
  minReadySeconds?: number
  selector?: LabelSelector | null
  template?: PodTemplate
  strategy?: UpdateStrategy
  updateStrategy?: UpdateStrategy
  revisionHistoryLimit?: number
  progressDeadlineSeconds?: number
}

const specOf = <T>(object: Subject | undefined): T => (object?.['spec'] ?? {}) as T

const checkSelectorKept = (object: Subject, old: Subject, errors: Errors): void => {
  const [now, before] = [specOf<ReplicatedSpec>(object).selector, specOf<ReplicatedSpec>(old).selector]
  immutable(equalValues(now ?? null, before ?? null), now, 'spec.selector', errors)
}

interface ControllerSpec extends Omit<ReplicatedSpec, 'selector'> {
  selector?: Labels
}

/** `old` where there is one, here and below. */
export const checkReplicationController = (object: Subject, errors: Errors, old?: Subject): void => {
  const { minReadySeconds, selector, replicas, template } = specOf<ControllerSpec>(object)
  nonNegative(minReadySeconds, 'spec.minReadySeconds', errors)
  const selects = Object.keys(selector ?? {}).length > 0
  if (!selects) errors.push(required('spec.selector', ''))
  if (replicas === undefined) errors.push(required('spec.replicas', ''))
  else nonNegative(replicas, 'spec.replicas', errors)
  if (!template) {
    errors.push(required('spec.template', ''))
    return
  }
  if (selects) checkTemplateLabels(template, { matchLabels: selector ?? {} }, 'spec.template', errors)
  checkPodTemplate(template, 'spec.template', errors, specOf<ControllerSpec>(old).template)
  checkEndless(template, 'spec.template', errors, 'ReplicationController')
}

const CONTROLLER_COUNTS = ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'observedGeneration']
const CONTROLLER_PARTS = ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas']

/** Of replication controllers and replica sets. */
export const checkReplicaStatus = (object: Subject, errors: Errors): void => {
  const status = statusOf(object)
  checkCounts(status, [...CONTROLLER_COUNTS, 'terminatingReplicas'], errors)
  checkParts(status, CONTROLLER_PARTS, errors)
}

export const checkReplicaSet = (object: Subject, errors: Errors, old?: Subject): void => {
  const spec = specOf<ReplicatedSpec>(object)
  nonNegative(spec.replicas, 'spec.replicas', errors)
  nonNegative(spec.minReadySeconds, 'spec.minReadySeconds', errors)
  checkReplicatedTemplate(spec, 'spec', errors, specOf<ReplicatedSpec>(old).template)
  if (old) checkSelectorKept(object, old, errors)
}

export const checkDeployment = (object: Subject, errors: Errors, old?: Subject): void => {
  const spec = specOf<ReplicatedSpec>(object)
  const { minReadySeconds = 0, progressDeadlineSeconds: deadline } = spec
  nonNegative(spec.replicas, 'spec.replicas', errors)
  checkReplicatedTemplate(spec, 'spec', errors, specOf<ReplicatedSpec>(old).template)
  checkDeploymentStrategy(spec.strategy ?? {}, 'spec.strategy', errors)
  nonNegative(minReadySeconds, 'spec.minReadySeconds', errors)
  nonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit', errors)
  nonNegative(deadline, 'spec.progressDeadlineSeconds', errors)
  if (deadline !== undefined && deadline <= minReadySeconds)
    errors.push(invalidValue('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds'))
  if (old) checkSelectorKept(object, old, errors)
}

const DEPLOYMENT_COUNTS = [
  'observedGeneration',
  'replicas',
  'updatedReplicas',
  'readyReplicas',
  'availableReplicas',
  'unavailableReplicas',
  'terminatingReplicas',
  'collisionCount',
]

export const checkDeploymentStatus = (object: Subject, old: Subject, errors: Errors): void => {
  const status = statusOf(object)
  checkCounts(status, DEPLOYMENT_COUNTS, errors)
  checkParts(status, ['updatedReplicas', 'readyReplicas', 'availableReplicas'], errors)
  checkCollisions(status, statusOf(old), errors)
}

export const checkDaemonSet = (object: Subject, errors: Errors, old?: Subject): void => {
  const { selector, template = {}, minReadySeconds, updateStrategy, revisionHistoryLimit } = specOf<ReplicatedSpec>(object)
  const before = specOf<ReplicatedSpec>(old)
  if (old) checkSelectorKept(object, old, errors)
  checkLabelSelector(selector, 'spec.selector', errors, { allowInvalidValues: hasInvalidLabelValue(before.selector) })
  if (isUsableSelector(selector)) checkTemplateLabels(template, selector, 'spec.template', errors)
  if (selector && selectsEverything(selector))
    errors.push(invalidValue('spec.selector', selector, 'empty selector is invalid for daemonset'))
  checkPodTemplate(template, 'spec.template', errors, before.template)
  checkEndless(template, 'spec.template', errors, 'DaemonSet')
  nonNegative(minReadySeconds, 'spec.minReadySeconds', errors)
  checkDaemonSetStrategy(updateStrategy ?? {}, 'spec.updateStrategy', errors)
  nonNegative(revisionHistoryLimit, 'spec.revisionHistoryLimit', errors)
}

const DAEMON_COUNTS = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'observedGeneration',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
  'collisionCount',
]

export const checkDaemonSetStatus = (object: Subject, old: Subject, errors: Errors): void => {
  const status = statusOf(object)
  checkCounts(status, DAEMON_COUNTS, errors)
  checkCollisions(status, statusOf(old), errors)
}
