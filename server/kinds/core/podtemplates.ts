// Pod templates. Upstream: pkg/registry/core/podtemplate.
import { at, type Frozen, type KubeObject, type ValueMap } from '../../../apimachinery/kube-object.ts'
import { containerCells, formatLabels } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { collected, strategyOf } from '../strategies.ts'
import { checkPodTemplate } from '../validation/pod-templates.ts'
import type { PodTemplate } from '../validation/pod-types.ts'
import { templateWarnings } from '../workload-strategy.ts'
import { dropDisabledPodFields } from './pod-disabled-fields.ts'

const templateOf = (object: Frozen<KubeObject>): PodTemplate => (object['template'] ?? {}) as PodTemplate
const specOf = (object: Frozen<KubeObject>): ValueMap | undefined => at(object, 'template', 'spec') as ValueMap | undefined

export const podtemplates = defineResource('', 'PodTemplate', {
  cells: {
    ...containerCells('template', 'spec'),
    'Pod Labels': (template) => formatLabels(at(template, 'template', 'metadata', 'labels')),
  },
  strategy: strategyOf(
    { generation: ['template'], returnsDeletedObject: true },
    {
      prepareForCreate: (object) => dropDisabledPodFields(specOf(object)),
      prepareForUpdate: (object, old) => dropDisabledPodFields(specOf(object), specOf(old)),
      warnings: (object, old) => templateWarnings(object, old, ['template']),
      validate: (object) => collected((errors) => checkPodTemplate(templateOf(object), 'template', errors)),
      validateUpdate: (object, old) => collected((errors) => checkPodTemplate(templateOf(object), 'template', errors, templateOf(old))),
    },
  ),
})
