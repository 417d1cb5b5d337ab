import { test } from 'tap'
import { messagesOf } from '../../testing/validation-faults.ts'
import { checkDescendingPath, checkFileMode, checkLocalNonReservedPath, checkNoBacksteps } from './path-checks.ts'

for (const [check, path, faults] of [
  [checkNoBacksteps, '/a/..b', []],
  [checkNoBacksteps, '/a/../../b', ['p: Invalid value: "/a/../../b": must not contain \'..\'']],
  [checkDescendingPath, '/a', ['p: Invalid value: "/a": must be a relative path']],
  [checkDescendingPath, '..a', []],
  [checkLocalNonReservedPath, '..a', ['p: Invalid value: "..a": must not start with \'..\'']],
  [checkLocalNonReservedPath, '../a', ['p: Invalid value: "../a": must not contain \'..\'']],
] as const) {
  test(`${check.name} ${path}`, async (t) =>
    t.same(
      messagesOf((errors) => check(path, 'p', errors)),
      faults,
    ))
}

test('modes are nine bits', async (t) => {
  for (const mode of [undefined, 0, 0o777])
    t.same(
      messagesOf((errors) => checkFileMode(mode, 'p', errors)),
      [],
    )
  t.same(
    messagesOf((errors) => checkFileMode(0o1000, 'p', errors)),
    ['p: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive'],
  )
})
