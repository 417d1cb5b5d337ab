// The shapes every Kubernetes object has. Objects are plain JSON values in canonical form: absent is absent, integers past 2^53 are bigint.
// Upstream: k8s.io/apimachinery/pkg/apis/meta/v1.

/** A JSON value as objects hold it. */
export type Value = string | number | bigint | boolean | null | Value[] | { [member: string]: Value }
export type ValueMap = { [member: string]: Value }

export interface OwnerReference {
  apiVersion: string
  kind: string
  name: string
  uid: string
  controller?: boolean
  blockOwnerDeletion?: boolean
}

export interface ObjectMeta {
  name?: string
  generateName?: string
  namespace?: string
  selfLink?: string
  uid?: string
  resourceVersion?: string
  generation?: number
  /** RFC 3339, whole seconds, UTC. */
  creationTimestamp?: string
  deletionTimestamp?: string
  deletionGracePeriodSeconds?: number
  labels?: Record<string, string>
  annotations?: Record<string, string>
  ownerReferences?: OwnerReference[]
  finalizers?: string[]
  managedFields?: Value[]
}

/** Any object; kinds' own fields are reached through `Value`. */
export interface KubeObject {
  kind?: string
  apiVersion?: string
  metadata: ObjectMeta
  [member: string]: unknown
}

export interface GroupVersionKind {
  group: string
  version: string
  kind: string
}

export interface GroupResource {
  group: string
  resource: string
}

/** `v1` for the core group, `apps/v1` for others. */
export const apiVersionOf = (group: string, version: string): string => (group === '' ? version : `${group}/${version}`)

/** The inverse of apiVersionOf; undefined when there is more than one slash. */
export const parseApiVersion = (apiVersion: string): { group: string; version: string } | undefined => {
  const parts = apiVersion.split('/')
  if (parts.length === 1) return { group: '', version: parts[0] ?? '' }
  return parts.length === 2 ? { group: parts[0] ?? '', version: parts[1] ?? '' } : undefined
}

/** `pods` or `deployments.apps`, as messages name a resource. */
export const qualified = (groupResource: GroupResource): string =>
  groupResource.group === '' ? groupResource.resource : `${groupResource.resource}.${groupResource.group}`

type Primitive = string | number | bigint | boolean | null | undefined
/** A shared object that nobody may change. */
export type Frozen<T> = unknown extends T
  ? T
  : T extends Primitive
    ? T
    : T extends (infer E)[]
      ? readonly Frozen<E>[]
      : { readonly [K in keyof T]: Frozen<T[K]> }

/** Whether a value is an object with members: no list, no null. */
export const isMap = (value: Value | undefined): value is ValueMap => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A deep copy of a JSON tree; computed keys never reach Object.prototype. */
export const cloneTree = <T>(value: T | Frozen<T>): T => {
  if (typeof value !== 'object' || value === null) return value as T
  if (Array.isArray(value)) return value.map((element: unknown) => cloneTree(element)) as T
  const copy: ValueMap = {}
  for (const key of Object.keys(value)) setMember(copy, key, cloneTree<Value>((value as ValueMap)[key] as Value))
  return copy as T
}

/** Assigns a member whose name users choose: `__proto__` is a legal ConfigMap key. */
export const setMember = (target: ValueMap, key: string, value: Value): void => {
  if (key === '__proto__') Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true })
  else target[key] = value
}

/** Reads a dotted path of members; undefined where any part is missing. */
export const at = (value: unknown, ...path: (string | number)[]): unknown => {
  let current: unknown = value
  for (const part of path) {
    if (typeof current !== 'object' || current === null) return undefined
    current = (current as Record<string | number, unknown>)[part]
  }
  return current
}

/** The text at a path, or '' where there is none. */
export const textAt = (value: unknown, ...path: (string | number)[]): string => {
  const found = at(value, ...path)
  return typeof found === 'string' ? found : ''
}

/** The list at a path, or an empty one. */
export const listAt = (value: unknown, ...path: (string | number)[]): Value[] => {
  const found = at(value, ...path)
  return Array.isArray(found) ? (found as Value[]) : []
}

/** An empty list of managers asks for a fresh start; the canonical form has no empty lists, so it is put back. */
export const keepEmptyManagers = (raw: Value | Frozen<KubeObject>, object: KubeObject): void => {
  const sent = at(raw, 'metadata', 'managedFields')
  if (Array.isArray(sent) && sent.length === 0) object.metadata.managedFields = []
}
