// Values as Go's %v prints them, for upstream's messages that quote whole trees.
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

/** The type a JSON value has in Go's maps, as %T prints it. */
export const goTypeText = (value: Value | undefined): string => {
  if (value === undefined || value === null) return '%!s(<nil>)'
  if (Array.isArray(value)) return '[]interface {}'
  if (isMap(value)) return 'map[string]interface {}'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64'
  return typeof value === 'boolean' ? 'bool' : typeof value === 'bigint' ? 'int64' : typeof value
}
