// What filters and handlers know of one request.
import type { Exchange } from './exchange.ts'
import type { RequestInfo } from './request-info.ts'

export interface RequestUser {
  name: string
  uid?: string
  groups: readonly string[]
  extra?: Readonly<Record<string, readonly string[]>>
}

export interface RequestContext {
  readonly exchange: Exchange
  readonly id: string
  info: RequestInfo
  user: RequestUser

  readonly warnings: string[]
  /** Whether a handler was found and the filters let the request through to it. */
  routed: boolean
}

export type Filter = (context: RequestContext, next: () => Promise<void>) => Promise<void>

/** One function that runs the filters in order and the handler last. */
export const chain = (
  filters: readonly Filter[],
  handler: (context: RequestContext) => Promise<void>,
): ((context: RequestContext) => Promise<void>) =>
  filters.reduceRight<(context: RequestContext) => Promise<void>>(
    (next, filter) => (context) => filter(context, () => next(context)),
    handler,
  )
