import { test } from 'tap'
import { withEmptyMembers } from './empty-members.ts'
import type { KubeObject } from './kube-object.ts'

test('empty members are put back where their parents are, and nowhere else', async (t) => {
  const object = { metadata: {}, spec: { list: [{ a: 1 }], kept: 2 } } as KubeObject
  const shown = withEmptyMembers(object, [
    { path: ['spec', 'names'], isList: true },
    { path: ['spec', 'list', 0, 'map'], isList: false },
    { path: ['spec', 'kept'], isList: true },
    { path: ['spec', 'list', 1, 'gone'], isList: true },
    { path: ['spec', '__proto__', 'polluted'], isList: true },
  ])
  t.same(shown, { metadata: {}, spec: { list: [{ a: 1, map: {} }], kept: 2, names: [] } })
  t.same(object, { metadata: {}, spec: { list: [{ a: 1 }], kept: 2 } }, 'the object itself is left alone')
  t.notOk('polluted' in {})
})
