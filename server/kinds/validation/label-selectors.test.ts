import { test } from 'tap'
import { fieldErrorMessage } from '../../../apimachinery/field-error.ts'
import { selectorMatches } from '../../../apimachinery/object-selector.ts'
import type { Errors } from './checks.ts'
import {
  checkAnnotations,
  checkLabelSelector,
  checkLabels,
  hasInvalidLabelValue,
  isUsableSelector,
  type LabelSelector,
  type LabelSelectorOptions,
  selectsEverything,
} from './label-selectors.ts'

const messages = (run: (errors: Errors) => void): string[] => {
  const errors: Errors = []
  run(errors)
  return errors.map((error) => fieldErrorMessage(error).replace(/ \(e\.g\..*/, ''))
}

const NAME = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
const VALUE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"

const cases: readonly [LabelSelector | undefined, LabelSelectorOptions, string[]][] = [
  [undefined, {}, []],
  [{}, {}, []],
  [{ matchLabels: { a: 'b', 'c.d/e': '' } }, {}, []],
  [{ matchLabels: { '-a': 'b' } }, {}, [`s.matchLabels: Invalid value: "-a": ${NAME}`]],
  [{ matchLabels: { a: '-' } }, {}, [`s.matchLabels: Invalid value: "-": ${VALUE}`]],
  [{ matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] }, {}, []],
  [
    { matchExpressions: [{ key: 'a', operator: 'In' }] },
    {},
    ["s.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'"],
  ],
  [
    { matchExpressions: [{ key: 'a', operator: 'Exists', values: ['b'] }] },
    {},
    ["s.matchExpressions[0].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'"],
  ],
  [
    {
      matchExpressions: [
        { key: 'a', operator: 'DoesNotExist' },
        { key: '', operator: 'Gt', values: ['?'] },
      ],
    },
    {},
    [
      's.matchExpressions[1].operator: Invalid value: "Gt": not a valid selector operator',
      's.matchExpressions[1].key: Invalid value: "": name part must be non-empty',
      `s.matchExpressions[1].key: Invalid value: "": ${NAME}`,
      `s.matchExpressions[1].values[0]: Invalid value: "?": ${VALUE}`,
    ],
  ],
  [{ matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['?'] }] }, { allowInvalidValues: true }, []],
]

for (const [selector, options, expected] of cases) {
  test(`${JSON.stringify(selector)} ${expected.length === 0 ? 'is a selector' : `has ${expected.length} faults`}`, async (t) => {
    t.same(
      messages((errors) => checkLabelSelector(selector, 's', errors, options)),
      expected,
    )
    if (!options.allowInvalidValues) t.equal(isUsableSelector(selector), expected.length === 0)
  })
}

test('a selector takes the labels that meet all of it', async (t) => {
  const takes = (selector: LabelSelector | undefined, labels?: Record<string, string>) => selectorMatches(selector, labels)
  t.equal(takes(undefined, {}), false, 'no selector takes nothing')
  t.equal(takes({}), true, 'an empty one everything')
  t.equal(takes({ matchLabels: { a: 'b' } }, { a: 'b', c: 'd' }), true)
  t.equal(takes({ matchLabels: { a: 'b' } }, { a: 'c' }), false)
  t.equal(takes({ matchLabels: { a: '' } }, {}), false)
  t.equal(takes({ matchExpressions: [{ key: 'a', operator: 'In', values: ['b', 'c'] }] }, { a: 'c' }), true)
  t.equal(takes({ matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['b'] }] }, {}), true)
  t.equal(takes({ matchExpressions: [{ key: 'a', operator: 'Exists' }] }, {}), false)
  t.equal(takes({ matchExpressions: [{ key: 'toString', operator: 'DoesNotExist' }] }, {}), true)
})

test('an empty selector selects everything; values that are no label values are found', async (t) => {
  t.equal(selectsEverything({ matchLabels: {}, matchExpressions: [] }), true)
  t.equal(selectsEverything({ matchLabels: { a: 'b' } }), false)
  t.equal(hasInvalidLabelValue({ matchExpressions: [{ key: 'a', operator: 'In', values: ['b', '?'] }] }), true)
  t.equal(hasInvalidLabelValue({ matchLabels: { a: '?' } }), false)
})

test('labels and annotations are checked at the path of their map', async (t) => {
  t.same(
    messages((errors) => checkLabels({ 'a/b/c': 'd', e: 'f' }, 'l', errors)).map((message) => message.slice(0, 40)),
    ['l: Invalid value: "a/b/c": a valid label'],
  )
  t.same(
    messages((errors) => checkAnnotations({ 'Example.com/A': 'anything {}' }, 'l', errors)),
    [],
  )
  t.same(
    messages((errors) => checkAnnotations({ a: 'x'.repeat(262144) }, 'l', errors)),
    ['l: Too long: may not be more than 262144 bytes'],
  )
})
