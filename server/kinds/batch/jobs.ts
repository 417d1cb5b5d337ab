// Jobs: a selector and labels of their own unless the user brings one; deleting leaves their pods behind, with a warning.
// Upstream: pkg/registry/batch/job.
import { at, type KubeObject, type ValueMap } from '../../../apimachinery/kube-object.ts'
import { containerCells, formatSelector } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { emptyStatus, strategyOf } from '../strategies.ts'
import { jobCompletions, jobDuration, jobStatus } from './job-summary.ts'

const ORPHAN_WARNING =
  'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning'

/** Labels by which a job finds its pods: the current names and those before them. */
const generateSelector = (object: KubeObject): void => {
  const spec = object['spec'] as ValueMap
  if (spec['manualSelector'] === true) return
  const { uid = '', name = '' } = object.metadata
  const template = (spec['template'] ??= {}) as ValueMap
  const metadata = (template['metadata'] ??= {}) as ValueMap
  const own = { 'batch.kubernetes.io/controller-uid': uid, 'batch.kubernetes.io/job-name': name, 'controller-uid': uid, 'job-name': name }
  metadata['labels'] = { ...(metadata['labels'] as ValueMap | undefined), ...own }
  const selector = (spec['selector'] ??= {}) as ValueMap
  selector['matchLabels'] = { ...(selector['matchLabels'] as ValueMap | undefined), 'batch.kubernetes.io/controller-uid': uid }
}

export const jobs = defineResource('batch', 'Job', {
  cells: {
    Status: jobStatus,
    Completions: jobCompletions,
    Duration: jobDuration,
    ...containerCells('spec', 'template', 'spec'),
    Selector: (job) => formatSelector(at(job, 'spec', 'selector')),
  },
  strategy: strategyOf(
    { status: emptyStatus, generation: ['spec'] },
    {
      defaultPropagation: () => 'Orphan',
      prepareForCreate: generateSelector,
      warningsOnDelete: ({ propagation, orphanDependents }) =>
        propagation === undefined && orphanDependents === undefined ? [ORPHAN_WARNING] : [],
    },
  ),
  selectableFields: {
    names: ['status.successful'],
    of: (job) => ({ 'status.successful': String(at(job, 'status', 'succeeded') ?? 0) }),
    withNamespace: true,
    refusal: (label) => `field label ${JSON.stringify(label)} not supported for Job`,
  },
})
