// The options a request carries in its query, read and checked as upstream's option kinds are.
// Upstream: k8s.io/apimachinery/pkg/apis/meta/v1/validation, pkg/apis/meta/internalversion/validation.

import { type FieldError, forbiddenField, invalidValue, notSupported } from '../../apimachinery/field-error.ts'
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
}

const MAX_MANAGER = 128

/** Errors of the dryRun values. */
export const dryRunErrors = (values: readonly string[]): FieldError[] =>
  values.some((value) => value !== 'All') ? [notSupported('dryRun', values, ['All'])] : []

const managerErrors = (manager: string): FieldError[] => {
  if (manager.length > MAX_MANAGER)
    return [{ type: 'FieldValueTooLong', field: 'fieldManager', detail: `may not be more than ${MAX_MANAGER} bytes` }]
  const bad = [...manager].find((character) => !/[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(character))
  return bad === undefined ? [] : [invalidValue('fieldManager', manager, 'should only contain printable characters')]
}

const validationErrors = (value: string): FieldError[] =>
  ['', 'Ignore', 'Warn', 'Strict'].includes(value) ? [] : [notSupported('fieldValidation', value, ['', 'Ignore', 'Strict', 'Warn'])]

/** Options of a create, update or patch. Throws StatusError Invalid. */
export const writeOptions = (kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions', query: URLSearchParams): WriteOptions => {
  const dryRun = query.getAll('dryRun').filter((value) => value !== '')
  const fieldManager = query.get('fieldManager') ?? ''
  const fieldValidation = query.get('fieldValidation') ?? ''
  const force = kind === 'PatchOptions' && query.has('force') ? [forbiddenField('force', 'may not be specified for non-apply patch')] : []
  const errors = [...force, ...managerErrors(fieldManager), ...dryRunErrors(dryRun), ...validationErrors(fieldValidation)]
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind }, '', errors)
  return { dryRun: dryRun.length > 0, fieldManager, fieldValidation: (fieldValidation || 'Warn') as FieldValidation }
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
  const errors = watch ? watchErrors(options) : listErrors(options)
  // A watch from nowhere or from 0 begins with the state, marked at its end like one that asked for it.
  if (watch && options.sendInitialEvents === undefined && isAny(options.resourceVersion)) options.sendInitialEvents = true
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

const listErrors = (options: ListOptions): FieldError[] => {
  if (options.sendInitialEvents !== undefined) return [forbiddenField('sendInitialEvents', 'sendInitialEvents is forbidden for list')]
  const { resourceVersionMatch: match } = options
  const errors: FieldError[] = []
  if (match === '') return errors
  if (options.resourceVersion === '')
    errors.push(forbiddenField(MATCH, 'resourceVersionMatch is forbidden unless resourceVersion is provided'))
  if (options.continueToken !== '') errors.push(forbiddenField(MATCH, 'resourceVersionMatch is forbidden when continue is provided'))
  if (match !== 'Exact' && match !== 'NotOlderThan') errors.push(matchValues(match))
  if (match === 'Exact' && options.resourceVersion === '0')
    errors.push(forbiddenField(MATCH, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'))
  return errors
}

const watchErrors = (options: ListOptions): FieldError[] => {
  const { resourceVersionMatch: match, sendInitialEvents } = options
  const errors: FieldError[] = []
  if (sendInitialEvents === undefined) {
    if (match !== '') errors.push(forbiddenField(MATCH, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'))
    return errors
  }
  if (match !== 'NotOlderThan') {
    errors.push(forbiddenField(MATCH, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'))
    if (match !== '') errors.push(notSupported(MATCH, match, ['NotOlderThan']))
  }
  if (options.continueToken !== '') errors.push(forbiddenField('continue', 'sendInitialEvents is forbidden when continue is provided'))
  return errors
}
