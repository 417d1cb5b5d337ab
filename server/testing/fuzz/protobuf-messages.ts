// Protobuf messages: objects of every kind survive the way there and back; bytes of any kind are read or refused.
import { writeJson } from '../../../apimachinery/json-write.ts'
import { setMember, type Value, type ValueMap } from '../../../apimachinery/kube-object.ts'
import type { TypeSchema } from '../../../openapi/schema-set.ts'
import { canonical } from '../../codec/canonical.ts'
import { TypeMismatch } from '../../codec/leaves.ts'
import { openEnvelope, ProtobufError, readMessage } from '../../codec/protobuf-reader.ts'
import { writeEnvelope, writeMessage } from '../../codec/protobuf-writer.ts'
import type { FuzzRandom } from './fuzz-random.ts'
import { declared, type FuzzSubject, mustBePlain, mustEqual } from './fuzz-subject.ts'
import { mutatedBytes } from './mutations.ts'
import { allKinds, type KindType, randomObject } from './random-objects.ts'

/** A field nested in itself far down, as a message says it: a tag and a length, again and again. */
const nested = (depth: number, tag: number): Buffer => {
  let message = Buffer.alloc(0)
  for (let level = 0; level < depth; level++) {
    const size: number[] = []
    let rest = message.length
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) size.push((rest % 0x80) | 0x80)
    message = Buffer.concat([Buffer.from([tag, ...size, rest]), message])
  }
  return message
}

const bytesOf = (kind: KindType, random: FuzzRandom): Buffer => {
  if (random.chance(100)) return nested(random.pick([10, 150, 250, 2000]), random.pick([0x0a, 0x12, 0x1a, 0x22, 0x2a]))
  const message = writeMessage(kind.type, canonical(kind.type, randomObject(kind, random), { unknown: 0 }) as ValueMap)
  return mutatedBytes(message, random)
}

/** Without what no message holds: kind and apiVersion, and whether a list or map without elements was there. */
const untyped = (type: TypeSchema, value: Value): Value => {
  if (value === null) return value
  if ((type.kind === 'list' || type.kind === 'map') && Object.keys(value).length === 0) return null
  if (type.kind === 'list') return (value as Value[]).map((element) => untyped(type.element as TypeSchema, element))
  if (type.kind !== 'struct' && type.kind !== 'map') return value
  const result: ValueMap = {}
  for (const [key, member] of Object.entries(value as ValueMap)) {
    const field = type.byName.get(key)
    if (field?.embeddedIn.includes('TypeMeta')) continue
    setMember(result, key, untyped((field?.type ?? type.element) as TypeSchema, member))
  }
  return result
}

const roundTrip = (kind: KindType, object: ValueMap): void => {
  const { kind: name, apiVersion } = object as { kind: string; apiVersion: string }
  const envelope = openEnvelope(writeEnvelope(apiVersion, name, writeMessage(kind.type, object)))
  mustEqual([envelope.apiVersion, envelope.kind], [apiVersion, name], 'the envelope names another kind')
  const back = canonical(kind.type, readMessage(kind.type, envelope.raw), { unknown: 0 })
  mustEqual(untyped(kind.type, back), untyped(kind.type, object), 'protobuf and back is another object')
}

export const protobufSubject: FuzzSubject = {
  name: 'protobuf',
  run: ({ random, show }) => {
    const kind = random.pick(allKinds)
    if (random.chance(3)) {
      const raw = randomObject(kind, random)
      show(raw)
      // A pointer to Go's zero time is null in JSON, as no pointer is.
      if (writeJson(raw).includes('0001-01-01T00:00:00')) return
      return roundTrip(kind, canonical(kind.type, raw, { unknown: 0 }) as ValueMap)
    }
    const bytes = bytesOf(kind, random)
    show({ kind: kind.type.name, base64: bytes.toString('base64') })
    if (random.chance(4)) declared([ProtobufError], () => openEnvelope(Buffer.concat([Buffer.from('k8s\0'), bytes])))
    const found = declared([ProtobufError, TypeMismatch], () => {
      const raw = readMessage(kind.type, bytes)
      mustBePlain(raw)
      return canonical(kind.type, raw, { unknown: 0 }) as ValueMap
    })
    if (!found) return
    const again = canonical(kind.type, readMessage(kind.type, writeMessage(kind.type, found)), { unknown: 0 })
    mustEqual(again, found, 'what was read, written and read again is another object')
  },
}
