// Authorizers that need no data: system:masters may all, AlwaysAllow, AlwaysDeny, and Node as far as it is here.
import { ALLOW, type Authorizer, type Decision, NO_OPINION } from './authorizer.ts'

export const privilegedGroup: Authorizer = {
  name: 'PrivilegedGroup',
  authorize: ({ user }) => (user.groups.includes('system:masters') ? ALLOW : NO_OPINION),
}

export const alwaysAllow: Authorizer = {
  name: 'AlwaysAllow',
  authorize: () => ALLOW,
  rulesFor: () => ({
    resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], resourceNames: [] }],
    nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
    incomplete: false,
    error: '',
  }),
}

const FORBIDDEN: Decision = { decision: 'NoOpinion', reason: 'Everything is forbidden.' }

export const alwaysDeny: Authorizer = { name: 'AlwaysDeny', authorize: () => FORBIDDEN }

const isNode = ({ name, groups }: { name: string; groups: readonly string[] }): boolean =>
  name.startsWith('system:node:') && groups.includes('system:nodes')

/** Decides nothing yet, so that nodes have what RBAC gives them. */
export const node: Authorizer = {
  name: 'Node',
  authorize: () => NO_OPINION,
  rulesFor: (user) => ({
    resourceRules: [],
    nonResourceRules: [],
    incomplete: isNode(user),
    error: isNode(user) ? 'node authorizer does not support user rule resolution' : '',
  }),
}
