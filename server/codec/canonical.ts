// From a parsed JSON value to an object in canonical form: members in Go's order, empty ones dropped or present as Go's tags say,
// quantities, times and base64 as Go would write them back. The fast path only counts unknown members; diagnosis.ts names them.
// Upstream: encoding/json and the UnmarshalJSON methods of the API types.

import { setMember, type Value, type ValueMap } from '../../apimachinery/kube-object.ts'
import { type FieldSchema, goStructs, type TypeSchema } from '../../openapi/schema-set.ts'
import { absentValue, zeroLeaf, zeroStruct } from '../../openapi/zero-value.ts'
import { canonicalLeaf, TypeMismatch } from './leaves.ts'

/** What a decode found besides the object, and how it is done. */
export interface Findings {
  /** Members that no field takes. */
  unknown: number
  /**
   * For the store: leaves are canonical already; a list or map that is always written and empty becomes nil, as it does in upstream's
   * protobuf.
   */
  readonly forStore?: true
  /** Structs keep their members in the order they came in: for what is brought into Go's order on its way to the store. */
  readonly anyOrder?: true
  /** Parts of the value that are in canonical form: they stay as they are. */
  readonly kept?: readonly unknown[]
}

/**
 * The value in canonical form: itself where it is canonical already, else a copy that shares what is. `raw` is left as it was. Throws
 * TypeMismatch; `findings.unknown` rises for each member without a field.
 */
export const canonical = (type: TypeSchema, raw: Value, findings: Findings): Value => {
  switch (type.kind) {
    case 'struct':
      return canonicalStruct(type, raw, findings)
    case 'list':
      return canonicalList(type, raw, findings)
    case 'map':
      return canonicalMap(type, raw, findings)
    case 'string':
      if (typeof raw === 'string') return raw
      break
    case 'bool':
      if (typeof raw === 'boolean') return raw
      break
    default:
      // What goes to the store was read in canonical form, or set so.
      return findings.forStore ? raw : canonicalLeaf(type, raw)
  }
  throw new TypeMismatch(type.goName)
}

/**
 * A struct whose members are all known and in canonical form stays as it is; else it is a copy from the first member that changes on, put
 * into Go's order where it is not and that is asked for.
 */
const canonicalStruct = (type: TypeSchema, raw: Value, findings: Findings): ValueMap => {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw new TypeMismatch(type.goName)
  let [last, always] = [-1, 0]
  let inOrder = true
  let copy: ValueMap | undefined
  for (const key in raw) {
    const field = type.byName.get(key)
    const member = raw[key] as Value
    let value: Value | undefined
    if (!field) findings.unknown++
    else if ((value = canonicalMember(field, member, findings)) !== undefined) {
      if (field.index < last) inOrder = false
      last = field.index
      if (field.alwaysWritten) always++
    }
    if (!copy && value !== member) copy = membersBefore(raw, key)
    if (copy && value !== undefined) copy[key] = value
  }
  if (always < type.always.length) {
    copy = addAlways(type, copy ?? { ...raw })
    inOrder = false
  }
  const result = copy ?? raw
  return inOrder || findings.anyOrder ? result : ordered(type, result)
}

/** Undefined for what Go leaves out. */
const canonicalMember = (field: FieldSchema, member: Value | undefined, findings: Findings): Value | undefined => {
  if (member === null) return absentValue(field)
  if (member === undefined || findings.kept?.includes(member)) return member
  const value = canonical(field.type, member, findings)
  if (field.mayBeLeftOut) return isLeftOut(field, value) ? undefined : value
  const isNil = findings.forStore && field.alwaysWritten && !field.pointer && isEmptyCollection(field.type, value)
  return isNil ? null : value
}

/** A member as a struct has it that goes to the store; undefined for what Go leaves out. */
export const storedMember = (field: FieldSchema, member: Value | undefined, findings: Findings): Value | undefined =>
  canonicalMember(field, member, findings) ?? (field.alwaysWritten ? (absentValue(field) as Value) : undefined)

