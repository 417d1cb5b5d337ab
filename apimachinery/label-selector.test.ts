import { test } from 'tap'
import { matchesLabels, parseLabelSelector } from './label-selector.ts'

const OPERATORS = 'in, notin, =, ==, !=, gt, lt'
const refusal = (text: string): string => {
  try {
    parseLabelSelector(text)
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

for (const [selector, message] of [
  [',', "found ',', expected: !, identifier, or 'end of string'"],
  ['a,', "found '', expected: identifier after ','"],
  ['a b', `unable to parse requirement: found 'b', expected: ${OPERATORS}`],
  ['!a=b', "found '=', expected: ',' or 'end of string'"],
  ['a=b=c', "found '=', expected: ',' or 'end of string'"],
  ['a=!', "unable to parse requirement: found '!', expected: identifier"],
  ['a in b', "unable to parse requirement: found 'b' expected: '('"],
  ['a in (', "unable to parse requirement: found '', expected: ',', ')' or identifier"],
  ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
  ['a in (b c)', "unable to parse requirement: found 'c', expected: ',' or ')'"],
  ['a in (b,=)', "unable to parse requirement: found '=', expected: ',', or identifier"],
  ['a>x', "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer"],
  [
    'a>9223372036854775808',
    "unable to parse requirement: values[0]: Invalid value: \"9223372036854775808\": for 'Gt', 'Lt' operators, the value must be an integer",
  ],
] as const) {
  test(`the selector ${selector} is refused in upstream's words`, async (t) => t.equal(refusal(selector), message))
}

test('a bad key and a bad value are named', async (t) => {
  t.match(refusal('x/y/z'), /^unable to parse requirement: <nil>: Invalid value: "x\/y\/z": a valid label key must consist/)
  t.match(refusal('a=-b'), /^unable to parse requirement: values\[0\]\[a\]: Invalid value: "-b": a valid label must be/)
  t.match(refusal('a\u00a0b'), /Invalid value: "a.b": name part must consist/)
})

for (const [selector, labels, matches] of [
  ['', undefined, true],
  ['a', { a: '' }, true],
  ['a', { b: '' }, false],
  ['!a', { b: '' }, true],
  ['! a', { a: '' }, false],
  ['a=b', { a: 'b' }, true],
  ['a==b', { a: 'c' }, false],
  ['a=', { a: '' }, true],
  ['a=', {}, false],
  ['a!=b', {}, true],
  ['a!=b', { a: 'b' }, false],
  ['a in (b,c)', { a: 'c' }, true],
  ['a in ()', { a: '' }, true],
  ['a in (,b)', { a: '' }, true],
  ['a in (b,)', { a: '' }, true],
  ['a notin (b)', {}, true],
  ['a notin (b)', { a: 'b' }, false],
  ['a>1', { a: '2' }, true],
  ['a>1', { a: '+2' }, true],
  ['a<1', { a: '-5' }, true],
  ['a>1', { a: 'x' }, false],
  ['a>1', { a: '99999999999999999999' }, false],
  ['a=in', { a: 'in' }, true],
  ['in in (in)', { in: 'in' }, true],
  ['a=b,c=d', { a: 'b' }, false],
  ['a=b , c=d', { a: 'b', c: 'd' }, true],
  ['constructor', {}, false],
] as const) {
  test(`${selector || 'nothing'} ${matches ? 'selects' : 'leaves out'} ${JSON.stringify(labels)}`, async (t) =>
    t.equal(matchesLabels(parseLabelSelector(selector), labels), matches))
}

test('requirements come in order of their keys, values sorted and once each', async (t) => {
  t.same(parseLabelSelector('b,a in (z,y,z)'), [
    { key: 'a', operator: 'in', values: ['y', 'z'] },
    { key: 'b', operator: 'exists', values: [] },
  ])
})

for (const word of ['constructor', 'toString', '__proto__', 'like']) {
  test(`${word} is no operator`, async (t) =>
    t.throws(() => parseLabelSelector(`a ${word} b`), {
      message: `unable to parse requirement: found '${word}', expected: in, notin, =, ==, !=, gt, lt`,
    }))
}
