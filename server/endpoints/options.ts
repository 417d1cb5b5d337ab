// The options a request carries in its query, read and checked as upstream's option kinds are.
// Upstream: k8s.io/apimachinery/pkg/apis/meta/v1/validation, pkg/apis/meta/internalversion/validation.

import { type FieldError, forbiddenField, invalidValue, notSupported, required } from '../../apimachinery/field-error.ts'
import { type FieldSelector, parseFieldSelector } from '../../apimachinery/field-selector.ts'
import { parseGoInteger } from '../../apimachinery/go-integer.ts'
import { type LabelSelector, parseLabelSelector, SelectorError } from '../../apimachinery/label-selector.ts'
import { badRequest, invalid } from '../../apimachinery/status-error.ts'
import type { FieldValidation } from '../codec/decode-body.ts'
import type { ResourceDefinition } from '../registry/resource-definition.ts'

export interface WriteOptions {
  dryRun: boolean
  fieldManager: string
  fieldValidation: FieldValidation
  /** Of a server-side apply: takes what others own. */
  force: boolean
}

const MAX_MANAGER = 128
/** As Go's unicode.IsPrint has it. */
const PRINTABLE = /[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u

/** Errors of the dryRun values. */
export const dryRunErrors = (values: readonly string[]): FieldError[] =>
  values.some((value) => value !== 'All') ? [notSupported('dryRun', values, ['All'])] : []

const managerErrors = (manager: string): FieldError[] => {
  const errors: FieldError[] = []
  const isLong = Buffer.byteLength(manager) > MAX_MANAGER
  if (isLong) errors.push({ type: 'FieldValueTooLong', field: 'fieldManager', detail: `may not be more than ${MAX_MANAGER} bytes` })
  let position = 0
  for (const character of manager) {
    if (!PRINTABLE.test(character)) {
      const code = (character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')
      errors.push(invalidValue('fieldManager', manager, `invalid character U+${code} (at position ${position})`))
      // Each error shows the whole: of a long one, one is enough.
      if (isLong) break
    }
    position += Buffer.byteLength(character)
  }
  return errors
}

const validationErrors = (value: string): FieldError[] =>
  ['', 'Ignore', 'Warn', 'Strict'].includes(value) ? [] : [notSupported('fieldValidation', value, ['', 'Ignore', 'Strict', 'Warn'])]

const patchErrors = (query: URLSearchParams, isApply: boolean): FieldError[] => {
  if (!isApply) return query.has('force') ? [forbiddenField('force', 'may not be specified for non-apply patch')] : []
  return (query.get('fieldManager') ?? '') === '' ? [required('fieldManager', 'is required for apply patch')] : []
}

/** Options of a create, update or patch; `isApply`: of a server-side apply. Throws StatusError Invalid. */
export const writeOptions = (
  kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions',
  query: URLSearchParams,
  isApply = false,
): WriteOptions => {
  const dryRun = query.getAll('dryRun').filter((value) => value !== '')
  const fieldManager = query.get('fieldManager') ?? ''
  const fieldValidation = query.get('fieldValidation') ?? ''
  const ofPatch = kind === 'PatchOptions' ? patchErrors(query, isApply) : []
  const errors = [...ofPatch, ...managerErrors(fieldManager), ...dryRunErrors(dryRun), ...validationErrors(fieldValidation)]
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind }, '', errors)
  const force = boolean(query, 'force') ?? false
  return { dryRun: dryRun.length > 0, fieldManager, fieldValidation: (fieldValidation || 'Warn') as FieldValidation, force }
}

export interface ListOptions {
  labels: LabelSelector
  fields: FieldSelector
  limit: number
  continueToken: string
  resourceVersion: string
  resourceVersionMatch: string
  timeoutSeconds: number | undefined
  allowWatchBookmarks: boolean
  sendInitialEvents: boolean | undefined
}

