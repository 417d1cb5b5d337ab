// What validation reads of jobs. Upstream: k8s.io/api/batch/v1 types.go.
import type { LabelSelector } from './label-selectors.ts'
import type { PodTemplate } from './pod-types.ts'

export interface PodFailureRule {
  action?: string
  onExitCodes?: { containerName?: string; operator?: string; values?: readonly number[] | null }
  onPodConditions?: readonly { type?: string; status?: string }[]
}

export interface PodFailurePolicy {
  rules?: readonly PodFailureRule[] | null
}

export interface SuccessRule {
  succeededIndexes?: string
  succeededCount?: number
}

export interface SuccessPolicy {
  rules?: readonly SuccessRule[] | null
}

export interface JobSpec {
  parallelism?: number
  completions?: number
  activeDeadlineSeconds?: number
  podFailurePolicy?: PodFailurePolicy
  successPolicy?: SuccessPolicy
  backoffLimit?: number
  backoffLimitPerIndex?: number
  maxFailedIndexes?: number
  selector?: LabelSelector
  manualSelector?: boolean
  template?: PodTemplate
  ttlSecondsAfterFinished?: number
  completionMode?: string
  suspend?: boolean
  podReplacementPolicy?: string
  managedBy?: string
}

export const isIndexed = ({ completionMode }: JobSpec): boolean => completionMode === 'Indexed'
