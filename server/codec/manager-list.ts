// Reads lists of managers as the store has them. Objects made from one template have the same sets of fields in them, whose keys are slow
// to parse: each set is read once and shared from then on.
import { parseOwnJson } from '../../apimachinery/json-parse.ts'
import type { Value, ValueMap } from '../../apimachinery/kube-object.ts'

const FIELDS = '"fieldsV1":{'
const MAX_CACHED_TEXT = 4 * 1024 * 1024
const [QUOTE, BACKSLASH, OPEN, CLOSE] = [0x22, 0x5c, 0x7b, 0x7d]

const known = new Map<string, Value>()
let knownText = 0

const frozen = (value: Value): Value => {
  if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) frozen(member)
    Object.freeze(value)
  }
  return value
}

const fieldSet = (text: string): Value => {
  let set = known.get(text)
  if (set === undefined) {
    set = frozen(parseOwnJson(text))
    knownText += text.length
    if (knownText > MAX_CACHED_TEXT) {
      known.clear()
      knownText = text.length
    }
    known.set(text, set)
  }
  return set
}

/** Where the object that begins at a place ends. */
const endOf = (text: string, start: number): number => {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      for (at++; at < text.length && text.charCodeAt(at) !== QUOTE; at++) if (text.charCodeAt(at) === BACKSLASH) at++
    } else if (code === OPEN) depth++
    else if (code === CLOSE && --depth === 0) return at + 1
  }
  return text.length
}

/** The entries of a list's text, as the store wrote it. Their sets of fields are shared and frozen. */
export const readManagerList = (text: string): Value[] => {
  const sets: Value[] = []
  let rest = ''
  let from = 0
  for (let at = text.indexOf(FIELDS); at >= 0; at = text.indexOf(FIELDS, from)) {
    const start = at + FIELDS.length - 1
    const end = endOf(text, start)
    rest += `${text.slice(from, start)}${sets.length}`
    sets.push(fieldSet(text.slice(start, end)))
    from = end
  }
  const entries = parseOwnJson(rest + text.slice(from)) as ValueMap[]
  for (const entry of entries) {
    const place = entry['fieldsV1']
    if (typeof place === 'number') entry['fieldsV1'] = sets[place] as Value
  }
  return entries
}
