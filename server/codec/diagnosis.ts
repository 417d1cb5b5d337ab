// The slow second look at a body that did not decode cleanly: names unknown and repeated members, and words the first type error,
// in the order of the text, as Go's decoder meets them. Upstream: sigs.k8s.io/json.
import type { TypeSchema } from '../../openapi/schema-set.ts'
import type { Value, ValueMap } from '../../apimachinery/kube-object.ts'
import type { Duplicates } from '../../apimachinery/json-scan.ts'
import { LeafError, TypeMismatch, canonicalLeaf } from './leaves.ts'

const MAX_STRICT_ERRORS = 100

export interface Diagnosis {
  /** `unknown field "spec.x"`, `duplicate field "data.a"`; at most 100. */
  strictErrors: string[]
  /** The first type error, as encoding/json words it. */
  typeError?: string
}

/** Walks a body by its type. */
export const diagnose = (type: TypeSchema, raw: Value, duplicates: Duplicates | undefined): Diagnosis => {
  const diagnoser = new Diagnoser(duplicates)
  diagnoser.value(type, raw)
  const found: Diagnosis = { strictErrors: [...diagnoser.strict].slice(0, MAX_STRICT_ERRORS) }
  if (diagnoser.typeError !== undefined) found.typeError = diagnoser.typeError
  return found
}

class Diagnoser {
  readonly strict = new Set<string>()
  typeError: string | undefined
  readonly #duplicates: Duplicates | undefined
  #struct = ''
  readonly #fieldStack: string[] = []
  #path = ''

  constructor(duplicates: Duplicates | undefined) {
    this.#duplicates = duplicates
  }

  value(type: TypeSchema, raw: Value): void {
    if (raw === null) return
    if (type.kind === 'struct') this.#members(type, raw)
    else if (type.kind === 'map') this.#entries(type, raw)
    else if (type.kind === 'list') this.#elements(type, raw)
    else this.#leaf(type, raw)
  }

  #mismatch(raw: Value, goName: string): void {
    const where = this.#struct !== '' || this.#fieldStack.length > 0
      ? `Go struct field ${this.#struct}.${this.#fieldStack.join('.')} of type ${goName}`
      : `Go value of type ${goName}`
    this.typeError ??= `json: cannot unmarshal ${jsonKind(raw, goName)} into ${where}`
  }

  #repeated(raw: ValueMap): void {
    for (const key of this.#duplicates?.get(raw) ?? []) this.strict.add(`duplicate field ${JSON.stringify(this.#member(key))}`)
  }

  #member(key: string): string {
    return this.#path === '' ? key : `${this.#path}.${key}`
  }

  #members(type: TypeSchema, raw: Value): void {
    if (typeof raw !== 'object' || Array.isArray(raw)) return this.#mismatch(raw, type.goName)
    const [struct, path] = [this.#struct, this.#path]
    const members = raw as ValueMap
    for (const key of Object.keys(members)) {
      const field = type.byName.get(key)
      if (!field) {
        this.strict.add(`unknown field ${JSON.stringify(this.#member(key))}`)
        continue
      }
      this.#struct = type.name.slice(type.name.lastIndexOf('.') + 1)
      this.#fieldStack.push(key)
      this.#path = this.#member(key)
      this.value(field.type, members[key] as Value)
      this.#fieldStack.pop()
      this.#path = path
    }
    this.#repeated(members)
    this.#struct = struct
  }

  #entries(type: TypeSchema, raw: Value): void {
    if (typeof raw !== 'object' || Array.isArray(raw)) return this.#mismatch(raw, type.goName)
    const path = this.#path
    const members = raw as ValueMap
    for (const key of Object.keys(members)) {
      this.#path = this.#member(key)
      this.value(type.element as TypeSchema, members[key] as Value)
      this.#path = path
    }
    this.#repeated(members)
  }

  #elements(type: TypeSchema, raw: Value): void {
    if (!Array.isArray(raw)) return this.#mismatch(raw, type.goName)
    const path = this.#path
    raw.forEach((element, index) => {
      this.#path = `${path}[${index}]`
      this.value(type.element as TypeSchema, element)
    })
    this.#path = path
  }

  #leaf(type: TypeSchema, raw: Value): void {
    try {
      if (type.kind === 'string' || type.kind === 'bool') {
        if (typeof raw !== (type.kind === 'string' ? 'string' : 'boolean')) throw new TypeMismatch(type.goName)
      } else canonicalLeaf(type, raw)
    } catch (error) {
      if (error instanceof LeafError) this.typeError ??= error.message
      else if (error instanceof TypeMismatch) this.#mismatch(raw, error.message)
      else throw error
    }
  }
}

const INTEGER = /^u?int/

const jsonKind = (raw: Value, goName: string): string => {
  if (Array.isArray(raw)) return 'array'
  if (typeof raw === 'number' || typeof raw === 'bigint') return INTEGER.test(goName) ? `number ${raw}` : 'number'
  return typeof raw === 'boolean' ? 'bool' : typeof raw
}
