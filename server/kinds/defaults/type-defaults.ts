// Defaults by type: each function fills in one struct, wherever in a kind it stands, parents before children, as upstream's generated
// defaulters do. A struct without any such type below it is not walked. Upstream: SetDefaults_* and zz_generated.defaults.go.
import type { Value, ValueMap } from '../../../apimachinery/kube-object.ts'
import type { TypeSchema } from '../../../openapi/schema-set.ts'
import { admissionDefaults } from './admission-defaults.ts'
import { coreDefaults } from './core-defaults.ts'
import { groupDefaults } from './group-defaults.ts'
import { workloadDefaults } from './workload-defaults.ts'

/**
 * Changes the struct in place; absent members are undefined, always-present empty ones '' or 0. `settled` are parts of the object that have
 * their defaults, and may not be changed.
 */
export type TypeDefault = (value: ValueMap, settled: readonly unknown[]) => void

const defaults: Readonly<Record<string, TypeDefault>> = { ...coreDefaults, ...workloadDefaults, ...admissionDefaults, ...groupDefaults }

interface Constant {
  member: string
  constant: Value
  /** Of a text: an empty one was set. */
  pointer: boolean
}

/** What a walk of one struct type does. */
interface Plan {
  fill: TypeDefault | undefined
  constants: readonly Constant[]
  children: ReadonlyMap<string, TypeSchema>
}

const plans = new WeakMap<TypeSchema, Plan>()
const empty: Plan = { fill: undefined, constants: [], children: new Map() }

const structBelow = (type: TypeSchema): TypeSchema | undefined => {
  if (type.kind === 'struct') return type
  return type.kind === 'list' || type.kind === 'map' ? structBelow(type.element as TypeSchema) : undefined
}

const isIdle = (plan: Plan): boolean => plan.fill === undefined && plan.constants.length === 0 && plan.children.size === 0

/** A member with a `+default` marker gets it when absent. */
const constantOf = (value: unknown): Value | undefined => {
  if (typeof value === 'string') return value === '' ? undefined : value
  return typeof value === 'number' || typeof value === 'boolean' ? value : undefined
}

const planOf = (type: TypeSchema): Plan => {
  const known = plans.get(type)
  if (known) return known
  plans.set(type, empty)
  const children = new Map<string, TypeSchema>()
  const constants: Constant[] = []
  for (const field of type.fields) {
    const below = structBelow(field.type)
    if (below && !isIdle(planOf(below))) children.set(field.name, field.type)
    const constant = constantOf(field.markers['default'])
    // A zero that Go leaves out is no different from nothing.
    if (constant !== undefined && (constant || field.pointer || !field.omitEmpty))
      constants.push({ member: field.name, constant, pointer: field.pointer })
  }
  const plan: Plan = { fill: defaults[type.name], constants, children }
  plans.set(type, plan)
  return plan
}

const NOTHING: readonly unknown[] = []

const walk = (type: TypeSchema, value: Value | undefined): void => {
  if (typeof value !== 'object' || value === null) return
  if (type.kind === 'list') for (const element of value as Value[]) walk(type.element as TypeSchema, element)
  else if (type.kind === 'map') for (const element of Object.values(value)) walk(type.element as TypeSchema, element)
  else fillStruct(type, value as ValueMap, NOTHING)
}

const fillStruct = (type: TypeSchema, value: ValueMap, settled: readonly unknown[]): void => {
  const plan = planOf(type)
  plan.fill?.(value, settled)
  for (const { member, constant, pointer } of plan.constants) {
    const given = value[member]
    if (given === undefined || given === null || (given === '' && !pointer)) value[member] = constant
  }
  if (plan.children.size === 0) return
  // Of the members that a struct may have, most are not there.
  for (const member in value) {
    const child = plan.children.get(member)
    if (child && !settled.includes(value[member])) walk(child, value[member])
  }
}

/** Sets every default of an object of a type; members that are `settled` have theirs. */
export const applyTypeDefaults = (type: TypeSchema, object: object, settled: readonly unknown[] = NOTHING): void =>
  fillStruct(type, object as ValueMap, settled)
