// Ways in which one user may act as another, and what each asks of the authorizers. The constrained ones ask whether the request may be
// made while impersonating and then for each part of whom it acts for; the old one only for the parts.
// Upstream: k8s.io/apiserver/pkg/endpoints/filters/impersonation/mode.go (KEP-5284), without its caches of ten seconds.
import { domainPrefixedPathErrors } from '../../apimachinery/domain-prefixed-path.ts'
import { fieldErrorMessage } from '../../apimachinery/field-error.ts'
import { aggregated, goQuote } from '../../apimachinery/go-text.ts'
import { dns1123Label, dns1123Subdomain } from '../../apimachinery/names.ts'
import type { StatusError } from '../../apimachinery/status-error.ts'
import { serviceAccountGroups } from '../authentication/service-account-user.ts'
import { type AuthorizationAttributes, type Authorizer, decide } from '../authorization/authorizer.ts'
import type { RequestUser } from '../http/request-context.ts'
import { refusal } from './authorization.ts'

/** Whom a request wants to act for, as its headers say. */
export interface WantedUser {
  readonly name: string
  readonly uid: string
  readonly groups: readonly string[]
  readonly extra: Readonly<Record<string, readonly string[]>>
}

/** The request, with the attributes of the real user. */
interface Attempt {
  readonly wanted: WantedUser
  readonly attributes: AuthorizationAttributes
  readonly requestor: RequestUser
  readonly authorizers: readonly Authorizer[]
}

type Mode = '' | 'associated-node' | 'arbitrary-node' | 'serviceaccount' | 'user-info'

/** In the order in which they are tried; '' is the old one. */
export const MODES: readonly Mode[] = ['associated-node', 'arbitrary-node', 'serviceaccount', 'user-info', '']

const NODE_NAME = 'authentication.kubernetes.io/node-name'
const AUTHENTICATION = 'authentication.k8s.io'
const MASTERS = 'system:masters'
/** From this many on one question for all is asked before one for each. */
const MANY = 4

const serviceAccountOf = (name: string): { namespace: string; account: string } | undefined => {
  const [, namespace, account] = /^system:serviceaccount:([^:]*):([^:]*)$/.exec(name) ?? []
  if (namespace === undefined || account === undefined) return undefined
  return dns1123Label(namespace).length === 0 && dns1123Subdomain(account).length === 0 ? { namespace, account } : undefined
}

const nodeOf = (name: string): string | undefined => {
  if (!name.startsWith('system:node:')) return undefined
  const node = name.slice('system:node:'.length)
  return dns1123Subdomain(node).length === 0 ? node : undefined
}

const onlyNamed = ({ uid, groups, extra }: WantedUser): boolean => uid === '' && groups.length === 0 && Object.keys(extra).length === 0

/** Whether a mode is for this requestor and this user at all. */
const applies = (mode: Mode, { wanted, requestor }: Attempt): boolean => {
  const node = nodeOf(wanted.name)
  switch (mode) {
    case 'associated-node': {
      const own = requestor.extra?.[NODE_NAME] ?? []
      return (
        onlyNamed(wanted) && node !== undefined && serviceAccountOf(requestor.name) !== undefined && own.length === 1 && own[0] === node
      )
    }
    case 'arbitrary-node':
      return onlyNamed(wanted) && node !== undefined
    case 'serviceaccount':
      return onlyNamed(wanted) && serviceAccountOf(wanted.name) !== undefined
    case 'user-info':
      return node === undefined && serviceAccountOf(wanted.name) === undefined
    default:
      return true
  }
}

/** Asks the authorizers; the refusal, or undefined where they allow it. */
const ask = async ({ authorizers }: Attempt, attributes: AuthorizationAttributes): Promise<StatusError | undefined> => {
  const { decision, reason } = await decide(authorizers, attributes)
  return decision === 'Allow' ? undefined : refusal(attributes, reason)
}

class Question {
  readonly #mode: Mode
  readonly #attempt: Attempt

  constructor(mode: Mode, attempt: Attempt) {
    this.#mode = mode
    this.#attempt = attempt
  }

  attributes(
    resource: string,
    name: string,
    more: { group?: string; subresource?: string; namespace?: string } = {},
  ): AuthorizationAttributes {
    const mode = this.#mode
    const namesAndGroups = mode === '' ? '' : AUTHENTICATION
    return {
      user: this.#attempt.attributes.user,
      verb: mode === '' ? 'impersonate' : `impersonate:${mode}`,
      isResource: true,
      group: more.group ?? namesAndGroups,
      version: 'v1',
      resource,
      subresource: more.subresource ?? '',
      namespace: more.namespace ?? '',
      name,
      path: '',
    }
  }

