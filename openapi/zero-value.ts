// What stands in the JSON of a Go value nobody set, by its type and tags. Upstream: encoding/json's omitempty and omitzero.
import type { Value, ValueMap } from '../apimachinery/kube-object.ts'
import type { FieldSchema, TypeSchema } from './schema-set.ts'

/** What stands in the JSON of a Go struct whose field was never set; undefined: nothing does. */
export const absentValue = (field: FieldSchema): Value | undefined => {
  if (!field.alwaysWritten) return undefined
  if (field.pointer) return null
  return field.type.kind === 'struct' ? zeroStruct(field.type) : zeroLeaf(field.type)
}

/** The JSON of a Go value that is no struct and was never set. */
export const zeroLeaf = (type: TypeSchema): Value => {
  switch (type.kind) {
    case 'string':
      return ''
    case 'bool':
      return false
    case 'int':
    case 'float':
    case 'intOrString':
      return 0
    case 'quantity':
      return '0'
    case 'duration':
      return '0s'
    default:
      return null
  }
}

const zeroStructs = new WeakMap<TypeSchema, ValueMap>()

/** The JSON of a struct nobody filled: a new tree each time. */
export const zeroStruct = (type: TypeSchema): ValueMap => {
  const known = zeroStructs.get(type)
  if (known) return Object.keys(known).length === 0 ? {} : structuredClone(known)
  const result: ValueMap = {}
  for (const field of type.fields) {
    const absent = absentValue(field)
    if (absent !== undefined) result[field.name] = absent
  }
  zeroStructs.set(type, result)
  return structuredClone(result)
}
