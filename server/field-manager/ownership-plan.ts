// How ownership sees a type: which values are leaves, which lists are keyed, in which order members stand. Made once for each type from
// the tables' markers. Upstream: kube-openapi pkg/schemaconv and structured-merge-diff schema/elements.go.
import type { Value, ValueMap } from '../../apimachinery/kube-object.ts'
import type { FieldSchema, TypeKind, TypeSchema } from '../../openapi/schema-set.ts'
import { zeroLeaf, zeroStruct } from '../../openapi/zero-value.ts'

/** A member of a struct; `element` is its path element. */
export interface PlannedField {
  readonly name: string
  /** Among its struct's fields. */
  readonly place: number
  readonly element: string
  readonly plan: Plan
}

export interface KeyField {
  readonly name: string
  /** As it stands in a path element: `"name":`. */
  readonly prefix: string
  /** Stands in for an absent member. */
  readonly byDefault: Value | undefined
}

export type Plan =
  /** Scalars, and everything atomic: `container` tells them apart. */
  | { readonly shape: 'leaf'; readonly container: boolean }
  | StructPlan
  | { readonly shape: 'map'; readonly element: Plan }
  /** `elements` keeps path elements of items with one text as key, by that text: making them is what costs. */
  | { readonly shape: 'keyed'; readonly keys: readonly KeyField[]; readonly element: Plan; readonly elements: Map<string, string> }
  | { readonly shape: 'set' }
  /** A value of any type: objects are granular, lists atomic. */
  | { readonly shape: 'any' }

/** Of the members that a struct may have, most are not there: they are found by their names. */
export interface StructPlan {
  readonly shape: 'struct'
  /** Sorted by name. */
  readonly fields: readonly PlannedField[]
  readonly byName: ReadonlyMap<string, PlannedField>
  readonly byElement: ReadonlyMap<string, Plan>
}

export const SCALAR_PLAN: Plan = { shape: 'leaf', container: false }
const ATOMIC_PLAN: Plan = { shape: 'leaf', container: true }
const SET_PLAN: Plan = { shape: 'set' }
const ANY_PLAN: Plan = { shape: 'any' }

type Markers = Readonly<Record<string, unknown>>

const everythingOwned: ReadonlySet<string> = new Set()
const unownedTypeMeta: ReadonlySet<string> = new Set(['kind', 'apiVersion'])

/** Members of metadata that no manager owns. */
const unownedMetadata: ReadonlySet<string> = new Set([
  'name',
  'namespace',
  'creationTimestamp',
  'selfLink',
  'uid',
  'clusterName',
  'generation',
  'managedFields',
  'resourceVersion',
])

class LazyStructPlan implements StructPlan {
  readonly shape = 'struct'
  readonly #type: TypeSchema
  readonly #omitted: ReadonlySet<string>
  #fields: readonly PlannedField[] | undefined
  #byName: ReadonlyMap<string, PlannedField> | undefined
  #byElement: ReadonlyMap<string, Plan> | undefined

  constructor(type: TypeSchema, omitted: ReadonlySet<string>) {
    this.#type = type
    this.#omitted = omitted
  }

  /** Resolved late: types may contain themselves. */
  get fields(): readonly PlannedField[] {
    this.#fields ??= this.#type.fields
      .filter(({ name }) => !this.#omitted.has(name))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((field, place) => ({ name: field.name, place, element: `f:${field.name}`, plan: this.#planOf(field) }))
    return this.#fields
  }

  get byName(): ReadonlyMap<string, PlannedField> {
    this.#byName ??= new Map(this.fields.map((field) => [field.name, field]))
    return this.#byName
  }

  /** Only an object's own metadata is special; a template's is not. */
  #planOf(field: FieldSchema): Plan {
    const root = this.#omitted === unownedTypeMeta
    return root && field.name === 'metadata' ? new LazyStructPlan(field.type, unownedMetadata) : planOfField(field)
  }

  get byElement(): ReadonlyMap<string, Plan> {
    this.#byElement ??= new Map(this.fields.map(({ element, plan }) => [element, plan]))
    return this.#byElement
  }
}

const structPlans = new WeakMap<TypeSchema, StructPlan>()

/** A struct's own, whatever a field says of it. */
export const planOfStruct = (type: TypeSchema): StructPlan => {
  let plan = structPlans.get(type)
  if (!plan) structPlans.set(type, (plan = new LazyStructPlan(type, everythingOwned)))
  return plan
}

/** An override on the field wins over what the type says. */
const isAtomic = (markers: Markers, type: TypeSchema): boolean => {
  const relation = markers['mapType'] ?? markers['structType'] ?? type.markers['mapType'] ?? type.markers['structType']
  return relation === 'atomic'
}

/** Of a value whose place says `markers` of it. */
export const planOf = (type: TypeSchema, markers: Markers): Plan => {
  switch (type.kind) {
    case 'struct':
      return isAtomic(markers, type) ? ATOMIC_PLAN : planOfStruct(type)
    case 'map':
      return isAtomic(markers, type) ? ATOMIC_PLAN : { shape: 'map', element: planOf(type.element as TypeSchema, {}) }
    case 'list':
      return planOfList(type, markers)
    case 'any':
      return ANY_PLAN
    default:
      return SCALAR_PLAN
  }
}

const planOfField = (field: FieldSchema): Plan => planOf(field.type, field.markers)

/** Without a list type, a patch strategy says the same. */
const planOfList = (type: TypeSchema, markers: Markers): Plan => {
  const element = type.element as TypeSchema
  const listType = markers['listType'] ?? type.markers['listType']
  let keys = (markers['listMapKeys'] ?? type.markers['listMapKeys']) as string[] | undefined
  let keyed = listType === 'map'
  if (listType === undefined && String(markers['patchStrategy'] ?? '').startsWith('merge')) {
    const key = markers['patchMergeKey']
    if (typeof key !== 'string') return SET_PLAN
    keys = [key]
    keyed = true
  }
  if (listType === 'set') return SET_PLAN
  if (!keyed || !keys) return ATOMIC_PLAN
  const fields = [...keys]
    .sort()
    .map((name) => ({ name, prefix: `${JSON.stringify(name)}:`, byDefault: keyDefault(element.byName.get(name)) }))
  return { shape: 'keyed', keys: fields, element: planOf(element, {}), elements: new Map() }
}

/** A plain field that is always written has its type's zero as default. */
const keyDefault = (field: FieldSchema | undefined): Value | undefined => {
  const marked = field?.markers['default'] as Value | undefined
  if (marked !== undefined || !field?.alwaysWritten || field.pointer || !PLAIN.has(field.type.kind)) return marked
  return zeroLeaf(field.type)
}

const PLAIN: ReadonlySet<TypeKind> = new Set(['string', 'bool', 'int', 'float'])

/** A kind's own plan, and its object when nothing was set: what a new object is compared with. */
export interface KindPlan {
  readonly plan: StructPlan
  readonly zero: ValueMap
}

const kindPlans = new WeakMap<TypeSchema, KindPlan>()

export const kindPlan = (type: TypeSchema): KindPlan => {
  const known = kindPlans.get(type)
  if (known) return known
  const made: KindPlan = { plan: new LazyStructPlan(type, unownedTypeMeta), zero: zeroStruct(type) }
  kindPlans.set(type, made)
  return made
}
