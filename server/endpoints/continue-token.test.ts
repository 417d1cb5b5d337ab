import { test } from 'tap'
import { continueAfter, keyBefore, readContinueToken } from './continue-token.ts'

const token = (json: string): string => Buffer.from(json).toString('base64url')
const fields = (rest: string): string => token(`{"v":"meta.k8s.io/v1",${rest}}`)
const REFUSED = 'invalid continue token: continue key is not valid'

for (const [what, text, message] of [
  ['too few digits', 'x', ': illegal base64 data at input byte 0'],
  ['another alphabet', 'ab+/', ': illegal base64 data at input byte 2'],
  ['padding', 'e30=', ': illegal base64 data at input byte 3'],
  ['no JSON', token('{'), ': unexpected end of JSON input'],
  ['a list', token('[]'), ': json: cannot unmarshal array into Go value of type storage.continueToken'],
  ['a text', token('"s"'), ': json: cannot unmarshal string into Go value of type storage.continueToken'],
  ['null', token('null'), ': server does not recognize this encoded version '],
  ['no version', token('{}'), ': server does not recognize this encoded version '],
  ['a number for a version', token('{"v":1}'), ': json: cannot unmarshal number into Go struct field continueToken.v of type string'],
  [
    'a fraction for a revision',
    fields('"rv":1.5'),
    ': json: cannot unmarshal number 1.5 into Go struct field continueToken.rv of type int64',
  ],
  ['a text for a revision', fields('"rv":"1"'), ': json: cannot unmarshal string into Go struct field continueToken.rv of type int64'],
  ['no revision', fields('"start":"a"'), ': incorrect encoded start resourceVersion (version meta.k8s.io/v1)'],
  ['no start', fields('"rv":1'), ': encoded start key empty (version meta.k8s.io/v1)'],
  ['a way out', fields('"rv":-1,"start":"../../a"'), ': ../../a'],
  ['an empty part', fields('"rv":1,"start":"a//b"'), ': a//b'],
  ['an end without a name', fields('"rv":1,"start":"a/"'), ': a/'],
] as const) {
  test(`a token with ${what} is refused in upstream's words`, async (t) =>
    t.throws(() => readContinueToken(text), { code: 400, message: `${REFUSED}${message}` }))
}

test('a token goes on after the key it was made for', async (t) => {
  const read = readContinueToken(continueAfter(7, 'default/a'))
  t.same([read.revision, keyBefore(read)], [7, 'default/a'])
})
