// Counts and times requests for /metrics.
import { machineNow } from '../../apimachinery/machine-clock.ts'
import type { Filter, RequestContext } from '../http/request-context.ts'

export interface RequestObserver {
  started(context: RequestContext): void
  finished(context: RequestContext, seconds: number): void
}

export const requestMetrics =
  (observer: RequestObserver): Filter =>
  async (context, next) => {
    const start = machineNow()
    observer.started(context)
    try {
      await next()
    } finally {
      observer.finished(context, (machineNow() - start) / 1000)
    }
  }
