// Authorizers that need no data: system:masters may all, some paths are everyone's, AlwaysAllow, AlwaysDeny.
import { ALLOW, type Authorizer, NO_OPINION } from './authorizer.ts'

const PUBLIC_PATHS = /^\/(?:healthz|livez|readyz|version)(?:\/|$)/

export const privilegedGroup: Authorizer = {
  name: 'PrivilegedGroup',
  authorize: ({ user }) => (user.groups.includes('system:masters') ? ALLOW : NO_OPINION),
}

export const publicPaths: Authorizer = {
  name: 'PublicPaths',
  authorize: ({ isResource, verb, path }) =>
    !isResource && (verb === 'get' || verb === 'head') && PUBLIC_PATHS.test(path) ? ALLOW : NO_OPINION,
}

export const alwaysAllow: Authorizer = { name: 'AlwaysAllow', authorize: () => ALLOW }

export const alwaysDeny: Authorizer = { name: 'AlwaysDeny', authorize: () => ({ decision: 'Deny', reason: 'Everything is forbidden.' }) }
