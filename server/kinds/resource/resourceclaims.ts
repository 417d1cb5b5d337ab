// Resource claims and templates for them. Upstream: pkg/registry/resource/resourceclaim, resourceclaimtemplate.
import type { FieldError } from '../../../apimachinery/field-error.ts'
import { at, type Frozen, type KubeObject, listAt } from '../../../apimachinery/kube-object.ts'
import { defineResource } from '../define-resource.ts'
import { differs, emptyStatus, strategyOf, USER_METADATA } from '../strategies.ts'
import { internalText } from '../validation/internal-text.ts'

const state = (claim: Frozen<KubeObject>): string => {
  const deleted = claim.metadata.deletionTimestamp ? ['deleted'] : []
  if (!at(claim, 'status', 'allocation')) return deleted[0] ?? 'pending'
  const reserved = listAt(claim, 'status', 'reservedFor').length > 0 ? ['reserved'] : []
  return [...deleted, 'allocated', ...reserved].join(',')
}

/** What is asked for stays as it is; `type` is the spec's among upstream's internal types. */
const specStays =
  (type: string) =>
  (object: KubeObject, old: Frozen<KubeObject>): FieldError[] =>
    differs(object['spec'], old['spec'])
      ? [{ type: 'FieldValueInvalid', field: 'spec', value: internalText(type, object['spec']), detail: 'field is immutable' }]
      : []

export const resourceclaims = defineResource('resource.k8s.io', 'ResourceClaim', {
  cells: { State: state },
  strategy: strategyOf(
    { statusKeeps: USER_METADATA, status: emptyStatus, returnsDeletedObject: true },
    { validateUpdate: specStays('resource.ResourceClaimSpec') },
  ),
})

export const resourceclaimtemplates = defineResource('resource.k8s.io', 'ResourceClaimTemplate', {
  strategy: strategyOf({ returnsDeletedObject: true }, { validateUpdate: specStays('resource.ResourceClaimTemplateSpec') }),
})
