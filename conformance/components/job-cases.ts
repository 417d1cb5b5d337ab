// Jobs that go some time after they have finished, and those that do not.
import { formatTime, systemClock } from '../../apimachinery/clock.ts'
import type { ApiResource } from '../../client/resource.ts'
import type { Cluster, Findings } from './cluster.ts'

const jobs: ApiResource = { group: 'batch', version: 'v1', resource: 'jobs', kind: 'Job', namespaced: true }
const HOLD = 'components.example.com/hold'

const spec = (ttlSecondsAfterFinished?: number): object => ({
  ...(ttlSecondsAfterFinished === undefined ? {} : { ttlSecondsAfterFinished }),
  template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'registry.example/app:1' }] } },
})

export const jobCases = async (cluster: Cluster): Promise<Findings> => {
  const { client } = cluster
  const namespace = await cluster.namespace('jobs')
  const make = (name: string, seconds?: number, metadata: object = {}): Promise<unknown> =>
    client.create(jobs, { metadata: { name, namespace, ...metadata }, spec: spec(seconds) })
  const finish = async (name: string, how: 'Complete' | 'Failed'): Promise<void> => {
    const time = formatTime(systemClock.now())
    const condition = (type: string): object => ({ type, status: 'True', lastProbeTime: time, lastTransitionTime: time, reason: 'R' })
    const before = condition(how === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget')
    const ended = how === 'Complete' ? { completionTime: time, succeeded: 1 } : { failed: 1 }
    const status = { startTime: time, ...ended, conditions: [before, condition(how)], uncountedTerminatedPods: {} }
    await client.patch(jobs, { namespace, name }, { status }, { type: 'merge', subresource: 'status' })
  }
  await make('runs', 0)
  await make('stays')
  await make('goes-at-once', 0)
  await make('goes-soon', 2)
  await make('goes-later', 3600)
  await make('held', 1, { finalizers: [HOLD] })
  for (const name of ['stays', 'goes-at-once', 'goes-soon', 'goes-later']) await finish(name, 'Complete')
  await finish('held', 'Failed')
  const states = async (): Promise<string[]> => {
    const { items } = await client.list(jobs, { namespace })
    return items
      .map(({ metadata }) => [metadata.name, metadata.deletionTimestamp && 'deleted', ...(metadata.finalizers ?? [])].join(' '))
      .sort()
  }
  await cluster.until('the job that goes soon to go', async () => !(await cluster.find(jobs, { namespace, name: 'goes-soon' })))
  const findings: Findings = { left: await cluster.settled(states) }
  await client.patch(jobs, { namespace, name: 'goes-later' }, { spec: { ttlSecondsAfterFinished: 0 } }, { type: 'merge' })
  await cluster.until('the job that was given less time to go', async () => !(await cluster.find(jobs, { namespace, name: 'goes-later' })))
  findings['left with less time'] = await cluster.settled(states)
  await client.patch(jobs, { namespace, name: 'held' }, { metadata: { finalizers: null } }, { type: 'merge' })
  return findings
}
