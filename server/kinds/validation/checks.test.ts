import { test } from 'tap'
import { fieldErrorMessage } from '../../../apimachinery/field-error.ts'
import { dns1123Label } from '../../../apimachinery/names.ts'
import {
  type Alternative,
  atMostOne,
  type Errors,
  each,
  immutable,
  named,
  nonNegative,
  oneOf,
  optionalName,
  positive,
  present,
  requiredName,
  requiredOneOf,
  unique,
  within,
} from './checks.ts'

const DOTS = 'must not contain dots'

const cases: readonly [string, (errors: Errors) => void, string[]][] = [
  ['text that is there', (errors) => void present('a', 'p', errors), []],
  ['no text', (errors) => void present('', 'p', errors, 'why'), ['p: Required value: why']],
  ['no list', (errors) => void present(null, 'p', errors), ['p: Required value']],
  ['a name', (errors) => named('a.b', dns1123Label, 'p', errors), [`p: Invalid value: "a.b": ${DOTS}`]],
  ['a required name that is missing', (errors) => requiredName(undefined, dns1123Label, 'p', errors), ['p: Required value']],
  ['an optional name that is missing', (errors) => optionalName('', dns1123Label, 'p', errors), []],
  ['an optional name', (errors) => optionalName('a.b', dns1123Label, 'p', errors), [`p: Invalid value: "a.b": ${DOTS}`]],
  ['one of a set', (errors) => oneOf('B', ['B', 'A'], 'p', errors), []],
  ['none of a set', (errors) => oneOf('', ['B', 'A'], 'p', errors), ['p: Unsupported value: "": supported values: "B", "A"']],
  ['missing from a set', (errors) => requiredOneOf('', ['B'], 'p', errors), ['p: Required value']],
  ['0', (errors) => nonNegative(0, 'p', errors), []],
  ['-1', (errors) => nonNegative(-1, 'p', errors), ['p: Invalid value: -1: must be greater than or equal to 0']],
  ['an absent count', (errors) => positive(undefined, 'p', errors), ['p: Invalid value: 0: must be greater than zero']],
  ['a lower bound', (errors) => within(1, [1, 3], 'p', errors), []],
  ['an upper bound', (errors) => within(3, [1, 3], 'p', errors), []],
  ['past a bound', (errors) => within(4, [1, 3], 'p', errors), ['p: Invalid value: 4: must be between 1 and 3, inclusive']],
  ['items', (errors) => each(['', 'a', ''], 'p', errors, present), ['p[0]: Required value', 'p[2]: Required value']],
  ['a changed value', (errors) => immutable(false, { a: 1 }, 'p', errors), ['p: Invalid value: {"a":1}: field is immutable']],
]

for (const [name, run, expected] of cases) {
  test(`${name}: ${expected.join(', ') || 'fits'}`, async (t) => {
    const errors: Errors = []
    run(errors)
    t.same(errors.map(fieldErrorMessage), expected)
  })
}

test('a text that came before is a duplicate', async (t) => {
  const errors: Errors = []
  const seen = new Set<string>()
  for (const name of ['a', 'b', 'a']) unique(name, seen, 'p', errors)
  t.same(errors.map(fieldErrorMessage), ['p: Duplicate value: "a"'])
})

test('of alternatives the first is checked and every further one refused, whatever is in it', async (t) => {
  interface Source {
    file?: string
    url?: string
    inline?: string
  }
  const alternatives: readonly Alternative<Source, string>[] = [
    { member: 'file', path: 'File', check: (value, path, errors, context) => void (value === context || present('', path, errors)) },
    { member: 'url', shown: 'URL', check: (value, path, errors) => void present(value === 'bad' ? '' : value, path, errors) },
    { member: 'inline', always: (_, path, errors) => void present('', `${path}.name`, errors) },
  ]
  const of = (source: Source): [number, string[]] => {
    const errors: Errors = []
    const count = atMostOne(source, alternatives, 'p', errors, 'only one', 'good')
    return [count, errors.map(fieldErrorMessage)]
  }
  t.same(of({}), [0, []])
  t.same(of({ file: 'good' }), [1, []])
  t.same(of({ file: 'other' }), [1, ['p.File: Required value']])
  t.same(of({ file: 'good', url: 'bad' }), [1, ['p.URL: Forbidden: only one']])
  t.same(of({ url: 'x', inline: 'y' }), [1, ['p.inline: Forbidden: only one', 'p.name: Required value']])
})
