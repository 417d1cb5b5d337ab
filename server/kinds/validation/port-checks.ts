// Ports by number and by name. Upstream: IsValidPortNum, IsValidPortName, ValidatePortNumOrName.
import { invalidValue } from '../../../apimachinery/field-error.ts'
import type { Errors } from './checks.ts'

export const PROTOCOLS: readonly string[] = ['SCTP', 'TCP', 'UDP']

const characters = /^[-a-z0-9]+$/
const letter = /[a-z]/

const portName = (name: string): string[] => {
  const messages: string[] = []
  if (Buffer.byteLength(name) > 15) messages.push('must be no more than 15 characters')
  if (!characters.test(name)) messages.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)')
  if (!letter.test(name)) messages.push('must contain at least one letter (a-z)')
  if (name.includes('--')) messages.push('must not contain consecutive hyphens')
  if (name.startsWith('-') || name.endsWith('-')) messages.push('must not begin or end with a hyphen')
  return messages
}

/** 1 to 65535; absent counts as 0. */
export const checkPortNumber = (port: number | undefined, path: string, errors: Errors): void => {
  if (port === undefined || port < 1 || port > 65535) errors.push(invalidValue(path, port ?? 0, 'must be between 1 and 65535, inclusive'))
}

export const checkPortName = (name: string, path: string, errors: Errors): void => {
  for (const message of portName(name)) errors.push(invalidValue(path, name, message))
}

/** A number, or the name of one. */
export const checkPortNumberOrName = (port: number | string | undefined, path: string, errors: Errors): void => {
  if (typeof port === 'string') checkPortName(port, path, errors)
  else checkPortNumber(port, path, errors)
}
