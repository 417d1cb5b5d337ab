// The exact JSON reader, for texts the native one refuses or would read loosely: syntax errors in Go's words, repeated keys kept,
// integers past 2^53 as bigint. Upstream: Go's encoding/json scanner, sigs.k8s.io/json.
import { setMember, type Value, type ValueMap } from './kube-object.ts'

/** A text that is no JSON; the message is the one encoding/json gives. */
export class JsonSyntaxError extends Error {}

/** Of each object in which a member stood more than once, all members as written. */
export type Duplicates = Map<ValueMap, [key: string, value: Value][]>

/** Go's is 10,000; ours leaves room on the stack for everything that walks a value. */
export const MAX_DEPTH = 1000

/** Where Go, which closes a text with a space, complains about that space. */
const WITHIN_TOKEN = /^(?:in literal|in numeric literal|after decimal point|in exponent|in string escape|in \\u)/

const escapes: Record<string, string> = {
  '\x07': 'a',
  '\b': 'b',
  '\f': 'f',
  '\n': 'n',
  '\r': 'r',
  '\t': 't',
  '\v': 'v',
  '\\': '\\',
  "'": "'",
}

/** A byte as if it were a character, as Go quotes it. */
const shownByte = (byte: number): string => {
  const character = String.fromCharCode(byte)
  const named = escapes[character]
  if (named !== undefined) return `'\\${named}'`
  const digits = byte.toString(16).padStart(2, '0')
  if (byte < 0x20 || byte === 0x7f) return `'\\x${digits}'`
  return (byte > 0x7f && byte <= 0xa0) || byte === 0xad ? `'\\u00${digits}'` : `'${character}'`
}

/** Go looks at bytes: of a character outside ASCII it shows the first byte of its UTF-8. */
const shownCharacter = (character: string): string => shownByte(Buffer.from(character)[0] as number)

/** What is wrong with bytes that are no JSON, whether or not they are UTF-8; undefined where they are. */
export const jsonFault = (bytes: Buffer): JsonSyntaxError | undefined => {
  try {
    new Scanner(bytes.toString('latin1'), '', shownByte).whole()
    return undefined
  } catch (error) {
    if (error instanceof JsonSyntaxError) return error
    throw error
  }
}

/** Reads one JSON text exactly; with `target`, numbers past the largest double are refused as not fitting it. Throws JsonSyntaxError. */
export const scanJson = (text: string, target = ''): { value: Value; duplicates: Duplicates } => {
  const scanner = new Scanner(text, target)
  return { value: scanner.whole(), duplicates: scanner.duplicates }
}

class Scanner {
  readonly duplicates: Duplicates = new Map()
  readonly #text: string
  readonly #target: string
  readonly #shown: (code: number) => string
  #at = 0
  #depth = 0

  constructor(text: string, target: string, shown = (code: number): string => shownCharacter(String.fromCodePoint(code))) {
    this.#text = text
    this.#target = target
    this.#shown = shown
  }

