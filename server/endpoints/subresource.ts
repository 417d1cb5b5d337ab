// Subresources: those that replace some fields, and those that do something.

import { cloneTree, type Frozen, type KubeObject } from '../../apimachinery/kube-object.ts'
import { badRequest, methodNotAllowed, notFound, pathNotFound } from '../../apimachinery/status-error.ts'
import { acceptedType, decodeBody } from '../codec/decode-body.ts'
import { admitAction, afterAdmission } from '../registry/admission-attributes.ts'
import { ensureNamespace, expectedNamespace } from '../registry/object-namespace.ts'
import { groupResource, type Subresource } from '../registry/resource-definition.ts'
import { updateObject } from '../registry/write-path.ts'
import { checkAcceptable } from './acceptable.ts'
import { connect } from './connect.ts'
import { writeOptions } from './options.ts'
import { patch } from './patch.ts'
import { sendMade } from './present.ts'
import { getObject } from './read.ts'
import { scale } from './scale.ts'
import { expectedBody, type Scope, STATUS, writeContext } from './scope.ts'
import { MAX_BODY_BYTES, update } from './write.ts'

const PROXIED = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'])

export const subresource = (scope: Scope): Promise<void> => {
  const { info } = scope.context
  const { subresources } = scope.version
  if (info.rest.length > 0 && subresources[info.subresource]?.type !== 'connect') throw pathNotFound()
  const found = Object.hasOwn(subresources, info.subresource) ? subresources[info.subresource] : undefined
  if (!found) throw pathNotFound()
  if (!isServed(scope, found) || found.type === 'absent') throw methodNotAllowed()
  scope.context.routed = true
  if (found.type !== 'connect') checkAcceptable(scope)
  if (found.type === 'connect') return connect(scope, found)
  if (found.type === 'action') return act(scope, found)
  if (found.type === 'scale') return scale(scope, found)
  if (info.verb === 'get') return getObject(scope)
  if (info.verb === 'update') return update(scope, found.strategy)
  if (info.verb === 'patch') return patch(scope, found.strategy)
  throw methodNotAllowed()
}

/** A proxy takes what methods there are; no other subresource knows HEAD. */
const isServed = ({ context }: Scope, found: Subresource): boolean => {
  if (found.type === 'connect' && found.rule.way === 'requests') return PROXIED.has(context.exchange.method)
  return context.exchange.method !== 'HEAD' && found.verbs.includes(context.info.verb)
}

type Action = Extract<Subresource, { type: 'action' }>

/** A create of a kind that is another's subresource under its own name; the body names the object. */
export const alias = (scope: Scope, { plural, subresource: name }: { plural: string; subresource: string }): Promise<void> => {
  const served = scope.parts.registry.find(scope.definition.group, scope.version.name, plural)
  const action = served?.version.subresources[name]
  if (!served || action?.type !== 'action') throw pathNotFound()
  checkAcceptable(scope)
  return act({ ...scope, ...served }, action)
}

const act = async (scope: Scope, action: Action): Promise<void> => {
  const { context } = scope
  acceptedType(context.exchange.headers['content-type'])
  const body = await context.exchange.readBody(MAX_BODY_BYTES)
  const options = writeOptions('CreateOptions', context.info.query)
  const write = writeContext(scope, options.dryRun)
  const store = scope.parts.storeOf(scope.definition)
  const expected = { ...expectedBody(scope), ...action.kind, schema: action.schema }
  const object = decodeBody(body, context.exchange.headers['content-type'], expected, options.fieldValidation, write.warn)
  const name = context.info.name || (object.metadata.name ?? '')
  ensureNamespace(object, expectedNamespace(store, write))
  const { group, version, resource, subresource } = context.info
  await admitAction(
    store,
    write,
    { resource: { group, version, resource }, subresource, kind: action.kind, name, object },
    scope.parts.write,
  )
  action.check?.(object, name)
  if (name === '') throw badRequest('Name parameter required.')
  const parent: KubeObject = store.decode(store.require(context.info.namespace, name))
  const updateParent = async (change: (current: KubeObject) => void): Promise<KubeObject> => {
    const request = {
      name,
      change: (current: Frozen<KubeObject> | undefined) => {
        if (!current) throw notFound(groupResource(scope.definition), name)
        const copy = cloneTree<KubeObject>(current)
        change(copy)
        return copy
      },
      strategy: { allowUnconditionalUpdate: true },
      subresource: context.info.subresource || action.kind.kind.toLowerCase(),
      version: scope.version,
    }
    return store.decode(await updateObject(store, request, write, afterAdmission(scope.parts.write)))
  }
  const made = await action.run(parent, object, write, updateParent)
  return sendMade(scope, 201, made, (made as KubeObject).kind === 'Status' ? scope.parts.schemas.type(STATUS) : action.schema)
}
