// What a controller is: keys that need work, where they come from, and what to do about one. It reaches the cluster through a client alone,
// so it runs against any API server. Upstream: k8s.io/kubernetes/pkg/controller, cmd/kube-controller-manager/app.
import type { Clock } from '../apimachinery/clock.ts'
import type { Timers } from '../apimachinery/machine-clock.ts'
import type { Random } from '../apimachinery/random.ts'
import type { ApiClient } from '../client/api-client.ts'
import type { Discovery } from '../client/discovery.ts'
import type { EventRecorder } from '../client/event-recorder.ts'
import type { Informer, InformerHandler } from '../client/informer.ts'
import type { InformerFactory } from '../client/informer-factory.ts'
import type { WorkQueue } from '../client/work-queue.ts'

export interface ControllerLog {
  info(message: string): void
  error(message: string, error: unknown): void
}

/** What a controller is given. */
export interface ControllerContext {
  /** Under the controller's own name. */
  readonly client: ApiClient
  /** Shared by all controllers. */
  readonly informers: InformerFactory
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly log: ControllerLog
  /** Of the component that events name as their source. */
  recorder(component: string): EventRecorder
  /** What is served now. */
  discover(signal?: AbortSignal): Promise<Discovery>
}

export interface Outcome {
  /** Look again after a while. */
  requeueAfterMs?: number
}

export interface Watch {
  readonly informer: Informer
  /** What the informer's events put into the queue. */
  handler(queue: WorkQueue): InformerHandler
}

export interface Reconciler {
  readonly name: string
  /** Work begins once their first lists are there. */
  readonly watches: readonly Watch[]
  readonly workers: number
  /** Of a key's failures; client-go's default where absent. */
  readonly backoff?: { readonly firstMs: number; readonly maxMs: number }
  /** A key that failed so often is let go until its object changes; absent: never. */
  readonly maxFailures?: number
  /** Errors that only say that a look came too early, which is nothing to log. */
  isExpected?(error: unknown): boolean
  /** Throws to be called again for the key, later each time. */
  reconcile(key: string, signal: AbortSignal): Promise<Outcome | undefined>
}

export interface Controller {
  readonly reconcilers: readonly Reconciler[]
  /** Runs beside them until the signal; throws no errors of its own. */
  background?(queues: readonly WorkQueue[], signal: AbortSignal): Promise<void>
}
