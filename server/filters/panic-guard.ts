// Turns whatever a handler throws into an answer: a StatusError as itself, anything else as 500, logged with its stack.
import { internalError, StatusError } from '../../apimachinery/status-error.ts'
import type { Filter, RequestContext } from '../http/request-context.ts'

export const panicGuard =
  (logError: (message: string, error: unknown) => void, answerError: (context: RequestContext, error: StatusError) => void): Filter =>
  async (context, next) => {
    try {
      await next()
    } catch (error) {
      if (!(error instanceof StatusError)) logError(`${context.exchange.method} ${context.info.path} failed`, error)
      if (context.exchange.responded) return
      answerError(context, error instanceof StatusError ? error : internalError('the request failed; the server log says why'))
    }
  }
