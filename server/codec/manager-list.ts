// Reads lists of managers as the store has them. Objects made from one template have the same sets of fields in them, whose keys are slow
// to parse: each set is read once and shared from then on.
import { parseOwnJson } from '../../apimachinery/json-parse.ts'
import type { Value, ValueMap } from '../../apimachinery/kube-object.ts'
import { endOfObject } from './encoded-item.ts'

const FIELDS = Buffer.from('"fieldsV1":{')
const MAX_CACHED_TEXT = 4 * 1024 * 1024

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

/** The entries of a list's bytes, as the store wrote it. Their sets of fields are shared and frozen. */
export const readManagerList = (bytes: Buffer): Value[] => {
  const sets: Value[] = []
  let rest = ''
  let from = 0
  for (let at = bytes.indexOf(FIELDS); at >= 0; at = bytes.indexOf(FIELDS, from)) {
    const start = at + FIELDS.length - 1
    const end = endOfObject(bytes, start)
    rest += `${bytes.toString('utf8', from, start)}${sets.length}`
    sets.push(fieldSet(bytes.toString('utf8', start, end)))
    from = end
  }
  const entries = parseOwnJson(rest + bytes.toString('utf8', from)) as ValueMap[]
  for (const entry of entries) {
    const place = entry['fieldsV1']
    if (typeof place === 'number') entry['fieldsV1'] = sets[place] as Value
  }
  return entries
}
