import { join } from 'node:path'
import { test } from 'tap'
import type { Value, ValueMap } from '../../apimachinery/kube-object.ts'
import { SchemaSet } from '../../openapi/schema-set.ts'
import { jsonPatch } from './json-patch.ts'
import { mergePatch } from './merge-patch.ts'
import { PatchNotApplicable, PatchSyntaxError, PatchTooLarge, type PatchType } from './patch-type.ts'
import { strategicMergePatch } from './strategic-merge-patch.ts'

const schema = new SchemaSet(join(import.meta.dirname, '../../openapi/v1.36')).type('core/v1.Pod')

const applied = (type: PatchType, current: Value, patch: Value): Value =>
  type.parse(JSON.stringify(patch)).apply(structuredClone(current) as ValueMap, schema).value

/** What a call throws. */
const thrown = (call: () => unknown): unknown => {
  try {
    call()
  } catch (error) {
    return error
  }
  return undefined
}

const pod = (containers: Value[], more: ValueMap = {}): ValueMap => ({ metadata: { name: 'p' }, spec: { containers, ...more } })
const a = { name: 'a', image: '1' }
const b = { name: 'b', image: '1' }
const c = { name: 'c', image: '1' }

const strategic: readonly [claim: string, current: ValueMap, patch: Value, wanted: Value][] = [
  [
    'lists merge by their key',
    pod([a, b]),
    { spec: { containers: [{ name: 'b', image: '2' }, c] } },
    pod([a, { name: 'b', image: '2' }, c]),
  ],
  ['$patch: delete takes one element out', pod([a, b]), { spec: { containers: [{ name: 'a', $patch: 'delete' }] } }, pod([b])],
  ['$patch: replace in a list replaces it', pod([a, b]), { spec: { containers: [c, { $patch: 'replace' }] } }, pod([c])],
  [
    '$patch: replace in a map replaces it',
    { metadata: { labels: { x: '1', y: '2' } } },
    { metadata: { labels: { z: '3', $patch: 'replace' } } },
    { metadata: { labels: { z: '3' } } },
  ],
  [
    '$setElementOrder orders, and keeps what it does not name in its place',
    pod([a, b, c]),
    { spec: { '$setElementOrder/containers': [{ name: 'c' }, { name: 'a' }] } },
    pod([b, c, a]),
  ],
  [
    '$retainKeys drops the members it does not name',
    { spec: { volumes: [{ name: 'v', hostPath: { path: '/' } }] } },
    { spec: { volumes: [{ name: 'v', emptyDir: {}, $retainKeys: ['name', 'emptyDir'] }] } },
    { spec: { volumes: [{ name: 'v', emptyDir: {} }] } },
  ],
  [
    'plain values merge as a set',
    { metadata: { finalizers: ['x', 'y'] } },
    { metadata: { finalizers: ['y', 'z'] } },
    { metadata: { finalizers: ['x', 'y', 'z'] } },
  ],
  [
    '$deleteFromPrimitiveList takes values out',
    { metadata: { finalizers: ['x', 'y'] } },
    { metadata: { '$deleteFromPrimitiveList/finalizers': ['x'] } },
    { metadata: { finalizers: ['y'] } },
  ],
  [
    'lists without a strategy are replaced',
    pod([{ name: 'a', args: ['1', '2'] }]),
    { spec: { containers: [{ name: 'a', args: ['3'] }] } },
    pod([{ name: 'a', args: ['3'] }]),
  ],
  [
    'null removes a member and is not kept in a new one',
    { metadata: { labels: { x: '1' } } },
    { metadata: { labels: { x: null }, annotations: { y: null, z: '1' } } },
    { metadata: { labels: {}, annotations: { z: '1' } } },
  ],
]

for (const [claim, current, patch, wanted] of strategic) {
  test(`strategic merge patch: ${claim}`, async (t) => {
    t.same(applied(strategicMergePatch, current, patch), wanted)
  })
}

