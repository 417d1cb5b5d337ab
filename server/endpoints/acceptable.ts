// Before anything is looked at: whether who asked could read the answer. Upstream: the routes' Produces, which go-restful checks first.
import { representation } from './representation.ts'
import type { Scope } from './scope.ts'

/** Throws 406 where the answer could have no form that the client takes. */
export const checkAcceptable = ({ context }: Scope): void => {
  const { verb } = context.info
  representation(context.exchange.headers.accept, verb === 'list' || verb === 'watch')
}
