// Resource claims and templates for them. Upstream: pkg/registry/resource/resourceclaim, resourceclaimtemplate.
import { at, type Frozen, type KubeObject, listAt } from '../../../apimachinery/kube-object.ts'
import { dns1123Subdomain } from '../../../apimachinery/names.ts'
import { defineResource, type KindRecord } from '../define-resource.ts'
import type { KindServices } from '../kind-services.ts'
import { collected, differs, emptyStatus, strategyOf, USER_METADATA } from '../strategies.ts'
import type { Errors } from '../validation/checks.ts'
import { checkTemplateMetadata } from '../validation/claim-spec.ts'
import { internalText } from '../validation/internal-text.ts'
import { metadataErrors, metadataUpdateErrors } from '../validation/metadata.ts'
import type { ObjectFields } from '../validation/pod-types.ts'
import { checkAdminRequests, checkAdminResults } from './admin-access.ts'
import { checkClaim, checkClaimStatus } from './claim-rules.ts'
import { checkDeviceClaim, type DeviceClaim } from './device-requests.ts'

const state = (claim: Frozen<KubeObject>): string => {
  const deleted = claim.metadata.deletionTimestamp ? ['deleted'] : []
  if (!at(claim, 'status', 'allocation')) return deleted[0] ?? 'pending'
  const reserved = listAt(claim, 'status', 'reservedFor').length > 0 ? ['reserved'] : []
  return [...deleted, 'allocated', ...reserved].join(',')
}

/** What is asked for stays as it is; `type` is the spec's among upstream's internal types. */
const immutableSpec =
  (type: string) =>
  (object: KubeObject, old: Frozen<KubeObject>): Errors =>
    differs(object['spec'], old['spec'])
      ? [{ type: 'FieldValueInvalid', field: 'spec', value: internalText(type, object['spec']), detail: 'field is immutable' }]
      : []

const immutableClaim = immutableSpec('resource.ResourceClaimSpec')
const immutableTemplate = immutableSpec('resource.ResourceClaimTemplateSpec')

const checkTemplate = (template: KubeObject): Errors =>
  collected((errors) => {
    checkTemplateMetadata(at(template, 'spec', 'metadata') as ObjectFields | undefined, 'spec.metadata', errors)
    checkDeviceClaim((at(template, 'spec', 'spec', 'devices') ?? {}) as DeviceClaim, 'spec.spec.devices', errors)
  })

export const resourceclaims = (services: KindServices): KindRecord =>
  defineResource('resource.k8s.io', 'ResourceClaim', {
    cells: { State: state },
    strategy: strategyOf(
      { statusKeeps: USER_METADATA, status: emptyStatus, returnsDeletedObject: true },
      {
        validate: (claim) => [...checkAdminRequests(services, claim, 'spec'), ...checkClaim(claim)],
        comparesMetadata: true,
        validateUpdate: (claim, old) => [
          ...metadataErrors(claim, true, dns1123Subdomain),
          ...metadataUpdateErrors(claim, old),
          ...immutableClaim(claim, old),
        ],
      },
    ),
    statusRules: { validateUpdate: (claim, old) => [...checkAdminResults(services, claim, old), ...checkClaimStatus(claim, old)] },
  })

export const resourceclaimtemplates = (services: KindServices): KindRecord =>
  defineResource('resource.k8s.io', 'ResourceClaimTemplate', {
    strategy: strategyOf(
      { returnsDeletedObject: true },
      {
        validate: (template) => [...checkAdminRequests(services, template, 'spec', 'spec'), ...checkTemplate(template)],
        comparesMetadata: true,
        validateUpdate: (template, old) => [
          ...metadataErrors(template, true, dns1123Subdomain),
          ...checkTemplate(template),
          ...metadataUpdateErrors(template, old),
          ...immutableTemplate(template, old),
        ],
      },
    ),
  })
