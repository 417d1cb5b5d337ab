import { test } from 'tap'
import { goJson, goQuote } from './go-text.ts'

for (const [text, quoted] of [
  ['a"b\\', '"a\\"b\\\\"'],
  ['\n\t\x07\v\x01\x7f', '"\\n\\t\\a\\v\\x01\\x7f"'],
  ['é世😀', '"é世😀"'],
  ['\u00a0\u200b', '"\\u00a0\\u200b"'],
] as const) {
  test(`${quoted} is quoted`, async (t) => t.equal(goQuote(text), quoted))
}

test('JSON escapes what HTML could take for its own', async (t) => {
  t.equal(goJson({ a: '<&>\x01' }), '{"a":"\\u003c\\u0026\\u003e\\u0001"}')
})

test('JSON has integers past 2^53 as digits', async (t) => t.equal(goJson({ a: 9007199254740993n }), '{"a":9007199254740993}'))
