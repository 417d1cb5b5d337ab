// How upstream prints values of its internal types: messages that quote a struct quote that one, in Go's field names and order, every
// field written. The table is openapi/v1.36/internal-types.json. Upstream: pkg/apis/{core,apps,batch,resource}/types.go, encoding/json.
import { goJson } from '../../../apimachinery/go-text.ts'
import { isMap, type Value, type ValueMap } from '../../../apimachinery/kube-object.ts'
import table from '../../../openapi/v1.36/internal-types.json' with { type: 'json' }

type Row = readonly [goName: string, member: string, type: string]

const structs: Readonly<Record<string, readonly Row[]>> = table as unknown as Record<string, readonly Row[]>

/** What a security context takes from the pod around it. */
const FROM_POD_SPEC = ['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace', 'hostUsers'] as const

const lowered = (goName: string): string => goName.charAt(0).toLowerCase() + goName.slice(1)

const zeroOf = (type: string): Value => {
  if (type === 'string') return ''
  if (type === 'bool') return false
  if (/^u?int\d*$/.test(type) || type === 'json.IntOrString') return 0
  if (type === 'json.Quantity') return '0'
  return structs[type] ? internalStruct(type, {}) : null
}

const internalStruct = (type: string, value: ValueMap): ValueMap => {
  const result: ValueMap = {}
  for (const [goName, member, fieldType] of structs[type] as readonly Row[]) {
    if (member === '' && fieldType === 'json.ObjectMeta') Object.assign(result, value['metadata'])
    else if (member === '' && structs[fieldType]) Object.assign(result, internalStruct(fieldType, value))
    else result[goName] = internalValue(fieldType, value[member || lowered(goName)])
  }
  return result
}

const withPodFields = (spec: ValueMap): ValueMap => {
  const context: ValueMap = { ...(spec['securityContext'] as ValueMap | undefined) }
  for (const member of FROM_POD_SPEC) if (spec[member] !== undefined) context[member] = spec[member] as Value
  return { ...spec, securityContext: context }
}

/** A value of the published type as a tree of the internal one. `type` as in the table: `core.PodSpec`, `[]core.NodeSelectorTerm`. */
export const internalValue = (type: string, value: Value | undefined): Value => {
  if (type.startsWith('*')) return value === undefined || value === null ? null : internalValue(type.slice(1), value)
  if (value === undefined || value === null) return zeroOf(type)
  if (type.startsWith('[]')) return Array.isArray(value) ? value.map((item) => internalValue(type.slice(2), item)) : null
  if (type.startsWith('map[string]') && isMap(value)) {
    const below = type.slice('map[string]'.length)
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, internalValue(below, member)]))
  }
  if (!structs[type] || !isMap(value)) return value
  return internalStruct(type, type === 'core.PodSpec' ? withPodFields(value) : value)
}

/** One line of JSON, as an error shows a value. */
export const internalText = (type: string, value: unknown): string => goJson(internalValue(type, value as Value))

/** Many lines of JSON, indented by one, as differences are taken of. */
export const internalLines = (type: string, value: unknown): string => goJson(internalValue(type, value as Value), 1)