/** Go's ParseInt, its error included. Undefined when absent. */
export const integer = (query: URLSearchParams, name: string): number | undefined => {
  const text = query.get(name)
  if (text === null || text === '') return undefined
  const value = parseGoInteger(text)
  if (typeof value === 'string') throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: ${value}`)
  return Number(value)
}

/** Anything but absent, '0' and 'false' is true: upstream's query booleans. */
const boolean = (query: URLSearchParams, name: string): boolean | undefined => {
  const text = query.get(name)
  return text === null ? undefined : text !== '0' && text.toLowerCase() !== 'false'
}

const selector = <T>(parse: (text: string) => T, text: string): T => {
  try {
    return parse(text)
  } catch (error) {
    if (error instanceof SelectorError) throw badRequest(error.message)
    throw error
  }
}

/** Names of the version's selectors as the kind's fields. Throws 400 for a name it does not have. */
const knownFields = (fields: FieldSelector, { fieldLabels }: ResourceDefinition, apiVersion: string): FieldSelector =>
  fields.map((requirement) => {
    const field = fieldLabels.fieldOf(requirement.field)
    if (field === undefined) throw badRequest(fieldLabels.refusal(requirement.field, apiVersion))
    return { ...requirement, field }
  })

/** Options of a list, watch or collection delete. Throws StatusError. */
export const listOptions = (query: URLSearchParams, definition: ResourceDefinition, apiVersion: string, watch: boolean): ListOptions => {
  if (query.size === 0 && !watch) return { ...EVERYTHING }
  const options: ListOptions = {
    limit: Math.max(0, integer(query, 'limit') ?? 0),
    timeoutSeconds: integer(query, 'timeoutSeconds'),
    labels: selector(parseLabelSelector, query.get('labelSelector') ?? ''),
    fields: knownFields(selector(parseFieldSelector, query.get('fieldSelector') ?? ''), definition, apiVersion),
    continueToken: query.get('continue') ?? '',
    resourceVersion: query.get('resourceVersion') ?? '',
    resourceVersionMatch: query.get('resourceVersionMatch') ?? '',
    allowWatchBookmarks: boolean(query, 'allowWatchBookmarks') ?? false,
    sendInitialEvents: boolean(query, 'sendInitialEvents'),
  }
  // A watch from nowhere or from 0 begins with the state, marked at its end like one that asked for it.
  if (watch && options.sendInitialEvents === undefined && options.resourceVersionMatch === '' && isAny(options.resourceVersion)) {
    options.sendInitialEvents = true
    options.resourceVersionMatch = 'NotOlderThan'
  }
  const errors = watch ? watchErrors(options) : listErrors(options)
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', errors)
  return options
}

/** No version, or 0: whatever the server has. */
export const isAny = (resourceVersion: string): boolean => resourceVersion === '' || resourceVersion === '0'

const EVERYTHING: ListOptions = {
  labels: [],
  fields: [],
  limit: 0,
  continueToken: '',
  resourceVersion: '',
  resourceVersionMatch: '',
  timeoutSeconds: undefined,
  allowWatchBookmarks: false,
  sendInitialEvents: undefined,
}

const MATCH = 'resourceVersionMatch'
const matchValues = (value: string): FieldError => ({
  ...notSupported(MATCH, value, []),
  detail: 'supported values: "Exact", "NotOlderThan", ""',
})

const ifContinued = ({ continueToken }: ListOptions): FieldError[] =>
  continueToken === '' ? [] : [forbiddenField(MATCH, 'resourceVersionMatch is forbidden when continue is provided')]

const listErrors = (options: ListOptions): FieldError[] => {
  const { resourceVersionMatch: match } = options
  const errors: FieldError[] = []
  if (match !== '') {
    if (options.resourceVersion === '')
      errors.push(forbiddenField(MATCH, 'resourceVersionMatch is forbidden unless resourceVersion is provided'))
    errors.push(...ifContinued(options))
    if (match !== 'Exact' && match !== 'NotOlderThan') errors.push(matchValues(match))
    if (match === 'Exact' && options.resourceVersion === '0')
      errors.push(forbiddenField(MATCH, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'))
  }
  if (options.sendInitialEvents !== undefined) errors.push(forbiddenField('sendInitialEvents', 'sendInitialEvents is forbidden for list'))
  return errors
}

const watchErrors = (options: ListOptions): FieldError[] => {
  const { resourceVersionMatch: match, sendInitialEvents } = options
  const errors: FieldError[] = []
  if (sendInitialEvents !== undefined && match !== 'NotOlderThan')
    errors.push(forbiddenField(MATCH, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'))
  if (match === '') return errors
  if (sendInitialEvents === undefined)
    errors.push(forbiddenField(MATCH, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'))
  if (match !== 'NotOlderThan') errors.push(notSupported(MATCH, match, ['NotOlderThan']))
  errors.push(...ifContinued(options))
  return errors
}
