// Acting as someone else: Impersonate-User, -Group, -Uid and -Extra-* headers, for those who may. From here on the request is theirs.
// Upstream: k8s.io/apiserver/pkg/endpoints/filters/impersonation.
import { goQuote } from '../../apimachinery/go-text.ts'
import { badRequest, StatusError } from '../../apimachinery/status-error.ts'
import type { Authorizer } from '../authorization/authorizer.ts'
import type { Filter, RequestContext, RequestUser } from '../http/request-context.ts'
import { attributesOf } from './authorization.ts'
import { MODES, tryMode, type WantedUser } from './impersonation-modes.ts'

const USER = 'impersonate-user'
const GROUP = 'impersonate-group'
const UID = 'impersonate-uid'
const EXTRA = 'impersonate-extra-'

/** Users whose last successful mode is remembered; the one longest unused goes first. */
const MAX_REMEMBERED = 10_000

const unescaped = (key: string): string => {
  try {
    return decodeURIComponent(key)
  } catch {
    return key
  }
}

/** What the headers ask for; undefined where there are none. Values come from the raw pairs, since node joins repeated headers. */
const wantedUser = ({ exchange }: RequestContext): WantedUser | undefined => {
  const { headers } = exchange
  const extraNames = Object.keys(headers).filter((name) => name.startsWith(EXTRA))
  if (headers[USER] === undefined && headers[GROUP] === undefined && headers[UID] === undefined && extraNames.length === 0) return undefined
  const extra = new Map<string, string[]>()
  for (const name of extraNames) {
    const key = unescaped(name.slice(EXTRA.length))
    extra.set(key, [...(extra.get(key) ?? []), ...exchange.headerValues(name)])
  }
  const first = (name: string): string => exchange.headerValues(name)[0] ?? ''
  return { name: first(USER), uid: first(UID), groups: exchange.headerValues(GROUP), extra: Object.fromEntries(extra) }
}

const goStrings = (list: readonly string[]): string => `[]string{${list.map(goQuote).join(', ')}}`

/** The user as Go's %#v shows it. */
const shown = ({ name, uid, groups, extra }: WantedUser): string => {
  const keys = Object.keys(extra).sort()
  const map = keys.length === 0 ? '(nil)' : `{${keys.map((key) => `${goQuote(key)}:${goStrings(extra[key] ?? [])}`).join(', ')}}`
  const list = groups.length === 0 ? '[]string(nil)' : goStrings(groups)
  return `&user.DefaultInfo{Name:${goQuote(name)}, UID:${goQuote(uid)}, Groups:${list}, Extra:map[string][]string${map}}`
}

/** Tries the mode that last worked for a user before the others, as upstream does: the first refusal is the one that is told. */
class ModeMemory {
  readonly #last = new Map<string, number>()

  order(name: string): number[] {
    const all = MODES.map((_, index) => index)
    const last = this.#last.get(name)
    return last === undefined ? all : [last, ...all.filter((index) => index !== last)]
  }

  worked(name: string, index: number): void {
    this.#last.delete(name)
    this.#last.set(name, index)
    const oldest = this.#last.keys().next().value
    if (this.#last.size > MAX_REMEMBERED && oldest !== undefined) this.#last.delete(oldest)
  }
}

export const impersonation = (authorizers: readonly Authorizer[]): Filter => {
  const memory = new ModeMemory()
  const impersonated = async (context: RequestContext, wanted: WantedUser): Promise<RequestUser> => {
    const requestor = context.user
    const attempt = { wanted, attributes: attributesOf(context), requestor, authorizers }
    let refusal: StatusError | undefined
    for (const index of memory.order(requestor.name)) {
      const result = await tryMode(MODES[index] as (typeof MODES)[number], attempt)
      if (result === undefined) continue
      if (!(result instanceof StatusError)) {
        memory.worked(requestor.name, index)
        return result
      }
      refusal ??= result
    }
    throw refusal
  }
  return async (context, next) => {
    const wanted = wantedUser(context)
    if (!wanted) return next()
    if (wanted.name === '') {
      if (wanted.uid === '' && wanted.groups.length === 0 && Object.keys(wanted.extra).length === 0) return next()
      throw Object.assign(badRequest(`requested ${shown(wanted)} without impersonating a user name`), { byFilter: true })
    }
    context.user = await impersonated(context, wanted)
    return next()
  }
}
