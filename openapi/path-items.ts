// What both versions of OpenAPI do with routes: group them by path, and take out the parameters that all methods of a path share.
import type { ApiRoute, RouteParameter } from './api-route.ts'
import type { Schema } from './definitions.ts'
import type { Descriptions } from './descriptions.ts'

export type Described = RouteParameter & { description: string | undefined }

/** Routes by path, in the order of paths. */
export const pathsOf = (routes: readonly ApiRoute[]): [path: string, routes: ApiRoute[]][] => {
  const paths = new Map<string, ApiRoute[]>()
  for (const route of routes) {
    const known = paths.get(route.path)
    if (known) known.push(route)
    else paths.set(route.path, [route])
  }
  return [...paths].sort(([a], [b]) => (a < b ? -1 : 1))
}

/** Parameters that every route of a path has. */
export const commonParameters = (routes: readonly ApiRoute[]): RouteParameter[] =>
  (routes[0]?.parameters ?? []).filter(({ name, in: where }) =>
    routes.every(({ parameters }) => parameters.some((other) => other.name === name && other.in === where)),
  )

/** Upstream's order: by name, then by place. */
export const inOrder = <T extends { name: string; in: string }>(parameters: readonly T[]): T[] =>
  [...parameters].sort((a, b) => (a.name === b.name ? (a.in < b.in ? -1 : 1) : a.name < b.name ? -1 : 1))

/** Parameters with what they mean. */
export const describedParameters = (route: ApiRoute, parameters: readonly RouteParameter[], descriptions: Descriptions): Described[] => {
  const texts = descriptions.ofOperation(route)?.parameters
  return parameters.map((parameter) => ({ ...parameter, description: texts?.[parameter.name] }))
}

/** The extensions that say what a resource's operation does, and to which kind. */
export const withKind = ({ action, kind }: ApiRoute, order: readonly ('group' | 'version' | 'kind')[]): Schema => ({
  ...(action === undefined ? {} : { 'x-kubernetes-action': action }),
  ...(kind ? { 'x-kubernetes-group-version-kind': Object.fromEntries(order.map((member) => [member, kind[member]])) } : {}),
})
