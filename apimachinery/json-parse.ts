// Reading JSON: the native parser where it is exact, the scanner where it is not.

import { type Duplicates, MAX_DEPTH, scanJson } from './json-scan.ts'
import type { Value, ValueMap } from './kube-object.ts'

const QUOTE = 34
const BACKSLASH = 92
const COLON = 58
const OPEN_BRACE = 123
const OPEN_BRACKET = 91

/**
 * Parses a JSON text. With `findDuplicates`, repeated members are reported (the last one counts, as in Go).
 * Throws JsonSyntaxError in Go's words.
 */
export const parseJson = (text: string, findDuplicates: boolean): { value: Value; duplicates: Duplicates | undefined } => {
  if (text.length > 2 * MAX_DEPTH && depthOf(text) > MAX_DEPTH) return scanned(text)
  if (/\d{16}/.test(text) || /\\u[dD]/.test(text)) return scanned(text)
  let value: Value
  try {
    value = JSON.parse(text) as Value
  } catch {
    return scanned(text)
  }
  if (findDuplicates && countColons(text) !== countMembers(value)) return scanned(text)
  return { value, duplicates: undefined }
}

const scanned = (text: string): { value: Value; duplicates: Duplicates | undefined } => {
  const { value, duplicates } = scanJson(text)
  return { value, duplicates: duplicates.size > 0 ? duplicates : undefined }
}

/** Colons outside strings: one for each member as written. */
const countColons = (text: string): number => {
  let count = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === COLON) count++
    else if (code === QUOTE) {
      at = text.indexOf('"', at + 1)
      while (isEscaped(text, at)) at = text.indexOf('"', at + 1)
    }
  }
  return count
}

/** The deepest nesting, or more. */
const depthOf = (text: string): number => {
  let [depth, deepest] = [0, 0]
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === OPEN_BRACE || code === OPEN_BRACKET) deepest = Math.max(deepest, ++depth)
    else if (code === OPEN_BRACE + 2 || code === OPEN_BRACKET + 2) depth--
    else if (code === QUOTE) {
      do at = text.indexOf('"', at + 1)
      while (at > 0 && isEscaped(text, at))
      if (at < 0) return Infinity
    }
  }
  return deepest
}

const isEscaped = (text: string, quoteAt: number): boolean => {
  let backslashes = 0
  while (text.charCodeAt(quoteAt - 1 - backslashes) === BACKSLASH) backslashes++
  return backslashes % 2 === 1
}

/** Members as parsed: fewer than written when one stood twice. */
const countMembers = (value: Value): number => {
  let count = 0
  if (Array.isArray(value)) for (const element of value) count += typeof element === 'object' ? countMembers(element) : 0
  else if (typeof value === 'object' && value !== null) {
    for (const key in value) {
      const member = (value as ValueMap)[key] as Value
      count += typeof member === 'object' ? 1 + countMembers(member) : 1
    }
  }
  return count
}
