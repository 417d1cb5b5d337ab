import { test } from 'tap'
import { addQuantities, canonicalQuantity, compareQuantities, isWholeQuantity, quantityValue } from './quantity.ts'

const FORMAT = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
const NUMERIC = 'unable to parse numeric part of quantity'
const SUFFIX = "unable to parse quantity's suffix"

for (const [given, written] of [
  ['0', '0'],
  ['-0', '0'],
  ['00', '0'],
  ['+', '0'],
  ['.', '0'],
  ['0Ki', '0'],
  ['0e3', '0'],
  ['1', '1'],
  ['+1', '+1'],
  ['5.', '5.'],
  ['.5', '500m'],
  ['-1', '-1'],
  ['0100m', '0100m'],
  ['1000', '1k'],
  ['1000m', '1'],
  ['1001m', '1001m'],
  ['1500m', '1500m'],
  ['100k', '100k'],
  ['1000k', '1M'],
  ['1000000n', '1m'],
  ['0.001', '1m'],
  ['0.0001', '100u'],
  ['1e3', '1e3'],
  ['1E3', '1E3'],
  ['1e-3', '1e-3'],
  ['1.5e1', '1.5e1'],
  ['1e1', '10'],
  ['100e1', '1e3'],
  ['1e19', '10e18'],
  ['1e-10', '1e-9'],
  ['0.5n', '1n'],
  ['-0.5n', '-1n'],
  ['1.5n', '2n'],
  ['1024', '1024'],
  ['1024Ki', '1Mi'],
  ['1000Ki', '1000Ki'],
  ['0.5Ki', '512'],
  ['0.1Ki', '102400m'],
  ['1.5Ki', '1536'],
  ['-1Ki', '-1Ki'],
  ['512.5Mi', '524800Ki'],
  ['7Ei', '7Ei'],
  ['8Ei', '9223372036854775807'],
  ['16Ei', '9223372036854775807'],
  ['9223372036854775808', '9223372036854775808'],
  ['10E', '10E'],
  ['1000E', '1'],
  ['1e2147483647', '10e2147483646'],
  ['1e-2147483647', '1e-9'],
] as const) {
  test(`the quantity ${given} is written back as ${written}`, async (t) => t.same(canonicalQuantity(given), { text: written }))
}

for (const [given, error] of [
  ['', FORMAT],
  ['x', FORMAT],
  ['1 ', FORMAT],
  ['1.2.3', FORMAT],
  ['--1', SUFFIX],
  ['1_0', FORMAT],
  ['1Mi1', SUFFIX],
  ['1e', SUFFIX],
  ['1K', SUFFIX],
  ['1ki', SUFFIX],
  ['1Kii', SUFFIX],
  ['1e9223372036854775808', SUFFIX],
  ['1'.repeat(5000), NUMERIC],
] as const) {
  test(`the quantity ${JSON.stringify(given.slice(0, 30))} is refused`, async (t) => t.same(canonicalQuantity(given), { error }))
}

for (const [given, written] of [
  ['100n', '1m'],
  ['-100n', '-1m'],
  ['0.0001', '1m'],
  ['1500m', '1500m'],
  ['+1', '+1'],
  ['1.0001', '1001m'],
  ['1.0001Ki', '1024103m'],
] as const) {
  test(`in a resource list ${given} becomes ${written}`, async (t) => t.same(canonicalQuantity(given, true), { text: written }))
}

for (const [first, second, order] of [
  ['1', '1000m', 0],
  ['1Ki', '1k', 1],
  ['-1', '1', -1],
  ['-2', '-1', -1],
  ['0', '-1n', 1],
  ['1e2147483646', '1e2147483647', -1],
  ['x', '0', 0],
] as const) {
  test(`${first} against ${second} is ${order}`, async (t) => t.equal(compareQuantities(first, second), order))
}

for (const [text, value, whole] of [
  ['0', 0n, true],
  ['5', 5n, true],
  ['2Mi', 2097152n, true],
  ['1500m', 2n, false],
  ['2000m', 2n, true],
  ['1u', 1n, false],
  ['-1500m', -2n, false],
  ['1e3', 1000n, true],
  ['x', 0n, true],
] as const) {
  test(`${text} is ${value} ${whole ? 'exactly' : 'rounded up'}`, async (t) => {
    t.equal(quantityValue(text), value)
    t.equal(isWholeQuantity(text), whole)
  })
}

for (const [first, second, sum] of [
  ['1', '500m', '1500m'],
  ['1Gi', '512Mi', '1536Mi'],
  ['0', '1Mi', '1Mi'],
  ['1', '1Ki', '1025'],
] as const) {
  test(`${first} and ${second} are ${sum}`, async (t) => t.equal(addQuantities(first, second), sum))
}
