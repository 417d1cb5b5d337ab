// The three patch types on objects of every kind: declared errors only; applying does not use a patch up; merging twice is merging once.
import { writeJson } from '../../../apimachinery/json-write.ts'
import { cloneTree, isMap, setMember, type Value, type ValueMap } from '../../../apimachinery/kube-object.ts'
import { canonical } from '../../codec/canonical.ts'
import { jsonPatch } from '../../patch/json-patch.ts'
import { mergePatch } from '../../patch/merge-patch.ts'
import { PatchFailed, PatchNotApplicable, PatchSyntaxError, PatchTooLarge, type PatchType } from '../../patch/patch-type.ts'
import { strategicMergePatch } from '../../patch/strategic-merge-patch.ts'
import type { FuzzRandom } from './fuzz-random.ts'
import { declared, type FuzzSubject, mustBePlain, mustEqual } from './fuzz-subject.ts'
import { JSON_PIECES } from './json-texts.ts'
import { anyValue, mutatedText, mutatedTree } from './mutations.ts'
import { allKinds, randomObject } from './random-objects.ts'

const ERRORS = [PatchFailed, PatchNotApplicable, PatchSyntaxError, PatchTooLarge]
const OPERATIONS = ['add', 'remove', 'replace', 'move', 'copy', 'test', 'constructor', '']
const PARTS = [
  '-',
  '0',
  '1',
  '-1',
  '-2',
  '',
  '__proto__',
  'constructor',
  'prototype',
  '~0',
  '~1',
  '~',
  '99999999999999999999',
  '01',
  '1e0',
  'length',
]

const pathIn = (value: Value, random: FuzzRandom): string => {
  if (random.chance(12)) return random.text()
  const parts: string[] = []
  let current: Value | undefined = value
  while (typeof current === 'object' && current !== null && !random.chance(4)) {
    const key: string = random.chance(6) ? random.pick(PARTS) : random.pick([...Object.keys(current), 'name'])
    parts.push(key.replaceAll('~', '~0').replaceAll('/', '~1'))
    current = Object.hasOwn(current, key) ? (current as ValueMap)[key] : undefined
  }
  return parts.map((part) => `/${part}`).join('')
}

const operations = (object: ValueMap, random: FuzzRandom): Value =>
  Array.from({ length: random.below(5) }, () => {
    const operation: ValueMap = { op: random.pick(OPERATIONS), path: pathIn(object, random) }
    if (random.chance(2)) operation['value'] = anyValue(random)
    if (random.chance(2)) operation['from'] = pathIn(object, random)
    return operation
  })

/** Directives strewn over a patch. */
const withDirectives = (value: Value, random: FuzzRandom): Value => {
  if (Array.isArray(value)) return value.map((element) => withDirectives(element, random))
  if (!isMap(value)) return value
  const result: ValueMap = {}
  for (const key of Object.keys(value)) {
    const member = value[key] as Value
    setMember(result, key, withDirectives(member, random))
    if (Array.isArray(member) && random.chance(3))
      setMember(result, `$setElementOrder/${key}`, random.chance(3) ? anyValue(random) : member)
    if (Array.isArray(member) && random.chance(5))
      setMember(result, `$deleteFromPrimitiveList/${key}`, random.chance(3) ? anyValue(random) : member)
  }
  if (random.chance(8)) setMember(result, '$patch', random.pick<Value>(['replace', 'delete', 'merge', 'x', 1, null]))
  if (random.chance(8)) setMember(result, '$retainKeys', random.chance(2) ? Object.keys(value) : anyValue(random))
  return result
}

const patchOf = (type: PatchType, object: ValueMap, other: ValueMap, random: FuzzRandom): Value => {
  if (type === jsonPatch) return operations(object, random)
  const base = random.chance(3) ? mutatedTree(other, random) : mutatedTree(object, random)
  return type === strategicMergePatch ? withDirectives(base, random) : base
}

export const patchSubject: FuzzSubject = {
  name: 'patches',
  run: ({ random, show }) => {
    const kind = random.pick(allKinds)
    const object = canonical(kind.type, randomObject(kind, random), { unknown: 0 }) as ValueMap
    const type = random.pick([jsonPatch, mergePatch, strategicMergePatch])
    const patch = patchOf(type, object, randomObject(kind, random), random)
    const written = writeJson(patch)
    const text = random.chance(5) ? mutatedText(written, JSON_PIECES, random) : written
    show({ type: type.mediaType, kind: kind.type.name, object, text })
    const parsed = declared(ERRORS, () => type.parse(text))
    if (!parsed) return
    const apply = (to: ValueMap): ValueMap | undefined =>
      declared(ERRORS, () => {
        const patched = parsed.apply(cloneTree<ValueMap>(to), kind.type)
        patched.shown()
        patched.fault?.()
        return patched.value as ValueMap
      })
    const first = apply(object)
    const kept = cloneTree<Value>(first ?? null)
    mustEqual(apply(object) ?? null, kept, 'the same patch applied again to the same object gives another one')
    mustEqual(first ?? null, kept, 'a later use of the patch changed an earlier result')
    if (first === undefined) return
    mustBePlain(first)
    // Nulls in a list that replaces a map stay, in one that replaces a list they go: the second time is another then.
    if (type === mergePatch && !/\[.*null/s.test(text)) mustEqual(apply(first), kept, 'merging twice is not merging once')
  },
}
