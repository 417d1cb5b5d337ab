import { test } from 'tap'
import { parseJson, parseOwnJson } from './json-parse.ts'
import { MAX_DEPTH, scanJson } from './json-scan.ts'
import { writeJson } from './json-write.ts'

for (const [text, message] of [
  ['', 'unexpected end of JSON input'],
  ['{', 'unexpected end of JSON input'],
  ['"a', 'unexpected end of JSON input'],
  ['nul', "invalid character ' ' in literal null (expecting 'l')"],
  ['1.', "invalid character ' ' after decimal point in numeric literal"],
  ['1e', "invalid character ' ' in exponent of numeric literal"],
  ['-', "invalid character ' ' in numeric literal"],
  ['"\\', "invalid character ' ' in string escape code"],
  ['"\\u12', "invalid character ' ' in \\u hexadecimal character escape"],
  ['{} x', "invalid character 'x' after top-level value"],
  ['{a', "invalid character 'a' looking for beginning of object key string"],
  ['{"a" 1}', "invalid character '1' after object key"],
  ['{"a":1 2}', "invalid character '2' after object key:value pair"],
  ['[1 2]', "invalid character '2' after array element"],
  ['[1,]', "invalid character ']' looking for beginning of value"],
  ['01', "invalid character '1' after top-level value"],
  ['.5', "invalid character '.' looking for beginning of value"],
  ["'", "invalid character '\\'' looking for beginning of value"],
  ['"\n"', "invalid character '\\n' in string literal"],
  ['"\u0001"', "invalid character '\\x01' in string literal"],
  ['"\\x"', "invalid character 'x' in string escape code"],
  ['\u007f', "invalid character '\\x7f' looking for beginning of value"],
  ['é', "invalid character 'Ã' looking for beginning of value"],
  ['tru3', "invalid character '3' in literal true (expecting 'e')"],
  ['['.repeat(MAX_DEPTH + 1), "invalid character '[' exceeded max depth"],
  [`${'['.repeat(20_000)}${']'.repeat(20_000)}`, "invalid character '[' exceeded max depth"],
] as const) {
  test(`${JSON.stringify(text.slice(0, 20))} is no JSON, in Go's words`, async (t) => {
    t.throws(() => scanJson(text), { message })
    t.throws(() => parseJson(text, true), { message })
  })
}

test('integers past 2^53 are kept exactly, in and out', async (t) => {
  const text = '{"a":9007199254740993,"b":[-9223372036854775808],"c":1.5,"d":"9007199254740993"}'
  const { value } = parseJson(text, false)
  t.same(value, { a: 9007199254740993n, b: [-9223372036854775808n], c: 1.5, d: '9007199254740993' })
  t.equal(writeJson(value), text)
})

test('a text that looks like a marked integer is not mistaken for one', async (t) => {
  const value = { text: 'bigint:12', number: 9007199254740993n }
  t.equal(writeJson(value), '{"text":"bigint:12","number":9007199254740993}')
})

test('repeated members are reported with all that was written; the last counts', async (t) => {
  const { value, duplicates } = parseJson('{"a":1,"b":{"c":":","c":[]},"a":2}', true)
  t.same(value, { a: 2, b: { c: [] } })
  t.same(
    [...(duplicates?.values() ?? [])],
    [
      [
        ['c', ':'],
        ['c', []],
      ],
      [
        ['a', 1],
        ['b', { c: [] }],
        ['a', 2],
      ],
    ],
  )
  t.equal(parseJson('{"a":":\\\\","b":"\\":"}', true).duplicates, undefined, 'colons within texts are no members')
})

test('__proto__ is a member like any other', async (t) => {
  for (const parse of [scanJson, (text: string) => parseJson(text, true)]) {
    const { value } = parse('{"__proto__":{"polluted":1}}')
    t.same(Object.keys(value as object), ['__proto__'])
    t.equal(({} as Record<string, unknown>)['polluted'], undefined)
    t.equal(writeJson(value), '{"__proto__":{"polluted":1}}')
  }
})

test('half of a surrogate pair becomes U+FFFD, a whole one stays', async (t) => {
  t.same(parseJson('["\\ud800","\\ud83d\\ude00","\\udc00x"]', false).value, ['\ufffd', '\u{1f600}', '\ufffdx'])
})

test('a key that begins with an escape is read as it is, whatever objects of its shape were read before', async (t) => {
  for (const read of [(text: string) => parseJson(text, true).value, (text: string) => parseJson(text, false).value, parseOwnJson]) {
    read('{"shape":{"o":"x","\\\\":"y"}}')
    t.same(read('{"shape":{"o":"x","\\u0041":"y"}}'), { shape: { o: 'x', A: 'y' } })
    t.same(read('{"shape":{"o":"x", "\\n":"y"}}'), { shape: { o: 'x', '\n': 'y' } })
  }
})

test('integers past the largest double are infinite, however many digits they have', async (t) => {
  t.equal(scanJson('9'.repeat(308)).value, BigInt('9'.repeat(308)))
  t.equal(parseJson('9'.repeat(3_000_000), false).value, Infinity)
  t.equal(parseJson(`-${'9'.repeat(400)}`, false).value, -Infinity)
})
