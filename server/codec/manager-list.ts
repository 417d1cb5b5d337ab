// Reads and writes lists of managers as the store has them.
import { parseOwnJson } from '../../apimachinery/json-parse.ts'
import { writeJson } from '../../apimachinery/json-write.ts'
import type { Frozen, Value, ValueMap } from '../../apimachinery/kube-object.ts'
import { fieldSetOf, fieldSetText } from './field-set-texts.ts'
import { endOfObject } from './json-extent.ts'

const FIELDS = Buffer.from('"fieldsV1":{')

/** The entries of a list's bytes, as the store wrote it. Their sets of fields are shared and frozen. */
export const readManagerList = (bytes: Buffer): Value[] => {
  const sets: Value[] = []
  let rest = ''
  let from = 0
  for (let at = bytes.indexOf(FIELDS); at >= 0; at = bytes.indexOf(FIELDS, from)) {
    const start = at + FIELDS.length - 1
    const end = endOfObject(bytes, start)
    rest += `${bytes.toString('utf8', from, start)}${sets.length}`
    sets.push(fieldSetOf(bytes.toString('utf8', start, end), parseOwnJson))
    from = end
  }
  const entries = parseOwnJson(rest + bytes.toString('utf8', from)) as ValueMap[]
  for (const entry of entries) {
    const place = entry['fieldsV1']
    if (typeof place === 'number') entry['fieldsV1'] = sets[place] as Value
  }
  return entries
}

const entryText = (entry: Frozen<ValueMap>): string => {
  const { fieldsV1, subresource, ...rest } = entry
  let text = writeJson(rest).slice(0, -1)
  const put = (member: string, value: string): void => {
    text += `${text === '{' ? '' : ','}"${member}":${value}`
  }
  if (fieldsV1 !== undefined) put('fieldsV1', fieldSetText(fieldsV1))
  if (subresource !== undefined) put('subresource', writeJson(subresource))
  return `${text}}`
}

/** The JSON of a list in canonical form. */
export const writeManagerList = (entries: readonly Frozen<Value>[]): string =>
  `[${entries.map((entry) => entryText(entry as Frozen<ValueMap>)).join(',')}]`
