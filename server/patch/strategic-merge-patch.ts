// Strategic merge patch: like a merge patch, but lists merge by the merge key of their field, and directives say what a merge cannot.
// Directives: $patch (replace, delete; in lists of maps), $retainKeys, $deleteFromPrimitiveList/FIELD, $setElementOrder/FIELD.
// Upstream: k8s.io/apimachinery/pkg/util/strategicpatch.

import { goText, goTypeText } from '../../apimachinery/go-text.ts'
import { cloneTree, isMap, setMember, type Value, type ValueMap } from '../../apimachinery/kube-object.ts'
import type { FieldSchema, TypeSchema } from '../../openapi/schema-set.ts'
import { conversionFault } from './conversion-fault.ts'
import { readPatchObject } from './patch-object.ts'
import { PatchFailed, PatchSyntaxError, type PatchType } from './patch-type.ts'
import { DELETE_PREFIX, DIRECTIVE, ORDER_PREFIX, RETAIN_KEYS, taken } from './strategic-directives.ts'
import { elementOrder, mergeList } from './strategic-lists.ts'

const strategiesOf = (field: FieldSchema | undefined): string[] => String(field?.markers['patchStrategy'] ?? '').split(',')

const fieldOf = (schema: TypeSchema | undefined, name: string): FieldSchema | undefined => {
  if (schema?.kind !== 'struct') return undefined
  const field = schema.byName.get(name)
  if (!field)
    throw new PatchFailed(
      `unable to find api field in struct ${schema.name.slice(schema.name.lastIndexOf('.') + 1)} for the json field ${JSON.stringify(name)}`,
    )
  return field
}

const typeBelow = (schema: TypeSchema | undefined, field: FieldSchema | undefined): TypeSchema | undefined =>
  field?.type ?? (schema?.kind === 'map' ? schema.element : undefined)

const retainKeys = (target: ValueMap, patch: ValueMap): void => {
  const keys = patch[RETAIN_KEYS]
  if (keys === undefined) return
  delete patch[RETAIN_KEYS]
  const malformed = new PatchSyntaxError('invalid patch format of retainKeys')
  if (!Array.isArray(keys)) throw malformed
  for (const key of Object.keys(patch)) {
    if (patch[key] === null || key.startsWith(DELETE_PREFIX) || key.startsWith(ORDER_PREFIX)) continue
    if (!keys.includes(key)) throw malformed
  }
  for (const key of Object.keys(target)) if (!keys.includes(key)) delete target[key]
}

/** Merges a patch into a map, in place. Both are private trees. */
export const mergeMap = (target: ValueMap, patch: ValueMap, schema: TypeSchema | undefined): ValueMap => {
  if (Object.hasOwn(patch, DIRECTIVE)) {
    const directive = patch[DIRECTIVE]
    if (directive === 'delete') return {}
    if (directive !== 'replace') throw new PatchFailed(`unknown patch type: ${goText(directive)} in map: ${goText(patch)}`)
    delete patch[DIRECTIVE]
    return patch
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
  if (value === null) {
    delete target[name]
    return
  }
  const current = Object.hasOwn(target, name) ? target[name] : undefined
  if (isMap(current) && isMap(value)) {
    const field = fieldOf(schema, name)
    const whole = strategiesOf(field).includes('replace')
    setMember(target, name, whole ? value : mergeMap(current, value, typeBelow(schema, field)))
  } else if (Array.isArray(current) && Array.isArray(value)) {
    setMember(target, name, mergeField(current, value, fieldOf(schema, name), deleting))
  } else if (!deleting) {
    const fresh = taken(value)
    if (fresh === undefined) delete target[name]
    else setMember(target, name, fresh)
  }
}

const mergeField = (current: Value[], value: Value[], field: FieldSchema | undefined, deleting: boolean): Value[] => {
  if (!strategiesOf(field).includes('merge') && !deleting) return value
  return mergeList(current, value, {
    mergeKey: mergeKeyOf(field),
    mergeElement: (element, patch) => mergeMap(element, patch, field?.type.element),
    element: field?.type.element?.name.split('.').at(-1) ?? '',
    deleting,
  })
}

const mergeKeyOf = (field: FieldSchema | undefined): string => String(field?.markers['patchMergeKey'] ?? '')

/** The order must name what the patch's list holds, in the same order. */
const checkOrder = (list: readonly Value[], order: readonly Value[], mergeKey: string): void => {
  const wanted = list.filter((element) => !isMap(element) || element[DIRECTIVE] === undefined)
  if (order.length === 0 || wanted.length === 0) return
  const identity = (element: Value): Value | undefined => (mergeKey === '' ? element : isMap(element) ? element[mergeKey] : element)
  let at = 0
  for (const element of order) if (at < wanted.length && identity(wanted[at] as Value) === identity(element)) at++
  if (at < wanted.length)
    throw new PatchFailed(`The order in patch list:\n${goText([...list])}\n doesn't match $setElementOrder list:\n${goText([...order])}\n`)
}

const asList = (value: Value | undefined): Value[] | undefined => {
  if (value === undefined || Array.isArray(value)) return value
  throw new PatchFailed(`expected a []interface {}, but received a ${goTypeText(value)}`)
}

/** $setElementOrder: merges the list it is about, then orders it; the rest of the merge passes that list by. */
const applyOrder = (target: ValueMap, patch: ValueMap, key: string, schema: TypeSchema | undefined): void => {
  const name = key.slice(ORDER_PREFIX.length)
  const order = asList(patch[key] ?? null) as Value[]
  delete patch[key]
  const current = asList(target[name])
  const value = asList(patch[name])
  const field = fieldOf(schema, name)
  const mergeKey = mergeKeyOf(field)
  checkOrder(value ?? [], order, mergeKey)
  if (!current && !value) return
  const before = [...(current ?? [])]
  const merged = !value ? before : current ? mergeField(current, value, field, false) : (taken(value) as Value[])
  setMember(target, name, elementOrder(merged, order, before, mergeKey))
  delete patch[name]
}

export const strategicMergePatch: PatchType = {
  mediaType: 'application/strategic-merge-patch+json',
  parse: (text) => {
    const { patch, strictErrors } = readPatchObject(text, '')
    return {
      strictErrors,
      apply: (current, schema) => {
        // What is left of the patch after it was merged is what upstream's errors show.
        const rest = cloneTree<ValueMap>(patch)
        const value = mergeMap(current, rest, schema)
        return { value, shown: () => goText(rest), fault: () => conversionFault(schema, value), checksKind: false }
      },
    }
  },
}
