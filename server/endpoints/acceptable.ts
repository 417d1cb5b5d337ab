// Before anything is changed: whether who asked could read the answer. Upstream: the routes' Produces, which go-restful looks at first.
import { representation } from './representation.ts'
import type { Scope } from './scope.ts'

const CHANGING = new Set(['create', 'update', 'patch', 'delete', 'deletecollection'])

/** Throws 406 where a change would be answered in a form that the client does not take. */
export const checkAcceptable = ({ context }: Scope): void => {
  if (CHANGING.has(context.info.verb)) representation(context.exchange.headers.accept)
}
