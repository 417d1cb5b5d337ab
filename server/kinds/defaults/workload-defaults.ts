// Defaults of apps/v1, batch/v1 and autoscaling/v2. Upstream: pkg/apis/{apps,batch,autoscaling}/*/defaults.go.
import { cloneTree, listAt, type ValueMap } from '../../../apimachinery/kube-object.ts'
import { fill } from './core-defaults.ts'
import type { TypeDefault } from './type-defaults.ts'

const HISTORY = 10
const MAX_INT32 = 2 ** 31 - 1

const rolling = (strategy: ValueMap, members: ValueMap): void => {
  fill(strategy, { type: 'RollingUpdate' })
  if (strategy['type'] !== 'RollingUpdate') return
  const update = (strategy['rollingUpdate'] ??= {}) as ValueMap
  for (const [member, value] of Object.entries(members)) update[member] ??= value
}

const deployment: TypeDefault = (spec) => {
  spec['replicas'] ??= 1
  rolling((spec['strategy'] ??= {}) as ValueMap, { maxUnavailable: '25%', maxSurge: '25%' })
  fill(spec, { revisionHistoryLimit: HISTORY, progressDeadlineSeconds: 600 })
}

const statefulSet: TypeDefault = (spec) => {
  fill(spec, { podManagementPolicy: 'OrderedReady' })
  const strategy = (spec['updateStrategy'] ??= {}) as ValueMap
  if (!strategy['type']) {
    strategy['type'] = 'RollingUpdate'
    strategy['rollingUpdate'] ??= {}
  }
  const update = strategy['rollingUpdate'] as ValueMap | undefined
  if (strategy['type'] === 'RollingUpdate' && update) {
    update['partition'] ??= 0
  }
  const retention = (spec['persistentVolumeClaimRetentionPolicy'] ??= {}) as ValueMap
  fill(retention, { whenDeleted: 'Retain', whenScaled: 'Retain' })
  spec['replicas'] ??= 1
  spec['revisionHistoryLimit'] ??= HISTORY
  for (const claim of listAt(spec, 'volumeClaimTemplates') as ValueMap[])
    Object.assign(claim, { apiVersion: 'v1', kind: 'PersistentVolumeClaim' })
}

const job: TypeDefault = (value) => {
  const spec = (value['spec'] ??= {}) as ValueMap
  if (spec['completions'] === undefined && spec['parallelism'] === undefined) spec['completions'] = 1
  spec['parallelism'] ??= 1
  spec['backoffLimit'] ??= spec['backoffLimitPerIndex'] === undefined ? 6 : MAX_INT32
  const metadata = value['metadata'] as ValueMap
  const labels = (spec['template'] as { metadata?: { labels?: ValueMap } } | undefined)?.metadata?.labels
  // The same map, not a copy: what the server adds to the template's labels it then adds to the job's, as upstream does.
  if (labels && Object.keys((metadata['labels'] as ValueMap | undefined) ?? {}).length === 0) metadata['labels'] = labels
  spec['completionMode'] ??= 'NonIndexed'
  spec['suspend'] ??= false
  spec['podReplacementPolicy'] ??= spec['podFailurePolicy'] ? 'Failed' : 'TerminatingOrFailed'
  spec['manualSelector'] ??= false
}

const cronJob: TypeDefault = (spec) => {
  fill(spec, { concurrencyPolicy: 'Allow' })
  spec['suspend'] ??= false
  spec['successfulJobsHistoryLimit'] ??= 3
  spec['failedJobsHistoryLimit'] ??= 1
}

const scaleUp = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
}
const scaleDown = { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] }

const autoscaler: TypeDefault = (spec) => {
  spec['minReplicas'] ??= 1
  if (listAt(spec, 'metrics').length === 0)
    spec['metrics'] = [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }]
  const behavior = spec['behavior'] as ValueMap | undefined
  if (!behavior) return
  behavior['scaleUp'] = { ...cloneTree<ValueMap>(scaleUp), ...(behavior['scaleUp'] as ValueMap | undefined) }
  behavior['scaleDown'] = { ...cloneTree<ValueMap>(scaleDown), ...(behavior['scaleDown'] as ValueMap | undefined) }
}

export const workloadDefaults: Readonly<Record<string, TypeDefault>> = {
  'apps/v1.DeploymentSpec': deployment,
  'apps/v1.DaemonSetSpec': (spec) => {
    rolling((spec['updateStrategy'] ??= {}) as ValueMap, { maxUnavailable: 1, maxSurge: 0 })
    spec['revisionHistoryLimit'] ??= HISTORY
  },
  'apps/v1.StatefulSetSpec': statefulSet,
  'apps/v1.ReplicaSetSpec': (spec) => void (spec['replicas'] ??= 1),
  'batch/v1.Job': job,
  'batch/v1.CronJobSpec': cronJob,
  'batch/v1.PodFailurePolicyOnPodConditionsPattern': (value) => fill(value, { status: 'True' }),
  'autoscaling/v2.HorizontalPodAutoscalerSpec': autoscaler,
}
