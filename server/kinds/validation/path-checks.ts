// Paths inside volumes and on nodes. Upstream: validatePathNoBacksteps, validateLocalDescendingPath, ValidateLocalNonReservedPath.
import { invalidValue } from '../../../apimachinery/field-error.ts'
import { type Errors, within } from './checks.ts'

/** No element is `..`. */
export const checkNoBacksteps = (path: string, at: string, errors: Errors): void => {
  if (path.includes('..') && path.split('/').includes('..')) errors.push(invalidValue(at, path, "must not contain '..'"))
}

/** Relative, and never upward. */
export const checkDescendingPath = (path: string, at: string, errors: Errors): void => {
  if (path.startsWith('/')) errors.push(invalidValue(at, path, 'must be a relative path'))
  checkNoBacksteps(path, at, errors)
}

/** Relative, never upward, and not of the names that atomic writers keep. */
export const checkLocalNonReservedPath = (path: string, at: string, errors: Errors): void => {
  checkDescendingPath(path, at, errors)
  if (path.startsWith('..') && !path.startsWith('../')) errors.push(invalidValue(at, path, "must not start with '..'"))
}

/** Permission bits of a file. */
export const checkFileMode = (mode: number | undefined, at: string, errors: Errors): void =>
  within(mode, [0, 0o777], at, errors, 'must be a number between 0 and 0777 (octal), both inclusive')
