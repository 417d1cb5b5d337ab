// One step of a path in a field set: `f:name`, `k:{"name":"web"}`, `v:"text"`, `i:0`. Kept as upstream's text, which is unique for a
// value, so that equal steps are equal strings. Upstream: structured-merge-diff fieldpath/element.go, serialize-pe.go, value/value.go.
import { goJson } from '../../apimachinery/go-text.ts'
import type { Value, ValueMap } from '../../apimachinery/kube-object.ts'

/** A managedFields entry or a path that upstream would refuse. */
export class InvalidManagedFields extends Error {}

const SIMPLE = /^[\w./:-]*$/

/** JSON as upstream writes it inside a path element: Go's HTML escapes are part of the text that is compared. */
export const elementJson = (value: Value): string => (typeof value === 'string' && SIMPLE.test(value) ? `"${value}"` : goJson(value))

const kinds = '.fkvi'

/** Texts of one plain string, which sort as the string does. */
const PLAIN = /^(?:k:\{"\w+":"[^"\\ !]*"\}|v:"[^"\\ !]*")$/

/** The order of members in a field set: fields, then keys, values, indexes. */
export const compareElements = (a: string, b: string): number => {
  if (a === b) return 0
  const kind = a[0] as string
  if (kind !== b[0]) return kinds.indexOf(kind) - kinds.indexOf(b[0] as string)
  if (kind === 'f' || (PLAIN.test(a) && PLAIN.test(b))) return a < b ? -1 : 1
  const left = JSON.parse(a.slice(2)) as Value
  const right = JSON.parse(b.slice(2)) as Value
  return kind === 'k' ? compareKeys(Object.entries(left as ValueMap), Object.entries(right as ValueMap)) : compareValues(left, right)
}

const compareKeys = (a: [string, Value][], b: [string, Value][]): number => {
  for (const [index, [name, value]] of a.entries()) {
    const other = b[index]
    if (!other) return 1
    if (name !== other[0]) return name < other[0] ? -1 : 1
    const order = compareValues(value, other[1])
    if (order !== 0) return order
  }
  return a.length - b.length
}

/** Numbers before texts before booleans before everything else. */
const rank = (value: Value): number => {
  if (typeof value === 'number' || typeof value === 'bigint') return 0
  if (typeof value === 'string') return 1
  return typeof value === 'boolean' ? 2 : 3
}

const compareValues = (a: Value, b: Value): number => {
  const order = rank(a) - rank(b)
  if (order !== 0) return order
  if (rank(a) === 3) return elementJson(a) < elementJson(b) ? -1 : Number(a !== b)
  if (a === b) return 0
  return (a as string) < (b as string) ? -1 : 1
}

const parsed = (text: string): Value => {
  try {
    return JSON.parse(text) as Value
  } catch {
    throw new InvalidManagedFields(`invalid path element ${text}`)
  }
}

/** The canonical text of an element a client sent; undefined for kinds of a future version, which are dropped. */
export const canonicalElement = (text: string): string | undefined => {
  if (text.length < 2) throw new InvalidManagedFields('key must be 2 characters long:')
  if (text[1] !== ':') throw new InvalidManagedFields(`missing colon: ${text}`)
  switch (text[0]) {
    case 'f':
      return text
    case 'v':
      return `v:${elementJson(parsed(text.slice(2)))}`
    case 'k': {
      const keys = parsed(text.slice(2))
      if (typeof keys !== 'object' || keys === null || Array.isArray(keys)) throw new InvalidManagedFields(`invalid path element ${text}`)
      return keyElement(Object.entries(keys).sort(([a], [b]) => (a < b ? -1 : 1)))
    }
    case 'i':
      if (!/^i:[+-]?\d+$/.test(text)) throw new InvalidManagedFields(`invalid path element ${text}`)
      return `i:${Number(text.slice(2))}`
    default:
      return undefined
  }
}

/** `k:{...}` of members sorted by name. */
const keyElement = (members: readonly (readonly [name: string, value: Value])[]): string => {
  let text = 'k:{'
  for (const [name, value] of members) text += `${text.length > 3 ? ',' : ''}${elementJson(name)}:${elementJson(value)}`
  return `${text}}`
}
