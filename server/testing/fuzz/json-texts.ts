// JSON texts: what ours takes is what JSON.parse takes, with the same value; what is written reads back the same.
import { parseJson, parseOwnJson } from '../../../apimachinery/json-parse.ts'
import { JsonSyntaxError, MAX_DEPTH, scanJson } from '../../../apimachinery/json-scan.ts'
import { writeJson } from '../../../apimachinery/json-write.ts'
import type { Value } from '../../../apimachinery/kube-object.ts'
import type { FuzzRandom } from './fuzz-random.ts'
import { declared, type FuzzSubject, mustBe, mustBePlain, mustEqual } from './fuzz-subject.ts'
import { anyValue, mutatedText, nestedText } from './mutations.ts'
import { allKinds, randomObject } from './random-objects.ts'

export const JSON_PIECES = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  '\\u',
  '\\ud800',
  '\\udc00',
  '\\"',
  'null',
  'tru',
  '-',
  '1e',
  '.',
  '0',
  '9'.repeat(20),
]
const MORE = [
  '1e400',
  '-0',
  '1.0',
  '"__proto__":',
  '"constructor":{"prototype":{"polluted":1}}',
  '\ud800',
  '\u2028',
  '\ufeff',
  ' ',
  '\t',
  '\0',
  '//',
]

/** Texts near JSON: of an object, of anything, nested beyond any bound. */
export const jsonText = (random: FuzzRandom): string => {
  if (random.chance(60)) return nestedText(random.pick([MAX_DEPTH - 1, MAX_DEPTH, MAX_DEPTH + 1, 20_000]), random)
  const text = writeJson(random.chance(2) ? randomObject(random.pick(allKinds), random) : anyValue(random))
  return random.chance(4) ? text : mutatedText(text, [...JSON_PIECES, ...MORE], random)
}

const depthOf = (value: Value): number => {
  if (typeof value !== 'object' || value === null) return 0
  let deepest = 0
  for (const member of Object.values(value)) deepest = Math.max(deepest, depthOf(member as Value))
  return deepest + 1
}

/** The value with numbers as doubles that JSON can say, and lone surrogates replaced: what both readers agree on. */
const comparable = (value: Value): unknown => {
  if (typeof value === 'bigint') return comparable(Number(value))
  if (typeof value === 'string') return value.toWellFormed()
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : null
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(comparable)
  return Object.entries(value).map(([key, member]) => [key.toWellFormed(), comparable(member)])
}

const native = (text: string): { value: Value } | undefined => {
  try {
    return { value: JSON.parse(text) as Value }
  } catch {
    return undefined
  }
}

const nativeDepth = (text: string): number => {
  let [depth, deepest] = [0, 0]
  for (const bracket of text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '')) {
    if (bracket === '[' || bracket === '{') deepest = Math.max(deepest, ++depth)
    else if (bracket === ']' || bracket === '}') depth--
  }
  return deepest
}

export const jsonSubject: FuzzSubject = {
  name: 'json',
  run: ({ random, show }) => {
    // Bodies are made well-formed as they are decoded.
    const text = jsonText(random).toWellFormed()
    show(text)
    const wanted = native(text)
    const found = declared([JsonSyntaxError], () => parseJson(text, true))
    const quick = declared([JsonSyntaxError], () => parseJson(text, false))
    const exact = declared([JsonSyntaxError], () => scanJson(text))
    if (!found) return mustBe(!wanted || nativeDepth(text) > MAX_DEPTH, () => 'JSON.parse takes what ours refuses')
    mustBe(wanted !== undefined, () => 'ours takes what JSON.parse refuses')
    mustEqual(quick?.value, found.value, 'without duplicates the value is another')
    mustEqual(exact?.value, found.value, 'the scanner reads another value')
    const surrogates = /\\u[dD]|[\ud800-\udfff]/.test(text)
    // V8's own reader gets keys that begin with an escape wrong at times; parseJson goes round it.
    if (!surrogates && !/[{,]\s*"\\/.test(text))
      mustEqual(comparable(found.value), comparable((wanted as { value: Value }).value), 'JSON.parse reads another value')
    mustBePlain(found.value)
    mustBe(depthOf(found.value) <= MAX_DEPTH, () => 'nested deeper than the bound')
    if (!surrogates) mustEqual(comparable(parseOwnJson(writeJson(found.value))), comparable(found.value), 'written and read again')
  },
}
