// Reading JSON: the native parser where it is exact, the scanner where it is not.

import { type Duplicates, MAX_DEPTH, scanJson } from './json-scan.ts'
import type { Value, ValueMap } from './kube-object.ts'

const QUOTE = 34
const BACKSLASH = 92
const COLON = 58
const OPEN_BRACE = 123
const OPEN_BRACKET = 91
/** Digits of which an integer may be one that a double cannot hold. */
const LONG_NUMBER = 16
const SMALL_U = 117
const SMALL_D = 100
const COMMA = 44

const isDigitAt = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at)
  return code >= 48 && code <= 57
}

/** Whether so many digits stand in a row, in a string or outside. One place in each stretch of that length is looked at. */
const hasLongNumber = (text: string): boolean => {
  for (let at = LONG_NUMBER - 1; at < text.length; at += LONG_NUMBER) {
    if (!isDigitAt(text, at)) continue
    let [first, last] = [at, at]
    while (first > 0 && isDigitAt(text, first - 1)) first--
    while (isDigitAt(text, last + 1)) last++
    if (last - first + 1 >= LONG_NUMBER) return true
  }
  return false
}

/** Whether a key begins with the escape at a place. */
const beginsKey = (text: string, at: number): boolean => {
  if (text.charCodeAt(at - 1) !== QUOTE) return false
  let before = at - 2
  while (isSpace(text.charCodeAt(before))) before--
  const code = text.charCodeAt(before)
  return code === COMMA || code === OPEN_BRACE
}

const isSpace = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09

/**
 * Whether the native parser may read the text's escapes wrongly: V8 takes a key that begins with one for the key `\` where an object of
 * the same shape had that one before (seen in Node 24), and Go has its own way with halves of surrogate pairs.
 */
const misleads = (text: string): boolean => {
  for (let at = text.indexOf('\\'); at >= 0; at = text.indexOf('\\', at + 2)) {
    if (text.charCodeAt(at + 1) === SMALL_U && (text.charCodeAt(at + 2) | 0x20) === SMALL_D) return true
    if (beginsKey(text, at)) return true
  }
  return false
}

/**
 * Parses a JSON text. With `findDuplicates`, repeated members are reported (the last one counts, as in Go).
 * Throws JsonSyntaxError in Go's words.
 */
export const parseJson = (text: string, findDuplicates: boolean): { value: Value; duplicates: Duplicates | undefined } => {
  if (hasLongNumber(text) || misleads(text)) return scanned(text)
  let value: Value
  try {
    value = JSON.parse(text) as Value
  } catch {
    return scanned(text)
  }
  if (findDuplicates) {
    const members = countMembers(value, 0)
    if (members < 0 || members !== countColons(text)) return scanned(text)
  } else if (text.length > 2 * MAX_DEPTH && depthOf(text) > MAX_DEPTH) return scanned(text)
  return { value, duplicates: undefined }
}

/** Parses a text that writeJson wrote. */
export const parseOwnJson = (text: string): Value =>
  hasLongNumber(text) || misleads(text) ? scanned(text).value : (JSON.parse(text) as Value)

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

/** Members as parsed: fewer than written when one stood twice, and below 0 when nested too deep. */
const countMembers = (value: Value, depth: number): number => {
  if (typeof value !== 'object' || value === null) return 0
  if (depth === MAX_DEPTH) return -Infinity
  let count = 0
  if (Array.isArray(value)) for (const element of value) count += countMembers(element, depth + 1)
  else {
    for (const key in value) {
      const member = (value as ValueMap)[key] as Value
      count += typeof member === 'object' ? 1 + countMembers(member, depth + 1) : 1
    }
  }
  return count
}
