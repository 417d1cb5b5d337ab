// One method on one path, before it is written down for either version of OpenAPI. Upstream: k8s.io/kube-openapi/pkg/common.Route.

export type Method = 'get' | 'put' | 'post' | 'delete' | 'options' | 'head' | 'patch'

export interface RouteParameter {
  name: string
  in: 'path' | 'query'
  type: 'string' | 'boolean' | 'integer'
}

export interface ApiRoute {
  /** As OpenAPI writes it, with {names}. */
  path: string
  method: Method
  /** x-kubernetes-action; absent for what is no resource. */
  action?: string
  kind?: { group: string; version: string; kind: string }
  /** Unique in all documents. */
  operationId: string
  tags: readonly string[]
  parameters: readonly RouteParameter[]
  /** Media types; undefined: nobody said. */
  consumes: readonly string[] | undefined
  produces: readonly string[]
  /** Type notation of the body. */
  body?: { type: string; required: boolean }
  /** Status codes beside 401, and the type notation of what they carry. */
  responses: readonly [code: number, type: string][]
}

/** The words of a status code. */
export const reasonOf: Readonly<Record<number, string>> = { 200: 'OK', 201: 'Created', 202: 'Accepted', 401: 'Unauthorized' }

/** Letters and digits of a text in camel case; the rest divides words. */
const camelCase = (text: string, capitalized: boolean): string => {
  let capitalize = capitalized
  let result = ''
  for (const [index, letter] of [...text].entries()) {
    if (/[\p{L}_]/u.test(letter) || (index > 0 && /\d/.test(letter))) {
      result += capitalize ? letter.toUpperCase() : letter
      capitalize = false
    } else capitalize = true
  }
  return result
}

/**
 * The id and tags of an operation: the path's group and version go in after the verb, so that `list` and `NamespacedPod` under
 * /api/v1 become `listCoreV1NamespacedPod` with the tag `core_v1`. Upstream: GetOperationIDAndTags of apiserver/pkg/endpoints/openapi.
 */
export const operationName = (path: string, verb: string, subject: string): { operationId: string; tags: string[] } => {
  const parts = path.replaceAll(/^\/|\/$/g, '').split('/')
  const inGroups = parts[0] === 'api' ? ['core', ...parts.slice(1)] : parts[0] === 'apis' ? parts.slice(1) : undefined
  const [group, version] = inGroups ?? []
  if (group === undefined) return { operationId: verb + camelCase(subject, true), tags: [camelCase(parts[0] as string, false)] }
  const words = [group.replace(/\.k8s\.io$/, ''), ...(version === undefined ? [] : [version])]
  const operationId = verb + words.map((word) => camelCase(word, true)).join('') + camelCase(subject, true)
  return { operationId, tags: [words.map((word) => camelCase(word, false)).join('_')] }
}
