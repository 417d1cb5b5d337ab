// Fuller objects: a minimal one with a few more fields that its type's table offers, filled with plausible values from a seed. The real
// server may refuse one; that is a case too. A few fields at a time, so that most are accepted and each difference has one cause.
import type { Field, TypeTables } from './facts.ts'
import { isObject, type Json, type JsonObject } from './json-value.ts'
import * as plausible from './plausible-values.ts'
import type { SeededRandom } from './seeded-random.ts'

const MAX_DEPTH = 4
/** Set by the server or the subject of cases of their own. */
const NOT_GENERATED = new Set(['apiVersion', 'kind', 'metadata', 'status', 'managedFields', 'namespace'])

interface Place {
  readonly holder: JsonObject
  readonly field: Field
}

export class FullerObjects {
  readonly #types: TypeTables
  readonly #random: SeededRandom

  constructor(types: TypeTables, random: SeededRandom) {
    this.#types = types
    this.#random = random
  }

  /** Adds up to `count` absent fields somewhere under the object; its own `metadata` and `status` stay. */
  enrich(object: JsonObject, type: string, count: number): void {
    for (let added = 0; added < count; added++) {
      const places = this.#absentFields(object, type, true)
      if (places.length === 0) return
      const { holder, field } = this.#random.pick(places)
      const value = this.#value(field.type, field.name, 0)
      if (value !== undefined) holder[field.name] = value
    }
  }

  /** A whole value of a type, for status. */
  value(type: string, name: string): Json | undefined {
    return this.#value(type, name, 0)
  }

  /** Optional fields that could be added, nearer ones as likely as deep ones: a branch is picked first. */
  #absentFields(object: JsonObject, type: string, top: boolean): Place[] {
    const here: Place[] = []
    const branches: Place[][] = []
    for (const field of this.#types.fieldsOf(type) ?? []) {
      if (top && NOT_GENERATED.has(field.name)) continue
      const present = object[field.name]
      if (present === undefined) here.push({ holder: object, field })
      else {
        const below = this.#below(present, field.type)
        if (below.length > 0) branches.push(below)
      }
    }
    const descend = branches.length > 0 && (here.length === 0 || this.#random.chance(0.75))
    return descend ? this.#random.pick(branches) : here
  }

  #below(present: Json, type: string): Place[] {
    if (isObject(present)) return this.#absentFields(present, type, false)
    const first = Array.isArray(present) ? present[0] : undefined
    return isObject(first) && type.startsWith('[]') ? this.#absentFields(first, type.slice(2), false) : []
  }

  #value(type: string, name: string, depth: number): Json | undefined {
    const known = this.#known(type, name)
    if (known !== undefined) return known
    const bare = this.#types.underlying(type)
    if (bare.startsWith('[]')) return this.#list(bare.slice(2), name, depth)
    if (bare.startsWith('map[')) return this.#map(bare, name, depth)
    const scalar = this.#scalar(bare, name)
    return scalar ?? this.#struct(bare, depth)
  }

  /** Types that are written in a way of their own. */
  #known(type: string, name: string): Json | undefined {
    const short = type.slice(type.lastIndexOf('.') + 1)
    const random = this.#random
    if (short === 'Quantity') return random.pick(plausible.quantities)
    if (short === 'Time') return random.pick(plausible.times)
    if (short === 'MicroTime') return random.pick(plausible.microTimes)
    if (short === 'Duration') return random.pick(plausible.durations)
    if (short === 'IntOrString') return random.pick(plausible.portNames)
    if (short === 'RawExtension') return { [name]: 'raw' }
    if (type.endsWith('[]byte')) return Buffer.from(`bytes of ${name}`).toString('base64')
    const words = plausible.wordsOfType[short]
    return words && !type.includes('[') ? random.pick(words) : undefined
  }

  #scalar(bare: string, name: string): Json | undefined {
    const random = this.#random
    const plain = bare.replace(/^\*/, '')
    if (plain === 'string')
      return random.pick(plausible.wordsOfField[name] ?? ['alpha', 'beta.example.com', 'example.com/gamma', 'Some Text'])
    if (plain === 'bool') return random.chance(0.7)
    if (/^u?int/.test(plain)) return random.pick(plausible.integers)
    if (plain === 'float64') return random.pick(plausible.floats)
    return undefined
  }

  #list(element: string, name: string, depth: number): Json | undefined {
    if (depth > MAX_DEPTH) return undefined
    const values = Array.from({ length: 1 + this.#random.below(2) }, () => this.#value(element, name, depth + 1))
    return values.filter((value) => value !== undefined)
  }

  #map(type: string, name: string, depth: number): Json {
    const close = type.indexOf(']')
    const keyType = type.slice(4, close)
    const keys = plausible.wordsOfType[keyType.slice(keyType.lastIndexOf('.') + 1)] ?? ['app', 'example.com/tier', 'plain-key']
    const value = this.#value(type.slice(close + 1), name, depth + 1)
    return value === undefined ? {} : { [this.#random.pick(keys)]: value }
  }

  #struct(type: string, depth: number): Json | undefined {
    const fields = this.#types.fieldsOf(type)
    if (fields === undefined || depth > MAX_DEPTH) return undefined
    const share = Math.min(1, 3 / Math.max(1, fields.length))
    const object: JsonObject = {}
    for (const field of fields) {
      if (field.name === 'managedFields') continue
      const wanted = field.name === 'name' || field.name === 'type' || this.#random.chance(share)
      const value = wanted ? this.#value(field.type, field.name, depth + 1) : undefined
      if (value !== undefined) object[field.name] = value
    }
    return object
  }
}
