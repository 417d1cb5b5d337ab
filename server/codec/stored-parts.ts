// Most clients that write an object send back, but for what they change, what they were given. Parts of a body that are, byte for byte, as
// they are stored are not parsed, checked for form or written again: the object shares them with the one that stands there, which nobody
// may change in place.
import { at, type Frozen, isMap, type KubeObject, type Value } from '../../apimachinery/kube-object.ts'
import { systemRandom } from '../../apimachinery/random.ts'
import { type EncodedItem, metadataEnd } from './encoded-item.ts'
import { type MemberSpan, membersFrom } from './json-extent.ts'
import { managersBytes } from './stored-managers.ts'

/** Stands in a text for what was cut out of it; no client can know it. */
const AS_STORED = `as stored ${systemRandom.uuid()}`
/** A part shorter than this is as soon read. */
const LEAST_BYTES = 128

export interface CutBody {
  text: string
  /** Names of the members that were cut out. */
  members: readonly string[]
  managers: boolean
}

export class StoredParts {
  readonly view: Frozen<KubeObject>
  readonly #item: EncodedItem
  readonly #sameVersion: boolean
  #spans: readonly MemberSpan[] | undefined

  /** `view` is the item's object. Where bodies are of another version than the stored one, only managers are alike. */
  constructor(item: EncodedItem, view: Frozen<KubeObject>, sameVersion: boolean) {
    this.view = view
    this.#item = item
    this.#sameVersion = sameVersion
  }

  /** Looked for when they are asked for: many writes share nothing. */
  #members(): readonly MemberSpan[] {
    this.#spans ??= membersFrom(this.#item.bytes, metadataEnd(this.#item)).filter(({ start, end }) => end - start >= LEAST_BYTES)
    return this.#spans
  }

  /** A JSON body with marks where it is as stored; undefined where it is nowhere. */
  cut(body: Buffer): CutBody | undefined {
    let text = ''
    let from = 0
    const put = (part: Buffer, name: string, before: string): boolean => {
      const found = body.indexOf(part, from)
      if (found < 0) return false
      text += `${body.toString('utf8', from, found)}${before}"${name}":"${AS_STORED}"`
      from = found + part.length
      return true
    }
    const { bytes } = this.#item
    const own = managersBytes(this.#item)
    const managers = own !== undefined && put(own, 'managedFields', ',')
    const candidates = this.#sameVersion ? this.#members() : []
    const alike = candidates.filter(({ name, start, end }) => put(bytes.subarray(start, end), name, ''))
    if (from === 0) return undefined
    return { text: text + body.toString('utf8', from), members: alike.map(({ name }) => name), managers }
  }

  /**
   * Puts the members that were cut out into a value read from the text, in place of their marks, and leaves out managers that were.
   * Undefined where a mark stood somewhere else than the part it stands for; else the members.
   */
  restore(value: Value, { members, managers }: CutBody): Value[] | undefined {
    const metadata = at(value, 'metadata') as Value | undefined
    if (managers) {
      if (!isMap(metadata) || metadata['managedFields'] !== AS_STORED) return undefined
      delete metadata['managedFields']
    }
    if (!isMap(value) || !members.every((name) => value[name] === AS_STORED)) return undefined
    return members.map((name) => (value[name] = this.view[name] as Value))
  }

  /** The members that an object has from here. */
  sharedWith(object: KubeObject): Value[] {
    const members = Object.keys(object).filter((name) => typeof object[name] === 'object' && object[name] === this.view[name])
    return members.map((name) => object[name] as Value)
  }

  /** A member's name and value as stored, where an object has it from here. */
  bytesOf(name: string, value: unknown): Buffer | undefined {
    if (typeof value !== 'object' || value === null || this.view[name] !== value) return undefined
    const span = this.#members().find((member) => member.name === name)
    return span && this.#item.bytes.subarray(span.start, span.end)
  }
}
