// What a write's strategy does to the object before it is stored, and what it says against it. The order is upstream's: rest/create.go,
// rest/update.go.
import { withEmptyMembers } from '../../apimachinery/empty-members.ts'
import type { FieldError } from '../../apimachinery/field-error.ts'
import type { Frozen, KubeObject, ObjectMeta } from '../../apimachinery/kube-object.ts'
import type { NameCheck } from '../../apimachinery/names.ts'
import { invalid } from '../../apimachinery/status-error.ts'
import { validateFinalizerDomains, validateMetadata, validateMetadataUpdate } from './metadata-validation.ts'
import { ensureNamespace, expectedNamespace } from './object-namespace.ts'
import { groupKind, type Strategy, type WriteContext } from './resource-definition.ts'
import type { ResourceStore } from './resource-store.ts'

/** What a kind of its own says of its metadata. */
const ownMetadataErrors = ({ metadata }: KubeObject, namespaced: boolean, nameCheck: NameCheck, strategy: Strategy): FieldError[] => [
  ...validateMetadata(metadata, namespaced, nameCheck),
  ...finalizerDomains(metadata, strategy),
]

const finalizerDomains = ({ finalizers }: ObjectMeta, { anyFinalizer }: Strategy): FieldError[] =>
  anyFinalizer ? [] : validateFinalizerDomains(finalizers)

/**
 * Errors show values with their members in Go's order, and with what was sent empty: only an object that has errors is brought into that
 * form.
 */
const refuseInvalid = (
  target: ResourceStore,
  object: KubeObject,
  name: string,
  context: WriteContext,
  errorsOf: (object: KubeObject) => FieldError[],
): void => {
  const errors = errorsOf(object)
  if (errors.length === 0) return
  const ordered = target.canonical(object)
  const empty = context.emptyMembers?.() ?? []
  for (const form of empty.length > 0 ? [withEmptyMembers(ordered, empty), ordered] : [ordered]) {
    const shown = errorsOf(form)
    if (shown.length === errors.length) throw invalid(groupKind(target.definition), name, shown)
  }
  throw invalid(groupKind(target.definition), name, errors)
}

/** Prepares and checks a new object. */
export const prepareNew = (target: ResourceStore, object: KubeObject, context: WriteContext): void => {
  const { definition } = target
  const { strategy } = definition
  strategy.prepareForCreate?.(object, context)
  const namespaced = definition.scope === 'Namespaced'
  const errorsOf = (checked: KubeObject): FieldError[] => {
    const errors = [
      ...(strategy.validateName ? ownMetadataErrors(checked, namespaced, strategy.validateName, strategy) : []),
      ...(strategy.validate?.(checked, context) ?? []),
    ]
    if (errors.length === 0 && !strategy.validateName) errors.push(...validateMetadata(checked.metadata, namespaced))
    return errors
  }
  refuseInvalid(target, object, object.metadata.name ?? '', context, errorsOf)
  for (const warning of strategy.warnings?.(object, undefined) ?? []) context.warn(warning)
}

/** Prepares and checks a changed object; `name` is the one the request asked for, `oldIsChecked` as Strategy.validateUpdate has it. */
export const prepareChanged = (
  target: ResourceStore,
  { name, strategy }: { name: string; strategy: Strategy },
  object: KubeObject,
  old: Frozen<KubeObject>,
  context: WriteContext,
  oldIsChecked: boolean,
): void => {
  ensureNamespace(object, expectedNamespace(target, context))
  const { metadata } = object
  const before = old.metadata
  if (before.generation === undefined) delete metadata.generation
  else metadata.generation = before.generation
  strategy.prepareForUpdate?.(object, old, context)
  metadata.uid ??= before.uid as string
  if (before.creationTimestamp !== undefined) metadata.creationTimestamp = before.creationTimestamp
  if (before.deletionTimestamp !== undefined) metadata.deletionTimestamp = before.deletionTimestamp
  if (before.deletionGracePeriodSeconds !== undefined) metadata.deletionGracePeriodSeconds ??= before.deletionGracePeriodSeconds
  delete metadata.selfLink
  // Upstream looks at the metadata for all kinds alike, then most kinds look again, and both say what they found.
  const looksAgain = strategy.validateName && !strategy.metadataOnce && !strategy.comparesMetadata
  const namespaced = target.definition.scope === 'Namespaced'
  refuseInvalid(target, object, name, context, (checked) => {
    const changes = validateMetadataUpdate(checked, old)
    const again = looksAgain ? [...changes, ...finalizerDomains(checked.metadata, strategy)] : []
    return [
      ...validateMetadata(checked.metadata, namespaced),
      ...changes,
      ...again,
      ...(strategy.validateUpdate?.(checked, old, context, oldIsChecked) ?? []),
    ]
  })
  for (const warning of strategy.warnings?.(object, old) ?? []) context.warn(warning)
}
