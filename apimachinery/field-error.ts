// One thing wrong with one field. Upstream: k8s.io/apimachinery/pkg/util/validation/field/errors.go.
import { goJson, goQuote } from './go-text.ts'

export interface FieldError {
  type:
    | 'FieldValueNotFound'
    | 'FieldValueRequired'
    | 'FieldValueDuplicate'
    | 'FieldValueInvalid'
    | 'FieldValueNotSupported'
    | 'FieldValueForbidden'
    | 'FieldValueTooLong'
    | 'FieldValueTooMany'
    | 'InternalError'
    | 'FieldValueTypeInvalid'
  field: string
  /** The offending value, already as upstream prints it; undefined where the type shows none. */
  value?: string
  detail: string
}

const titles: Record<FieldError['type'], string> = {
  FieldValueNotFound: 'Not found',
  FieldValueRequired: 'Required value',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueForbidden: 'Forbidden',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
  InternalError: 'Internal error',
  FieldValueTypeInvalid: 'Invalid value',
}

/** Go's %q for text, %v for numbers and booleans, JSON for the rest: how upstream shows a bad value. */
export const shown = (value: unknown): string => {
  if (value === undefined || value === null) return 'null'
  if (typeof value === 'string') return goQuote(value)
  if (typeof value === 'object') return goJson(value)
  return String(value)
}

/** The cause's message: what is wrong, without the field. */
export const fieldErrorBody = (error: FieldError): string => {
  const head = error.value === undefined ? titles[error.type] : `${titles[error.type]}: ${error.value}`
  return error.detail === '' ? head : `${head}: ${error.detail}`
}

/** The whole sentence, field first. */
export const fieldErrorMessage = (error: FieldError): string => `${error.field}: ${fieldErrorBody(error)}`

export const required = (field: string, detail: string): FieldError => ({ type: 'FieldValueRequired', field, detail })
export const invalidValue = (field: string, value: unknown, detail: string): FieldError => ({
  type: 'FieldValueInvalid',
  field,
  value: shown(value),
  detail,
})
export const forbiddenField = (field: string, detail: string): FieldError => ({ type: 'FieldValueForbidden', field, detail })

/** The value itself is not shown: it is long. */
export const tooLong = (field: string, maximumBytes: number): FieldError => ({
  type: 'FieldValueTooLong',
  field,
  detail: `may not be more than ${maximumBytes} bytes`,
})

/** The supported values are listed as they are given: upstream sorts some of its lists and not others. */
export const notSupported = (field: string, value: unknown, supported: readonly string[]): FieldError => ({
  type: 'FieldValueNotSupported',
  field,
  // Most are of types of their own, which upstream shows as JSON.
  value: typeof value === 'string' ? goJson(value) : shown(value),
  detail: supported.length === 0 ? '' : `supported values: ${supported.map((name) => JSON.stringify(name)).join(', ')}`,
})

export const duplicateValue = (field: string, value: unknown): FieldError => ({
  type: 'FieldValueDuplicate',
  field,
  value: shown(value),
  detail: '',
})

export const notFoundValue = (field: string, value: unknown, detail = ''): FieldError => ({
  type: 'FieldValueNotFound',
  field,
  value: shown(value),
  detail,
})

/** `value` is how many there are. */
export const tooMany = (field: string, actual: number, maximum: number): FieldError => ({
  type: 'FieldValueTooMany',
  field,
  value: String(actual),
  detail: `must have at most ${maximum} ${maximum === 1 ? 'item' : 'items'}`,
})

/** Invalid as a whole: no value is shown. */
export const invalidWhole = (field: string, detail: string): FieldError => ({ type: 'FieldValueInvalid', field, detail })
