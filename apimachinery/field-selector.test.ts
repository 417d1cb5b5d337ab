import { test } from 'tap'
import { matchesFields, parseFieldSelector } from './field-selector.ts'

const equal = (field: string, value: string): object => ({ field, equal: true, value })

for (const [selector, parsed] of [
  ['', []],
  [',', []],
  ['=', []],
  ['a=b', [equal('a', 'b')]],
  ['a==b', [equal('a', 'b')]],
  ['a!=b', [{ field: 'a', equal: false, value: 'b' }]],
  ['a=', [equal('a', '')]],
  ['b=1,a=2', [equal('a', '2'), equal('b', '1')]],
  ['a=\\,\\=\\\\', [equal('a', ',=\\')]],
  ['a!b=c', [equal('a!b', 'c')]],
] as const) {
  test(`the field selector ${JSON.stringify(selector)} parses`, async (t) => t.same(parseFieldSelector(selector), parsed))
}

for (const [selector, message] of [
  ['a', "invalid selector: 'a'; can't understand 'a'"],
  ['a=b,c', "invalid selector: 'a=b,c'; can't understand 'c'"],
  ['a=b=c', 'invalid field selector: unescaped character in value: 61'],
  ['a=\\x', 'invalid field selector: invalid escape sequence: \\x'],
  ['a=\\', 'invalid field selector: invalid escape sequence: \\'],
] as const) {
  test(`the field selector ${selector} is refused in upstream's words`, async (t) =>
    t.throws(() => parseFieldSelector(selector), { message }))
}

test('an absent field counts as empty', async (t) => {
  t.ok(matchesFields(parseFieldSelector('a=,b!=x'), { b: 'y' }))
  t.notOk(matchesFields(parseFieldSelector('a!='), {}))
})

test('a field that objects only inherit is absent', async (t) => {
  t.ok(matchesFields(parseFieldSelector('constructor=,toString!=x'), {}))
  t.notOk(matchesFields(parseFieldSelector('constructor!='), {}))
})
