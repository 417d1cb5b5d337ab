// Counts and times requests for /metrics: those that came to a handler, and while they last the ones that stay open.
import { machineNow } from '../../apimachinery/machine-clock.ts'
import type { Filter, RequestContext } from '../http/request-context.ts'

export interface RequestObserver {
  /** A request that is answered and done; `atMs` is machine time. Its `finished` follows always. */
  started(context: RequestContext, atMs: number): void
  finished(context: RequestContext, atMs: number, seconds: number): void
  /** One whose answer goes on (+1), and its end (-1); its `finished` follows then. */
  streaming(context: RequestContext, change: 1 | -1): void
}

const finish = (observer: RequestObserver, context: RequestContext, start: number): void => {
  const end = machineNow()
  observer.finished(context, end, (end - start) / 1000)
}

/** What stays open from here on is finished when the client or the server ends it. */
const finishWhenClosed = (observer: RequestObserver, context: RequestContext, start: number): void => {
  observer.streaming(context, 1)
  context.exchange.onClose(() => {
    observer.streaming(context, -1)
    finish(observer, context, start)
  })
}

export const requestMetrics =
  (observer: RequestObserver): Filter =>
  async (context, next) => {
    const start = machineNow()
    observer.started(context, start)
    try {
      await next()
    } finally {
      if (context.exchange.streaming) finishWhenClosed(observer, context, start)
      else finish(observer, context, start)
    }
  }
