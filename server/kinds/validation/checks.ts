// The small set that all validation of built-in kinds is made of. A check looks at a value and pushes what is wrong with it onto `errors`,
// so that checks compose by being called in upstream's order and cost nothing where nothing is wrong: paths of members are only put
// together for an error. Knows no kinds. Upstream: pkg/apis/core/validation, k8s.io/apimachinery/pkg/api/validation.
import { duplicateValue, type FieldError, forbiddenField, invalidValue, notSupported, required } from '../../../apimachinery/field-error.ts'

export type Errors = FieldError[]

/** `path` is the value's own: `spec.containers[0]`. */
export type Check<T> = (value: T, path: string, errors: Errors) => void

/** Messages about a text; none means it fits. */
export type TextCheck = (text: string) => readonly string[]

/** Text: absent and empty are the same to Go. */
export type Text = string | undefined
type Integer = number | bigint

const NEGATIVE = 'must be greater than or equal to 0'
const IMMUTABLE = 'field is immutable'

/** Whether there is any; one error where there is none. */
export const present = (value: { readonly length: number } | undefined | null, path: string, errors: Errors, detail = ''): boolean => {
  if (value && value.length > 0) return true
  errors.push(required(path, detail))
  return false
}

/** What a name check finds in a text; the empty text is checked too. */
export const named = (value: Text, check: TextCheck, path: string, errors: Errors): void => {
  for (const message of check(value ?? '')) errors.push(invalidValue(path, value ?? '', message))
}

/** A name that has to be there. */
export const requiredName = (value: Text, check: TextCheck, path: string, errors: Errors): void => {
  if (present(value, path, errors)) named(value, check, path, errors)
}

/** A name that may be missing. */
export const optionalName = (value: Text, check: TextCheck, path: string, errors: Errors): void => {
  if (value) named(value, check, path, errors)
}

/** One of a set; `supported` is listed as upstream lists it. */
export const oneOf = (value: Text, supported: readonly string[], path: string, errors: Errors): void => {
  if (!supported.includes(value ?? '')) errors.push(notSupported(path, value ?? '', supported))
}

/** One of a set, where the empty text is said to be missing. */
export const requiredOneOf = (value: Text, supported: readonly string[], path: string, errors: Errors): void => {
  if (present(value, path, errors)) oneOf(value, supported, path, errors)
}

/** 0 or more; absent is fine. */
export const nonNegative = (value: Integer | undefined | null, path: string, errors: Errors): void => {
  if (value !== undefined && value !== null && value < 0) errors.push(invalidValue(path, value, NEGATIVE))
}

/** More than 0; absent counts as 0. */
export const positive = (value: Integer | undefined, path: string, errors: Errors): void => {
  if ((value ?? 0) <= 0) errors.push(invalidValue(path, value ?? 0, 'must be greater than zero'))
}

/** Between two bounds, both inclusive; absent is fine. `said` is what upstream names as bounds where it names others. */
export const within = (
  value: Integer | undefined,
  [least, most]: readonly [number, number],
  path: string,
  errors: Errors,
  said = `must be between ${least} and ${most}, inclusive`,
): void => {
  if (value !== undefined && (value < least || value > most)) errors.push(invalidValue(path, value, said))
}

/** Each item of a list, its index in the path. */
export const each = <T>(list: readonly T[] | undefined | null, path: string, errors: Errors, check: Check<T>): void => {
  if (list) for (let index = 0; index < list.length; index++) check(list[index] as T, `${path}[${index}]`, errors)
}

/** Says of a value that it came before; remembers it where it did not. */
export const unique = (value: string, seen: Set<string>, path: string, errors: Errors): void => {
  if (seen.has(value)) errors.push(duplicateValue(path, value))
  else seen.add(value)
}

/** Members of which at most one may be there, in upstream's order. */
export interface Alternative<T, Context> {
  member: keyof T & string
  /** The member as the refusal of a second one spells it. */
  shown?: string
  check?(source: NonNullable<T[keyof T]>, path: string, errors: Errors, context: Context): void
  /** What is looked at even where the member is refused. */
  always?(source: NonNullable<T[keyof T]>, path: string, errors: Errors, context: Context): void
  /** The member's path, where it is not its name. */
  path?: string
}

/** How many of the members count: 1, or 0 for none. The first is checked, later ones are refused. */
export const atMostOne = <T, Context>(
  value: T,
  alternatives: readonly Alternative<T, Context>[],
  path: string,
  errors: Errors,
  refusal: string,
  context: Context,
): number => {
  let count = 0
  for (const { member, shown, check, always, path: own } of alternatives) {
    const source = value[member]
    if (source === undefined || source === null) continue
    if (count > 0) errors.push(forbiddenField(`${path}.${shown ?? member}`, refusal))
    else {
      count = 1
      check?.(source as NonNullable<T[keyof T]>, `${path}.${own ?? member}`, errors, context)
    }
    always?.(source as NonNullable<T[keyof T]>, path, errors, context)
  }
  return count
}

/** Refuses a changed value; `same` is the caller's comparison. */
export const immutable = (same: boolean, value: unknown, path: string, errors: Errors): void => {
  if (!same) errors.push(invalidValue(path, value, IMMUTABLE))
}