  #ask(attributes: AuthorizationAttributes): Promise<StatusError | undefined> {
    return ask(this.#attempt, attributes)
  }

  name(): Promise<StatusError | undefined> {
    const { name } = this.#attempt.wanted
    const node = this.#mode === '' ? undefined : nodeOf(name)
    if (node !== undefined) return this.#ask(this.attributes('nodes', this.#mode === 'associated-node' ? '*' : node))
    const account = serviceAccountOf(name)
    if (account) return this.#ask(this.attributes('serviceaccounts', account.account, { namespace: account.namespace }))
    return this.#ask(this.attributes('users', name))
  }

  async uid(): Promise<StatusError | undefined> {
    const { uid } = this.#attempt.wanted
    return uid === '' ? undefined : this.#ask(this.attributes('uids', uid, { group: AUTHENTICATION }))
  }

  async groups(): Promise<StatusError | undefined> {
    const { groups } = this.#attempt.wanted
    if (this.#mode !== '') {
      if (groups.includes('')) return refusal(this.attributes('groups', ''), 'impersonating the empty string group is not allowed')
      if (groups.includes(MASTERS))
        return refusal(this.attributes('groups', MASTERS), 'impersonating the system:masters group is not allowed')
      if (groups.length >= MANY && !(await this.#ask(this.attributes('groups', '*')))) return undefined
    }
    for (const group of groups) {
      const refused = await this.#ask(this.attributes('groups', group))
      if (refused) return refused
    }
    return undefined
  }

  async extra(): Promise<StatusError | undefined> {
    const { extra } = this.#attempt.wanted
    const about = (subresource: string, name: string): AuthorizationAttributes =>
      this.attributes('userextras', name, { group: AUTHENTICATION, subresource })
    if (this.#mode !== '') {
      const wrong = extraFault(extra)
      if (wrong !== undefined) return refusal(about('', ''), wrong)
      const count = Object.values(extra).reduce((sum, values) => sum + values.length, 0)
      if (count >= MANY && !(await this.#ask(about('*', '*')))) return undefined
    }
    for (const [key, values] of Object.entries(extra)) {
      for (const value of values) {
        const refused = await this.#ask(about(key, value))
        if (refused) return refused
      }
    }
    return undefined
  }
}

/** What the constrained modes do not let pass. */
const extraFault = (extra: WantedUser['extra']): string | undefined => {
  for (const [key, values] of Object.entries(extra)) {
    if (key === '') return 'impersonating the empty string key in extra is not allowed'
    const errors = domainPrefixedPathErrors(key, 'extra.key').map(fieldErrorMessage)
    if (errors.length > 0) return `impersonating an invalid key in extra is not allowed: ${aggregated(errors)}`
    if (key !== key.toLowerCase()) return `impersonating a non-lowercase key in extra is not allowed: ${goQuote(key)}`
    if (values.length === 0) return 'impersonating empty values in extra is not allowed'
    if (values.includes('')) return 'impersonating the empty string value in extra is not allowed'
  }
  return undefined
}

/** Whom the request then is of. */
const impersonated = (mode: Mode, { name, uid, groups, extra }: WantedUser): RequestUser => {
  const account = serviceAccountOf(name)
  const isNode = mode !== '' && nodeOf(name) !== undefined
  const own = isNode ? ['system:nodes'] : account && groups.length === 0 ? serviceAccountGroups(account.namespace) : groups
  const everyone = name === 'system:anonymous' ? 'system:unauthenticated' : 'system:authenticated'
  const complete = own.includes(everyone) || own.includes('system:unauthenticated')
  return {
    name,
    groups: complete ? own : [...own, everyone],
    ...(uid === '' ? {} : { uid }),
    ...(Object.keys(extra).length > 0 ? { extra } : {}),
  }
}

/** Whom the request may act for in a mode, a refusal, or undefined where the mode is not for it. */
export const tryMode = async (mode: Mode, attempt: Attempt): Promise<RequestUser | StatusError | undefined> => {
  if (!applies(mode, attempt)) return undefined
  const { attributes } = attempt
  const refused = mode === '' ? undefined : await ask(attempt, { ...attributes, verb: `impersonate-on:${mode}:${attributes.verb}` })
  if (refused) return refused
  const question = new Question(mode, attempt)
  return (
    (await question.name()) ??
    (await question.uid()) ??
    (await question.groups()) ??
    (await question.extra()) ??
    impersonated(mode, attempt.wanted)
  )
}
