// Values as Go's %v and %q print them, for upstream's messages that quote whole trees.
import { writeJson } from './json-write.ts'
import { isMap, type Value } from './kube-object.ts'

/** `map[a:1 b:[x y] c:<nil>]`. */
export const goText = (value: Value | undefined): string => {
  if (value === undefined || value === null) return '<nil>'
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`
  if (!isMap(value)) return String(value)
  const members = Object.keys(value)
    .sort()
    .map((key) => `${key}:${goText(value[key])}`)
  return `map[${members.join(' ')}]`
}

/** Go syntax, as %#v prints a JSON value: `map[string]interface {}{"a":1}`. */
export const goSyntax = (value: Value | undefined): string => {
  if (value === undefined || value === null) return 'interface {}(nil)'
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`
  if (typeof value === 'string') return goQuote(value)
  if (!isMap(value)) return String(value)
  const members = Object.keys(value)
    .sort()
    .map((key) => `${goQuote(key)}:${goSyntax(value[key])}`)
  return `map[string]interface {}{${members.join(', ')}}`
}

/** The type a JSON value has in Go's maps, as %T prints it. */
export const goTypeText = (value: Value | undefined): string => {
  if (value === undefined || value === null) return '%!s(<nil>)'
  if (Array.isArray(value)) return '[]interface {}'
  if (isMap(value)) return 'map[string]interface {}'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64'
  return typeof value === 'boolean' ? 'bool' : typeof value === 'bigint' ? 'int64' : typeof value
}

const plain = /^[\x20-\x7e]*$/
const unprintable = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu
const letters: Readonly<Record<string, string>> = { '\x07': 'a', '\b': 'b', '\f': 'f', '\n': 'n', '\r': 'r', '\t': 't', '\v': 'v' }

const escaped = (character: string): string => {
  const code = character.codePointAt(0) as number
  if (letters[character] !== undefined) return `\\${letters[character]}`
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
}

/** `"a\tb"`: in quotes, with escapes for what cannot be printed. */
export const goQuote = (text: string): string =>
  plain.test(text) ? JSON.stringify(text) : `"${text.replace(/["\\]/g, '\\$&').replace(unprintable, escaped)}"`

/** JSON as Go's encoder writes it: `<`, `>`, `&` and the two line separators as escapes. */
export const goJson = (value: unknown, indent?: number): string =>
  writeJson(value, indent).replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Several errors as upstream writes them in one: each once, in brackets where they are several. */
export const aggregated = (errors: readonly string[]): string => {
  const once = [...new Set(errors)]
  return once.length > 1 ? `[${once.join(', ')}]` : (once[0] ?? '')
}
