// Pod templates. Upstream: pkg/registry/core/podtemplate.
import { at } from '../../../apimachinery/kube-object.ts'
import { containerCells, formatLabels } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { strategyOf } from '../strategies.ts'

export const podtemplates = defineResource('', 'PodTemplate', {
  cells: {
    ...containerCells('template', 'spec'),
    'Pod Labels': (template) => formatLabels(at(template, 'template', 'metadata', 'labels')),
  },
  strategy: strategyOf({ generation: ['template'], returnsDeletedObject: true }),
})
