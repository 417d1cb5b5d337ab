// The clauses of an Accept header as upstream's negotiation reads and orders them, and what its router asks of them before.
// Upstream: munnerz/goautoneg, go-restful's Route.matchesAccept.

export interface AcceptClause {
  type: string
  subtype: string
  quality: number
  parameters: ReadonlyMap<string, string>
}

/** Without the spaces around it; other white space stays. */
const trimmed = (text: string): string => {
  let [start, end] = [0, text.length]
  while (start < end && text[start] === ' ') start++
  while (end > start && text[end - 1] === ' ') end--
  return text.slice(start, end)
}

const parse = (part: string): AcceptClause | undefined => {
  const [range = '', ...rest] = trimmed(part).split(';')
  const [type = '', subtype, ...more] = range.split('/').map(trimmed)
  if (more.length > 0 || (!subtype && type !== '*')) return undefined
  const parameters = new Map<string, string>()
  let quality = 1
  for (const parameter of rest) {
    const [name = '', value = '', ...others] = parameter.split('=')
    if (value === '' || others.length > 0) continue
    if (trimmed(name) === 'q') quality = Number(value) || 0
    else parameters.set(trimmed(name), trimmed(value))
  }
  return { type, subtype: subtype || '*', quality, parameters }
}

/** No order in the strict sense: it is upstream's, and so is the way of sorting by it. */
const before = (a: AcceptClause, b: AcceptClause): boolean =>
  a.quality > b.quality || (a.type !== '*' && b.type === '*') || (a.subtype !== '*' && b.subtype === '*')

/** Go sorts so many by insertion; what it does with more of them under such an order, nobody can rely on. */
const MAX_INSERTED = 12

/** The clauses of a header, the most wanted first. */
export const acceptClauses = (accept: string): AcceptClause[] => {
  const clauses = accept.split(',').flatMap((part) => parse(part) ?? [])
  if (clauses.length > MAX_INSERTED) return clauses.sort((a, b) => (before(a, b) ? -1 : before(b, a) ? 1 : 0))
  for (let index = 1; index < clauses.length; index++) {
    for (let at = index; at > 0; at--) {
      const [left, right] = [clauses[at - 1] as AcceptClause, clauses[at] as AcceptClause]
      if (!before(right, left)) break
      clauses[at - 1] = right
      clauses[at] = left
    }
  }
  return clauses
}

/** Whether a clause takes a media type. */
export const takes = ({ type, subtype }: AcceptClause, mediaType: string): boolean => {
  if (type === '*' && subtype === '*') return true
  const [ownType, ownSubtype] = mediaType.split('/')
  return type === ownType && (subtype === ownSubtype || subtype === '*')
}

/** Whether a route that produces some media types is taken at all: looks at no parameters, and knows no half wildcards. */
export const routeMatches = (accept: string, produces: readonly string[]): boolean =>
  accept.split(',').some((part) => {
    const mediaType = trimmed(part.split(';', 1)[0] as string)
    return mediaType === '*/*' || produces.includes(mediaType)
  })
