// Reviews: questions that store nothing. Upstream: pkg/registry/authentication.
import { formatTime } from '../../../apimachinery/clock.ts'
import { type KubeObject, textAt, type Value, type ValueMap } from '../../../apimachinery/kube-object.ts'
import { badRequest } from '../../../apimachinery/status-error.ts'
import type { UserInfo } from '../../registry/resource-definition.ts'
import { defineResource, type KindRecord } from '../define-resource.ts'
import type { KindServices } from '../kind-services.ts'
import { accessReviews } from './access-reviews.ts'

const userValue = (user: UserInfo): ValueMap => ({
  username: user.name,
  ...(user.uid ? { uid: user.uid } : {}),
  ...(user.groups.length > 0 ? { groups: [...user.groups] } : {}),
  ...(user.extra && Object.keys(user.extra).length > 0 ? { extra: user.extra as unknown as Value } : {}),
})

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
  ...accessReviews(services),
]
