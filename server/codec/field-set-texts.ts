// Sets of fields and their JSON. Objects made from one template have the same sets in them, whose keys are slow to parse and to write: each
// set is read once and shared from then on, and what is shared is written once.
import { writeJson } from '../../apimachinery/json-write.ts'
import { type Frozen, isMap, type Value, type ValueMap } from '../../apimachinery/kube-object.ts'

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

/** The set of a text, frozen; `parse` reads one that is not known. */
export const fieldSetOf = (text: string, parse: (text: string) => Value): Value => {
  let set = known.get(text)
  if (set === undefined) {
    set = frozen(parse(text))
    knownText += text.length
    if (knownText > MAX_CACHED_TEXT) {
      known.clear()
      knownText = text.length
    }
    known.set(text, set)
  }
  return set
}

/** A set's JSON. Its parts are mostly shared where it is not. */
export const fieldSetText = (set: Frozen<Value>): string => {
  if (!isMap(set as Value)) return writeJson(set)
  let text = texts.get(set as Frozen<ValueMap>)
  if (text !== undefined) return text
  text = ''
  for (const element in set as ValueMap) {
    const below = fieldSetText((set as ValueMap)[element] as Value)
    text += `${text === '' ? '{' : ','}${JSON.stringify(element)}:${below}`
  }
  text = text === '' ? '{}' : `${text}}`
  if (Object.isFrozen(set)) texts.set(set as Frozen<ValueMap>, text)
  return text
}