const json: readonly [claim: string, current: Value, patch: Value, wanted: Value | typeof PatchNotApplicable | typeof PatchSyntaxError][] =
  [
    [
      'add puts into maps and lists',
      { l: [1, 3] },
      [
        { op: 'add', path: '/l/1', value: 2 },
        { op: 'add', path: '/l/-', value: 4 },
        { op: 'add', path: '/m', value: {} },
      ],
      { l: [1, 2, 3, 4], m: {} },
    ],
    ['escapes in paths are undone', { 'a/b': { '~': 1 } }, [{ op: 'replace', path: '/a~1b/~0', value: 2 }], { 'a/b': { '~': 2 } }],
    [
      'move and copy',
      { a: { x: 1 }, b: [] },
      [
        { op: 'copy', from: '/a', path: '/c' },
        { op: 'move', from: '/a/x', path: '/b/0' },
      ],
      { a: {}, b: [1], c: { x: 1 } },
    ],
    [
      'test passes on equal values whatever their order',
      { a: { x: 1, y: 2 } },
      [{ op: 'test', path: '/a', value: { y: 2, x: 1 } }],
      { a: { x: 1, y: 2 } },
    ],
    ['test fails on others', { a: 1 }, [{ op: 'test', path: '/a', value: 2 }], PatchNotApplicable],
    ['removing what is not there fails', { a: 1 }, [{ op: 'remove', path: '/b' }], PatchNotApplicable],
    [
      "replacing a member that is not there adds it, as upstream's library does",
      { a: 1 },
      [{ op: 'replace', path: '/b', value: 2 }],
      { a: 1, b: 2 },
    ],
    ['adding below what is not there fails', { a: 1 }, [{ op: 'add', path: '/b/c', value: 1 }], PatchNotApplicable],
    ['negative indices count from the end', { l: [1, 2, 3] }, [{ op: 'remove', path: '/l/-1' }], { l: [1, 2] }],
    ['a patch that is no list is no patch', { a: 1 }, { op: 'remove', path: '/a' }, PatchSyntaxError],
  ]

for (const [claim, current, patch, wanted] of json) {
  test(`JSON patch: ${claim}`, async (t) => {
    if (typeof wanted === 'function') t.ok(thrown(() => applied(jsonPatch, current, patch)) instanceof wanted)
    else t.same(applied(jsonPatch, current, patch), wanted)
  })
}

test('JSON patch: more than 10,000 operations are too many', async (t) => {
  const patch = JSON.stringify(new Array(10_001).fill({ op: 'test', path: '/a', value: 1 }))
  t.ok(thrown(() => jsonPatch.parse(patch)) instanceof PatchTooLarge)
})

test('merge patch: members replace, null removes, lists are replaced', async (t) => {
  t.same(applied(mergePatch, { a: { b: 1, c: 2 }, l: [1] }, { a: { b: null, d: { e: null, f: 1 } }, l: [2] }), {
    a: { c: 2, d: { f: 1 } },
    l: [2],
  })
  t.throws(
    () => applied(mergePatch, {}, [1]),
    new PatchSyntaxError('error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}'),
  )
})

test('no patch reaches Object.prototype', async (t) => {
  applied(mergePatch, {}, JSON.parse('{"__proto__":{"polluted":1}}') as Value)
  applied(jsonPatch, {}, [{ op: 'add', path: '/__proto__', value: { polluted: 1 } }])
  t.equal(({} as Record<string, unknown>)['polluted'], undefined)
})

test('what stands twice in a patch is told', async (t) => {
  t.same(mergePatch.parse('{"a":{"b":1,"b":2}}').strictErrors, ['duplicate field "a.b"'])
})

for (const [type, text, message] of [
  [mergePatch, '{"a":1e400}', 'error decoding patch: json: cannot unmarshal number 1e400 into Go value of type float64'],
  [strategicMergePatch, '{"a":[-1e400]}', 'json: cannot unmarshal number -1e400 into Go value of type float64'],
  [
    jsonPatch,
    '[{"op":"add","path":"/a","value":1e400}]',
    'error decoding patch: json: cannot unmarshal number 1e400 into Go struct field jsonPatchOp.value of type float64',
  ],
] as const) {
  test(`${type.mediaType} takes no number past the largest double`, async (t) =>
    t.match(
      thrown(() => type.parse(text)),
      { constructor: PatchSyntaxError, message },
    ))
}

test('JSON patch: maps that were looked into are shown with sorted members, wherever they end up', (t) => {
  const shown = (operations: object[]): string => {
    const list = [{ z: 1, a: { y: 1, b: 2 } }]
    const { apply } = jsonPatch.parse(JSON.stringify(operations))
    return apply({ list } as never, undefined as never).shown()
  }
  const added = { op: 'add', path: '/list/0', value: { q: 1, c: 2 } }
  t.equal(shown([added]), '{"list":[{"q":1,"c":2},{"z":1,"a":{"y":1,"b":2}}]}')
  t.equal(shown([{ op: 'replace', path: '/list/0/z', value: 2 }, added]), '{"list":[{"q":1,"c":2},{"a":{"y":1,"b":2},"z":2}]}')
  t.equal(shown([{ op: 'test', path: '/list/0/a', value: { b: 2, y: 1 } }]), '{"list":[{"a":{"b":2,"y":1},"z":1}]}')
  const copied = { op: 'copy', from: '/list/0', path: '/list/-' }
  t.equal(shown([copied]), '{"list":[{"z":1,"a":{"y":1,"b":2}},{"z":1,"a":{"y":1,"b":2}}]}')
  t.equal(
    shown([{ op: 'remove', path: '/list/0/a/y' }, copied, { op: 'add', path: '/list/1/b', value: 1 }]),
    '{"list":[{"a":{"b":2},"z":1},{"a":{"b":2},"b":1,"z":1}]}',
  )
  t.end()
})
