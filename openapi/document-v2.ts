// OpenAPI v2: one document for all. Parameters that say the same in several places are written once and referred to.
// Upstream: k8s.io/kube-openapi/pkg/builder.
import { type ApiRoute, reasonOf } from './api-route.ts'
import { type DefinitionSources, Definitions, type Schema } from './definitions.ts'
import { commonParameters, type Described, describedParameters, inOrder, pathsOf, withKind } from './path-items.ts'

/** FNV-1 over 64 bits, of UTF-8. */
const fnv64 = (text: string): Buffer => {
  let hash = 0xcbf29ce484222325n
  for (const byte of Buffer.from(text)) hash = ((hash * 0x100000001b3n) & 0xffffffffffffffffn) ^ BigInt(byte)
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(hash)
  return bytes
}

/** Members of a parameter that is always written in place: clients look for it there. */
const isOwn = ({ name, in: where, schema }: Schema): boolean =>
  where === 'body'
    ? !String((schema as Schema)['$ref']).startsWith('#/definitions/io.k8s.apimachinery')
    : name === 'name' || (where === 'query' && (name === 'fieldValidation' || name === 'dryRun'))

/** Parameters written once. */
class SharedParameters {
  readonly #all = new Map<string, { name: string; parameter: Schema }>()

  /** A parameter, or a reference to the one place where it stands. */
  place(parameter: Schema): Schema {
    if (isOwn(parameter)) return parameter
    const text = JSON.stringify(parameter)
    let known = this.#all.get(text)
    if (!known) {
      known = { name: `${String(parameter['name'])}-${fnv64(text).toString('base64url').slice(0, 8)}`, parameter }
      this.#all.set(text, known)
    }
    return { $ref: `#/parameters/${known.name}` }
  }

  all(): Schema {
    return Object.fromEntries(
      [...this.#all.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ name, parameter }) => [name, parameter]),
    )
  }
}

/** In the order of members that upstream's hash is made over. */
const written = ({ name, in: where, type, description }: Described): Schema => ({
  uniqueItems: true,
  type,
  ...(description ? { description } : {}),
  name,
  in: where,
  ...(where === 'path' ? { required: true } : {}),
})

const bodyParameter = ({ type, required }: NonNullable<ApiRoute['body']>, definitions: Definitions): Schema => ({
  name: 'body',
  in: 'body',
  ...(required ? { required: true } : {}),
  schema: definitions.of(type),
})

const operation = (route: ApiRoute, parameters: readonly Schema[], definitions: Definitions, sources: DefinitionSources): Schema => {
  const described = sources.descriptions.ofOperation(route)
  const responses: Schema = {}
  for (const [code, type] of route.responses) responses[code] = { description: reasonOf[code], schema: definitions.of(type) }
  responses['401'] = { description: reasonOf[401] }
  return {
    ...(described?.text ? { description: described.text } : {}),
    ...(route.consumes ? { consumes: route.consumes } : {}),
    produces: route.produces,
    schemes: ['https'],
    tags: route.tags,
    operationId: route.operationId,
    ...(parameters.length > 0 ? { parameters } : {}),
    responses,
    ...withKind(route, ['group', 'kind', 'version']),
  }
}

/** The document of all routes. */
export const documentV2 = (routes: readonly ApiRoute[], sources: DefinitionSources, release: string): Schema => {
  const definitions = new Definitions(sources, 'v2')
  const shared = new SharedParameters()
  const paths: Schema = {}
  for (const [path, together] of pathsOf(routes)) {
    const common = commonParameters(together)
    const item: Schema = {}
    for (const route of together) {
      const own = route.parameters.filter((candidate) => !common.includes(candidate) && !common.some(({ name }) => name === candidate.name))
      const parameters = describedParameters(route, own, sources.descriptions).map(written)
      if (route.body) parameters.push(bodyParameter(route.body, definitions))
      const placed = inOrder(parameters as (Schema & { name: string; in: string })[]).map((parameter) => shared.place(parameter))
      item[route.method] = operation(route, placed, definitions, sources)
    }
    if (common.length > 0)
      item['parameters'] = inOrder(describedParameters(together[0] as ApiRoute, common, sources.descriptions))
        .map(written)
        .map((parameter) => shared.place(parameter))
    paths[path] = item
  }
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version: release },
    paths,
    definitions: definitions.all(),
    parameters: shared.all(),
    securityDefinitions: {
      BearerToken: { description: 'Bearer Token authentication', type: 'apiKey', name: 'authorization', in: 'header' },
    },
    security: [{ BearerToken: [] }],
  }
}
