import { test } from 'tap'
import { acceptClauses } from './accept-clauses.ts'
import { errorFormat, representation } from './representation.ts'

for (const [accept, wanted] of [
  [undefined, { format: 'json', shape: 'object' }],
  ['application/yaml;q=0.5, application/vnd.kubernetes.protobuf', { format: 'protobuf' }],
  ['application/json;as=Table;v=v1;g=meta.k8s.io', { format: 'json', shape: 'table', metaVersion: 'v1' }],
  ['text/html, */*', { format: 'json', shape: 'object' }],
] as const) {
  test(`${accept ?? 'no Accept header'} asks for ${JSON.stringify(wanted)}`, async (t) => t.match(representation(accept), wanted))
}

test("clauses come in upstream's order", async (t) => {
  const ranges = acceptClauses('*/*, a/b;q=0.1, c/*;q=0.5, broken, d/e;v=1;q=x, f/g').map(({ type, subtype }) => `${type}/${subtype}`)
  t.same(ranges, ['f/g', 'c/*', 'a/b', 'd/e', '*/*'])
})

for (const accept of ['text/html', ',', 'constructor', '__proto__', 'toString;q=1']) {
  test(`${accept} is not acceptable, and its error is JSON`, async (t) => {
    t.throws(() => representation(accept), { code: 406 })
    t.equal(errorFormat(accept), 'json')
  })
}

test('headers of any length are read', async (t) => {
  const many = Array.from({ length: 50_000 }, (_, index) => `a/b${index};q=0.${10_000 + index}`)
  t.equal(acceptClauses(many.join(','))[0]?.subtype, 'b49999')
  const spaces = ' '.repeat(1_000_000)
  t.equal(acceptClauses(`${spaces}a/b${spaces}`)[0]?.subtype, 'b')
  t.throws(() => representation(`x${spaces}x/y`), { code: 406 })
})
