// Priority levels: how many requests of each run and wait. Upstream: pkg/registry/flowcontrol/prioritylevelconfiguration.
import { at, textAt } from '../../../apimachinery/kube-object.ts'
import { defineResource } from '../define-resource.ts'
import { emptyStatus, strategyOf, USER_METADATA } from '../strategies.ts'
import { validateFlowStatus, validatePriorityLevel } from './flow-validation.ts'

/** A number under a part of the spec; `<none>` where the level has no such part. */
const numberOf =
  (part: readonly string[], member: string) =>
  (level: unknown): number | string => {
    const found = at(level, 'spec', ...part)
    return found ? Number(at(found, member) ?? 0) : '<none>'
  }

const QUEUING = ['limited', 'limitResponse', 'queuing']

export const prioritylevelconfigurations = defineResource('flowcontrol.apiserver.k8s.io', 'PriorityLevelConfiguration', {
  cells: {
    Type: (level) => textAt(level, 'spec', 'type'),
    NominalConcurrencyShares: numberOf(['limited'], 'nominalConcurrencyShares'),
    Queues: numberOf(QUEUING, 'queues'),
    HandSize: numberOf(QUEUING, 'handSize'),
    QueueLengthLimit: numberOf(QUEUING, 'queueLengthLimit'),
  },
  strategy: strategyOf(
    { statusKeeps: USER_METADATA, status: emptyStatus, generation: ['spec'], name: false },
    { validate: validatePriorityLevel, validateUpdate: validatePriorityLevel },
  ),
  statusRules: { validateUpdate: validateFlowStatus },
})
