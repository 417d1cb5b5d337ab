// Patches that are objects: reading them, with what stood in them twice.
import { type Duplicates, JsonSyntaxError, scanJson } from '../../apimachinery/json-scan.ts'
import type { Value, ValueMap } from '../../apimachinery/kube-object.ts'
import { goTypeOf, PatchSyntaxError } from './patch-type.ts'

export interface PatchObject {
  patch: ValueMap
  strictErrors: string[]
}

/** Names that stood more than once, each once. */
export const repeatedNames = (members: readonly (readonly [key: string, value: Value])[] | undefined): Set<string> => {
  const seen = new Set<string>()
  const result = new Set<string>()
  for (const [key] of members ?? []) {
    if (seen.has(key)) result.add(key)
    seen.add(key)
  }
  return result
}

/** Repeated members with their paths, in the order of the text. */
const repeated = (value: Value, duplicates: Duplicates, path: string, into: string[]): void => {
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) {
    for (const [index, element] of value.entries()) repeated(element, duplicates, `${path}[${index}]`, into)
  } else {
    const at = (key: string): string => (path === '' ? key : `${path}.${key}`)
    for (const key of repeatedNames(duplicates.get(value))) into.push(`duplicate field ${JSON.stringify(at(key))}`)
    for (const key of Object.keys(value)) repeated(value[key] as Value, duplicates, at(key), into)
  }
}

/** Reads a patch that must be an object. `prefix` begins its errors. */
export const readPatchObject = (text: string, prefix: string): PatchObject => {
  try {
    const { value, duplicates } = scanJson(text, 'Go value')
    if (value === null) return { patch: {}, strictErrors: [] }
    if (typeof value !== 'object' || Array.isArray(value)) {
      throw new PatchSyntaxError(`${prefix}json: cannot unmarshal ${goTypeOf(value)} into Go value of type map[string]interface {}`)
    }
    const strictErrors: string[] = []
    if (duplicates.size > 0) repeated(value, duplicates, '', strictErrors)
    return { patch: value, strictErrors }
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw new PatchSyntaxError(`${prefix}${error.message}`)
    throw error
  }
}
