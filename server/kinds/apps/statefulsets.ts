// Stateful sets. Upstream: pkg/registry/apps/statefulset, printStatefulSet.
import { at, type Frozen, type KubeObject, listAt, type ValueMap } from '../../../apimachinery/kube-object.ts'
import { dns1123Label } from '../../../apimachinery/names.ts'
import { containerCells, integerAt, selectorText } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { collected, strategyOf } from '../strategies.ts'
import { claimWarnings } from '../validation/pod-warnings.ts'
import { checkStatefulSet, checkStatefulSetStatus, checkStatefulSetUpdate } from '../validation/stateful-sets.ts'
import type { ClaimSpec } from '../validation/volume-types.ts'
import { SPEC_TEMPLATE, workloadStrategy } from '../workload-strategy.ts'

const KEEPS_ALL = 'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended'

/** Upstream names one member as Go does when the set is not new. */
const warnings = (set: KubeObject, old: Frozen<KubeObject> | undefined): string[] => {
  const found: string[] = []
  listAt(set, 'spec', 'volumeClaimTemplates').forEach((claim, index) => {
    claimWarnings((at(claim, 'spec') ?? {}) as ClaimSpec, `spec.volumeClaimTemplates[${index}]${old ? '.Spec' : ''}`, found)
  })
  if (Number(at(set, 'spec', 'revisionHistoryLimit') ?? 0) < 0) found.push(KEEPS_ALL)
  return found
}

const workload = workloadStrategy({
  template: SPEC_TEMPLATE,
  check: (set, errors, old) => (old ? checkStatefulSetUpdate(set, old, errors) : checkStatefulSet(set, errors)),
  warnings,
})

/** MaxUnavailableStatefulSet is off: the field goes unless the old set has it. */
const dropMaxUnavailable = (set: KubeObject, old?: Frozen<KubeObject>): void => {
  const path = ['spec', 'updateStrategy', 'rollingUpdate'] as const
  const update = at(set, ...path) as ValueMap | undefined
  if (update && at(old, ...path, 'maxUnavailable') === undefined) delete update['maxUnavailable']
}

export const statefulsets = defineResource('apps', 'StatefulSet', {
  cells: {
    Ready: (set) => `${integerAt(set, 'status', 'readyReplicas')}/${integerAt(set, 'spec', 'replicas')}`,
    ...containerCells('spec', 'template', 'spec'),
  },
  strategy: strategyOf(
    { status: () => ({ replicas: 0 }), generation: ['spec'], name: dns1123Label },
    {
      ...workload,
      prepareForCreate: (set) => {
        dropMaxUnavailable(set)
        workload.prepareForCreate(set)
      },
      prepareForUpdate: (set, old) => {
        dropMaxUnavailable(set, old)
        workload.prepareForUpdate(set, old)
      },
    },
  ),
  status: { validateUpdate: (set, old) => collected((errors) => checkStatefulSetStatus(set, old, errors)) },
  scaleSelector: (object) => selectorText(at(object, 'spec', 'selector')),
})
