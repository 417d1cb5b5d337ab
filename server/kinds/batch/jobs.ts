// Jobs: a selector and labels of their own unless the user brings one; deleting leaves their pods behind, with a warning.
// Upstream: pkg/registry/batch/job.
import { at, type KubeObject, type ValueMap } from '../../../apimachinery/kube-object.ts'
import { containerCells, formatSelector } from '../columns.ts'
import { defineResource } from '../define-resource.ts'
import { checkMetadata, collected, emptyStatus, strategyOf } from '../strategies.ts'
import { checkJobStatusUpdate } from '../validation/job-status.ts'
import { checkJob, checkJobUpdate } from '../validation/jobs.ts'
import { metadataUpdateErrors } from '../validation/metadata.ts'
import { SPEC_TEMPLATE, workloadStrategy } from '../workload-strategy.ts'
import { jobCompletions, jobDuration, jobStatus } from './job-summary.ts'
import { indexWarnings } from './job-warnings.ts'

const ORPHAN_WARNING =
  'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning'

type Labels = Record<string, string>

/** By key, as objects hold them. */
const sorted = (labels: Labels): Labels => Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))

/** Labels by which a job finds its pods: the current names and those before them. */
const generateSelector = (object: KubeObject, isStored: boolean): void => {
  const spec = object['spec'] as ValueMap
  if (spec['manualSelector'] === true) return
  const { uid = '', name = '' } = object.metadata
  const template = (spec['template'] ??= {}) as ValueMap
  const metadata = (template['metadata'] ??= {}) as ValueMap
  const own = { 'batch.kubernetes.io/controller-uid': uid, 'batch.kubernetes.io/job-name': name, 'controller-uid': uid, 'job-name': name }
  // A job without labels gets its template's: those before when it is decoded, these when it is read back from the store.
  const shared = object.metadata.labels === undefined ? isStored : metadata['labels'] === object.metadata.labels
  const labels = sorted({ ...own, ...(metadata['labels'] as Labels | undefined) })
  metadata['labels'] = labels
  if (shared) object.metadata.labels = labels
  const selector = (spec['selector'] ??= {}) as ValueMap
  selector['matchLabels'] = sorted({ 'batch.kubernetes.io/controller-uid': uid, ...(selector['matchLabels'] as Labels | undefined) })
}

const workload = workloadStrategy({
  template: SPEC_TEMPLATE,
  check: (job, errors, old) => {
    if (old) checkMetadata(job, errors)
    checkJob(job, errors, old)
    if (!old) return
    errors.push(...metadataUpdateErrors(job, old))
    checkJobUpdate(job, old, errors)
  },
  namesPods: true,
  before: (job, old) => indexWarnings(job, old, ['spec']),
})

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
      ...workload,
      comparesMetadata: true,
      defaultPropagation: () => 'Orphan',
      prepareForCreate: (job, { dryRun }) => {
        generateSelector(job, !dryRun)
        workload.prepareForCreate(job)
      },
      warningsOnDelete: ({ propagation, orphanDependents }) =>
        propagation === undefined && orphanDependents === undefined ? [ORPHAN_WARNING] : [],
    },
  ),
  statusRules: { validateUpdate: (job, old) => collected((errors) => checkJobStatusUpdate(job, old, errors)) },
  selectableFields: {
    names: ['status.successful'],
    of: (job) => ({ 'status.successful': String(at(job, 'status', 'succeeded') ?? 0) }),
    withNamespace: true,
    refusal: (label) => `field label ${JSON.stringify(label)} not supported for Job`,
  },
})
