// OpenAPI v3 documents from the tables: schemas of a group version's kinds and the paths that tell kubectl what the server checks.
// Made on demand, one group version at a time. Descriptions are not part of the tables. Upstream: k8s.io/kube-openapi.
import type { FieldSchema, SchemaSet, TypeSchema } from './schema-set.ts'

/** What publish needs of a served resource; the registry's records fit. */
export interface PublishedResource {
  group: string
  version: string
  kind: string
  plural: string
  namespaced: boolean
  schema: TypeSchema
  verbs: readonly string[]
}

type Schema = Record<string, unknown>

const packages: Record<string, string> = {
  meta: 'io.k8s.apimachinery.pkg.apis.meta',
  runtime: 'io.k8s.apimachinery.pkg.runtime',
  'api/resource': 'io.k8s.apimachinery.pkg.api.resource',
  'util/intstr': 'io.k8s.apimachinery.pkg.util.intstr',
  apiextensions: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions',
  apiregistration: 'io.k8s.kube-aggregator.pkg.apis.apiregistration',
}

/** `core/v1.Pod` -> `io.k8s.api.core.v1.Pod`. */
export const publishedName = (name: string): string => {
  const dot = name.lastIndexOf('.')
  const [pkg, type] = [name.slice(0, dot), name.slice(dot + 1)]
  if (packages[pkg]) return `${packages[pkg]}.${type}`
  const [group = '', ...rest] = pkg.split('/')
  return [packages[group] ?? `io.k8s.api.${group}`, ...rest, type].join('.')
}

const leafSchemas: Record<string, Schema> = {
  string: { type: 'string' },
  bool: { type: 'boolean' },
  float: { type: 'number', format: 'double' },
  bytes: { type: 'string', format: 'byte' },
  time: { type: 'string', format: 'date-time' },
  microTime: { type: 'string', format: 'date-time' },
  duration: { type: 'string' },
  quantity: { oneOf: [{ type: 'string' }, { type: 'number' }] },
  intOrString: { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
  rawExtension: { type: 'object' },
  fieldsV1: { type: 'object' },
  any: {},
}

class Publisher {
  readonly schemas: Record<string, Schema> = {}

  reference(type: TypeSchema): Schema {
    const name = publishedName(type.name)
    if (!(name in this.schemas)) {
      this.schemas[name] = {}
      this.schemas[name] = type.kind === 'struct' ? this.#struct(type) : (leafSchemas[type.kind] as Schema)
    }
    return { $ref: `#/components/schemas/${name}` }
  }

  of(type: TypeSchema): Schema {
    if (type.kind === 'list') return { type: 'array', items: this.#element(type.element as TypeSchema) }
    if (type.kind === 'map') return { type: 'object', additionalProperties: this.#element(type.element as TypeSchema) }
    if (type.kind === 'int') return { type: 'integer', format: type.bits === 64 ? 'int64' : 'int32' }
    if (type.name !== '' && !['string', 'bool', 'float', 'bytes'].includes(type.kind)) return this.reference(type)
    return leafSchemas[type.kind] as Schema
  }

  #element(type: TypeSchema): Schema {
    const schema = this.of(type)
    const fallback = type.kind === 'string' ? '' : type.kind === 'struct' ? {} : undefined
    if ('$ref' in schema) return fallback === undefined ? { allOf: [schema] } : { allOf: [schema], default: fallback }
    return fallback === undefined ? schema : { ...schema, default: fallback }
  }

  #struct(type: TypeSchema): Schema {
    const properties: Record<string, Schema> = {}
    const required: string[] = []
    for (const field of type.fields) {
      properties[field.name] = this.#property(field)
      if (!field.omitEmpty && !field.omitZero && field.markers['optional'] !== true) required.push(field.name)
    }
    return { type: 'object', ...(type.fields.length > 0 ? { properties } : {}), ...(required.length > 0 ? { required } : {}) }
  }

  #property(field: FieldSchema): Schema {
    const schema = this.of(field.type)
    const { markers } = field
    const extras: Schema = {}
    const fallback = markers['default'] ?? (field.type.kind === 'struct' && !field.pointer ? {} : undefined)
    if (fallback !== undefined) extras['default'] = fallback
    if (markers['listType']) extras['x-kubernetes-list-type'] = markers['listType']
    if (markers['listMapKeys']) extras['x-kubernetes-list-map-keys'] = markers['listMapKeys']
    if (markers['mapType'] ?? field.type.markers['mapType'] ?? markers['structType'])
      extras['x-kubernetes-map-type'] = markers['mapType'] ?? field.type.markers['mapType'] ?? markers['structType']
    if (markers['patchStrategy']) extras['x-kubernetes-patch-strategy'] = markers['patchStrategy']
    if (markers['patchMergeKey']) extras['x-kubernetes-patch-merge-key'] = markers['patchMergeKey']
    if (Object.keys(extras).length === 0) return schema
    return '$ref' in schema ? { allOf: [schema], ...extras } : { ...schema, ...extras }
  }
}

const parameter = (name: string, type = 'string'): Schema => ({ name, in: 'query', schema: { type, uniqueItems: true } })
const writeParameters = ['dryRun', 'fieldManager', 'fieldValidation'].map((name) => parameter(name))
const actions: Record<string, [method: string, action: string, onObject: boolean]> = {
  get: ['get', 'get', true],
  list: ['get', 'list', false],
  create: ['post', 'post', false],
  update: ['put', 'put', true],
  patch: ['patch', 'patch', true],
  delete: ['delete', 'delete', true],
  deletecollection: ['delete', 'deletecollection', false],
}

const pathsOf = (resource: PublishedResource, schema: Schema): Record<string, Schema> => {
  const { group, version, kind, plural, namespaced, verbs } = resource
  const base = `${group === '' ? '/api' : `/apis/${group}`}/${version}${namespaced ? '/namespaces/{namespace}' : ''}/${plural}`
  const paths: Record<string, Schema> = {}
  for (const verb of verbs) {
    const [method, action, onObject] = actions[verb] ?? []
    if (method === undefined || action === undefined) continue
    const path = onObject ? `${base}/{name}` : base
    const writes = ['post', 'put', 'patch'].includes(method)
    paths[path] = {
      ...paths[path],
      [method]: {
        operationId: `${action}${namespaced ? 'Namespaced' : ''}${kind}`,
        'x-kubernetes-action': action,
        'x-kubernetes-group-version-kind': { group, version, kind },
        parameters: [...(writes ? writeParameters : []), ...(method === 'patch' ? [parameter('force', 'boolean')] : [])],
        ...(writes ? { requestBody: { content: { '*/*': { schema } } } } : {}),
        responses: { 200: { description: 'OK', content: { 'application/json': { schema } } } },
      },
    }
  }
  return paths
}

/** The OpenAPI v3 document of one group version. */
export const openApiDocument = (resources: readonly PublishedResource[], schemas: SchemaSet, release: string): object => {
  const publisher = new Publisher()
  const paths: Record<string, Schema> = {}
  for (const resource of resources) {
    const { group, version, kind } = resource
    const reference = publisher.reference(resource.schema)
    const schema = publisher.schemas[publishedName(resource.schema.name)] as Schema
    schema['x-kubernetes-group-version-kind'] = [{ group, version, kind }]
    Object.assign(paths, pathsOf(resource, reference))
  }
  publisher.reference(schemas.type('meta/v1.DeleteOptions'))
  publisher.reference(schemas.type('meta/v1.Status'))
  return { openapi: '3.0.0', info: { title: 'Kubernetes', version: release }, paths, components: { schemas: publisher.schemas } }
}
