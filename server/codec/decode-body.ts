// A request's body to an object of the expected kind, in canonical form, with upstream's words for everything that can be wrong.
// Upstream: k8s.io/apimachinery/pkg/runtime/serializer, endpoints/handlers/create.go transformDecodeError.

import { parseJson } from '../../apimachinery/json-parse.ts'
import { type Duplicates, JsonSyntaxError } from '../../apimachinery/json-scan.ts'
import {
  apiVersionOf,
  type KubeObject,
  keepEmptyManagers,
  parseApiVersion,
  type Value,
  type ValueMap,
} from '../../apimachinery/kube-object.ts'
import { badRequest, type StatusError, unsupportedMediaType } from '../../apimachinery/status-error.ts'
import type { TypeSchema } from '../../openapi/schema-set.ts'
import { canonical, type Findings } from './canonical.ts'
import { diagnose } from './diagnosis.ts'
import { TypeMismatch } from './leaves.ts'
import { openEnvelope, ProtobufError, readMessage } from './protobuf-reader.ts'
import type { StoredParts } from './stored-parts.ts'
import { readYaml, warningsOf, YamlError } from './yaml-reader.ts'

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict'

export interface Expected {
  group: string
  version: string
  kind: string
  schema: TypeSchema
  /** The internal package that upstream's conversion errors name; undefined when the kind is unknown. */
  knownAs(group: string, version: string, kind: string): string | undefined
  /** Accepts other groups' or versions' kinds: delete options come as v1 of any group. */
  anyVersion?: boolean
  /** The object goes to the store, which orders its members; until then they stand as the client sent them. */
  forStore?: boolean
  /** What is wrong with an object that is one by its schema. */
  conversionFault?(object: KubeObject): string | undefined
  /** Told of the value as it was sent. */
  seen?(value: Value): void
}

const ACCEPTED = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf']
const SUMMARY_LENGTH = 30

interface Parsed {
  value: Value
  duplicates: Duplicates | undefined
  strictErrors: string[]
  /** Parts that are in canonical form. */
  kept?: readonly Value[]
}

/** The media type of a body, '' where the client names none. Throws StatusError 415 for one that nothing here reads. */
export const acceptedType = (contentType: string | undefined): string => {
  const mediaType = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  if (mediaType !== '' && !ACCEPTED.includes(mediaType)) throw unsupportedMediaType(ACCEPTED)
  return mediaType
}

/**
 * Decodes. Throws StatusError; strict errors under Warn go to `warn`. `stored` is what stands where the object is written: parts of a JSON
 * body that are the same come from there, and managers that are the same are left out.
 */
export const decodeBody = (
  body: Buffer,
  contentType: string | undefined,
  expected: Expected,
  validation: FieldValidation,
  warn: (text: string) => void,
  stored?: StoredParts,
): KubeObject => {
  const mediaType = acceptedType(contentType)
  if (mediaType === ACCEPTED[2]) return fromProtobuf(body, expected)
  const isYaml = mediaType === ACCEPTED[1]
  const findDuplicates = validation !== 'Ignore'
  const parsed = isYaml
    ? parseYaml(body, expected)
    : ((stored && parseShared(body, stored, findDuplicates)) ?? parseText(body, expected, findDuplicates))
  return fromValue(parsed, body, expected, validation, warn)
}

/** How upstream quotes the start of a bad body. */
const summary = (body: Buffer): string => {
  if (body.length === 0) return '<empty>'
  if (body[0] === 0x7b)
    return body.length > SUMMARY_LENGTH ? `${body.subarray(0, SUMMARY_LENGTH).toString('utf8')} ...` : body.toString('utf8')
  const hex = body.subarray(0, SUMMARY_LENGTH).toString('hex')
  return body.length > SUMMARY_LENGTH ? `${hex} ...` : hex
}

const unrecognized = (body: Buffer, expected: Expected, why: string): StatusError =>
  // Options are read before anything is known to be handled: their errors stand alone.
  expected.anyVersion
    ? badRequest(why)
    : badRequest(`the object provided is unrecognized (must be of type ${expected.kind}): ${why} (${summary(body)})`)

