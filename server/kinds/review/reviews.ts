// Reviews: questions that store nothing. Upstream: pkg/registry/authentication, pkg/registry/authorization.
import { formatTime } from '../../../apimachinery/clock.ts'
import { type FieldError, invalidValue } from '../../../apimachinery/field-error.ts'
import { at, type KubeObject, listAt, type ObjectMeta, textAt, type Value, type ValueMap } from '../../../apimachinery/kube-object.ts'
import { badRequest, invalid } from '../../../apimachinery/status-error.ts'
import type { UserInfo, WriteContext } from '../../registry/resource-definition.ts'
import { defineResource, type KindRecord } from '../define-resource.ts'
import type { AccessAttributes, KindServices } from '../kind-services.ts'

const userValue = (user: UserInfo): ValueMap => ({
  username: user.name,
  ...(user.uid ? { uid: user.uid } : {}),
  ...(user.groups.length > 0 ? { groups: [...user.groups] } : {}),
  ...(user.extra && Object.keys(user.extra).length > 0 ? { extra: user.extra as unknown as Value } : {}),
})

const attributesOf = (spec: unknown): AccessAttributes => {
  const resource = at(spec, 'resourceAttributes')
  if (!resource) {
    return {
      verb: textAt(spec, 'nonResourceAttributes', 'verb'),
      group: '',
      version: '',
      resource: '',
      subresource: '',
      namespace: '',
      name: '',
      path: textAt(spec, 'nonResourceAttributes', 'path'),
    }
  }
  const part = (name: string): string => textAt(resource, name)
  return {
    verb: part('verb'),
    group: part('group'),
    version: part('version'),
    resource: part('resource'),
    subresource: part('subresource'),
    namespace: part('namespace'),
    name: part('name'),
  }
}

/** Reviews are not objects: their metadata says nothing but, for local ones, where. */
const checkMetadata = (kind: string, metadata: ObjectMeta): FieldError[] => {
  const { namespace: _, ...rest } = metadata
  const foreign = kind === 'LocalSubjectAccessReview' ? rest : metadata
  return Object.keys(foreign).length > 0
    ? [invalidValue('metadata', metadata, kind === 'LocalSubjectAccessReview' ? 'must be empty except for namespace' : 'must be empty')]
    : []
}

const checkSpec = (kind: string, object: KubeObject, userNeeded: boolean): void => {
  const { spec } = object
  const errors: FieldError[] = []
  const [resource, path] = [at(spec, 'resourceAttributes'), at(spec, 'nonResourceAttributes')]
  if (resource && path)
    errors.push(invalidValue('spec.nonResourceAttributes', path, 'cannot be specified in combination with resourceAttributes'))
  if (!resource && !path)
    errors.push(
      invalidValue(
        'spec.resourceAttributes',
        resource ?? null,
        'exactly one of nonResourceAttributes or resourceAttributes must be specified',
      ),
    )
  if (userNeeded && textAt(spec, 'user') === '' && listAt(spec, 'groups').length === 0)
    errors.push(invalidValue('spec.user', '', 'at least one of user or group must be specified'))
  errors.push(...checkMetadata(kind, object.metadata))
  // Upstream leaves the kind out of these errors.
  if (errors.length > 0) throw invalid({ group: 'authorization.k8s.io', kind: '' }, '', errors)
}

const subjectOf = (spec: unknown): UserInfo => ({
  name: textAt(spec, 'user'),
  uid: textAt(spec, 'uid'),
  groups: listAt(spec, 'groups') as string[],
})

const accessAnswer =
  (services: KindServices, kind: string, self: boolean) =>
  async (object: KubeObject, context: WriteContext): Promise<KubeObject> => {
    const { spec } = object
    checkSpec(kind, object, !self)
    if (kind === 'LocalSubjectAccessReview' && textAt(spec, 'resourceAttributes', 'namespace') !== context.namespace) {
      throw badRequest(`spec.resourceAttributes.namespace must match namespace: ${context.namespace}`)
    }
    const { allowed, reason } = await services.authorize(self ? context.user : subjectOf(spec), attributesOf(spec))
    return { ...object, status: { allowed, ...(reason === '' ? {} : { reason }) } }
  }

const rulesAnswer = async (services: KindServices, object: KubeObject, context: WriteContext): Promise<KubeObject> => {
  const all = {
    verb: '*',
    group: '*',
    version: '*',
    resource: '*',
    subresource: '*',
    namespace: textAt(object, 'spec', 'namespace'),
    name: '',
  }
  const { allowed } = await services.authorize(context.user, all)
  const resourceRules = allowed ? [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }] : []
  const nonResourceRules = allowed ? [{ verbs: ['*'], nonResourceURLs: ['*'] }] : []
  return { ...object, metadata: {}, spec: {}, status: { resourceRules, nonResourceRules, incomplete: false } }
}

const tokenAnswer = async (services: KindServices, object: KubeObject): Promise<KubeObject> => {
  if (textAt(object, 'spec', 'token') === '') throw badRequest('token is required for TokenReview in authentication')
  const user = await services.tokens.review(textAt(object, 'spec', 'token'))
  const status: ValueMap = user
    ? { authenticated: true, user: userValue(user), audiences: [...services.tokens.audiences] }
    : { user: {}, error: 'invalid bearer token' }
  return { ...object, status }
}

export const reviews = (services: KindServices): readonly KindRecord[] => [
  defineResource('authentication.k8s.io', 'SelfSubjectReview', {
    answer: (object, context) => ({
      ...object,
      metadata: { creationTimestamp: formatTime(context.clock.now()) },
      status: { userInfo: userValue(context.user) },
    }),
  }),
  defineResource('authentication.k8s.io', 'TokenReview', { answer: (object) => tokenAnswer(services, object) }),
  defineResource('authorization.k8s.io', 'SelfSubjectAccessReview', { answer: accessAnswer(services, 'SelfSubjectAccessReview', true) }),
  defineResource('authorization.k8s.io', 'SubjectAccessReview', { answer: accessAnswer(services, 'SubjectAccessReview', false) }),
  defineResource('authorization.k8s.io', 'LocalSubjectAccessReview', { answer: accessAnswer(services, 'LocalSubjectAccessReview', false) }),
  defineResource('authorization.k8s.io', 'SelfSubjectRulesReview', { answer: (object, context) => rulesAnswer(services, object, context) }),
]
