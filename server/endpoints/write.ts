// POST and PUT: decode, hand to the write path, answer with the bytes it made.

import type { Frozen, KubeObject } from '../../apimachinery/kube-object.ts'
import { badRequest, methodNotAllowed } from '../../apimachinery/status-error.ts'
import { acceptedType, decodeBody } from '../codec/decode-body.ts'
import { StoredParts } from '../codec/stored-parts.ts'
import { entriesOfMade } from '../registry/field-ownership.ts'
import { ensureNamespace } from '../registry/object-namespace.ts'
import type { Strategy } from '../registry/resource-definition.ts'
import { createObject, updateObject } from '../registry/write-path.ts'
import { writeOptions } from './options.ts'
import { sendItem, sendMade } from './present.ts'
import { expectedBody, requestApiVersion, type Scope, storedBody, writeContext } from './scope.ts'

/** Upstream's limit on a request's body. */
export const MAX_BODY_BYTES = 3 * 1024 * 1024

/** Members of the metadata that are the server's to set. */
const SYSTEM_METADATA = ['uid', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'selfLink'] as const

/**
 * To the storage version, defaults set: canonical but for the order of members, where the object was. `settled` are members that stand in
 * that version as they are.
 */
export const toStored = (scope: Scope, object: KubeObject, settled?: readonly unknown[]): KubeObject => {
  const { storage, strategy } = scope.definition
  if (storage === 'virtual') return object
  const store = scope.parts.storeOf(scope.definition)
  const isStored = object.apiVersion === store.storageApiVersion
  const converted = isStored ? object : scope.definition.convert(object, store.storageApiVersion)
  strategy.setDefaults?.(converted, scope.version.name, settled)
  return isStored ? converted : store.canonical(converted)
}

export const create = async (scope: Scope): Promise<void> => {
  const { definition, context } = scope
  if (definition.scope === 'Namespaced' && context.info.namespace === '') throw methodNotAllowed()
  const { exchange, info } = context
  const contentType = exchange.headers['content-type']
  // Upstream looks at the type before it reads on: a body too large of no known type is refused for its type.
  acceptedType(contentType)
  const body = await exchange.readBody(MAX_BODY_BYTES)
  const options = writeOptions('CreateOptions', info.query)
  const write = writeContext(scope, options.dryRun, options.fieldManager)
  const expected = definition.storage === 'virtual' ? expectedBody(scope) : storedBody(scope, write)
  const object = decodeBody(body, contentType, expected, options.fieldValidation, write.warn)
  if (definition.storage === 'virtual') {
    if (!definition.answer) throw methodNotAllowed()
    ensureNamespace(object, definition.scope === 'Namespaced' ? write.namespace : '')
    for (const member of SYSTEM_METADATA) delete object.metadata[member]
    const managedFields = entriesOfMade(definition, object, write)
    if (managedFields.length > 0) object.metadata = { ...object.metadata, managedFields }
    return sendMade(scope, 201, await definition.answer(object, write), scope.version.schema)
  }
  const result = await createObject(scope.parts.storeOf(definition), toStored(scope, object), write, scope.parts.write, { canonical: true })
  return sendItem(scope, 201, result.item, result.revision, result.object)
}

/** A body's name must be the URL's. */
export const checkName = (scope: Scope, object: KubeObject): void => {
  const { name } = scope.context.info
  const own = object.metadata
  if (!own.name) throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`)
  if (own.name !== name) throw badRequest(`the name of the object (${own.name}) does not match the name on the URL (${name})`)
}

/** PUT of the object or of a subresource that replaces some of its fields. */
export const update = async (scope: Scope, strategy: Strategy = scope.definition.strategy): Promise<void> => {
  const { definition, context } = scope
  const body = await context.exchange.readBody(MAX_BODY_BYTES)
  const options = writeOptions('UpdateOptions', context.info.query)
  const write = writeContext(scope, options.dryRun, options.fieldManager)
  const store = scope.parts.storeOf(definition)
  const entry = store.get(context.info.namespace, context.info.name)
  const isStored = requestApiVersion(scope) === store.storageApiVersion
  const parts = entry && new StoredParts(entry.item, store.view(entry), isStored)
  const decoded = (stored?: StoredParts): KubeObject => {
    const contentType = context.exchange.headers['content-type']
    return decodeBody(body, contentType, storedBody(scope, write), options.fieldValidation, write.warn, stored)
  }
  let first: KubeObject | undefined = decoded(parts)
  ensureNamespace(first, definition.scope === 'Namespaced' ? context.info.namespace : '')
  checkName(scope, first)
  // Each attempt needs a tree of its own; the first is there already, and holds for what stood there when it was read, with which it
  // may share parts.
  const change = (current: Frozen<KubeObject> | undefined): KubeObject => {
    const isSame = current?.metadata.resourceVersion === (entry && String(entry.revision))
    const own = isSame ? first : undefined
    first = undefined
    return own ? toStored(scope, own, parts?.sharedWith(own)) : toStored(scope, decoded())
  }
  const { name, subresource } = context.info
  const shared = entry && parts && { entry, parts }
  const request = { name, change, strategy, subresource, version: scope.version, canonical: true, first: shared }
  const result = await updateObject(store, request, write, scope.parts.write)
  return sendItem(scope, result.outcome === 'created' ? 201 : 200, result.item, result.revision, result.object)
}
