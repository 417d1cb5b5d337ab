// Finds the lists and maps of a value that canonical form leaves out for being empty. Only looked for where a message may show them.
import type { EmptyMember } from '../../apimachinery/empty-members.ts'
import { isMap, type Value } from '../../apimachinery/kube-object.ts'
import type { TypeSchema } from '../../openapi/schema-set.ts'

type Path = readonly (string | number)[]

const isEmpty = (value: Value): boolean => typeof value === 'object' && value !== null && Object.keys(value).length === 0

const walk = (type: TypeSchema, value: Value, path: Path, into: EmptyMember[]): void => {
  if (type.kind === 'list' && Array.isArray(value)) {
    for (const [index, element] of value.entries()) walk(type.element as TypeSchema, element, [...path, index], into)
  } else if (type.kind === 'map' && isMap(value)) {
    for (const [key, element] of Object.entries(value)) walk(type.element as TypeSchema, element, [...path, key], into)
  } else if (type.kind === 'struct' && isMap(value)) {
    for (const [key, member] of Object.entries(value)) {
      const field = type.byName.get(key)
      if (!field) continue
      const { kind } = field.type
      if ((kind === 'list' || kind === 'map') && isEmpty(member)) into.push({ path: [...path, key], isList: kind === 'list' })
      else walk(field.type, member, [...path, key], into)
    }
  }
}

/** Empty lists and maps in a value of a type. */
export const emptyMembers = (type: TypeSchema, value: Value): EmptyMember[] => {
  const found: EmptyMember[] = []
  walk(type, value, [], found)
  return found
}
