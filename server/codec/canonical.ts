// From a parsed JSON value to an object in canonical form: members in Go's order, empty ones dropped or present as Go's tags say,
// quantities, times and base64 as Go would write them back. The fast path only counts unknown members; diagnosis.ts names them.
// Upstream: encoding/json and the UnmarshalJSON methods of the API types.

import { setMember, type Value, type ValueMap } from '../../apimachinery/kube-object.ts'
import { type FieldSchema, goStructs, type TypeSchema } from '../../openapi/schema-set.ts'
import { absentValue, zeroLeaf, zeroStruct } from '../../openapi/zero-value.ts'
import { canonicalLeaf, TypeMismatch } from './leaves.ts'

/** What a decode found besides the object. */
export interface Findings {
  /** Members that no field takes. */
  unknown: number
  /**
   * For the store: leaves are canonical already; a list or map that is always written and empty becomes nil, as it does in upstream's
   * protobuf.
   */
  readonly forStore?: true
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
 * Members that are known and stand in Go's order, all that are always written among them, are what most clients send: the struct stays, or
 * is a copy from the first member that changes on. At the first member that is not so, the struct is rebuilt with what is done so far.
 */
const canonicalStruct = (type: TypeSchema, raw: Value, findings: Findings): ValueMap => {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw new TypeMismatch(type.goName)
  let [last, always] = [-1, 0]
  let copy: ValueMap | undefined
  for (const key in raw) {
    const field = type.byName.get(key)
    const member = raw[key] as Value
    if (!field || field.index <= last || member === undefined || (member === null && !field.alwaysWritten))
      return rebuiltStruct(type, raw, findings, last < 0 ? NOTHING : membersBefore(copy ?? raw, raw, key))
    last = field.index
    if (field.alwaysWritten) always++
    const value = member === null ? (absentValue(field) as Value) : fieldValue(field, member, findings)
    const omitted = member !== null && isOmitted(field, value)
    if (!copy && (omitted || value !== member)) copy = membersBefore(raw, raw, key)
    if (copy && !omitted) copy[key] = value
  }
  if (always < type.alwaysWritten) return rebuiltStruct(type, raw, findings, membersBefore(copy ?? raw, raw, undefined))
  return copy ?? raw
}

const fieldValue = (field: FieldSchema, member: Value, findings: Findings): Value => {
  const value = canonical(field.type, member, findings)
  if (!findings.forStore || !field.alwaysWritten || typeof value !== 'object' || field.pointer) return value
  return (field.type.kind === 'list' || field.type.kind === 'map') && isEmpty(value, field) ? null : value
}

const NOTHING: ValueMap = {}

/** What `values` has of the members that stand in `raw` before one; what it lacks of them is undefined there. */
const membersBefore = (values: ValueMap, raw: ValueMap, end: string | undefined): ValueMap => {
  const result: ValueMap = {}
  for (const key in raw) {
    if (key === end) break
    setMember(result, key, values[key] as Value)
  }
  return result
}

/** `done` holds the members that are in canonical form already, undefined for those left out. */
const rebuiltStruct = (type: TypeSchema, raw: ValueMap, findings: Findings, done: ValueMap): ValueMap => {
  const result: ValueMap = {}
  let taken = 0
  for (const field of type.fields) {
    const member = raw[field.name]
    if (member === undefined) {
      const absent = absentValue(field)
      if (absent !== undefined) result[field.name] = absent
      continue
    }
    taken++
    if (field.name in done) {
      const value = done[field.name]
      if (value !== undefined) result[field.name] = value
      continue
    }
    const value = member === null ? absentValue(field) : fieldValue(field, member, findings)
    if (value === undefined) continue
    if (member === null || !isOmitted(field, value)) result[field.name] = value
  }
  let given = 0
  for (const key in raw) if (Object.hasOwn(raw, key)) given++
  findings.unknown += given - taken
  return result
}

/** Whether Go's omitempty or omitzero leaves a decoded value out. */
const isOmitted = (field: FieldSchema, value: Value): boolean => {
  if (field.pointer || (!field.omitEmpty && !field.omitZero)) return false
  if (goStructs.has(field.type.kind))
    return field.omitZero && (value === null || (field.type.kind === 'struct' && Object.keys(value as ValueMap).length === 0))
  return isEmpty(value, field)
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
  const values = keys.map((key) => {
    const member = raw[key] as Value
    return member === null ? zeroElement(element) : canonical(element, member, findings)
  })
  if (isSorted(keys) && keys.every((key, index) => values[index] === raw[key])) return raw
  const result: ValueMap = {}
  const order = keys.map((_, index) => index).sort((a, b) => ((keys[a] as string) < (keys[b] as string) ? -1 : 1))
  for (const index of order) setMember(result, keys[index] as string, values[index] as Value)
  return result
}

const isSorted = (keys: readonly string[]): boolean => {
  for (let index = 1; index < keys.length; index++) if ((keys[index] as string) < (keys[index - 1] as string)) return false
  return true
}
