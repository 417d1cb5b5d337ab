// Valid objects of every type in the tables, made from their fields; now and then with what a client should not send but may.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setMember, type Value, type ValueMap } from '../../../apimachinery/kube-object.ts'
import { SchemaSet, type TypeSchema } from '../../../openapi/schema-set.ts'
import { EDGE_NUMBERS, type FuzzRandom } from './fuzz-random.ts'

const FOLDER = join(import.meta.dirname, '../../../openapi/v1.36')

export const schemas = new SchemaSet(FOLDER)

export interface KindType {
  group: string
  version: string
  kind: string
  type: TypeSchema
}

const kindsOfTable = (file: string): KindType[] => {
  const table = JSON.parse(readFileSync(join(FOLDER, 'types', file), 'utf8')) as { groupVersion: string; kinds: Record<string, string> }
  const slash = table.groupVersion.indexOf('/')
  const notation = file.replace(/\.json$/, '').replace('.', '/')
  return Object.entries(table.kinds).map(([kind, type]) => ({
    group: table.groupVersion.slice(0, Math.max(0, slash)),
    version: table.groupVersion.slice(slash + 1),
    kind,
    type: schemas.type(`${notation}.${type}`),
  }))
}

/** Every kind of the tables that is an object of its own. */
export const allKinds: readonly KindType[] = readdirSync(join(FOLDER, 'types'))
  .flatMap(kindsOfTable)
  .filter(({ type }) => type.kind === 'struct' && type.byName.has('metadata'))

const TIMES = [
  '2026-01-02T03:04:05Z',
  '0001-01-01T00:00:00Z',
  '2026-01-02T03:04:05.999999999+14:00',
  '9999-12-31T23:59:59Z',
  '1969-12-31T23:59:59-01:00',
]
const MICRO_TIMES = ['2026-01-02T03:04:05.000001Z', '0001-01-01T00:00:00.000000Z', '1999-12-31T23:59:59.999999+01:00']
const DURATIONS = ['1s', '0s', '-1.5h', '1h2m3.000000004s', '2562047h47m16.854775807s', '1ns']
const QUANTITIES = [
  '0',
  '1',
  '100m',
  '1Ki',
  '1.5Gi',
  '1e3',
  '-5',
  '.1',
  '1n',
  '9223372036854775807',
  '0.0000000001',
  '1E',
  '12345678901234567890Ei',
]

const integer = (type: TypeSchema, random: FuzzRandom): Value => {
  const bits = BigInt(type.bits)
  if (random.chance(4)) {
    const high = type.unsigned ? 2n ** bits - 1n : 2n ** (bits - 1n) - 1n
    const edge = random.pick([0n, 1n, high, type.unsigned || random.chance(2) ? 0n : -high - 1n])
    return Number.isSafeInteger(Number(edge)) ? Number(edge) : edge > 2n ** 63n - 1n ? 0 : edge
  }
  return random.integer(type.unsigned ? 0 : -100, 100)
}

const MOST_DEPTH = 12

/** A value that a type takes, in any of the ways it may be written. */
export const randomValue = (type: TypeSchema, random: FuzzRandom, depth = 0): Value => {
  switch (type.kind) {
    case 'struct':
      return randomStruct(type, random, depth)
    case 'list':
      return Array.from({ length: depth > MOST_DEPTH ? 0 : random.below(3) }, () =>
        randomValue(type.element as TypeSchema, random, depth + 1),
      )
    case 'map': {
      const result: ValueMap = {}
      for (let count = random.below(3); count > 0; count--)
        setMember(result, random.text().toWellFormed(), randomValue(type.element as TypeSchema, random, depth + 1))
      return result
    }
    case 'string':
      return random.text().toWellFormed()
    case 'bool':
      return random.chance(2)
    case 'int':
      return integer(type, random)
    case 'float':
      return random.pick(EDGE_NUMBERS.filter((edge) => !Object.is(edge, -0)))
    case 'bytes':
      return Buffer.from(random.text()).toString('base64')
    case 'time':
      return random.pick(TIMES)
    case 'microTime':
      return random.pick(MICRO_TIMES)
    case 'duration':
      return random.pick(DURATIONS)
    case 'quantity':
      return random.chance(6) ? random.integer(-5, 5) : random.pick(QUANTITIES)
    case 'intOrString':
      return random.chance(2) ? random.integer(-70000, 70000) : random.text().toWellFormed()
    default:
      return { a: random.integer(0, 9), [random.word()]: [random.text().toWellFormed()] }
  }
}

/** Few members far down, so that recursive types end. */
const randomStruct = (type: TypeSchema, random: FuzzRandom, depth: number): ValueMap => {
  const result: ValueMap = {}
  const once = depth < 2 ? 2 : depth < 5 ? 3 : 8
  if (depth > MOST_DEPTH) return result
  const fields = random.chance(4) ? type.fields.toReversed() : type.fields
  for (const field of fields) {
    if (!random.chance(once)) continue
    result[field.name] = random.chance(20) ? null : randomValue(field.type, random, depth + 1)
  }
  return result
}

/** An object of a kind that says what it is. */
export const randomObject = ({ group, version, kind, type }: KindType, random: FuzzRandom): ValueMap => ({
  ...randomStruct(type, random, 0),
  apiVersion: group === '' ? version : `${group}/${version}`,
  kind,
})
