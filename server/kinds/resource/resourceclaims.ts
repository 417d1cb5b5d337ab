// Resource claims and templates for them. Upstream: pkg/registry/resource/resourceclaim, resourceclaimtemplate.
import { at, type Frozen, type KubeObject, listAt } from '../../../apimachinery/kube-object.ts'
import { defineResource } from '../define-resource.ts'
import { emptyStatus, strategyOf, USER_METADATA } from '../strategies.ts'

const state = (claim: Frozen<KubeObject>): string => {
  const deleted = claim.metadata.deletionTimestamp ? ['deleted'] : []
  if (!at(claim, 'status', 'allocation')) return deleted[0] ?? 'pending'
  const reserved = listAt(claim, 'status', 'reservedFor').length > 0 ? ['reserved'] : []
  return [...deleted, 'allocated', ...reserved].join(',')
}

export const resourceclaims = defineResource('resource.k8s.io', 'ResourceClaim', {
  cells: { State: state },
  strategy: strategyOf({ statusKeeps: USER_METADATA, status: emptyStatus, returnsDeletedObject: true }),
})

export const resourceclaimtemplates = defineResource('resource.k8s.io', 'ResourceClaimTemplate', {
  strategy: strategyOf({ returnsDeletedObject: true }),
})
