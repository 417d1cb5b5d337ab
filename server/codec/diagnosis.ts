// The slow second look at a body that did not decode cleanly: names unknown and repeated members, and words the first type error,
// in the order of the text, as Go's decoder meets them. Upstream: sigs.k8s.io/json.

import type { Duplicates } from '../../apimachinery/json-scan.ts'
import type { Value, ValueMap } from '../../apimachinery/kube-object.ts'
import type { TypeSchema } from '../../openapi/schema-set.ts'
import { canonicalLeaf, ElementMismatch, LeafError, TypeMismatch } from './leaves.ts'

const MAX_STRICT_ERRORS = 100

export interface Diagnosis {
  /** `unknown field "spec.x"`, `duplicate field "data.a"`; at most 100. */
  strictErrors: string[]
  /** The type error encoding/json reports: of a value that decodes itself, where decoding stops, else the first. */
  typeError?: string
}

/** Walks a body by its type. */
export const diagnose = (type: TypeSchema, raw: Value, duplicates: Duplicates | undefined): Diagnosis => {
  const diagnoser = new Diagnoser(duplicates)
  try {
    diagnoser.value(type, raw)
  } catch (error) {
    if (!(error instanceof Stopped)) throw error
    diagnoser.typeError = error.message
  }
  const found: Diagnosis = { strictErrors: [...diagnoser.strict].slice(0, MAX_STRICT_ERRORS) }
  if (diagnoser.typeError !== undefined) found.typeError = diagnoser.typeError
  return found
}

/** A value that decodes itself refused; Go reads no further. */
class Stopped extends Error {}

const SELF_DECODING = new Set(['time', 'microTime', 'duration', 'quantity', 'intOrString'])

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
    this.typeError ??= this.#sentence(raw, goName)
  }

  #sentence(raw: Value, goName: string): string {
    const where =
      this.#struct !== '' || this.#fieldStack.length > 0
        ? `Go struct field ${this.#struct}.${this.#fieldStack.join('.')} of type ${goName}`
        : `Go value of type ${goName}`
    return `json: cannot unmarshal ${jsonKind(raw, goName)} into ${where}`
  }

  /** Members as written; repeated ones that `known` knows are reported as they come. */
  *#written(raw: ValueMap, known?: ReadonlyMap<string, unknown>): Generator<[key: string, value: Value]> {
    const written = this.#duplicates?.get(raw)
    if (!written) {
      yield* Object.entries(raw)
      return
    }
    const seen = new Set<string>()
    for (const [key, value] of written) {
      if (seen.has(key) && (known?.has(key) ?? true)) this.strict.add(`duplicate field ${JSON.stringify(this.#member(key))}`)
      seen.add(key)
      yield [key, value]
    }
  }

  #member(key: string): string {
    return this.#path === '' ? key : `${this.#path}.${key}`
  }

  #members(type: TypeSchema, raw: Value): void {
    if (typeof raw !== 'object' || Array.isArray(raw)) return this.#mismatch(raw, type.goName)
    const [struct, path] = [this.#struct, this.#path]
    for (const [key, value] of this.#written(raw as ValueMap, type.byName)) {
      const field = type.byName.get(key)
      if (!field) {
        this.strict.add(`unknown field ${JSON.stringify(this.#member(key))}`)
        continue
      }
      this.#struct = type.name.slice(type.name.lastIndexOf('.') + 1)
      const depth = this.#fieldStack.length
      this.#fieldStack.push(...field.embeddedIn, key)
      this.#path = this.#member(key)
      this.value(field.type, value)
      this.#fieldStack.length = depth
      this.#path = path
    }
    this.#struct = struct
  }

  #entries(type: TypeSchema, raw: Value): void {
    if (typeof raw !== 'object' || Array.isArray(raw)) return this.#mismatch(raw, type.goName)
    const path = this.#path
    for (const [key, value] of this.#written(raw as ValueMap)) {
      this.#path = this.#member(key)
      this.value(type.element as TypeSchema, value)
      this.#path = path
    }
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
      if (SELF_DECODING.has(type.kind) && error instanceof TypeMismatch)
        throw new Stopped(error instanceof LeafError ? error.message : this.#sentence(raw, error.message))
      if (error instanceof LeafError) this.typeError ??= error.message
      else if (error instanceof ElementMismatch) this.#mismatch(error.element, error.message)
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