/** The version of options that name none. */
const OPTIONS_VERSION = 'meta.k8s.io/v1'

const unregistered = (kind: string, apiVersion: string): string =>
  `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/runtime/scheme.go:111"`

const TYPE_META = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'

/** Undefined where the body has to be read whole: what is wrong is said of it as it came. */
const parseShared = (body: Buffer, stored: StoredParts, findDuplicates: boolean): Parsed | undefined => {
  const cut = stored.cut(body)
  if (!cut) return undefined
  try {
    const parsed = parseJson(cut.text.toWellFormed(), findDuplicates)
    const kept = parsed.duplicates ? undefined : stored.restore(parsed.value, cut)
    return kept && { ...parsed, strictErrors: [], kept }
  } catch {
    return undefined
  }
}

const parseText = (body: Buffer, expected: Expected, findDuplicates: boolean): Parsed => {
  try {
    return { ...parseJson(body.toString('utf8').toWellFormed(), findDuplicates), strictErrors: [] }
  } catch (error) {
    if (error instanceof JsonSyntaxError)
      throw unrecognized(body, expected, `couldn't get version/kind; json parse error: ${error.message}`)
    throw error
  }
}

const parseYaml = (body: Buffer, expected: Expected): Parsed => {
  try {
    return { ...readYaml(body.toString('utf8').toWellFormed()), duplicates: undefined }
  } catch (error) {
    if (error instanceof YamlError) throw unrecognized(body, expected, error.message)
    throw error
  }
}

const goKind = (value: Value): string =>
  Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value === 'bigint' ? 'number' : typeof value

const checkTypeMeta = (value: Value, body: Buffer, expected: Expected): void => {
  const head = "couldn't get version/kind; json parse error: json: cannot unmarshal"
  if (value !== null && (typeof value !== 'object' || Array.isArray(value))) {
    throw unrecognized(body, expected, `${head} ${goKind(value)} into Go value of type ${TYPE_META}`)
  }
  for (const member of ['apiVersion', 'kind'] as const) {
    const found = (value as ValueMap | null)?.[member]
    if (found !== undefined && found !== null && typeof found !== 'string')
      throw unrecognized(body, expected, `${head} ${goKind(found)} into Go struct field .${member} of type string`)
  }
}

/** The kind a body claims to be, the expected one filling in what it leaves out. */
const claimed = (value: ValueMap, body: Buffer, expected: Expected): { group: string; version: string; kind: string } => {
  const ownVersion = expected.anyVersion ? OPTIONS_VERSION : apiVersionOf(expected.group, expected.version)
  const apiVersion = (value['apiVersion'] as string | undefined) || ownVersion
  const groupVersion = parseApiVersion(apiVersion)
  if (!groupVersion) throw unrecognized(body, expected, `unexpected GroupVersion string: ${apiVersion}`)
  return { ...groupVersion, kind: (value['kind'] as string | undefined) || expected.kind }
}

/** Why a patched value is not of the expected kind, in the words upstream has for bodies it made itself; undefined when it is. */
export const kindFault = (value: ValueMap, expected: Expected): string | undefined => {
  for (const member of ['apiVersion', 'kind'] as const) {
    const found = value[member]
    if (found !== undefined && found !== null && typeof found !== 'string')
      return `couldn't get version/kind; json parse error: json: cannot unmarshal ${goKind(found)} into Go struct field .${member} of type string`
  }
  const own = apiVersionOf(expected.group, expected.version)
  const apiVersion = (value['apiVersion'] as string | undefined) || own
  const kind = (value['kind'] as string | undefined) || expected.kind
  const groupVersion = parseApiVersion(apiVersion)
  if (!groupVersion) return `unexpected GroupVersion string: ${apiVersion}`
  if (kind === expected.kind && apiVersion === own) return undefined
  const known = expected.knownAs(groupVersion.group, groupVersion.version, kind)
  if (known === undefined) return unregistered(kind, apiVersion)
  const wanted = expected.knownAs(expected.group, expected.version, expected.kind) ?? expected.group
  if (kind === expected.kind && known === wanted) return undefined
  return `converting (${groupVersion.version}.${kind}) to (${wanted}.${expected.kind}): unknown conversion`
}