  whole(): Value {
    const value = this.#value()
    this.#space()
    if (this.#at < this.#text.length) this.#refuse('after top-level value')
    return value
  }

  #space(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return
      this.#at++
    }
  }

  #refuse(context: string): never {
    if (this.#at >= this.#text.length) {
      if (WITHIN_TOKEN.test(context)) throw new JsonSyntaxError(`invalid character ' ' ${context}`)
      throw new JsonSyntaxError('unexpected end of JSON input')
    }
    throw new JsonSyntaxError(`invalid character ${this.#shown(this.#text.codePointAt(this.#at) ?? 0)} ${context}`)
  }

  #value(): Value {
    this.#space()
    const character = this.#text[this.#at]
    if (character === '{') return this.#nested(() => this.#object())
    if (character === '[') return this.#nested(() => this.#array())
    if (character === '"') return this.#string()
    if (character === 't') return this.#literal('true', true)
    if (character === 'f') return this.#literal('false', false)
    if (character === 'n') return this.#literal('null', null)
    if (character === '-' || (character !== undefined && character >= '0' && character <= '9')) return this.#number()
    return this.#refuse('looking for beginning of value')
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > MAX_DEPTH) this.#refuse('exceeded max depth')
    const value = read()
    this.#depth--
    return value
  }

  #object(): ValueMap {
    const result: ValueMap = {}
    const written: [string, Value][] = []
    let repeated = false
    this.#at++
    this.#space()
    if (this.#text[this.#at] === '}') {
      this.#at++
      return result
    }
    for (;;) {
      this.#space()
      if (this.#text[this.#at] !== '"') this.#refuse('looking for beginning of object key string')
      const key = this.#string()
      this.#space()
      if (this.#text[this.#at] !== ':') this.#refuse('after object key')
      this.#at++
      repeated ||= Object.hasOwn(result, key)
      const value = this.#value()
      written.push([key, value])
      setMember(result, key, value)
      this.#space()
      const next = this.#text[this.#at]
      if (next === '}') {
        this.#at++
        if (repeated) this.duplicates.set(result, written)
        return result
      }
      if (next !== ',') this.#refuse('after object key:value pair')
      this.#at++
    }
  }

  #array(): Value[] {
    const result: Value[] = []
    this.#at++
    this.#space()
    if (this.#text[this.#at] === ']') {
      this.#at++
      return result
    }
    for (;;) {
      result.push(this.#value())
      this.#space()
      const next = this.#text[this.#at]
      if (next === ']') {
        this.#at++
        return result
      }
      if (next !== ',') this.#refuse('after array element')
      this.#at++
    }
  }

  #string(): string {
    const start = this.#at++
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      if (Number.isNaN(code)) this.#refuse('')
      if (code === 34) break
      if (code < 32) this.#refuse('in string literal')
      if (code === 92) this.#escape()
      this.#at++
    }
    this.#at++
    return (JSON.parse(this.#text.slice(start, this.#at)) as string).toWellFormed()
  }

  #escape(): void {
    this.#at++
    const escaped = this.#text[this.#at]
    if (escaped === undefined || !'bfnrt\\/"u'.includes(escaped)) this.#refuse('in string escape code')
    if (escaped !== 'u') return
    for (let digit = 0; digit < 4; digit++) {
      this.#at++
      if (!/^[0-9a-fA-F]$/.test(this.#text[this.#at] ?? '')) this.#refuse('in \\u hexadecimal character escape')
    }
  }

  #literal(word: string, value: Value): Value {
    for (let index = 1; index < word.length; index++) {
      this.#at++
      if (this.#text[this.#at] !== word[index]) this.#refuse(`in literal ${word} (expecting '${word[index]}')`)
    }
    this.#at++
    return value
  }

  #digits(): void {
    while (this.#text.charCodeAt(this.#at) >= 48 && this.#text.charCodeAt(this.#at) <= 57) this.#at++
  }

  #isDigit(): boolean {
    const code = this.#text.charCodeAt(this.#at)
    return code >= 48 && code <= 57
  }

  #number(): number | bigint {
    const start = this.#at
    if (this.#text[this.#at] === '-') {
      this.#at++
      if (!this.#isDigit()) this.#refuse('in numeric literal')
    }
    if (this.#text[this.#at] === '0') this.#at++
    else this.#digits()
    let whole = true
    if (this.#text[this.#at] === '.') {
      whole = false
      this.#at++
      if (!this.#isDigit()) this.#refuse('after decimal point in numeric literal')
      this.#digits()
    }
    if (this.#text[this.#at] === 'e' || this.#text[this.#at] === 'E') {
      whole = false
      this.#at++
      if (this.#text[this.#at] === '+' || this.#text[this.#at] === '-') this.#at++
      if (!this.#isDigit()) this.#refuse('in exponent of numeric literal')
      this.#digits()
    }
    const literal = this.#text.slice(start, this.#at)
    const number = Number(literal)
    if (this.#target !== '' && !Number.isFinite(number))
      throw new JsonSyntaxError(`json: cannot unmarshal number ${literal} into ${this.#target} of type float64`)
    return whole && !Number.isSafeInteger(number) ? BigInt(literal) : number
  }
}
