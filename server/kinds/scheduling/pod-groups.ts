// Pods that are scheduled together, and the workloads they belong to. Upstream: pkg/registry/scheduling/podgroup, workload.
import { at, type Frozen, type KubeObject, listAt, textAt, type Value } from '../../../apimachinery/kube-object.ts'
import { defineResource } from '../define-resource.ts'
import { emptyStatus, strategyOf, USER_METADATA } from '../strategies.ts'

/** A disruption's reason goes before how scheduling went. */
const status = (group: Frozen<KubeObject>): string => {
  const last = (type: string): Value | undefined =>
    listAt(group, 'status', 'conditions').findLast((condition) => textAt(condition, 'type') === type)
  const disrupted = last('DisruptionTarget')
  if (disrupted) return textAt(disrupted, 'reason')
  const scheduled = last('PodGroupScheduled')
  if (!scheduled) return 'Pending'
  return textAt(scheduled, 'status') === 'True' ? 'Scheduled' : 'Unschedulable'
}

export const podGroups = [
  defineResource('scheduling.k8s.io', 'PodGroup', {
    cells: {
      Policy: (group) => (at(group, 'spec', 'schedulingPolicy', 'gang') ? 'Gang' : 'Basic'),
      Workload: (group) =>
        at(group, 'spec', 'podGroupTemplateRef') ? textAt(group, 'spec', 'podGroupTemplateRef', 'workload', 'workloadName') : '<none>',
      Status: status,
    },
    strategy: strategyOf({ statusKeeps: USER_METADATA, status: emptyStatus }),
  }),
  defineResource('scheduling.k8s.io', 'Workload', { strategy: strategyOf({}) }),
]
