// PATCH: a change like any other, made from the object as it stands; tried again when someone else was faster.

import { invalidValue } from '../../apimachinery/field-error.ts'
import { apiVersionOf, cloneTree, type Frozen, type KubeObject, keepEmptyManagers, type ValueMap } from '../../apimachinery/kube-object.ts'
import { badRequest, conflict, invalid, notFound, requestEntityTooLarge, StatusError, unreasoned } from '../../apimachinery/status-error.ts'
import { canonical, type Findings } from '../codec/canonical.ts'
import { type Expected, kindFault } from '../codec/decode-body.ts'
import { diagnose } from '../codec/diagnosis.ts'
import { TypeMismatch } from '../codec/leaves.ts'
import { inConverterWords } from '../patch/conversion-fault.ts'
import { jsonPatch } from '../patch/json-patch.ts'
import { mergePatch } from '../patch/merge-patch.ts'
import {
  type ParsedPatch,
  type Patched,
  PatchFailed,
  PatchNotApplicable,
  PatchSyntaxError,
  PatchTooLarge,
  type PatchType,
} from '../patch/patch-type.ts'
import { strategicMergePatch } from '../patch/strategic-merge-patch.ts'
import { appliedObject } from '../registry/applied-object.ts'
import { keepOwnershipTimes } from '../registry/field-ownership.ts'
import { ensureNamespace } from '../registry/object-namespace.ts'
import { groupResource, type Strategy, type WriteContext } from '../registry/resource-definition.ts'
import { type Change, updateObject } from '../registry/write-path.ts'
import { APPLY_TYPE, applyTarget, readConfiguration } from './apply.ts'
import { type WriteOptions, writeOptions } from './options.ts'
import { sendItem } from './present.ts'
import { requestApiVersion, type Scope, storedBody, writeContext } from './scope.ts'
import { checkName, MAX_BODY_BYTES, toStored } from './write.ts'

const types = new Map<string, PatchType>([jsonPatch, mergePatch, strategicMergePatch].map((type) => [type.mediaType, type]))

/** A patch's own error as the client sees it. */
const asStatus = (error: unknown): unknown => {
  if (error instanceof PatchSyntaxError) return badRequest(error.message)
  if (error instanceof PatchTooLarge) return requestEntityTooLarge(error.message)
  // Upstream drops the reason here: its answer says only that the request was at fault.
  if (error instanceof PatchNotApplicable)
    return new StatusError(422, 'Invalid', 'the server rejected our request due to an error in our request', {})
  if (error instanceof PatchFailed) return unreasoned(error.message)
  return error
}

const mediaTypeOf = (contentType: string | undefined): string => (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? ''

export const isApply = (contentType: string | undefined): boolean => mediaTypeOf(contentType) === APPLY_TYPE

/** Throws 415 for a type that no patch has. */
export const checkPatchType = (contentType: string | undefined): void => {
  if (!isApply(contentType)) patchTypeOf(contentType)
}

const patchTypeOf = (contentType: string | undefined): PatchType => {
  const type = types.get(mediaTypeOf(contentType))
  if (!type) throw new StatusError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {})
  return type
}

const unfit = (shown: string, why: string): StatusError => invalid({ group: '', kind: '' }, '', [invalidValue('patch', shown, why)])

/** What a patched value must be. */
export interface PatchTarget extends Expected {
  contentType: string | undefined
  options: WriteOptions
  warn(text: string): void
}

/** The patched tree as an object of its type; what no field takes is told as field validation asks. */
const fitted = (patched: Patched, parsed: ParsedPatch, target: PatchTarget): KubeObject => {
  const { schema, options } = target
  const value = (patched.value ?? {}) as ValueMap
  const shown = patched.shown()
  const fault = (patched.checksKind ? kindFault(value, target) : undefined) ?? patched.fault?.()
  if (fault !== undefined) throw unfit(shown, fault)
  target.seen?.(value)
  const findings: Findings = target.forStore ? { unknown: 0, anyOrder: true } : { unknown: 0 }
  try {
    const object = canonical(schema, value, findings) as unknown as KubeObject
    const errors = findings.unknown > 0 ? [...parsed.strictErrors, ...diagnose(schema, value, undefined).strictErrors] : parsed.strictErrors
    if (options.fieldValidation === 'Strict' && errors.length > 0) throw unfit(shown, `strict decoding error: ${errors.join(', ')}`)
    if (options.fieldValidation === 'Warn') for (const error of errors) target.warn(error)
    const fault = target.conversionFault?.(object)
    if (fault !== undefined) throw patched.checksKind ? unfit(shown, fault) : unreasoned(fault)
    keepEmptyManagers(value, object)
    return { ...object, kind: target.kind, apiVersion: apiVersionOf(target.group, target.version) }
  } catch (error) {
    if (!(error instanceof TypeMismatch)) throw error
    const why = diagnose(schema, value, undefined).typeError ?? error.message
    throw unfit(shown, patched.checksKind ? why : inConverterWords(why))
  }
}

