// The canonical form: making it again changes nothing, the input is left alone, and the slow second look agrees with the fast first one.
import { parseOwnJson } from '../../../apimachinery/json-parse.ts'
import { writeJson } from '../../../apimachinery/json-write.ts'
import { cloneTree, isMap, setMember, type Value, type ValueMap } from '../../../apimachinery/kube-object.ts'
import { StatusError } from '../../../apimachinery/status-error.ts'
import { canonical, type Findings } from '../../codec/canonical.ts'
import { decodeBody, type Expected } from '../../codec/decode-body.ts'
import { diagnose } from '../../codec/diagnosis.ts'
import { TypeMismatch } from '../../codec/leaves.ts'
import type { FuzzRandom } from './fuzz-random.ts'
import { declared, type FuzzSubject, mustBe, mustBePlain, mustEqual } from './fuzz-subject.ts'
import { mutatedBytes, mutatedTree } from './mutations.ts'
import { allKinds, type KindType, randomObject } from './random-objects.ts'

const MEDIA_TYPES = [
  'application/json',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
  '',
  'text/plain',
  'constructor',
  'application/json;x',
]

const decodeAny = (kind: KindType, text: string, random: FuzzRandom, show: (input: unknown) => void): void => {
  const expected: Expected = {
    ...kind,
    schema: kind.type,
    knownAs: (_group, version) => (version === 'v1' ? 'core' : undefined),
    anyVersion: random.chance(8),
  }
  const body = mutatedBytes(Buffer.from(text), random)
  const mediaType = random.pick(MEDIA_TYPES)
  show({ mediaType, base64: body.toString('base64') })
  const warnings: string[] = []
  const object = declared([StatusError], () =>
    decodeBody(body, mediaType, expected, random.pick(['Ignore', 'Warn', 'Strict']), (warning) => warnings.push(warning)),
  )
  mustBe(warnings.length <= 101, () => `${warnings.length} warnings`)
  if (object) mustBePlain(object)
}

const checkTree = ({ type }: KindType, raw: Value): void => {
  const before = cloneTree<Value>(raw)
  const findings: Findings = { unknown: 0 }
  const found = declared([TypeMismatch], () => canonical(type, raw, findings))
  mustEqual(raw, before, 'canonical changed its input')
  const { typeError, strictErrors } = diagnose(type, raw, undefined)
  mustBe((typeError === undefined) === (found !== undefined), () => `canonical and diagnose disagree: ${typeError}`)
  if (found === undefined) return
  // A pointer to Go's zero time is written as null, and null is read as no pointer: upstream's own form is not stable there.
  if (writeJson(raw).includes('0001-01-01T00:00:00')) return
  mustBe(strictErrors.length > 0 === findings.unknown > 0, () => `${findings.unknown} unknown, but ${strictErrors.join()}`)
  mustEqual(canonical(type, found, { unknown: 0 }), found, 'canonical of canonical is another object')
  mustBe(writeJson(canonical(type, found, { unknown: 0 })) === writeJson(found), () => 'canonical of canonical has another order')
  const text = writeJson(noBigints(found))
  // Halves of surrogate pairs are replaced as they are read.
  if (!/\\u[dD]/.test(text)) mustEqual(canonical(type, parseOwnJson(text), { unknown: 0 }), noBigints(found), 'written and read again')
}

const noBigints = (value: Value): Value => {
  if (typeof value === 'bigint') return 7
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? 0 : value
  if (Array.isArray(value)) return value.map(noBigints)
  const copy = cloneTree<ValueMap>(value)
  for (const key of Object.keys(copy)) setMember(copy, key, noBigints(copy[key] as Value))
  return copy
}

export const canonicalSubject: FuzzSubject = {
  name: 'canonical',
  run: ({ random, show }) => {
    const kind = random.pick(allKinds)
    const object = randomObject(kind, random)
    if (random.chance(3)) return decodeAny(kind, writeJson(object), random, show)
    const raw = random.chance(3) ? object : mutatedTree(object, random)
    show({ kind: kind.type.name, raw })
    if (!isMap(raw)) return
    checkTree(kind, raw)
  },
}
