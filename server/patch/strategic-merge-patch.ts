// Strategic merge patch: like a merge patch, but lists merge by the merge key of their field, and directives say what a merge cannot.
// Directives: $patch (merge, replace, delete), $retainKeys, $deleteFromPrimitiveList/FIELD, $setElementOrder/FIELD.
// Upstream: k8s.io/apimachinery/pkg/util/strategicpatch.

import { cloneTree, isMap, setMember, type Value, type ValueMap } from '../../apimachinery/kube-object.ts'
import type { FieldSchema, TypeSchema } from '../../openapi/schema-set.ts'
import { readPatchObject } from './patch-object.ts'
import { PatchNotApplicable, PatchSyntaxError, type PatchType } from './patch-type.ts'
import { DELETE_PREFIX, DIRECTIVE, ORDER_PREFIX, RETAIN_KEYS, taken } from './strategic-directives.ts'
import { elementOrder, mergeList } from './strategic-lists.ts'

const strategiesOf = (field: FieldSchema | undefined): string[] => String(field?.markers['patchStrategy'] ?? '').split(',')

const fieldOf = (schema: TypeSchema | undefined, name: string): FieldSchema | undefined =>
  schema?.kind === 'struct' ? schema.byName.get(name) : undefined

const typeBelow = (schema: TypeSchema | undefined, field: FieldSchema | undefined): TypeSchema | undefined =>
  field?.type ?? (schema?.kind === 'map' ? schema.element : undefined)

const retainKeys = (target: ValueMap, patch: ValueMap): void => {
  const keys = patch[RETAIN_KEYS]
  if (keys === undefined) return
  delete patch[RETAIN_KEYS]
  if (!Array.isArray(keys)) throw new PatchSyntaxError('invalid patch format of retainKeys')
  for (const key of Object.keys(patch)) {
    if (!key.startsWith('$') && !keys.includes(key)) throw new PatchNotApplicable("patch content doesn't match retainKeys list")
  }
  for (const key of Object.keys(target)) if (!keys.includes(key)) delete target[key]
}

/** Merges a patch into a map, in place. Both are private trees. */
export const mergeMap = (target: ValueMap, patch: ValueMap, schema: TypeSchema | undefined): ValueMap => {
  const directive = patch[DIRECTIVE]
  if (directive !== undefined) {
    delete patch[DIRECTIVE]
    if (directive === 'replace') return (taken(patch) ?? {}) as ValueMap
    if (directive === 'delete') return {}
    if (directive !== 'merge') throw new PatchSyntaxError(`unknown patch type: ${String(directive)} in map: ${JSON.stringify(patch)}`)
  }
  retainKeys(target, patch)
  for (const key of Object.keys(patch)) if (key.startsWith(ORDER_PREFIX)) applyOrder(target, patch, key, schema)
  for (const key of Object.keys(patch)) {
    const deleting = key.startsWith(DELETE_PREFIX)
    const name = deleting ? key.slice(DELETE_PREFIX.length) : key
    mergeMember(target, name, patch[key] as Value, schema, deleting)
  }
  return target
}

const mergeMember = (target: ValueMap, name: string, value: Value, schema: TypeSchema | undefined, deleting: boolean): void => {
  const current = Object.hasOwn(target, name) ? target[name] : undefined
  if (current === undefined || current === null) {
    const fresh = deleting || value === null ? undefined : taken(value)
    if (fresh !== undefined) setMember(target, name, fresh)
    else if (value === null) delete target[name]
    return
  }
  if (value === null) {
    delete target[name]
    return
  }
  const field = fieldOf(schema, name)
  if (isMap(current) && isMap(value)) {
    const whole = strategiesOf(field).includes('replace')
    setMember(target, name, whole ? (taken(value) ?? {}) : mergeMap(current, value, typeBelow(schema, field)))
  } else if (Array.isArray(current) && Array.isArray(value)) {
    setMember(target, name, mergeField(current, value, field, deleting))
  } else if (!deleting) setMember(target, name, value)
}

const mergeField = (current: Value[], value: Value[], field: FieldSchema | undefined, deleting: boolean): Value[] => {
  if (!strategiesOf(field).includes('merge') && !deleting) return taken(value) as Value[]
  return mergeList(current, value, {
    mergeKey: mergeKeyOf(field),
    mergeElement: (element, patch) => mergeMap(element, patch, field?.type.element),
    field: field?.name ?? '',
    deleting,
  })
}

const mergeKeyOf = (field: FieldSchema | undefined): string => String(field?.markers['patchMergeKey'] ?? '')

/** $setElementOrder: merges the list it is about, then orders it; the rest of the merge passes that list by. */
const applyOrder = (target: ValueMap, patch: ValueMap, key: string, schema: TypeSchema | undefined): void => {
  const name = key.slice(ORDER_PREFIX.length)
  const order = patch[key]
  delete patch[key]
  const [current, value] = [target[name], patch[name]]
  delete patch[name]
  if (
    !Array.isArray(order) ||
    (current !== undefined && !Array.isArray(current)) ||
    (value !== undefined && value !== null && !Array.isArray(value))
  ) {
    throw new PatchSyntaxError('invalid patch format of setElementOrder list')
  }
  const field = fieldOf(schema, name)
  if (current === undefined && !Array.isArray(value)) return
  const before = (current ?? []) as Value[]
  const deletions = patch[`${DELETE_PREFIX}${name}`]
  let merged = Array.isArray(value)
    ? current === undefined
      ? (taken(value) as Value[])
      : mergeField([...before], value, field, false)
    : [...before]
  if (Array.isArray(deletions)) {
    delete patch[`${DELETE_PREFIX}${name}`]
    merged = mergeField(merged, deletions, field, true)
  }
  setMember(target, name, elementOrder(merged, order, before, mergeKeyOf(field)))
}

export const strategicMergePatch: PatchType = {
  mediaType: 'application/strategic-merge-patch+json',
  parse: (text) => {
    const { patch, strictErrors } = readPatchObject(text, '')
    return { strictErrors, apply: (current, schema) => mergeMap(current, cloneTree<ValueMap>(patch), schema) }
  },
}
