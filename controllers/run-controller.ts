// Runs a controller: handlers fill the queues, workers empty them; an error is logged and the key comes back later.
import { WorkQueue } from '../client/work-queue.ts'
import { isConflict } from './api-failures.ts'
import type { Controller, ControllerContext, Reconciler } from './reconciler.ts'

/** Until the signal; resolves when all work in hand is done. */
export const runController = async (controller: Controller, context: ControllerContext, signal: AbortSignal): Promise<void> => {
  const { timers, log } = context
  const queues = controller.reconcilers.map(({ backoff }) => new WorkQueue({ timers, ...backoff }))
  signal.addEventListener('abort', () => queues.forEach((queue) => void queue.shutDown()), { once: true })
  if (signal.aborted) return
  await Promise.all([
    ...controller.reconcilers.map((reconciler, index) => runReconciler(reconciler, queues[index] as WorkQueue, log, signal)),
    controller.background?.(queues, signal).catch((error: unknown) => {
      if (!signal.aborted) log.error(`${controller.reconcilers[0]?.name ?? 'a controller'} ended`, error)
    }),
  ])
}

/** Resolves with the signal. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true })))

const runReconciler = async (
  reconciler: Reconciler,
  queue: WorkQueue,
  log: ControllerContext['log'],
  signal: AbortSignal,
): Promise<void> => {
  const removals = reconciler.watches.map(({ informer, handler }) => informer.addHandler(handler(queue)))
  await Promise.race([Promise.all(reconciler.watches.map(({ informer }) => informer.synced)), aborted(signal)])
  await Promise.all(Array.from({ length: reconciler.workers }, () => work(reconciler, queue, log, signal)))
  for (const remove of removals) remove()
}

const work = async (reconciler: Reconciler, queue: WorkQueue, log: ControllerContext['log'], signal: AbortSignal): Promise<void> => {
  for (let key = await queue.take(); key !== undefined; key = await queue.take()) {
    try {
      const outcome = await reconciler.reconcile(key, signal)
      queue.forget(key)
      if (outcome?.requeueAfterMs !== undefined) queue.addAfter(key, outcome.requeueAfterMs)
    } catch (error) {
      if (signal.aborted) return
      // A conflict says that somebody wrote first: the key is looked at again, which is all there is to it.
      if (!isConflict(error) && !reconciler.isExpected?.(error)) log.error(`${reconciler.name} failed for ${key}`, error)
      if (queue.failures(key) < (reconciler.maxFailures ?? Number.POSITIVE_INFINITY)) queue.addRateLimited(key)
      else queue.forget(key)
    } finally {
      queue.done(key)
    }
  }
}
