// Acting as someone else: Impersonate-User, -Group, -Uid and -Extra-* headers, for those who may. From here on the request is theirs.
// Upstream: k8s.io/apiserver/pkg/endpoints/filters/impersonation.
import { badRequest, forbidden } from '../../apimachinery/status-error.ts'
import { serviceAccountGroups } from '../authentication/service-account-user.ts'
import { type Authorizer, decide } from '../authorization/authorizer.ts'
import type { Filter, RequestContext, RequestUser } from '../http/request-context.ts'

const USER = 'impersonate-user'
const GROUP = 'impersonate-group'
const UID = 'impersonate-uid'
const EXTRA = 'impersonate-extra-'

type Headers = RequestContext['exchange']['headers']

/** Values of a header that may come several times; node joins them, so the raw pairs are asked. */
const valuesOf = (context: RequestContext, name: string): string[] => context.exchange.headerValues(name)

const extraOf = (context: RequestContext): Record<string, string[]> => {
  const extra: Record<string, string[]> = {}
  for (const name of Object.keys(context.exchange.headers)) {
    if (name.startsWith(EXTRA)) extra[decodeURIComponent(name.slice(EXTRA.length)).toLowerCase()] = valuesOf(context, name)
  }
  return extra
}

const asksForMore = (headers: Headers): boolean =>
  headers[GROUP] !== undefined || headers[UID] !== undefined || Object.keys(headers).some((name) => name.startsWith(EXTRA))

/** Namespace and name of the service account a user name stands for, or undefined. */
const serviceAccountOf = (name: string): { namespace: string; account: string } | undefined => {
  const [, namespace, account] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(name) ?? []
  return namespace === undefined || account === undefined ? undefined : { namespace, account }
}

interface Wish {
  resource: string
  subresource: string
  group: string
  namespace: string
  name: string
}

/** What the real user must be allowed to impersonate. */
const wishes = (name: string, groups: readonly string[], uid: string | undefined, extra: Record<string, string[]>): Wish[] => {
  const serviceAccount = serviceAccountOf(name)
  const core = { group: '', subresource: '', namespace: '' }
  const authentication = { group: 'authentication.k8s.io', namespace: '' }
  return [
    serviceAccount
      ? { ...core, resource: 'serviceaccounts', namespace: serviceAccount.namespace, name: serviceAccount.account }
      : { ...core, resource: 'users', name },
    ...groups.map((group) => ({ ...core, resource: 'groups', name: group })),
    ...(uid === undefined ? [] : [{ ...authentication, resource: 'uids', subresource: '', name: uid }]),
    ...Object.entries(extra).flatMap(([key, values]) =>
      values.map((value) => ({ ...authentication, resource: 'userextras', subresource: key, name: value })),
    ),
  ]
}

const checkAllowed = async (user: RequestUser, wish: Wish, authorizers: readonly Authorizer[]): Promise<void> => {
  const { decision } = await decide(authorizers, { ...wish, user, verb: 'impersonate', version: 'v1', isResource: true, path: '' })
  if (decision === 'Allow') return
  const resource = wish.subresource === '' ? wish.resource : `${wish.resource}/${wish.subresource}`
  const where = wish.namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(wish.namespace)}`
  const why = `User ${JSON.stringify(user.name)} cannot impersonate resource ${JSON.stringify(resource)} in API group ${JSON.stringify(wish.group)} ${where}`
  throw forbidden({ group: wish.group, resource: wish.resource }, wish.name, why)
}

export const impersonation =
  (authorizers: readonly Authorizer[]): Filter =>
  async (context, next) => {
    const { headers } = context.exchange
    const name = headers[USER]
    if (name === undefined && !asksForMore(headers)) return next()
    if (typeof name !== 'string' || name === '') {
      throw badRequest(`requesting uid, groups or user-extra for ${context.user.name} without impersonating a user`)
    }
    const asked = valuesOf(context, GROUP)
    const uid = valuesOf(context, UID)[0]
    const extra = extraOf(context)
    for (const wish of wishes(name, asked, uid, extra)) await checkAllowed(context.user, wish, authorizers)
    const serviceAccount = serviceAccountOf(name)
    const own = asked.length === 0 && serviceAccount ? serviceAccountGroups(serviceAccount.namespace) : asked
    const everyone = name === 'system:anonymous' ? 'system:unauthenticated' : 'system:authenticated'
    const groups = own.includes(everyone) ? own : [...own, everyone]
    context.user = { name, groups, ...(uid === undefined ? {} : { uid }), ...(Object.keys(extra).length > 0 ? { extra } : {}) }
    return next()
  }
