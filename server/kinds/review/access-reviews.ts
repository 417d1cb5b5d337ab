// Whether somebody may do something, and what they may do: questions to the authorizers. Upstream: pkg/registry/authorization.
import { type FieldError, invalidValue } from '../../../apimachinery/field-error.ts'
import { at, type KubeObject, listAt, type ObjectMeta, textAt, type Value } from '../../../apimachinery/kube-object.ts'
import { badRequest, invalid } from '../../../apimachinery/status-error.ts'
import type { UserInfo, WriteContext } from '../../registry/resource-definition.ts'
import { defineResource, type KindRecord } from '../define-resource.ts'
import type { KindServices } from '../kind-services.ts'
import { accessAttributes, evaluationError, selectorErrors } from './access-attributes.ts'

const GROUP = 'authorization.k8s.io'

/** Reviews are not objects: their metadata says nothing but, for local ones, where. */
const checkMetadata = (local: boolean, metadata: ObjectMeta): FieldError[] => {
  const { namespace: _, ...rest } = metadata
  const { managedFields: __, ...foreign } = local ? rest : metadata
  if (Object.keys(foreign).length === 0) return []
  const { name, generateName, namespace } = metadata
  return [
    invalidValue(
      'metadata',
      { name, generateName, namespace, ...metadata },
      local ? 'must be empty except for namespace' : 'must be empty',
    ),
  ]
}

/** As upstream's internal type shows itself. */
const shownPath = (attributes: unknown): Value => ({ Path: textAt(attributes, 'path'), Verb: textAt(attributes, 'verb') })

const localErrors = (spec: unknown, namespace: string): FieldError[] => {
  const errors: FieldError[] = []
  const [resource, path] = [at(spec, 'resourceAttributes'), at(spec, 'nonResourceAttributes')]
  const asked = textAt(resource, 'namespace')
  if (resource && asked !== namespace)
    errors.push(invalidValue('spec.resourceAttributes.namespace', asked, 'must match metadata.namespace'))
  if (path) errors.push(invalidValue('spec.nonResourceAttributes', shownPath(path), 'disallowed on this kind of request'))
  return errors
}

const checkReview = (kind: string, object: KubeObject, namespace: string): void => {
  const { spec } = object
  const errors: FieldError[] = []
  const local = kind === 'LocalSubjectAccessReview'
  const [resource, path] = [at(spec, 'resourceAttributes'), at(spec, 'nonResourceAttributes')]
  if (resource && path)
    errors.push(invalidValue('spec.nonResourceAttributes', shownPath(path), 'cannot be specified in combination with resourceAttributes'))
  if (!resource && !path)
    errors.push(
      invalidValue('spec.resourceAttributes', null, 'exactly one of nonResourceAttributes or resourceAttributes must be specified'),
    )
  if (kind !== 'SelfSubjectAccessReview' && textAt(spec, 'user') === '' && listAt(spec, 'groups').length === 0)
    errors.push(invalidValue('spec.user', '', 'at least one of user or group must be specified'))
  errors.push(...selectorErrors(spec), ...checkMetadata(local, object.metadata))
  if (local) errors.push(...localErrors(spec, namespace))
  // Upstream leaves the kind out of these errors.
  if (errors.length > 0) throw invalid({ group: GROUP, kind: '' }, '', errors)
}

const subjectOf = (spec: unknown): UserInfo => ({
  name: textAt(spec, 'user'),
  uid: textAt(spec, 'uid'),
  groups: listAt(spec, 'groups') as string[],
})

const accessReview = (kind: string, { access }: KindServices): KindRecord =>
  defineResource(GROUP, kind, {
    answer: async (object: KubeObject, context: WriteContext): Promise<KubeObject> => {
      const { spec } = object
      checkReview(kind, object, context.namespace)
      const user = kind === 'SelfSubjectAccessReview' ? context.user : subjectOf(spec)
      const { decision, reason } = await access.authorize(user, accessAttributes(spec))
      const error = evaluationError(spec)
      const status = {
        allowed: decision === 'Allow',
        ...(decision === 'Deny' ? { denied: true } : {}),
        ...(reason === '' ? {} : { reason }),
        ...(error === '' ? {} : { evaluationError: error }),
      }
      return { ...object, status }
    },
  })

/** What is not said stands for nothing. */
const listed = (members: Readonly<Record<string, readonly string[]>>): Value =>
  Object.fromEntries(Object.entries(members).flatMap(([name, list]) => (list.length === 0 && name !== 'verbs' ? [] : [[name, [...list]]])))

const rulesReview = ({ access }: KindServices): KindRecord =>
  defineResource(GROUP, 'SelfSubjectRulesReview', {
    answer: (object, context) => {
      const namespace = textAt(object, 'spec', 'namespace')
      if (namespace === '') throw badRequest('no namespace on request')
      const { resourceRules, nonResourceRules, incomplete, error } = access.rulesFor(context.user, namespace)
      const status = {
        resourceRules: resourceRules.map(({ verbs, apiGroups, resources, resourceNames }) =>
          listed({ verbs, apiGroups, resources, resourceNames }),
        ),
        nonResourceRules: nonResourceRules.map(({ verbs, nonResourceURLs }) => listed({ verbs, nonResourceURLs })),
        incomplete,
        ...(error === '' ? {} : { evaluationError: error }),
      }
      return { ...object, metadata: {}, spec: {}, status }
    },
  })

export const accessReviews = (services: KindServices): readonly KindRecord[] => [
  accessReview('SelfSubjectAccessReview', services),
  accessReview('SubjectAccessReview', services),
  accessReview('LocalSubjectAccessReview', services),
  rulesReview(services),
]
