// Reads and writes lists of managers as the store has them. Objects made from one template have the same sets of fields in them, whose keys
// are slow to parse and to write: each set is read once and shared from then on, and what is shared is written once.
import { parseOwnJson } from '../../apimachinery/json-parse.ts'
import { writeJson } from '../../apimachinery/json-write.ts'
import { type Frozen, isMap, type Value, type ValueMap } from '../../apimachinery/kube-object.ts'
import { endOfObject } from './json-extent.ts'

const FIELDS = Buffer.from('"fieldsV1":{')
const MAX_CACHED_TEXT = 4 * 1024 * 1024

const known = new Map<string, Value>()
/** JSON of sets that nobody may change any more. */
const texts = new WeakMap<Frozen<ValueMap>, string>()
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
    texts.set(set as ValueMap, text)
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

/** A set's JSON. Its parts are mostly shared where it is not. */
const setText = (set: Frozen<Value>): string => {
  if (!isMap(set as Value)) return writeJson(set)
  let text = texts.get(set as Frozen<ValueMap>)
  if (text !== undefined) return text
  text = ''
  for (const element in set as ValueMap)
    text += `${text === '' ? '{' : ','}${JSON.stringify(element)}:${setText((set as ValueMap)[element] as Value)}`
  text = text === '' ? '{}' : `${text}}`
  if (Object.isFrozen(set)) texts.set(set as Frozen<ValueMap>, text)
  return text
}

const entryText = (entry: Frozen<ValueMap>): string => {
  const { fieldsV1, subresource, ...rest } = entry
  let text = writeJson(rest).slice(0, -1)
  const put = (member: string, value: string): void => {
    text += `${text === '{' ? '' : ','}"${member}":${value}`
  }
  if (fieldsV1 !== undefined) put('fieldsV1', setText(fieldsV1))
  if (subresource !== undefined) put('subresource', writeJson(subresource))
  return `${text}}`
}

/** The JSON of a list in canonical form. */
export const writeManagerList = (entries: readonly Frozen<Value>[]): string =>
  `[${entries.map((entry) => entryText(entry as Frozen<ValueMap>)).join(',')}]`
