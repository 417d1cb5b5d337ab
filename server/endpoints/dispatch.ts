// From a resource request to its verb's handler. What a resource can do is data: its verbs and subresources.
import { badRequest, methodNotAllowed, pathNotFound } from '../../apimachinery/status-error.ts'
import type { RequestContext } from '../http/request-context.ts'
import { sendPageNotFound } from '../http/response.ts'
import { checkAcceptable } from './acceptable.ts'
import { remove, removeCollection } from './delete.ts'
import { listObjects } from './list.ts'
import { patch } from './patch.ts'
import { getObject } from './read.ts'
import type { ApiParts, Scope } from './scope.ts'
import { alias, subresource } from './subresource.ts'
import { readCurrent, watchNotSupported } from './virtual-read.ts'
import { watchObjects } from './watch.ts'
import { create, update } from './write.ts'

type Handler = (scope: Scope) => Promise<void>

const handlers: Record<string, Handler> = {
  get: getObject,
  list: listObjects,
  watch: watchObjects,
  create,
  update: (scope) => update(scope),
  delete: remove,
  deletecollection: removeCollection,
  patch: (scope) => patch(scope),
}

/** Names that would be steps of a path. */
const checkName = (name: string): void => {
  if (name === '.' || name === '..') throw badRequest(`Name parameter invalid: ${JSON.stringify(name)}: may not be '${name}'`)
}

const warnOfAge = ({ definition, context }: Scope): void => {
  if (definition.deprecationWarning) context.warnings.push(definition.deprecationWarning)
}

/** Groups that nobody serves are no API's: upstream hands their paths on to what answers pages. */
const unknownPath = ({ registry }: ApiParts, context: RequestContext): void => {
  const { prefix, group } = context.info
  if (prefix === 'apis' && !registry.definitions().some((definition) => definition.group === group)) return sendPageNotFound(context)
  throw pathNotFound()
}

/** Verbs of a URL with a name; the others are a collection's. */
const OBJECT_VERBS = new Set(['get', 'update', 'patch', 'delete'])

export const dispatch =
  (parts: ApiParts) =>
  async (context: RequestContext): Promise<void> => {
    const { info } = context
    const served = parts.registry.find(info.group, info.version, info.resource)
    if (!served) return unknownPath(parts, context)
    const scope: Scope = { context, parts, ...served }
    if (info.namespace !== '' && served.definition.scope === 'Cluster' && served.definition.plural !== 'namespaces') throw pathNotFound()
    if (served.definition.plural === 'namespaces') info.namespace = ''
    if (info.subresource !== '') {
      warnOfAge(scope)
      return subresource(scope)
    }
    // Upstream has no HEAD of resources.
    if (context.exchange.method === 'HEAD') throw methodNotAllowed()
    if (served.definition.aliasOf && info.verb === 'create') return alias(scope, served.definition.aliasOf)
    checkName(info.name)
    const handler = handlers[info.verb]
    const onObject = info.name !== '' && info.verb !== 'watch'
    if (info.verb === 'watch' && served.definition.current) throw watchNotSupported(served.definition)
    if (!handler || !served.version.verbs.includes(info.verb) || onObject !== OBJECT_VERBS.has(info.verb)) throw methodNotAllowed()
    if (served.definition.scope === 'Namespaced' && info.namespace === '') {
      if (onObject) throw pathNotFound()
      // All namespaces together can be read, no more.
      if (info.verb === 'deletecollection') throw methodNotAllowed()
    }
    context.routed = true
    checkAcceptable(scope)
    warnOfAge(scope)
    if (served.definition.storage === 'virtual' && info.verb !== 'create') return readCurrent(scope)
    return handler(scope)
  }