const isEmptyCollection = ({ kind }: TypeSchema, value: Value): boolean =>
  (kind === 'list' || kind === 'map') && value !== null && Object.keys(value).length === 0

/** A copy of the members that stand before one. */
const membersBefore = (raw: ValueMap, end: string): ValueMap => {
  const result: ValueMap = {}
  // Not `in`: the compiler gives that loop up again and again.
  for (const key of Object.keys(raw)) {
    if (key === end) break
    result[key] = raw[key] as Value
  }
  return result
}

const addAlways = (type: TypeSchema, result: ValueMap): ValueMap => {
  for (const field of type.always) if (result[field.name] === undefined) result[field.name] = absentValue(field) as Value
  return result
}

/** Members in Go's order: a few are out of place, most stand well. */
const ordered = (type: TypeSchema, value: ValueMap): ValueMap => {
  const fields: FieldSchema[] = []
  for (const key in value) {
    const field = type.byName.get(key) as FieldSchema
    let place = fields.length
    while (place > 0 && (fields[place - 1] as FieldSchema).index > field.index) place--
    if (place === fields.length) fields.push(field)
    else fields.splice(place, 0, field)
  }
  const result: ValueMap = {}
  for (const { name } of fields) result[name] = value[name] as Value
  return result
}

/** Whether Go's omitempty or omitzero leaves a decoded value out, of a field that has either. */
const isLeftOut = (field: FieldSchema, value: Value): boolean => {
  if (!goStructs.has(field.type.kind)) return isEmpty(value, field)
  return value === null || (field.type.kind === 'struct' && Object.keys(value as ValueMap).length === 0)
}

const isEmpty = (value: Value, field: FieldSchema): boolean => {
  switch (field.type.kind) {
    case 'list':
      return (value as Value[]).length === 0
    case 'map':
      return Object.keys(value as ValueMap).length === 0
    case 'string':
    case 'bytes':
      return value === ''
    case 'bool':
      return value === false
    case 'int':
    case 'float':
      return value === 0
    default:
      return value === null
  }
}

const canonicalList = (type: TypeSchema, raw: Value, findings: Findings): Value[] => {
  if (!Array.isArray(raw)) throw new TypeMismatch(type.goName)
  const element = type.element as TypeSchema
  let copy: Value[] | undefined
  for (let index = 0; index < raw.length; index++) {
    const member = raw[index] as Value
    const value = member === null ? zeroElement(element) : canonical(element, member, findings)
    if (value === member) continue
    copy ??= [...raw]
    copy[index] = value
  }
  return copy ?? raw
}

const zeroElement = (element: TypeSchema): Value => {
  if (element.kind === 'struct') return zeroStruct(element)
  // Upstream's store makes no bytes of nil ones.
  return element.kind === 'bytes' ? '' : zeroLeaf(element)
}

const canonicalMap = (type: TypeSchema, raw: Value, findings: Findings): ValueMap => {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw new TypeMismatch(type.goName)
  const element = type.element as TypeSchema
  const keys = Object.keys(raw)
  let values: Value[] | undefined
  let sorted = true
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as string
    const member = raw[key] as Value
    const value = member === null ? zeroElement(element) : canonical(element, member, findings)
    if (value !== member) {
      values ??= keys.map((one) => raw[one] as Value)
      values[index] = value
    }
    if (index > 0 && key < (keys[index - 1] as string)) sorted = false
  }
  if (sorted && !values) return raw
  const result: ValueMap = {}
  const order = keys.map((_, index) => index).sort((a, b) => ((keys[a] as string) < (keys[b] as string) ? -1 : 1))
  for (const index of order) {
    const key = keys[index] as string
    setMember(result, key, values ? (values[index] as Value) : (raw[key] as Value))
  }
  return result
}
