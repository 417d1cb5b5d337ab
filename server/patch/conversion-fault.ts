// What is wrong with a tree that a strategic merge patch made, in the words of upstream's converter from maps to Go values, which are not
// its JSON decoder's. Upstream: k8s.io/apimachinery/pkg/runtime/converter.go.
import { goTypeText } from '../../apimachinery/go-text.ts'
import { isMap, type Value } from '../../apimachinery/kube-object.ts'
import type { TypeKind, TypeSchema } from '../../openapi/schema-set.ts'
import { goTypeOf } from './patch-type.ts'

/** Go's kind of a value in a map. */
const goKind = (value: Value): string => (Array.isArray(value) ? 'slice' : isMap(value) ? 'map' : goTypeText(value))

const takes: Partial<Record<TypeKind, (value: Value) => boolean>> = {
  string: (value) => typeof value === 'string',
  bool: (value) => typeof value === 'boolean',
  int: (value) => typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value)),
  float: (value) => typeof value === 'number' || typeof value === 'bigint',
}

/** Types that read themselves from JSON, and what they say of another JSON type. */
const readers: Partial<Record<TypeKind, (value: Value) => string | undefined>> = {
  time: (value) => (typeof value === 'string' ? undefined : 'string'),
  microTime: (value) => (typeof value === 'string' ? undefined : 'string'),
  duration: (value) => (typeof value === 'string' ? undefined : 'string'),
  intOrString: (value) => (typeof value === 'string' || typeof value === 'number' ? undefined : 'int32'),
}

/** Go's kind of a simple type, whatever its name. */
const simpleKind = ({ kind, bits, unsigned }: TypeSchema): string =>
  kind === 'int' ? `${unsigned ? 'u' : ''}int${bits}` : kind === 'float' ? 'float64' : kind

const isNumber = (value: Value): boolean => typeof value === 'number' || typeof value === 'bigint'

/** What Go could convert and JSON does not is said otherwise than what nobody could. */
const misfit = (type: TypeSchema, value: Value): string => {
  const convertible =
    isNumber(value) && (type.kind === 'int' || type.kind === 'float' || (type.kind === 'string' && goTypeText(value) === 'int64'))
  return convertible ? `cannot convert ${goTypeText(value)} to ${type.goName}` : `unrecognized type: ${simpleKind(type)}`
}

/** What the codec says of a value, in the converter's words: it names its base64 decoder's errors. */
export const inConverterWords = (why: string): string => (why.startsWith('illegal base64') ? `error decoding from json: ${why}` : why)

/** The first thing that does not fit; undefined when the types of all values do. */
export const conversionFault = (type: TypeSchema, value: Value): string | undefined => {
  if (value === null) return undefined
  const simple = takes[type.kind]
  if (simple) return simple(value) ? undefined : misfit(type, value)
  const wanted = readers[type.kind]?.(value)
  if (wanted !== undefined) return `json: cannot unmarshal ${goTypeOf(value)} into Go value of type ${wanted}`
  if (type.kind === 'struct') {
    if (!isMap(value)) return `cannot restore struct from: ${goKind(value)}`
    return firstOf(type.fields, (field) =>
      value[field.name] === undefined ? undefined : conversionFault(field.type, value[field.name] as Value),
    )
  }
  if (type.kind === 'map') {
    if (!isMap(value)) return `cannot restore map from ${goKind(value)}`
    return firstOf(Object.values(value), (member) => conversionFault(type.element as TypeSchema, member as Value))
  }
  if (type.kind === 'list' || type.kind === 'bytes') {
    if (type.kind === 'bytes' && typeof value === 'string') return undefined
    if (!Array.isArray(value)) return `cannot restore slice from ${goKind(value)}`
    return firstOf(value, (member) => (type.element ? conversionFault(type.element, member) : undefined))
  }
  return undefined
}

const firstOf = <T>(items: readonly T[], fault: (item: T) => string | undefined): string | undefined => {
  for (const item of items) {
    const found = fault(item)
    if (found !== undefined) return found
  }
  return undefined
}
