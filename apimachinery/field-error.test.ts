import { test } from 'tap'
import { duplicateValue, fieldErrorMessage, invalidWhole, notFoundValue, notSupported, tooMany } from './field-error.ts'

for (const [error, message] of [
  [notSupported('a', 'x', ['C', 'B']), 'a: Unsupported value: "x": supported values: "C", "B"'],
  [notSupported('a', 'x', []), 'a: Unsupported value: "x"'],
  [duplicateValue('a', 'x'), 'a: Duplicate value: "x"'],
  [notFoundValue('a', 'x'), 'a: Not found: "x"'],
  [notFoundValue('a', 'x', 'look elsewhere'), 'a: Not found: "x": look elsewhere'],
  [tooMany('a', 21, 20), 'a: Too many: 21: must have at most 20 items'],
  [tooMany('a', 2, 1), 'a: Too many: 2: must have at most 1 item'],
  [invalidWhole('a', 'no'), 'a: Invalid value: no'],
] as const) {
  test(message, async (t) => t.equal(fieldErrorMessage(error), message))
}
