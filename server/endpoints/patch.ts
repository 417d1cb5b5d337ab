// PATCH: a change like any other, made from the object as it stands; tried again when someone else was faster.

import { invalidValue } from '../../apimachinery/field-error.ts'
import { writeJson } from '../../apimachinery/json-write.ts'
import { type Frozen, type KubeObject, keepEmptyManagers, type Value, type ValueMap } from '../../apimachinery/kube-object.ts'
import { badRequest, invalid, notFound, requestEntityTooLarge, StatusError } from '../../apimachinery/status-error.ts'
import type { TypeSchema } from '../../openapi/schema-set.ts'
import { canonical, type Findings } from '../codec/canonical.ts'
import { diagnose } from '../codec/diagnosis.ts'
import { TypeMismatch } from '../codec/leaves.ts'
import { jsonPatch } from '../patch/json-patch.ts'
import { mergePatch } from '../patch/merge-patch.ts'
import { type ParsedPatch, PatchNotApplicable, PatchSyntaxError, PatchTooLarge, type PatchType } from '../patch/patch-type.ts'
import { strategicMergePatch } from '../patch/strategic-merge-patch.ts'
import { groupResource, type Strategy } from '../registry/resource-definition.ts'
import { updateObject } from '../registry/write-path.ts'
import { type WriteOptions, writeOptions } from './options.ts'
import { sendItem } from './present.ts'
import { requestApiVersion, type Scope, writeContext } from './scope.ts'
import { MAX_BODY_BYTES, toStored } from './write.ts'

const types = new Map<string, PatchType>([jsonPatch, mergePatch, strategicMergePatch].map((type) => [type.mediaType, type]))

/** A patch's own error as the client sees it. */
const asStatus = (error: unknown): unknown => {
  if (error instanceof PatchSyntaxError) return badRequest(error.message)
  if (error instanceof PatchTooLarge) return requestEntityTooLarge(error.message)
  // Upstream drops the reason here: its answer says only that the request was at fault.
  if (error instanceof PatchNotApplicable)
    return new StatusError(422, 'Invalid', 'the server rejected our request due to an error in our request', {})
  return error
}

const patchTypeOf = (contentType: string | undefined): PatchType => {
  const type = types.get((contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '')
  if (!type) throw new StatusError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {})
  return type
}

const unfit = (patched: Value, why: string): StatusError =>
  invalid({ group: '', kind: '' }, '', [invalidValue('patch', writeJson(patched), why)])

/** The patched tree as an object of its type; what no field takes is told as field validation asks. */
const fitted = (
  schema: TypeSchema,
  patched: Value,
  parsed: ParsedPatch,
  options: WriteOptions,
  warn: (text: string) => void,
): KubeObject => {
  const findings: Findings = { unknown: 0 }
  try {
    const object = canonical(schema, patched, findings) as unknown as KubeObject
    const errors =
      findings.unknown > 0 ? [...parsed.strictErrors, ...diagnose(schema, patched, undefined).strictErrors] : parsed.strictErrors
    if (options.fieldValidation === 'Strict' && errors.length > 0) throw unfit(patched, `strict decoding error: ${errors.join(', ')}`)
    if (options.fieldValidation === 'Warn') for (const error of errors) warn(error)
    keepEmptyManagers(patched, object)
    return object
  } catch (error) {
    if (error instanceof TypeMismatch) throw unfit(patched, diagnose(schema, patched, undefined).typeError ?? error.message)
    throw error
  }
}

/** A private tree with a patch applied, as an object of its type. Throws StatusError. */
export const patchedObject = (
  current: ValueMap,
  schema: TypeSchema,
  body: Buffer,
  contentType: string | undefined,
  options: WriteOptions,
  warn: (text: string) => void,
): KubeObject => {
  const type = patchTypeOf(contentType)
  try {
    const parsed = type.parse(body.toString('utf8').toWellFormed())
    return fitted(schema, parsed.apply(current, schema), parsed, options, warn)
  } catch (error) {
    throw asStatus(error)
  }
}

/** The current object in the request's version, as a private tree. */
const versioned = (scope: Scope, current: Frozen<KubeObject>): ValueMap => {
  const copy = structuredClone(current) as KubeObject
  const wanted = requestApiVersion(scope)
  return (copy.apiVersion === wanted
    ? copy
    : scope.parts.encoding.canonical(scope.version.schema, scope.definition.convert(copy, wanted))) as unknown as ValueMap
}

/** PATCH of the object or of a subresource that replaces some of its fields. */
export const patch = async (scope: Scope, strategy: Strategy = scope.definition.strategy): Promise<void> => {
  const { context, definition } = scope
  const options = writeOptions('PatchOptions', context.info.query)
  const write = writeContext(scope, options.dryRun, options.fieldManager)
  const contentType = context.exchange.headers['content-type']
  patchTypeOf(contentType)
  const body = await context.exchange.readBody(MAX_BODY_BYTES)
  const change = (current: Frozen<KubeObject> | undefined): KubeObject => {
    if (!current) throw notFound(groupResource(definition), context.info.name)
    return toStored(scope, patchedObject(versioned(scope, current), scope.version.schema, body, contentType, options, write.warn))
  }
  const request = { name: context.info.name, change, strategy, subresource: context.info.subresource, version: scope.version }
  const result = await updateObject(scope.parts.storeOf(definition), request, write, scope.parts.write)
  return sendItem(scope, 200, result.item, result.revision)
}
