// The routes of a resource and its subresources: what a verb means as paths, methods, parameters and answers.
// Upstream: registerResourceHandlers of k8s.io/apiserver/pkg/endpoints/installer.go.
import { type ApiRoute, type Method, operationName, type RouteParameter } from './api-route.ts'
import type { SchemaSet, TypeSchema } from './schema-set.ts'

export interface PublishedKind {
  group: string
  version: string
  kind: string
}

/** What the documents need of a served resource; plain data, so that it can go to a worker. */
export interface PublishedResource extends PublishedKind {
  plural: string
  namespaced: boolean
  /** Type notations. */
  type: string
  listType: string
  verbs: readonly string[]
  /** Whether a delete answers with the object, not with a Status. */
  returnsDeletedObject: boolean
  subresources: Readonly<Record<string, { verbs: readonly string[]; kind: PublishedKind; type: string }>>
}

export const MEDIA_TYPES = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf']
const STREAMING = [...MEDIA_TYPES, 'application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch']
const ANY = ['*/*']
const PATCH_TYPES = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
]

/** Reads whose answer is no object, by subresource: the options they take, and the media type before the usual ones. */
const textReads: Readonly<Record<string, { options: string; mediaType: string }>> = {
  log: { options: 'LogOptions', mediaType: 'text/plain' },
}

const path = (name: string): RouteParameter => ({ name, in: 'path', type: 'string' })
const query = (name: string, type: RouteParameter['type'] = 'string'): RouteParameter => ({ name, in: 'query', type })

const PRETTY = query('pretty')

const parameterType = (type: TypeSchema): RouteParameter['type'] | undefined => {
  if (type.kind === 'list') return parameterType(type.element as TypeSchema)
  if (type.kind === 'string') return 'string'
  if (type.kind === 'bool') return 'boolean'
  return type.kind === 'int' ? 'integer' : undefined
}

/** Query parameters of an options type: its own members that are scalars or lists of them. */
const optionParameters = (schemas: SchemaSet, type: string, except: readonly string[] = []): RouteParameter[] =>
  schemas.type(type).fields.flatMap((field) => {
    const kind = field.embeddedIn.length === 0 && !except.includes(field.name) ? parameterType(field.type) : undefined
    return kind === undefined ? [] : [query(field.name, kind)]
  })

interface Place {
  /** Without the last slash: /api/v1, /apis/apps/v1. */
  root: string
  /** Path of the collection, or of the subresource. */
  collection: string
  /** Path of one object, or of the subresource. */
  item: string
  collectionParameters: RouteParameter[]
  itemParameters: RouteParameter[]
}

