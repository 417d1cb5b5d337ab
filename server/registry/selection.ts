// Which entries a list or watch is about: a namespace's range of keys, one name, labels, fields.
import { type FieldSelector, matchesFields } from '../../apimachinery/field-selector.ts'
import { type LabelSelector, matchesLabels } from '../../apimachinery/label-selector.ts'
import type { Entry, ResourceStore } from './resource-store.ts'

export interface Selection {
  namespace: string
  labels: LabelSelector
  fields: FieldSelector
}

/** Whether the labels and fields of an entry are those asked for. */
export const fitsSelectors = ({ labels, fields }: Selection, entry: Entry): boolean =>
  (labels.length === 0 || matchesLabels(labels, entry.labels)) && (fields.length === 0 || matchesFields(fields, entry.fields))

/** Whether an entry is selected; the namespace is checked by its key. */
export const selects = (target: ResourceStore, selection: Selection, entry: Entry): boolean =>
  (selection.namespace === '' || entry.key.startsWith(target.prefix(selection.namespace))) && fitsSelectors(selection, entry)

/** The name a selection asks for, if it can only be one object. */
const exactName = (selection: Selection): string | undefined =>
  selection.fields.find(({ field, equal }) => field === 'metadata.name' && equal)?.value

/** Entries that an index narrows a selection to, or undefined when no requirement is an equality. */
const indexed = (target: ResourceStore, selection: Selection): Entry[] | undefined => {
  const field = selection.fields.find(({ field: name, equal }) => equal && name !== 'metadata.namespace')
  if (field) return target.cache.having('fields', field.field, field.value)
  const label = selection.labels.find(
    ({ operator, values }) => (operator === '=' || operator === '==' || operator === 'in') && values.length === 1,
  )
  return label && target.cache.having('labels', label.key, label.values[0] as string)
}

/** Selected entries of the cache after a key, in order. */
export const select = (target: ResourceStore, selection: Selection, after = ''): Entry[] => {
  const name = exactName(selection)
  if (name !== undefined && (selection.namespace !== '' || target.definition.scope === 'Cluster')) {
    const entry = target.get(selection.namespace, name)
    return entry && entry.key > after && selects(target, selection, entry) ? [entry] : []
  }
  const narrowed = indexed(target, selection)
  if (narrowed) return narrowed.filter((entry) => entry.key > after && selects(target, selection, entry))
  const entries = target.cache.range(target.prefix(selection.namespace), after)
  return selection.labels.length === 0 && selection.fields.length === 0
    ? entries
    : entries.filter((entry) => selects(target, selection, entry))
}
