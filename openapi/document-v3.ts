// OpenAPI v3: one document for each group version, and one for each path outside of them. Upstream: k8s.io/kube-openapi/pkg/builder3.
import { type ApiRoute, type RouteParameter, reasonOf } from './api-route.ts'
import { type DefinitionSources, Definitions, type Schema } from './definitions.ts'
import { commonParameters, type Described, describedParameters, inOrder, pathsOf, withKind } from './path-items.ts'

const parameter = ({ name, in: where, type, description }: Described): Schema => ({
  name,
  in: where,
  ...(description ? { description } : {}),
  ...(where === 'path' ? { required: true } : {}),
  schema: { type, uniqueItems: true },
})

const content = (mediaTypes: readonly string[], schema: Schema): Schema =>
  Object.fromEntries([...mediaTypes].sort().map((mediaType) => [mediaType, { schema }]))

const operation = (
  route: ApiRoute,
  common: ReadonlySet<RouteParameter['name']>,
  definitions: Definitions,
  sources: DefinitionSources,
): Schema => {
  const described = sources.descriptions.ofOperation(route)
  const own = route.parameters.filter(({ name }) => !common.has(name))
  const responses: Schema = {}
  for (const [code, type] of route.responses)
    responses[code] = { description: reasonOf[code], content: content(route.produces, definitions.of(type)) }
  responses['401'] = { description: reasonOf[401] }
  return {
    tags: route.tags,
    ...(described?.text ? { description: described.text } : {}),
    operationId: route.operationId,
    ...(own.length > 0 ? { parameters: inOrder(describedParameters(route, own, sources.descriptions)).map(parameter) } : {}),
    ...(route.body
      ? {
          requestBody: {
            content: content(route.consumes ?? [], definitions.of(route.body.type)),
            ...(route.body.required ? { required: true } : {}),
          },
        }
      : {}),
    responses,
    ...withKind(route, ['group', 'version', 'kind']),
  }
}

/** The document of some routes, those of a group version or of one path. */
export const documentV3 = (
  routes: readonly ApiRoute[],
  sources: DefinitionSources,
  release: string,
  groupVersion: string | undefined,
): Schema => {
  const definitions = new Definitions(sources, 'v3', groupVersion)
  const paths: Schema = {}
  for (const [path, together] of pathsOf(routes)) {
    const common = commonParameters(together)
    const names = new Set(common.map(({ name }) => name))
    const item: Schema = {}
    for (const route of together) item[route.method] = operation(route, names, definitions, sources)
    if (common.length > 0)
      item['parameters'] = inOrder(describedParameters(together[0] as ApiRoute, common, sources.descriptions)).map(parameter)
    paths[path] = item
  }
  const schemas = definitions.all()
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: release },
    paths,
    components: {
      ...(Object.keys(schemas).length > 0 ? { schemas } : {}),
      securitySchemes: { BearerToken: { type: 'apiKey', description: 'Bearer Token authentication', name: 'authorization', in: 'header' } },
    },
  }
}
