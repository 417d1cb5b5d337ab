// What is wrong with an applied configuration by the schema of its kind, in upstream's words. Its schema is laxer than the types are: what
// passes here and does not fit is found when the object is made. Upstream: structured-merge-diff typed/validate.go.
import { goSyntax, goText, goTypeText } from '../../apimachinery/go-text.ts'
import { isMap, type Value } from '../../apimachinery/kube-object.ts'
import type { FieldSchema, TypeKind, TypeSchema } from '../../openapi/schema-set.ts'
import { itemElement } from './owned-paths.ts'
import { type Plan, planOf, planOfStruct } from './ownership-plan.ts'
import { InvalidManagedFields } from './path-element.ts'
import { elementText } from './path-text.ts'

type Scalar = 'string' | 'numeric' | 'boolean' | 'untyped'

const scalars: Partial<Record<TypeKind, Scalar>> = {
  string: 'string',
  bytes: 'string',
  duration: 'string',
  bool: 'boolean',
  int: 'numeric',
  float: 'numeric',
  time: 'untyped',
  microTime: 'untyped',
  quantity: 'untyped',
}

interface Fault {
  path: string
  text: string
}

/** How Go prints upstream's wrapped values. */
const wrapped = (value: Value): string => `&{${goText(value)}}`

const scalarFault = (scalar: Scalar, value: Value): string | undefined => {
  const type = typeof value
  const isNumber = type === 'number' || type === 'bigint'
  switch (scalar) {
    case 'string':
      return type === 'string' ? undefined : `expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`
    case 'numeric':
      return isNumber ? undefined : `expected numeric (int or float), got ${goTypeText(value)}`
    case 'boolean':
      return type === 'boolean' ? undefined : `expected boolean, got ${wrapped(value)}`
    default:
      return type === 'object' ? `expected any scalar, got ${wrapped(value)}` : undefined
  }
}

const at = (prefix: string, faults: readonly Fault[]): Fault[] => faults.map(({ path, text }) => ({ path: prefix + path, text }))

const faultsOf = (type: TypeSchema, plan: Plan, value: Value, mayRepeat: boolean): Fault[] => {
  if (value === null) return []
  const scalar = scalars[type.kind]
  if (scalar) {
    const text = scalarFault(scalar, value)
    return text === undefined ? [] : [{ path: '', text }]
  }
  switch (type.kind) {
    case 'struct':
    case 'map':
      return isMap(value) ? mapFaults(type, plan, value, mayRepeat) : [{ path: '', text: `expected map, got ${wrapped(value)}` }]
    case 'list':
      return Array.isArray(value) ? listFaults(type, plan, value, mayRepeat) : [{ path: '', text: `expected list, got ${wrapped(value)}` }]
    default:
      return []
  }
}

const mapFaults = (type: TypeSchema, plan: Plan, value: Record<string, Value>, mayRepeat: boolean): Fault[] => {
  const faults: Fault[] = []
  const fields = type.kind === 'struct' ? planOfStruct(type).byName : undefined
  for (const name of Object.keys(value).sort()) {
    const member = value[name] as Value
    if (fields) {
      const field = type.byName.get(name) as FieldSchema | undefined
      // Nothing is said of the members after it.
      if (!field) return [...faults, { path: `.${name}`, text: 'field not declared in schema' }]
      faults.push(...at(`.${name}`, faultsOf(field.type, fields.get(name)?.plan as Plan, member, mayRepeat)))
    } else {
      const element = type.element as TypeSchema
      faults.push(...at(`.${name}`, faultsOf(element, plan.shape === 'map' ? plan.element : planOf(element, {}), member, mayRepeat)))
    }
  }
  return faults
}

const listFaults = (type: TypeSchema, plan: Plan, items: readonly Value[], mayRepeat: boolean): Fault[] => {
  const faults: Fault[] = []
  const seen = new Set<string>()
  const element = type.element as TypeSchema
  const ofItems = plan.shape === 'keyed' ? plan.element : planOf(element, {})
  for (const [index, item] of items.entries()) {
    let place = `[${index}]`
    if (plan.shape === 'keyed' || plan.shape === 'set') {
      try {
        const found = itemElement(plan, item)
        place = elementText(found)
        if (!mayRepeat && seen.has(found)) faults.push({ path: '', text: `duplicate entries for key ${place}` })
        seen.add(found)
      } catch (error) {
        if (!(error instanceof InvalidManagedFields)) throw error
        return [...faults, { path: '', text: `element ${index}: ${error.message}` }]
      }
    }
    faults.push(...at(place, faultsOf(element, ofItems, item, mayRepeat)))
  }
  return faults
}

/** Undefined where nothing is wrong. `mayRepeat`: items of keyed lists and sets may stand twice, as those of stored objects do. */
export const configFault = (type: TypeSchema, config: Value, mayRepeat = false): string | undefined => {
  const faults = faultsOf(type, planOfStruct(type), config, mayRepeat).map(({ path, text }) => (path === '' ? text : `${path}: ${text}`))
  return faults.length > 1 ? ['errors:', ...faults.map((fault) => `  ${fault}`)].join('\n') : faults[0]
}
