import { test } from 'tap'
import { readYaml } from './yaml-reader.ts'

const many = (count: number, alias: string): string => Array.from({ length: count }, () => alias).join(', ')

for (const [what, text, message] of [
  ['a list inside itself', 'a: &a [*a]', "yaml: anchor 'a' value contains itself"],
  ['a map inside itself, further down', 'a: &a {b: {c: *a}}', "yaml: anchor 'a' value contains itself"],
  [
    'lists of lists of aliases',
    `a: &a [${many(20, 'x')}]\nb: &b [${many(60, '*a')}]\nc: [${many(60, '*b')}]`,
    'yaml: document contains excessive aliasing',
  ],
  ['an anchor nobody set', 'a: *b', "yaml: unknown anchor 'b' referenced"],
  ['lists nested without end', '['.repeat(20_000), 'yaml: exceeded max depth of 10000'],
] as const) {
  test(`${what} are refused in upstream's words`, async (t) => t.throws(() => readYaml(text), { message }))
}

test('many aliases of something small are read', async (t) => {
  t.same(readYaml(`a: &a x\nb: [${many(300, '*a')}]`).value, { a: 'x', b: Array.from({ length: 300 }, () => 'x') })
})

test('an alias stands for the last anchor before it', async (t) => {
  t.same(readYaml('a: &x 1\nb: *x\nc: &x [2]\nd: *x').value, { a: 1, b: 1, c: [2], d: [2] })
})

test('members with the names of prototypes are members', async (t) => {
  const { value } = readYaml('__proto__: {polluted: 1}\nconstructor: {prototype: 1}') as { value: Record<string, unknown> }
  t.same(Object.keys(value), ['__proto__', 'constructor'])
  t.equal(({} as Record<string, unknown>)['polluted'], undefined)
})

test('sets, ordered maps and pairs are maps and lists', async (t) => {
  t.same(readYaml('a: !!set {v, w}\nb: !!omap [p: 1, q: 2]\nc: !!pairs [p: 1]').value, {
    a: { v: null, w: null },
    b: [{ p: 1 }, { q: 2 }],
    c: [{ p: 1 }],
  })
})