const placeOf = ({ group, version, plural, namespaced }: PublishedResource, subresource: string): Place => {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`
  const scope = namespaced ? [path('namespace')] : []
  const collection = `${root}${namespaced ? '/namespaces/{namespace}' : ''}/${plural}`
  if (subresource === '')
    return { root, collection, item: `${collection}/{name}`, collectionParameters: scope, itemParameters: [...scope, path('name')] }
  const item = `${collection}/{name}/${subresource}`
  const itemParameters = [...scope, path('name')]
  return { root, collection: item, item, collectionParameters: itemParameters, itemParameters }
}

/** What one action does with a body and answers with. */
interface Exchange {
  parameters?: RouteParameter[]
  consumes?: readonly string[]
  produces?: readonly string[]
  body?: ApiRoute['body']
  responses: ApiRoute['responses']
}

class ResourceRoutes {
  readonly routes: ApiRoute[] = []
  readonly #schemas: SchemaSet
  readonly #resource: PublishedResource

  constructor(schemas: SchemaSet, resource: PublishedResource) {
    this.#schemas = schemas
    this.#resource = resource
  }

  #options(name: string, except: readonly string[] = []): RouteParameter[] {
    return optionParameters(this.#schemas, `meta/v1.${name}Options`, except)
  }

  #add(
    where: string,
    parameters: RouteParameter[],
    names: [Method, action: string, verb: string, subject: string],
    exchange: Exchange,
  ): void {
    const [method, action, verb, subject] = names
    const { group, version, kind } = this.#resource
    this.routes.push({
      path: where,
      method,
      action,
      kind: { group, version, kind },
      ...operationName(where, verb, subject),
      parameters: [...(exchange.parameters ?? []), ...parameters],
      consumes: exchange.consumes ?? ANY,
      produces: exchange.produces ?? MEDIA_TYPES,
      ...(exchange.body ? { body: exchange.body } : {}),
      responses: exchange.responses,
    })
  }

  #scoped(suffix: string): string {
    return `${this.#resource.namespaced ? 'Namespaced' : ''}${this.#resource.kind}${suffix}`
  }

  /** The resource itself. */
  main(): void {
    const { kind, verbs, type, plural, namespaced } = this.#resource
    const place = placeOf(this.#resource, '')
    this.#writes(place, verbs, type, '')
    if (verbs.includes('get'))
      this.#add(place.item, place.itemParameters, ['get', 'get', 'read', this.#scoped('')], {
        parameters: [PRETTY],
        responses: [[200, type]],
      })
    const watches = verbs.includes('watch')
    const list: Exchange = {
      parameters: [PRETTY, ...this.#options('List')],
      produces: STREAMING,
      responses: [[200, this.#resource.listType]],
    }
    const watch: Exchange = { ...list, responses: [[200, 'meta/v1.WatchEvent']] }
    if (!verbs.includes('list')) return
    this.#add(place.collection, place.collectionParameters, ['get', 'list', 'list', this.#scoped('')], list)
    if (namespaced) this.#add(`${place.root}/${plural}`, [], ['get', 'list', 'list', `${kind}ForAllNamespaces`], list)
    if (!watches) return
    const watched = (where: string): string => where.replace(place.root, `${place.root}/watch`)
    this.#add(watched(place.item), place.itemParameters, ['get', 'watch', 'watch', this.#scoped('')], watch)
    this.#add(watched(place.collection), place.collectionParameters, ['get', 'watchlist', 'watch', this.#scoped('List')], watch)
    if (namespaced) this.#add(`${place.root}/watch/${plural}`, [], ['get', 'watchlist', 'watch', `${kind}ListForAllNamespaces`], watch)
  }

  #writes(place: Place, verbs: readonly string[], type: string, suffix: string): void {
    const created: ApiRoute['responses'] = [200, 201].map((code) => [code, type])
    const body = { type, required: true }
    const subject = this.#scoped(suffix)
    if (verbs.includes('create'))
      this.#add(place.collection, place.collectionParameters, ['post', 'post', 'create', subject], {
        parameters: [PRETTY, ...this.#options('Create')],
        body,
        responses: [...created, [202, type]],
      })
    if (verbs.includes('update'))
      this.#add(place.item, place.itemParameters, ['put', 'put', 'replace', subject], {
        parameters: [PRETTY, ...this.#options('Update')],
        body,
        responses: created,
      })
    if (verbs.includes('patch'))
      this.#add(place.item, place.itemParameters, ['patch', 'patch', 'patch', subject], {
        parameters: [PRETTY, ...this.#options('Patch')],
        consumes: PATCH_TYPES,
        body: { type: 'meta/v1.Patch', required: true },
        responses: created,
      })
    this.#deletes(place, verbs, subject)
  }

  #deletes(place: Place, verbs: readonly string[], subject: string): void {
    const { returnsDeletedObject, type } = this.#resource
    const parameters = [PRETTY, ...this.#options('Delete')]
    const body = { type: 'meta/v1.DeleteOptions', required: false }
    const deleted = returnsDeletedObject ? type : 'meta/v1.Status'
    if (verbs.includes('delete'))
      this.#add(place.item, place.itemParameters, ['delete', 'delete', 'delete', subject], {
        parameters,
        body,
        responses: [200, 202].map((code) => [code, deleted]),
      })
    if (verbs.includes('deletecollection'))
      this.#add(place.collection, place.collectionParameters, ['delete', 'deletecollection', 'delete', `Collection${subject}`], {
        parameters: [...parameters, ...this.#options('List', ['watch', 'allowWatchBookmarks'])],
        body,
        responses: [[200, 'meta/v1.Status']],
      })
  }

  subresource(name: string): void {
    const { verbs, kind, type } = this.#resource.subresources[name] as PublishedResource['subresources'][string]
    const suffix = name.charAt(0).toUpperCase() + name.slice(1)
    const before = this.routes.length
    if (kind.kind.endsWith('Options')) this.#connects(name, suffix, verbs, type)
    else {
      const place = placeOf(this.#resource, name)
      this.#writes(place, verbs, type, suffix)
      if (verbs.includes('get')) this.#reads(place, name, suffix, type)
    }
    // An operation on a subresource names the subresource's kind.
    for (const route of this.routes.slice(before)) route.kind = { group: kind.group, version: kind.version, kind: kind.kind }
  }

  #reads(place: Place, name: string, suffix: string, type: string): void {
    const text = textReads[name]
    const names: [Method, string, string, string] = ['get', 'get', 'read', this.#scoped(suffix)]
    if (!text) return this.#add(place.item, place.itemParameters, names, { parameters: [PRETTY], responses: [[200, type]] })
    this.#add(place.item, place.itemParameters, names, {
      parameters: [PRETTY, ...optionParameters(this.#schemas, `${type}${text.options}`)],
      produces: [text.mediaType, ...MEDIA_TYPES],
      responses: [[200, 'string']],
    })
  }

  /** Connections: as many methods as verbs; those that pass every method on also reach paths below. */
  #connects(name: string, suffix: string, verbs: readonly string[], type: string): void {
    const methodOf: Record<string, Method> = { get: 'get', create: 'post', update: 'put', delete: 'delete', patch: 'patch' }
    const all = verbs.length === Object.keys(methodOf).length
    const methods = [...verbs.map((verb) => methodOf[verb] as Method), ...(all ? (['options', 'head'] as const) : [])]
    const { item, itemParameters } = placeOf(this.#resource, name)
    const exchange: Exchange = { parameters: optionParameters(this.#schemas, type), produces: ANY, responses: [[200, 'string']] }
    for (const method of methods) {
      const subject = `${method.charAt(0).toUpperCase()}${method.slice(1)}${this.#scoped(suffix)}`
      this.#add(item, itemParameters, [method, 'connect', 'connect', subject], exchange)
      if (all)
        this.#add(`${item}/{path}`, [...itemParameters, path('path')], [method, 'connect', 'connect', `${subject}WithPath`], exchange)
    }
  }
}

/** All routes of one resource in one version. */
export const resourceRoutes = (schemas: SchemaSet, resource: PublishedResource): ApiRoute[] => {
  const made = new ResourceRoutes(schemas, resource)
  made.main()
  for (const name of Object.keys(resource.subresources)) made.subresource(name)
  return made.routes
}
