// OpenAPI documents as protobuf: gnostic's messages, which stock kubectl asks for. The messages are tables (gnostic-v2.ts, gnostic-v3.ts)
// of what a JSON member's field number and type are; one walk writes any of them. Upstream: github.com/google/gnostic-models.
import { stringify } from 'yaml'

/**
 * A member's type: `string`, `bool`, `double`, `int64`, `yaml` (any value, as YAML text in an Any), `default` or a message's name;
 * with `[]` for a list of them.
 */
type Member = readonly [number: number, type: string]

export interface Message {
  members?: Readonly<Record<string, Member>>
  /** Where members that begin with `x-` go, each as a pair of name and Any. */
  extensions?: number
  /** Where all other members go, each as a pair of name and a message of this type. */
  named?: Member
  /** A message that is one of several, by what the value looks like; undefined leaves it empty. */
  choose?(value: unknown): Member | undefined
}

export type Messages = Readonly<Record<string, Message>>

const VARINT = 0
const FIXED64 = 1
const BYTES = 2

const varint = (value: number): number[] => {
  const bytes: number[] = []
  let rest = value
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80)
  bytes.push(rest)
  return bytes
}

/** As Go writes it: empty strings in double quotes, what only looks special in single ones. */
const yamlOf = (value: unknown): string => stringify(value, { lineWidth: 0, singleQuote: true }).replaceAll(/(?<=^|: |- )''$/gm, '""')

/** Chunks and how long they are together: a message's length stands before it. */
class Chunks {
  readonly parts: Uint8Array[] = []
  size = 0

  push(bytes: Uint8Array): void {
    this.parts.push(bytes)
    this.size += bytes.length
  }

  bytes(number: number, content: Uint8Array): void {
    this.push(Uint8Array.from([...varint(number * 8 + BYTES), ...varint(content.length)]))
    this.push(content)
  }

  message(number: number, content: Chunks): void {
    this.push(Uint8Array.from([...varint(number * 8 + BYTES), ...varint(content.size)]))
    for (const part of content.parts) this.push(part)
  }
}

/** Writes documents of one version. */
export class GnosticEncoder {
  readonly #messages: Messages
  /** The same few extensions stand in thousands of places. */
  readonly #yaml = new Map<string, Uint8Array>()

  constructor(messages: Messages) {
    this.#messages = messages
  }

  encode(document: unknown): Buffer {
    return Buffer.concat(this.#message('Document', document).parts)
  }

  #message(name: string, value: unknown): Chunks {
    const { members = {}, extensions, named, choose } = this.#messages[name] as Message
    const out = new Chunks()
    if (choose) {
      const member = choose(value)
      if (member) this.#member(out, member, value, true)
      return out
    }
    const found: [member: Member, key: string | undefined, value: unknown][] = []
    for (const [key, content] of Object.entries(value as object)) {
      const member = members[key]
      if (member) found.push([member, undefined, content])
      else if (extensions !== undefined && key.startsWith('x-')) found.push([[extensions, 'yaml'], key, content])
      else if (named) found.push([named, key, content])
      else throw new Error(`no member ${key} in ${name}`)
    }
    found.sort(([[a]], [[b]]) => a - b)
    for (const [member, key, content] of found) {
      if (key === undefined) this.#member(out, member, content, false)
      else {
        const pair = new Chunks()
        pair.bytes(1, Buffer.from(key))
        this.#member(pair, [2, member[1]], content, true)
        out.message(member[0], pair)
      }
    }
    return out
  }

  /** `always`: zero values too, as in lists, pairs and choices. */
  #member(out: Chunks, [number, type]: Member, value: unknown, always: boolean): void {
    if (type.endsWith('[]')) for (const each of value as unknown[]) this.#member(out, [number, type.slice(0, -2)], each, true)
    else if (type === 'string') {
      if (always || value !== '') out.bytes(number, Buffer.from(value as string))
    } else if (type === 'bool') {
      if (always || value === true) out.push(Uint8Array.from([...varint(number * 8 + VARINT), value === true ? 1 : 0]))
    } else if (type === 'int64') {
      if (always || value !== 0) out.push(Uint8Array.from([...varint(number * 8 + VARINT), ...varint(value as number)]))
    } else if (type === 'double') {
      const bytes = Buffer.alloc(8)
      bytes.writeDoubleLE(value as number)
      if (always || value !== 0) out.push(Buffer.concat([Buffer.from(varint(number * 8 + FIXED64)), bytes]))
    } else if (type === 'yaml') out.bytes(number, this.#any(value))
    else out.message(number, this.#message(type, value))
  }

  #any(value: unknown): Uint8Array {
    const text = JSON.stringify(value)
    let known = this.#yaml.get(text)
    if (!known) {
      const any = new Chunks()
      any.bytes(2, Buffer.from(yamlOf(value)))
      known = Buffer.concat(any.parts)
      this.#yaml.set(text, known)
    }
    return known
  }
}
