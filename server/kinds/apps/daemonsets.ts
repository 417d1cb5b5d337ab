// Daemon sets: the old template generation lives on in an annotation. Upstream: pkg/registry/apps/daemonset, apps/v1 conversion.

import { parseGoInteger } from '../../../apimachinery/go-integer.ts'
import { goQuote } from '../../../apimachinery/go-text.ts'
import { at, type KubeObject } from '../../../apimachinery/kube-object.ts'
import { containerCells, formatLabels, formatSelector, integerAt } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { collected, differs, strategyOf } from '../strategies.ts'
import { checkDaemonSet, checkDaemonSetStatus } from '../validation/replicated-kinds.ts'
import { SPEC_TEMPLATE, workloadStrategy } from '../workload-strategy.ts'

const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation'

const annotate = (object: KubeObject, generation: number): void => {
  object.metadata.annotations = { ...object.metadata.annotations, [TEMPLATE_GENERATION]: String(generation) }
}

const workload = workloadStrategy({ template: SPEC_TEMPLATE, check: checkDaemonSet })

export const daemonsets = defineResource('apps', 'DaemonSet', {
  fieldAnnotations: [TEMPLATE_GENERATION],
  conversionFault: ({ metadata }) => {
    const text = metadata.annotations?.[TEMPLATE_GENERATION]
    const value = text === undefined ? undefined : parseGoInteger(text)
    return typeof value === 'string' ? `strconv.ParseInt: parsing ${goQuote(text as string)}: ${value}` : undefined
  },
  cells: {
    Desired: (set) => integerAt(set, 'status', 'desiredNumberScheduled'),
    Current: (set) => integerAt(set, 'status', 'currentNumberScheduled'),
    Ready: (set) => integerAt(set, 'status', 'numberReady'),
    'Up-to-date': (set) => integerAt(set, 'status', 'updatedNumberScheduled'),
    Available: (set) => integerAt(set, 'status', 'numberAvailable'),
    'Node Selector': (set) => formatLabels(at(set, 'spec', 'template', 'spec', 'nodeSelector')),
    ...containerCells('spec', 'template', 'spec'),
    Selector: (set) => formatSelector(at(set, 'spec', 'selector')),
  },
  strategy: strategyOf(
    {
      status: () => ({ currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 }),
      generation: ['spec'],
    },
    {
      // The field itself is gone from this version; the annotation stands for it, and always stands.
      setDefaults: (object) => annotate(object, Number(object.metadata.annotations?.[TEMPLATE_GENERATION] ?? 0)),
      ...workload,
      prepareForCreate: (object) => {
        workload.prepareForCreate(object)
        annotate(object, Math.max(1, Number(object.metadata.annotations?.[TEMPLATE_GENERATION] ?? 1)))
      },
      prepareForUpdate: (object, old) => {
        workload.prepareForUpdate(object, old)
        const before = Number(old.metadata.annotations?.[TEMPLATE_GENERATION] ?? 0)
        const changed = differs(at(object, 'spec', 'template'), at(old, 'spec', 'template'))
        annotate(object, changed ? before + 1 : before)
      },
    },
  ),
  statusRules: { validateUpdate: (object, old) => collected((errors) => checkDaemonSetStatus(object, old, errors)) },
})
