// The whole life of a request, read top to bottom; each line is a file of that name.
// Upstream: DefaultBuildHandlerChain in server/config.go.
import type { StatusError } from '../../apimachinery/status-error.ts'
import type { Authenticator } from '../authentication/authenticator.ts'
import type { Authorizer } from '../authorization/authorizer.ts'
import type { Filter, RequestContext } from '../http/request-context.ts'
import { authentication } from './authentication.ts'
import { authorization } from './authorization.ts'
import { impersonation } from './impersonation.ts'
import { panicGuard } from './panic-guard.ts'
import { requestDeadline } from './request-deadline.ts'
import { type RequestObserver, requestMetrics } from './request-metrics.ts'

export interface ChainParts {
  authenticators: readonly Authenticator[]
  authorizers: readonly Authorizer[]
  /** Whether requests without credentials are taken, as system:anonymous. */
  anonymous: boolean
  observer: RequestObserver
  logError(message: string, error: unknown): void
  answerError(context: RequestContext, error: StatusError): void
}

export const handlerChain = (parts: ChainParts): readonly Filter[] => [
  requestMetrics(parts.observer), // sees everything, failures included
  panicGuard(parts.logError, parts.answerError), // one bad request never ends the process
  requestDeadline(), // before anybody is asked: knowing who it is counts towards the time
  authentication(parts.authenticators, parts.anonymous),
  impersonation(parts.authorizers), // the rights asked for below are those of whom the request acts for
  authorization(parts.authorizers),
]
