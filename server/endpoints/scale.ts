// The scale subresource: how many replicas an object wants, seen as an object of its own. Upstream: pkg/registry/apps/deployment/storage.

import { forbiddenField, invalidValue } from '../../apimachinery/field-error.ts'
import { at, cloneTree, type Frozen, type KubeObject, type Value, type ValueMap } from '../../apimachinery/kube-object.ts'
import { conflict, invalid, notFound } from '../../apimachinery/status-error.ts'
import { decodeBody } from '../codec/decode-body.ts'
import { tableOf, tableRow } from '../codec/table.ts'
import { appliedObject } from '../registry/applied-object.ts'
import { managersAfterScale, scaleManagers } from '../registry/field-ownership.ts'
import { ensureNamespace } from '../registry/object-namespace.ts'
import { groupResource, type Subresource } from '../registry/resource-definition.ts'
import { updateObject } from '../registry/write-path.ts'
import { applyTargetOf, readConfiguration } from './apply.ts'
import { writeOptions } from './options.ts'
import { isApply, patchedObject } from './patch.ts'
import { sendMade, sendTable, tableOptions } from './present.ts'
import { representation } from './representation.ts'
import { expectedBody, type Scope, writeContext } from './scope.ts'
import { checkName, MAX_BODY_BYTES } from './write.ts'

type ScaleSubresource = Extract<Subresource, { type: 'scale' }>

/** An object's scale, as autoscaling/v1 has it. */
const scaleOf = (object: Frozen<KubeObject>, { selector }: ScaleSubresource): KubeObject => {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata
  const metadata = Object.fromEntries(
    Object.entries({ name, namespace, uid, resourceVersion, creationTimestamp }).filter(([, value]) => value !== undefined),
  )
  const replicas = at(object, 'spec', 'replicas') as number | undefined
  const text = selector(object)
  const status: ValueMap = {
    replicas: (at(object, 'status', 'replicas') as number | undefined) ?? 0,
    ...(text === '' ? {} : { selector: text }),
  }
  return { kind: 'Scale', apiVersion: 'autoscaling/v1', metadata, spec: replicas ? { replicas } : {}, status }
}

const checkScale = (scale: KubeObject): void => {
  const replicas = (at(scale, 'spec', 'replicas') as number | undefined) ?? 0
  const errors = replicas < 0 ? [invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0')] : []
  if (scale.metadata.namespace === '') errors.push(forbiddenField('metadata.namespace', 'may not be empty'))
  if (errors.length > 0) throw invalid({ group: 'autoscaling', kind: 'Scale' }, scale.metadata.name ?? '', errors)
}

/** Of a patch's result; that of a PUT is the write path's to check. */
const checkUid = ({ group, plural }: Scope['definition'], name: string, wanted: string, stored: string | undefined): void => {
  if (wanted === stored) return
  const why = `Precondition failed: UID in precondition: ${wanted}, UID in object meta: ${stored ?? ''}`
  throw conflict({ group, resource: `${plural}/scale` }, name, why)
}

/** Answers with a scale, or with the table of it. */
const sendScale = (scope: Scope, scale: KubeObject, { columns, schema }: ScaleSubresource): Promise<void> => {
  const { shape, metaVersion } = representation(scope.context.exchange.headers.accept)
  if (shape !== 'table') return sendMade(scope, 200, scale, schema)
  const row = tableRow({ columns }, scale, () => scale, metaVersion, tableOptions(scope))
  return sendTable(scope, tableOf({ columns }, [row], { resourceVersion: scale.metadata.resourceVersion ?? '' }, metaVersion))
}

/** GET, PUT and PATCH of a scale. */
export const scale = async (scope: Scope, subresource: ScaleSubresource): Promise<void> => {
  const { info, exchange } = scope.context
  const store = scope.parts.storeOf(scope.definition)
  if (info.verb === 'get')
    return sendScale(scope, scaleOf(store.decode(store.require(info.namespace, info.name)), subresource), subresource)
  const patching = info.verb === 'patch'
  const body = await exchange.readBody(MAX_BODY_BYTES)
  const contentType = exchange.headers['content-type']
  const applies = patching && isApply(contentType)
  const options = writeOptions(patching ? 'PatchOptions' : 'UpdateOptions', info.query, applies)
  const write = writeContext(scope, options.dryRun, options.fieldManager)
  const expected = { ...expectedBody(scope), ...subresource.kind, schema: subresource.schema }
  const { definition } = scope
  const { schema } = subresource
  /** A scale that says it is the URL's. */
  const placed = (wanted: KubeObject): KubeObject => {
    ensureNamespace(wanted, info.namespace)
    checkName(scope, wanted)
    return wanted
  }
  const configuration = applies ? readConfiguration(body, options, write.warn) : undefined
  const patched = (before: KubeObject): KubeObject => {
    if (configuration) {
      const target = applyTargetOf({ ...subresource.kind, schema: subresource.schema }, 'scale')
      const object = appliedObject(before, configuration.value, target, write, options.force)
      configuration.tellRepeated()
      return placed(object)
    }
    const target = { ...expected, contentType, options, warn: write.warn }
    return placed(patchedObject(cloneTree<ValueMap>(before as unknown as ValueMap), body, target))
  }
  const sent = patching ? undefined : placed(decodeBody(body, contentType, expected, options.fieldValidation, write.warn))
  const change = (current: Frozen<KubeObject> | undefined): KubeObject => {
    if (!current) throw notFound(groupResource(definition), info.name)
    const copy = cloneTree<KubeObject>(current)
    const before = scaleOf(current, subresource)
    const managers = scaleManagers(definition, current)
    if (managers.length > 0) before.metadata.managedFields = managers
    const after = sent ? cloneTree<KubeObject>(sent) : patched(before)
    checkScale(after)
    const { uid, resourceVersion } = after.metadata
    if (uid !== undefined && patching) checkUid(definition, info.name, uid, current.metadata.uid)
    copy['spec'] = { ...(copy['spec'] as ValueMap), replicas: (at(after, 'spec', 'replicas') ?? 0) as Value }
    Object.assign(copy.metadata, uid === undefined ? {} : { uid }, resourceVersion ? { resourceVersion } : {})
    const entries = managersAfterScale(definition, current, { before, after, schema, ownershipGiven: applies }, write)
    if (entries.length > 0) copy.metadata.managedFields = entries
    else delete copy.metadata.managedFields
    return copy
  }
  const { strategy } = definition
  const request = { name: info.name, change, strategy, subresource: 'scale', version: scope.version, ownershipGiven: true }
  const result = await updateObject(store, request, write, scope.parts.write)
  return sendScale(scope, scaleOf(store.decode(result), subresource), subresource)
}