/** A private tree with a patch applied, as an object of its type. Throws StatusError. */
export const patchedObject = (current: ValueMap, body: Buffer, target: PatchTarget): KubeObject => {
  const type = patchTypeOf(target.contentType)
  try {
    const parsed = type.parse(body.toString('utf8').toWellFormed())
    return fitted(parsed.apply(current, target.schema), parsed, target)
  } catch (error) {
    throw asStatus(error)
  }
}

/** The current object in the request's version, as a private tree. */
const versioned = (scope: Scope, current: Frozen<KubeObject>): ValueMap => {
  const copy = cloneTree<KubeObject>(current)
  const wanted = requestApiVersion(scope)
  const converted = copy.apiVersion === wanted ? copy : scope.definition.convert(copy, wanted)
  // Refusals show the object, members in Go's order.
  return scope.parts.encoding.canonical(scope.version.schema, converted) as unknown as ValueMap
}

/** PATCH of the object or of a subresource that replaces some of its fields. */
export const patch = async (scope: Scope, strategy: Strategy = scope.definition.strategy): Promise<void> => {
  const { context, definition } = scope
  const contentType = context.exchange.headers['content-type']
  const body = await context.exchange.readBody(MAX_BODY_BYTES)
  const applies = isApply(contentType)
  const options = writeOptions('PatchOptions', context.info.query, applies)
  const write = writeContext(scope, options.dryRun, options.fieldManager)
  const change = applies ? applying(scope, strategy, body, options, write) : patching(scope, body, options, write)
  const { name, subresource } = context.info
  const common = { name, change, strategy, subresource, version: scope.version, uidIsPrecondition: false, canonical: true }
  const request = applies ? { ...common, ownershipGiven: true, mayCreate: true } : common
  const result = await updateObject(scope.parts.storeOf(definition), request, write, scope.parts.write)
  return sendItem(scope, result.outcome === 'created' ? 201 : 200, result.item, result.revision, result.object)
}

/** To the storage version, once the object is that of the URL. */
const placed = (scope: Scope, object: KubeObject): KubeObject => {
  if (scope.definition.scope === 'Namespaced') ensureNamespace(object, scope.context.info.namespace)
  checkName(scope, object)
  return toStored(scope, object)
}

const patching = (scope: Scope, body: Buffer, options: WriteOptions, write: WriteContext): Change => {
  const target = { ...storedBody(scope, write), contentType: scope.context.exchange.headers['content-type'], options, warn: write.warn }
  return (current) => {
    if (!current) throw notFound(groupResource(scope.definition), scope.context.info.name)
    return placed(scope, patchedObject(versioned(scope, current), body, target))
  }
}

const applying = (scope: Scope, strategy: Strategy, body: Buffer, options: WriteOptions, write: WriteContext): Change => {
  const { seen } = storedBody(scope, write)
  const target = applyTarget(scope, strategy.resetFields ?? [], (tree) => seen?.(tree))
  const { value, tellRepeated } = readConfiguration(body, options, write.warn)
  return (current) => {
    const live = current && (versioned(scope, current) as unknown as KubeObject)
    const object = appliedObject(live, value, target, write, options.force)
    tellRepeated()
    const { uid } = object.metadata
    if (!current && uid) {
      const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`
      throw conflict(groupResource(scope.definition), scope.context.info.name, why)
    }
    const stored = placed(scope, object)
    if (current) keepOwnershipTimes(current, stored)
    return stored
  }
}
