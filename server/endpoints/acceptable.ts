// Before anything is looked at: whether a patch's body is one, and whether who asked could read the answer.
// Upstream: the routes' Consumes and Produces, which go-restful checks first.
import { checkPatchType } from './patch.ts'
import { representation } from './representation.ts'
import type { Scope } from './scope.ts'

/** Throws 415 for a patch of no known type, 406 where the answer could have no form that the client takes. */
export const checkAcceptable = ({ context }: Scope): void => {
  const { verb } = context.info
  if (verb === 'patch') checkPatchType(context.exchange.headers['content-type'])
  representation(context.exchange.headers.accept, verb === 'list' || verb === 'watch')
}