const checkKind = (claim: { group: string; version: string; kind: string }, expected: Expected): void => {
  if (claim.group === expected.group && claim.version === expected.version && claim.kind === expected.kind) return
  if (expected.anyVersion) {
    if (claim.kind === expected.kind) return
    throw badRequest(unregistered(claim.kind, apiVersionOf(claim.group, claim.version)))
  }
  const subject = `${claim.kind} in version ${JSON.stringify(claim.version)} cannot be handled as a ${expected.kind}`
  const known = expected.knownAs(claim.group, claim.version, claim.kind)
  if (known === undefined) {
    throw badRequest(`${subject}: ${unregistered(claim.kind, apiVersionOf(claim.group, claim.version))}`)
  }
  const wanted = expected.knownAs(expected.group, expected.version, expected.kind) ?? expected.group
  if (known === wanted && claim.kind === expected.kind) {
    throw badRequest(
      `the API version in the data (${apiVersionOf(claim.group, claim.version)}) does not match the expected API version (${apiVersionOf(expected.group, expected.version)})`,
    )
  }
  throw badRequest(`${subject}: converting (${claim.version}.${claim.kind}) to (${wanted}.${expected.kind}): unknown conversion`)
}

const fromValue = (
  parsed: Parsed,
  body: Buffer,
  expected: Expected,
  validation: FieldValidation,
  warn: (text: string) => void,
): KubeObject => {
  checkTypeMeta(parsed.value, body, expected)
  const value = (parsed.value ?? {}) as ValueMap
  checkKind(claimed(value, body, expected), expected)
  const subject = `${expected.kind} in version ${JSON.stringify(expected.version)} cannot be handled as a ${expected.kind}`
  const head = expected.anyVersion ? '' : `${subject}: `
  expected.seen?.(value)
  const { kept } = parsed
  const findings: Findings = { unknown: 0, ...(expected.forStore ? { anyOrder: true } : {}), ...(kept?.length ? { kept } : {}) }
  try {
    const object = canonical(expected.schema, value, findings) as unknown as KubeObject
    if (validation !== 'Ignore' && (findings.unknown > 0 || parsed.duplicates || parsed.strictErrors.length > 0)) {
      const diagnosis = diagnose(expected.schema, value, parsed.duplicates)
      if (diagnosis.typeError !== undefined) throw badRequest(`${subject}: ${diagnosis.typeError}`)
      const errors = [...parsed.strictErrors, ...diagnosis.strictErrors]
      if (validation === 'Strict' && errors.length > 0) throw badRequest(`${subject}: strict decoding error: ${errors.join(', ')}`)
      for (const error of errors.flatMap(warningsOf)) warn(error)
    }
    const result = identified(object, expected)
    const fault = expected.conversionFault?.(result)
    if (fault !== undefined) throw badRequest(`${head}${fault}`)
    keepEmptyManagers(value, result)
    return result
  } catch (error) {
    if (error instanceof TypeMismatch)
      throw badRequest(`${head}${diagnose(expected.schema, value, parsed.duplicates).typeError ?? error.message}`)
    if (error instanceof RangeError) throw badRequest(`${subject}: exceeded max depth`)
    throw error
  }
}

const identified = (object: KubeObject, expected: Expected): KubeObject => {
  object.kind = expected.kind
  object.apiVersion = apiVersionOf(expected.group, expected.version)
  object.metadata ??= {}
  return object
}

const fromProtobuf = (body: Buffer, expected: Expected): KubeObject => {
  try {
    const { raw, apiVersion, kind } = openEnvelope(body)
    const claim = claimed({ apiVersion, kind }, body, expected)
    checkKind(claim, expected)
    return identified(canonical(expected.schema, readMessage(expected.schema, raw), { unknown: 0 }) as unknown as KubeObject, expected)
  } catch (error) {
    if (error instanceof ProtobufError || error instanceof TypeMismatch) throw unrecognized(body, expected, error.message)
    throw error
  }
}
