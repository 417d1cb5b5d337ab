// Rules that many kinds share: what a create resets, when the generation rises, how an update treats status.

import { equalValues } from '../../apimachinery/equal-values.ts'
import type { FieldError } from '../../apimachinery/field-error.ts'
import {
  cloneTree,
  type Frozen,
  type KubeObject,
  listAt,
  type ObjectMeta,
  type Value,
  type ValueMap,
} from '../../apimachinery/kube-object.ts'
import { dns1123Subdomain, type NameCheck } from '../../apimachinery/names.ts'
import { validateFinalizerDomains, validateMetadata } from '../registry/metadata-validation.ts'
import type { Strategy } from '../registry/resource-definition.ts'

export interface Traits {
  /** The kind has a status that only its subresource writes; what a create sets it to. */
  status?: () => Value
  /** Members whose change raises metadata.generation; annotations and labels count where named. */
  generation?: readonly string[]
  /** What of the metadata a status update leaves as it is. */
  statusKeeps?: readonly (keyof ObjectMeta)[]
  /** PUT may create. */
  createOnUpdate?: boolean
  /** PUT without a resourceVersion is refused. */
  conditionalUpdate?: boolean
  /** false: nothing looks at the metadata before the rules for all kinds do. */
  name?: NameCheck | false
  returnsDeletedObject?: boolean
}

/** Whether two members, absent or not, have different values. */
export const differs = (a: unknown, b: unknown): boolean => !equalValues(a ?? null, b ?? null)

/** Raises the generation when a member that counts has changed. */
export const bumpGeneration = (object: KubeObject, old: Frozen<KubeObject>, members: readonly string[]): void => {
  const changed = members.some((member) =>
    member === 'annotations' || member === 'labels'
      ? differs(object.metadata[member], old.metadata[member])
      : differs(object[member], old[member]),
  )
  if (changed) object.metadata.generation = (old.metadata.generation ?? 0) + 1
}

/** A strategy from traits, and the members that go beyond them. */
export const strategyOf = (traits: Traits, own: Strategy = {}): Strategy => ({
  allowCreateOnUpdate: traits.createOnUpdate ?? false,
  statusKeeps: traits.statusKeeps ?? [],
  allowUnconditionalUpdate: !(traits.conditionalUpdate ?? false),
  returnsDeletedObject: traits.returnsDeletedObject ?? false,
  ...(traits.name === false ? {} : { validateName: traits.name ?? dns1123Subdomain }),
  ...own,
  prepareForCreate: (object, context) => {
    if (traits.status) object['status'] = traits.status()
    if (traits.generation) object.metadata.generation = 1
    own.prepareForCreate?.(object, context)
  },
  prepareForUpdate: (object, old, context) => {
    if (traits.status) {
      if (old['status'] === undefined) delete object['status']
      else object['status'] = cloneTree<Value>(old['status'] as Value)
    }
    own.prepareForUpdate?.(object, old, context)
    if (traits.generation) bumpGeneration(object, old, traits.generation)
  },
})

/** What a check finds, as strategies give it. */
export const collected = (check: (errors: FieldError[]) => void): FieldError[] => {
  const errors: FieldError[] = []
  check(errors)
  return errors
}

/** The metadata as a new object's: kinds whose updates look at it so say it again. */
export const checkMetadata = ({ metadata }: KubeObject, errors: FieldError[]): void => {
  errors.push(...validateMetadata(metadata, true, dns1123Subdomain), ...validateFinalizerDomains(metadata.finalizers))
}

/** What newer kinds keep to their main resource: all of the metadata that users write. */
export const USER_METADATA = ['labels', 'annotations', 'finalizers', 'ownerReferences'] as const

/** Most kinds with a status start with an empty one. */
export const emptyStatus = (): Value => ({})

/** Drops fields behind gates that are off, or that only old data has, from a member or from each of a list. */
export const withoutFields =
  (member: string, ...names: string[]) =>
  (object: KubeObject): void => {
    const holders = Array.isArray(object[member]) ? listAt(object, member) : [object[member]]
    for (const holder of holders) for (const name of names) if (holder) delete (holder as ValueMap)[name]
  }
