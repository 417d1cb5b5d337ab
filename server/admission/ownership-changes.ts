// Owner references of a write against those that were there: OwnerReferencesPermissionEnforcement, and what lets pass who only changes
// ownership. Upstream: plugin/pkg/admission/gc, pkg/registry/rbac IsOnlyMutatingGCFields.
import { equalValues } from '../../apimachinery/equal-values.ts'
import { type OwnerReference, parseApiVersion } from '../../apimachinery/kube-object.ts'
import { type AdmissionAttributes, type AdmissionPlugin, refused } from './admission.ts'
import type { AccessQuestion, AdmissionParts } from './admission-parts.ts'

const withoutOwnership = (object: object | undefined): object => {
  const { metadata, ...rest } = (object ?? {}) as { metadata?: Record<string, unknown> }
  const { ownerReferences: _, finalizers: __, selfLink: ___, managedFields: ____, ...kept } = metadata ?? {}
  return { ...rest, metadata: kept }
}

/** Whether an update leaves all but owner references and finalizers as it was. */
export const changesOnlyOwnership = ({ object, old }: AdmissionAttributes): boolean =>
  old !== undefined && equalValues(withoutOwnership(object), withoutOwnership(old))

const ownersOf = (object: { readonly metadata: unknown } | undefined): readonly OwnerReference[] =>
  (object?.metadata as { ownerReferences?: OwnerReference[] } | undefined)?.ownerReferences ?? []

const isBlocking = ({ blockOwnerDeletion }: OwnerReference): boolean => blockOwnerDeletion === true

/** References that hold their owner back now and did not before. */
const newlyBlocking = ({ object, old }: AdmissionAttributes): OwnerReference[] => {
  const before = new Map(ownersOf(old).map((reference) => [reference.uid, reference]))
  return ownersOf(object).filter((reference) => {
    const earlier = before.get(reference.uid)
    return isBlocking(reference) && !(earlier && isBlocking(earlier))
  })
}

const MAY_NOT_DELETE = "cannot set an ownerRef on a resource you can't delete"
const MAY_NOT_FINALIZE = "cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on"
const ANYTHING = { group: '*', version: '*', resource: '*', namespace: '', name: '*' }

export const ownerReferencesPermissionEnforcement = ({ authorize, resourceOf }: AdmissionParts): AdmissionPlugin => {
  const ownerQuestion = (attributes: AdmissionAttributes, { apiVersion, kind, name }: OwnerReference): AccessQuestion => {
    const { group = '', version = '' } = parseApiVersion(apiVersion) ?? {}
    const found = resourceOf(group, version, kind)
    if (!found) {
      const unmatched = `no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`
      const head = `cannot set blockOwnerDeletion in this case because cannot find RESTMapping for APIVersion ${apiVersion} Kind ${kind}`
      throw refused(attributes, `${head}: ${unmatched}`)
    }
    const namespace = found.namespaced ? attributes.namespace : ''
    return { verb: 'update', group, version, resource: found.resource, subresource: 'finalizers', namespace, name }
  }
  return {
    name: 'OwnerReferencesPermissionEnforcement',
    operations: ['CREATE', 'UPDATE'],
    validate: async (attributes) => {
      const { operation, object, old, resource, subresource, user, namespace, name } = attributes
      if (resource.group === '' && resource.resource === 'pods' && subresource === 'status') return
      if (equalValues(ownersOf(object), ownersOf(old))) return
      const required = async (question: AccessQuestion, otherwise: string): Promise<void> => {
        const { allowed, reason } = await authorize(user, question)
        if (!allowed) throw refused(attributes, `${otherwise}: ${reason}, <nil>`)
      }
      if (operation !== 'CREATE') await required({ verb: 'delete', ...resource, subresource, namespace, name }, MAY_NOT_DELETE)
      const blocking = newlyBlocking(attributes)
      if (blocking.length === 0 || (await authorize(user, { verb: 'update', ...ANYTHING, subresource: 'finalizers' })).allowed) return
      for (const reference of blocking) await required(ownerQuestion(attributes, reference), MAY_NOT_FINALIZE)
    },
  }
}
