// Controller revisions: what a stateful or daemon set looked like at a time. Upstream: pkg/registry/apps/controllerrevision.
import { required } from '../../../apimachinery/field-error.ts'
import { type Frozen, isMap, type KubeObject, type OwnerReference, type Value } from '../../../apimachinery/kube-object.ts'
import { dns1123Subdomain } from '../../../apimachinery/names.ts'
import { defineResource } from '../define-resource.ts'
import { differs, strategyOf } from '../strategies.ts'
import { type Errors, immutable, nonNegative } from '../validation/checks.ts'
import { metadataErrors } from '../validation/metadata.ts'

const checkRevision = (revision: KubeObject, errors: Errors): void =>
  nonNegative(revision['revision'] as number | bigint | undefined, 'revision', errors)

const validate = (revision: KubeObject): Errors => {
  const errors: Errors = []
  checkRevision(revision, errors)
  const data = revision['data'] as Value | undefined
  if (data === undefined || data === null) errors.push(required('data', 'data is mandatory'))
  else if (!isMap(data)) errors.push(required('data', 'data must be a valid JSON object'))
  return errors
}

const validateUpdate = (revision: KubeObject, old: Frozen<KubeObject>): Errors => {
  const errors = metadataErrors(revision, true, dns1123Subdomain)
  checkRevision(revision, errors)
  immutable(!differs(revision['data'], old['data']), revision['data'], 'data', errors)
  return errors
}

/** `statefulset.apps/web`. */
const ownerText = ({ apiVersion, kind, name }: Frozen<OwnerReference>): string => {
  const group = apiVersion.includes('/') ? `.${apiVersion.slice(0, apiVersion.indexOf('/'))}` : ''
  return kind === '' && group === '' ? name : `${`${kind}${group}`.toLowerCase()}/${name}`
}

const controller = (revision: Frozen<KubeObject>): string => {
  const owner = revision.metadata.ownerReferences?.find((reference) => reference.controller === true)
  return owner ? ownerText(owner) : '<none>'
}

export const controllerrevisions = defineResource('apps', 'ControllerRevision', {
  cells: { Controller: controller, Revision: (revision) => (revision['revision'] as number | undefined) ?? 0 },
  strategy: strategyOf({}, { validate, validateUpdate }),
})
