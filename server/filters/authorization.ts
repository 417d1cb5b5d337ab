// Whether they may: 403 in upstream's words, 401 for those who showed no credentials at all.
import { forbidden, StatusError, unauthorized } from '../../apimachinery/status-error.ts'
import { type Authorizer, decide } from '../authorization/authorizer.ts'
import type { Filter, RequestContext } from '../http/request-context.ts'
import { ANONYMOUS } from './authentication.ts'

const refusal = ({ info, user }: RequestContext, reason: string): StatusError => {
  const who = `User ${JSON.stringify(user.name)} cannot`
  const tail = reason === '' ? '' : `: ${reason}`
  if (!info.isResource)
    return new StatusError(403, 'Forbidden', `forbidden: ${who} ${info.verb} path ${JSON.stringify(info.path)}${tail}`, {})
  const resource = info.subresource === '' ? info.resource : `${info.resource}/${info.subresource}`
  const where = info.namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(info.namespace)}`
  const what = `${who} ${info.verb} resource ${JSON.stringify(resource)} in API group ${JSON.stringify(info.group)} ${where}${tail}`
  return forbidden({ group: info.group, resource: info.resource }, info.name, what)
}

export const authorization =
  (authorizers: readonly Authorizer[]): Filter =>
  async (context, next) => {
    const { info, user } = context
    const attributes = {
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
    }
    const { decision, reason } = await decide(authorizers, attributes)
    if (decision === 'Allow') return next()
    throw user === ANONYMOUS ? unauthorized() : refusal(context, reason)
  }
