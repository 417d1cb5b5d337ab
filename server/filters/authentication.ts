// Who it is: the first authenticator that knows. Anonymous only without credentials; bad ones are 401.
import { unauthorized } from '../../apimachinery/status-error.ts'
import { type Authenticator, bearerToken, type Identity } from '../authentication/authenticator.ts'
import type { Filter, RequestUser } from '../http/request-context.ts'

export const ANONYMOUS: RequestUser = { name: 'system:anonymous', groups: ['system:unauthenticated'] }

const withGroup = (identity: Identity): RequestUser => ({
  ...identity,
  groups: identity.groups.includes('system:authenticated') ? identity.groups : [...identity.groups, 'system:authenticated'],
})

/** Users are few and come often: each identity is completed once. */
const completed = new WeakMap<Identity, RequestUser>()

export const authentication =
  (authenticators: readonly Authenticator[], anonymous: boolean): Filter =>
  async (context, next) => {
    const { exchange } = context
    const credentials = { headers: exchange.headers, peer: exchange.peer }
    for (const authenticator of authenticators) {
      const identity = await authenticator.authenticate(credentials)
      if (!identity) continue
      let user = completed.get(identity)
      if (!user) {
        user = withGroup(identity)
        completed.set(identity, user)
      }
      context.user = user
      return next()
    }
    if (!anonymous || bearerToken(exchange.headers) !== undefined || exchange.peer) throw unauthorized()
    context.user = ANONYMOUS
    return next()
  }
