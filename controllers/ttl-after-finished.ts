// Jobs go some time after they have finished, where they say after which. Upstream: pkg/controller/ttlafterfinished.
import { at, type KubeObject, listAt, textAt } from '../apimachinery/kube-object.ts'
import { type ApiResource, keyOf } from '../client/resource.ts'
import { isNotFound } from './api-failures.ts'
import type { Controller, ControllerContext } from './reconciler.ts'

const jobs: ApiResource = { group: 'batch', version: 'v1', resource: 'jobs', kind: 'Job', namespaced: true }

/** Milliseconds until a job should go, 0 or less when it should; undefined: it stays. */
const timeLeft = (job: KubeObject, now: number): number | undefined => {
  const seconds = at(job, 'spec', 'ttlSecondsAfterFinished')
  if (job.metadata.deletionTimestamp !== undefined || seconds === undefined) return undefined
  const finished = listAt(job, 'status', 'conditions').find(
    (condition) => ['Complete', 'Failed'].includes(textAt(condition, 'type')) && textAt(condition, 'status') === 'True',
  )
  if (!finished) return undefined
  const since = Date.parse(textAt(finished, 'lastTransitionTime'))
  if (Number.isNaN(since)) throw new Error(`unable to find the time when the Job ${keyOf(job)} finished`)
  return since + Number(seconds) * 1000 - now
}

export const ttlAfterFinished = ({ client, informers, clock }: ControllerContext, workers: number): Controller => {
  const known = informers.objects(jobs)
  return {
    reconcilers: [
      {
        name: 'ttl-after-finished-controller',
        workers,
        watches: [
          {
            informer: known,
            handler: (queue) => {
              const look = (job: KubeObject): void => {
                if (at(job, 'spec', 'ttlSecondsAfterFinished') !== undefined) queue.add(keyOf(job))
              }
              return { added: look, updated: look }
            },
          },
        ],
        reconcile: async (key, signal) => {
          const job = known.store.get(key)
          const left = job && timeLeft(job, clock.now())
          if (!job || left === undefined) return undefined
          if (left > 0) return { requeueAfterMs: left }
          const { namespace, name = '' } = job.metadata
          try {
            // It may have been given more time since.
            const fresh = await client.get(jobs, { namespace, name }, { signal })
            const freshLeft = timeLeft(fresh, clock.now())
            if (freshLeft === undefined) return undefined
            if (freshLeft > 0) return { requeueAfterMs: freshLeft }
            const preconditions = { uid: fresh.metadata.uid ?? '' }
            await client.delete(jobs, { namespace, name }, { propagationPolicy: 'Foreground', preconditions, signal })
          } catch (error) {
            if (!isNotFound(error)) throw error
          }
          return undefined
        },
      },
    ],
  }
}
