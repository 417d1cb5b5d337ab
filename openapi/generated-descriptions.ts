// What upstream's own OpenAPI code says of types and fields: pkg/generated/openapi of k8s.io/kubernetes, a function a type, from which
// kube-apiserver makes its documents. Only the build reads it, where Go has the module.
import type { DescribedType } from './descriptions.ts'

/** Parts of a package's path that stand in a function's name. */
const PATH_PARTS = 4

/** `io.k8s.api.core.v1.Pod` -> `k8sio_api_core_v1_Pod`: the end of a type's path in Go, as functions are named. */
export const generatedKey = (definitionName: string): string => {
  const parts = ['k8s.io', ...definitionName.replace(/^io\.k8s\./, '').split('.')]
  const type = parts.pop() ?? ''
  return [...parts.slice(-PATH_PARTS).map((part) => part.replaceAll(/[^A-Za-z0-9]/g, '')), type].join('_')
}

/** A line of Go, as gofmt indents it, that describes: the type at four tabs, a field at seven. */
const DESCRIPTION = /^(\t+)Description: +("(?:[^"\\]|\\.)*"),$/
const FIELD = /^\t{5}"([^"]+)": \{$/
const FUNCTION = /^func schema_(\w+)\(/
const TYPE_TABS = 4
const FIELD_TABS = 7

/** All types that the code describes, by their keys. */
export const generatedDescriptions = (code: string): Record<string, DescribedType> => {
  const types: Record<string, { text: string; fields: Record<string, string> }> = {}
  let type: (typeof types)[string] | undefined
  let field = ''
  for (const line of code.split('\n')) {
    const name = FUNCTION.exec(line)?.[1]
    if (name !== undefined) types[name] = type = { text: '', fields: {} }
    field = FIELD.exec(line)?.[1] ?? field
    const [, tabs = '', literal = ''] = DESCRIPTION.exec(line) ?? []
    if (type === undefined || literal === '') continue
    // Go's escapes in these texts are JSON's.
    if (tabs.length === TYPE_TABS) type.text = JSON.parse(literal) as string
    if (tabs.length === FIELD_TABS) type.fields[field] = JSON.parse(literal) as string
  }
  return types
}
