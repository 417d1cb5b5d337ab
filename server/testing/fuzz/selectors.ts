// Label and field selectors: read or refused in declared words; printed and read again they are the same, and select the same.
import { type FieldSelector, matchesFields, parseFieldSelector } from '../../../apimachinery/field-selector.ts'
import {
  type LabelRequirement,
  type LabelSelector,
  matchesLabels,
  parseLabelSelector,
  SelectorError,
} from '../../../apimachinery/label-selector.ts'
import type { FuzzRandom } from './fuzz-random.ts'
import { declared, type FuzzSubject, mustBe, mustEqual } from './fuzz-subject.ts'
import { mutatedText } from './mutations.ts'

const PIECES = [
  '=',
  '==',
  '!=',
  '!',
  ',',
  '(',
  ')',
  ' in ',
  ' notin ',
  '>',
  '<',
  ' ',
  '\\',
  '\\,',
  '\\=',
  '\t',
  'constructor',
  ' toString ',
  '__proto__',
]
const OPERATORS = ['=', '==', '!=', 'in', 'notin', 'exists', '!', 'gt', 'lt']
const KEYS = ['a', 'b.c/d', 'in', 'notin', 'constructor', 'toString', 'x_y', 'hasOwnProperty']
const VALUES = ['', 'a', '1', '-5', '+7', '99999999999999999999', 'constructor', 'x.y_z']

const printed = ({ key, operator, values }: LabelRequirement): string => {
  if (operator === 'exists') return key
  if (operator === '!') return `!${key}`
  if (operator === 'in' || operator === 'notin') return `${key} ${operator} (${values.join(',')})`
  const symbol = operator === 'gt' ? '>' : operator === 'lt' ? '<' : operator
  return `${key}${symbol}${values[0]}`
}

const requirement = (random: FuzzRandom): string => {
  const operator = random.pick(OPERATORS) as LabelRequirement['operator']
  return printed({ key: random.pick(KEYS), operator, values: Array.from({ length: 1 + random.below(3) }, () => random.pick(VALUES)) })
}

const text = (random: FuzzRandom): string => {
  const made = Array.from({ length: random.below(4) }, () => requirement(random)).join(',')
  return random.chance(3) ? made : mutatedText(made, PIECES, random)
}

const labels = (random: FuzzRandom): Record<string, string> =>
  Object.fromEntries(Array.from({ length: random.below(4) }, () => [random.pick(KEYS), random.pick(VALUES)]))

/** What a requirement means, said once more in the plainest way. */
const holds = ({ key, operator, values }: LabelRequirement, given: ReadonlyMap<string, string>): boolean => {
  const value = given.get(key)
  if (operator === 'exists') return value !== undefined
  if (operator === '!') return value === undefined
  if (operator === '!=' || operator === 'notin') return value === undefined || !values.includes(value)
  if (operator === 'gt' || operator === 'lt') {
    if (value === undefined || !/^[+-]?\d{1,18}$/.test(value)) return false
    return operator === 'gt' ? Number(value) > Number(values[0]) : Number(value) < Number(values[0])
  }
  return value !== undefined && values.includes(value)
}

const checkLabels = (selector: LabelSelector, random: FuzzRandom): void => {
  for (const { operator, key } of selector) {
    mustBe(OPERATORS.includes(operator), () => `the operator ${String(operator)}`)
    mustBe(typeof key === 'string', () => 'a key that is no text')
  }
  mustEqual(parseLabelSelector(selector.map(printed).join(',')), selector, 'printed and read again')
  const given = labels(random)
  const wanted = selector.every((one) => holds(one, new Map(Object.entries(given))))
  mustBe(matchesLabels(selector, given) === wanted, () => `${JSON.stringify(given)} should ${wanted ? '' : 'not '}match`)
}

const escaped = (value: string): string => value.replaceAll(/[\\,=]/g, (character) => `\\${character}`)

const checkFields = (selector: FieldSelector, random: FuzzRandom): void => {
  const again = selector.map(({ field, equal, value }) => `${field}${equal ? '=' : '!='}${escaped(value)}`).join(',')
  const order = (one: FieldSelector): string[] => one.map((term) => JSON.stringify(term)).sort()
  if (selector.every(({ field }) => !/[\\,=!]/.test(field)))
    mustEqual(order(parseFieldSelector(again)), order(selector), 'printed and read again')
  const given = labels(random)
  const wanted = selector.every(({ field, equal, value }) => ((new Map(Object.entries(given)).get(field) ?? '') === value) === equal)
  mustBe(matchesFields(selector, given) === wanted, () => `${JSON.stringify(given)} should ${wanted ? '' : 'not '}match`)
}

export const selectorSubject: FuzzSubject = {
  name: 'selectors',
  run: ({ random, show }) => {
    const given = text(random)
    show(given)
    const byLabel = declared([SelectorError], () => parseLabelSelector(given))
    if (byLabel) checkLabels(byLabel, random)
    const byField = declared([SelectorError], () => parseFieldSelector(given))
    if (byField) checkFields(byField, random)
  },
}
