import { test } from 'tap'
import { parseGoInteger } from './go-integer.ts'

const rows: readonly [text: string, bits: number, unsigned: boolean, wanted: bigint | string][] = [
  ['0', 64, false, 0n],
  ['-0', 64, false, 0n],
  ['+12', 64, false, 12n],
  ['+12', 64, true, 'invalid syntax'],
  ['0000000000000000000000000000000007', 64, false, 7n],
  ['9223372036854775807', 64, false, 2n ** 63n - 1n],
  ['9223372036854775808', 64, false, 'value out of range'],
  ['-9223372036854775808', 64, false, -(2n ** 63n)],
  ['18446744073709551615', 64, true, 2n ** 64n - 1n],
  ['2147483648', 32, false, 'value out of range'],
  ['', 64, false, 'invalid syntax'],
  ['1e3', 64, false, 'invalid syntax'],
  ['9'.repeat(3_000_000), 64, false, 'value out of range'],
]

for (const [text, bits, unsigned, wanted] of rows)
  test(`${text.slice(0, 40)} of ${bits} bits, ${unsigned ? 'unsigned' : 'signed'}`, async (t) =>
    t.equal(parseGoInteger(text, bits, unsigned), wanted))
