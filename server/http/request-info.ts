// What a request is about, from its method and URL; all later parts ask this, never the URL.
// Upstream: k8s.io/apiserver/pkg/endpoints/request/requestinfo.go.

export interface RequestInfo {
  isResource: boolean
  /** The URL breaks off where it would say what it is about. */
  unreadable: boolean
  path: string
  query: URLSearchParams
  verb: string
  /** 'api' or 'apis' for resource requests. */
  prefix: string
  group: string
  version: string
  namespace: string
  resource: string
  subresource: string
  name: string
  /** Path segments after the subresource: what a proxy gets. */
  rest: readonly string[]
}

const EMPTY_QUERY = new URLSearchParams()
const NAMESPACE_SUBRESOURCES = new Set(['status', 'finalize'])

const verbs = new Map(Object.entries({ POST: 'create', GET: 'get', HEAD: 'get', PUT: 'update', PATCH: 'patch', DELETE: 'delete' }))

const MALFORMED = /;|%(?![0-9a-fA-F]{2})/

/** A query without the members that Go's parser leaves out: those with a semicolon or a broken escape. */
const queryOf = (text: string): URLSearchParams =>
  new URLSearchParams(
    MALFORMED.test(text)
      ? text
          .split('&')
          .filter((member) => !MALFORMED.test(member))
          .join('&')
      : text,
  )

const truthy = (value: string | null): boolean => value !== null && value !== 'false' && value !== '0'

/** Reads a method and URL. Never throws: what cannot be decoded stays as it is. */
export const requestInfo = (method: string, url: string): RequestInfo => {
  const mark = url.indexOf('?')
  const path = mark < 0 ? url : url.slice(0, mark)
  const query = mark < 0 ? EMPTY_QUERY : queryOf(url.slice(mark + 1))
  const info: RequestInfo = {
    isResource: false,
    unreadable: false,
    path,
    query,
    verb: method.toLowerCase(),
    prefix: '',
    group: '',
    version: '',
    namespace: '',
    resource: '',
    subresource: '',
    name: '',
    rest: [],
  }
  // A path's slashes count after its escapes are read, and two of them have an empty part between them.
  const parts = decoded(path)
    .replaceAll(/^\/|\/+$/g, '')
    .split('/')
  const prefix = parts[0]
  if ((prefix !== 'api' || parts.length < 3) && (prefix !== 'apis' || parts.length < 4)) return info
  return resourceInfo(info, parts, method)
}

const decoded = (path: string): string => {
  if (!path.includes('%')) return path
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

const resourceInfo = (info: RequestInfo, parts: string[], method: string): RequestInfo => {
  info.isResource = true
  info.prefix = parts[0] as string
  info.group = info.prefix === 'api' ? '' : (parts[1] as string)
  let at = info.prefix === 'api' ? 1 : 2
  info.version = parts[at++] as string
  info.verb = verbs.get(method) ?? ''
  if ((parts[at] === 'watch' || parts[at] === 'proxy') && parts.length === at + 1) info.unreadable = true
  if (parts[at] === 'watch' && parts.length > at + 1) {
    info.verb = 'watch'
    at++
  }
  if (parts[at] === 'namespaces') {
    if (parts.length > at + 1) {
      info.namespace = parts[at + 1] as string
      if (parts.length > at + 2 && !NAMESPACE_SUBRESOURCES.has(parts[at + 2] as string)) at += 2
    }
  }
  const [resource = '', name = '', subresource = '', ...rest] = parts.slice(at)
  Object.assign(info, { resource, name, subresource, rest })
  return withoutName(info)
}

/** A collection's verbs differ from an object's. */
const withoutName = (info: RequestInfo): RequestInfo => {
  if (info.name === '') {
    if (info.verb === 'get') info.verb = 'list'
    if (info.verb === 'delete') info.verb = 'deletecollection'
  }
  if (info.verb === 'list' && truthy(info.query.get('watch'))) {
    info.verb = 'watch'
    const name = /(?:^|,)metadata\.name=([^,=!]+)/.exec(info.query.get('fieldSelector') ?? '')?.[1]
    if (name !== undefined) info.name = name
  } else if (info.verb === 'get' && truthy(info.query.get('watch')) && info.subresource === '') info.verb = 'get'
  return info
}
