// Whether they may: 403 in upstream's words.

import { goQuote } from '../../apimachinery/go-text.ts'
import { forbidden, type StatusError } from '../../apimachinery/status-error.ts'
import { type AuthorizationAttributes, type Authorizer, decide } from '../authorization/authorizer.ts'
import type { Filter, RequestContext } from '../http/request-context.ts'
import { sanitized } from '../http/response.ts'

/** What is asked for in a request. */
export const attributesOf = ({ info, user }: RequestContext): AuthorizationAttributes => ({
  user,
  verb: info.verb,
  isResource: info.isResource,
  group: info.group,
  version: info.version,
  resource: info.resource,
  subresource: info.subresource,
  namespace: info.namespace,
  name: info.name,
  path: info.path,
})

const refusedWhat = ({ user, verb, isResource, ...asked }: AuthorizationAttributes): string => {
  const who = `User ${goQuote(user.name)} cannot ${verb}`
  if (!isResource) return `${who} path ${goQuote(asked.path)}`
  const resource = asked.subresource === '' ? asked.resource : `${asked.resource}/${asked.subresource}`
  const where = asked.namespace === '' ? 'at the cluster scope' : `in the namespace ${goQuote(asked.namespace)}`
  return `${who} resource ${goQuote(resource)} in API group ${goQuote(asked.group)} ${where}`
}

/** 403 for what nobody allowed. */
const refused = (attributes: AuthorizationAttributes, reason: string): StatusError => {
  const what = sanitized(refusedWhat(attributes))
  const { group, resource, name } = attributes
  return forbidden({ group, resource }, name, reason === '' ? what : `${what}: ${reason}`)
}

/** The same, of a filter. */
export const refusal = (attributes: AuthorizationAttributes, reason: string): StatusError => {
  const error = refused(attributes, reason)
  error.byFilter = true
  return error
}

/** Throws 403 where nobody allows the user of an update to create what it names. */
export const authorizeCreate = async (authorizers: readonly Authorizer[], context: RequestContext): Promise<void> => {
  const attributes = { ...attributesOf(context), verb: 'create' }
  const { decision, reason } = await decide(authorizers, attributes)
  if (decision !== 'Allow') throw refused(attributes, reason)
}

export const authorization =
  (authorizers: readonly Authorizer[]): Filter =>
  async (context, next) => {
    const attributes = attributesOf(context)
    const decided = decide(authorizers, attributes)
    const { decision, reason } = decided instanceof Promise ? await decided : decided
    if (decision === 'Allow') return next()
    throw refusal(attributes, reason)
  }
