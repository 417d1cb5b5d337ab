// Updates that share parts with what stands there: a body says the same whether it is read with the stored object at hand or without, in
// what it is refused for as in what comes of it, and is written the same.
import { writeJson } from '../../../apimachinery/json-write.ts'
import { isMap, type KubeObject, type Value } from '../../../apimachinery/kube-object.ts'
import { StatusError } from '../../../apimachinery/status-error.ts'
import { decodeBody, type Expected } from '../../codec/decode-body.ts'
import { encodedItem, encodeObject } from '../../codec/encoded-item.ts'
import { viewItem } from '../../codec/stored-managers.ts'
import { StoredParts } from '../../codec/stored-parts.ts'
import type { FuzzRandom } from './fuzz-random.ts'
import { declared, type FuzzSubject, mustBe, mustEqual } from './fuzz-subject.ts'
import { mutatedBytes, mutatedTree } from './mutations.ts'
import { allKinds, type KindType, randomObject } from './random-objects.ts'

const kinds = allKinds.filter(({ type }) => type.byName.get('metadata')?.type.name === 'meta/v1.ObjectMeta')

const expectedOf = (kind: KindType): Expected => ({ ...kind, schema: kind.type, knownAs: () => undefined, forStore: true })

/** What a client may send that was given the object: some of it changed, or all of it damaged. */
const bodyFrom = (given: string, random: FuzzRandom): Buffer => {
  if (random.chance(4)) return mutatedBytes(Buffer.from(given), random)
  const object = JSON.parse(given) as Record<string, Value>
  const name = random.pick(Object.keys(object))
  const member = object[name] as Value
  if (isMap(member) || Array.isArray(member)) object[name] = mutatedTree(member, random)
  const text = writeJson(object)
  // A member that stands there twice, or somewhere else too.
  if (random.chance(4)) return Buffer.from(`${text.slice(0, -1)},"${name}":${writeJson(member)}}`)
  return Buffer.from(random.chance(4) ? `${text.slice(0, -1)},"other":${text}}` : text)
}

const outcome = (read: () => KubeObject): KubeObject | string => {
  try {
    return read()
  } catch (error) {
    if (error instanceof StatusError) return error.message
    throw error
  }
}

export const sharedPartsSubject: FuzzSubject = {
  name: 'shared-parts',
  run: ({ random, show }) => {
    const kind = random.pick(kinds)
    const expected = expectedOf(kind)
    const made = Buffer.from(writeJson(randomObject(kind, random)))
    const object = declared([StatusError], () => decodeBody(made, 'application/json', expected, 'Ignore', () => undefined))
    if (!object) return
    const item = encodedItem(encodeObject(kind.type, object))
    const given = item.bytes.toString()
    // Go's zero time is read as no time: such objects change when they are read again.
    if (given.includes('0001-01-01T00:00:00')) return
    const body = bodyFrom(given, random)
    const validation = random.pick(['Ignore', 'Warn', 'Strict'] as const)
    show({ kind: kind.type.name, given, validation, base64: body.toString('base64') })
    const parts = new StoredParts(item, viewItem(item, 1), true)
    const warnings: [string[], string[]] = [[], []]
    const read = (side: 0 | 1, stored?: StoredParts) =>
      outcome(() => decodeBody(body, 'application/json', expected, validation, (warning) => warnings[side].push(warning), stored))
    const alone = read(0)
    const shared = read(1, parts)
    mustEqual(warnings[1], warnings[0], 'warnings')
    if (typeof alone === 'string' || typeof shared === 'string') return mustEqual(shared, alone, 'refusals')
    if (!('managedFields' in shared.metadata)) {
      const own = alone.metadata.managedFields
      mustBe(own === undefined || writeJson(own) === writeJson(parts.view.metadata.managedFields), () => 'other managers were left out')
      delete alone.metadata.managedFields
    }
    mustEqual(shared, alone, 'objects')
    mustEqual(encodeObject(kind.type, shared, parts).toString(), encodeObject(kind.type, alone).toString(), 'bytes')
  },
}
