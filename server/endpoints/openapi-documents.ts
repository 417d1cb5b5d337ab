// /openapi/v2 and /openapi/v3: which document, in which form, and what a client that has it already is told.
// Upstream: k8s.io/kube-openapi/pkg/handler and handler3.
import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import type { Clock } from '../../apimachinery/clock.ts'
import type { GroupVersionKind } from '../../apimachinery/kube-object.ts'
import { type DocumentForm, type MadeDocument, V2 } from '../../openapi/document-protocol.ts'
import { DocumentThread } from '../../openapi/document-thread.ts'
import type { PublishedResource } from '../../openapi/resource-routes.ts'
import { kindNotation, type SchemaSet } from '../../openapi/schema-set.ts'
import type { DocumentRoute, RouteAnswer, RouteRequest } from '../http/express-app.ts'
import type { ResourceDefinition, ServedVersion } from '../registry/resource-definition.ts'
import type { ResourceRegistry } from '../registry/resource-registry.ts'

const compress = promisify(gzip)
const YEAR_MS = 365 * 24 * 3600 * 1000
/** Upstream's gzip handler leaves smaller answers as they are. */
const GZIP_FROM_BYTES = 1400

/** Media types of a version's documents, in the order in which a wildcard is answered. */
const mediaTypesOf = (version: 'v2' | 'v3'): { subtype: string; form: DocumentForm; contentType: string }[] => {
  const protobuf = `com.github.proto-openapi.spec.${version}.v1.0+protobuf`
  return [
    { subtype: 'json', form: 'json', contentType: 'application/json' },
    { subtype: protobuf, form: 'protobuf', contentType: `application/${protobuf}` },
    { subtype: protobuf.replace(`${version}.v1.0`, `${version}@v1.0`), form: 'protobuf', contentType: `application/${protobuf}` },
  ]
}

type MediaType = ReturnType<typeof mediaTypesOf>[number]

interface Clause {
  type: string
  subtype: string
  quality: number
}

const comesBefore = (a: Clause, b: Clause): boolean =>
  a.quality > b.quality || (a.type !== '*' && b.type === '*') || (a.subtype !== '*' && b.subtype === '*')

/** By quality, but what is named goes before a wildcard of any quality. That is no order, so the steps of upstream's sort matter. */
const byPreference = (clauses: readonly Clause[]): Clause[] => {
  const sorted: Clause[] = []
  for (const clause of clauses) {
    let at = sorted.length
    while (at > 0 && comesBefore(clause, sorted[at - 1] as Clause)) at--
    sorted.splice(at, 0, clause)
  }
  return sorted
}

const MAX_CLAUSES = 64

/** The first media type that an Accept header asks for; undefined: nothing in it is to be had. */
const acceptedForm = (accept: string | undefined, version: 'v2' | 'v3'): MediaType | undefined => {
  const clauses = (accept || '*/*').split(',', MAX_CLAUSES).map((text) => {
    const [mediaType = '', ...parameters] = text.split(';').map((part) => part.trim())
    const [type = '', subtype = ''] = mediaType.split('/')
    const quality = parameters.find((parameter) => parameter.startsWith('q='))
    return { type, subtype: type === '*' ? '*' : subtype, quality: Number(quality?.slice(2) ?? 1) }
  })
  const available = mediaTypesOf(version)
  for (const { type, subtype } of byPreference(clauses)) {
    if (type !== 'application' && type !== '*') continue
    const found = available.find((each) => subtype === '*' || each.subtype === subtype)
    if (found) return found
  }
  return undefined
}

/** What the registry serves, as the documents' plain data. */
const published = (registry: ResourceRegistry): PublishedResource[] =>
  registry
    .definitions()
    .flatMap((definition) => definition.versions.flatMap((served) => (served.served ? [publishedResource(definition, served)] : [])))

const publishedResource = ({ group, plural, scope, strategy }: ResourceDefinition, served: ServedVersion): PublishedResource => {
  const own = { group, version: served.name, kind: served.kind }
  const typeOf = (kind: GroupVersionKind): string =>
    kind.group === own.group && kind.version === own.version && kind.kind === own.kind ? served.schema.name : kindNotation(kind)
  return {
    ...own,
    plural,
    namespaced: scope === 'Namespaced',
    type: served.schema.name,
    listType: `${served.schema.name}List`,
    verbs: served.verbs,
    // A delete that only marks the object shows it, but is documented as the others are.
    returnsDeletedObject: (strategy.returnsDeletedObject ?? false) && !strategy.beginDelete,
    subresources: Object.fromEntries(
      Object.entries(served.subresources).map(([name, { verbs, kind }]) => [name, { verbs, kind, type: typeOf(kind) }]),
    ),
  }
}

/** An entity tag in an If-None-Match header. */
const isKnown = (ifNoneMatch: string | undefined, etag: string): boolean =>
  (ifNoneMatch ?? '').split(',').some((each) => ['*', etag, `W/${etag}`].includes(each.trim()))

export interface OpenApiParts {
  registry: ResourceRegistry
  schemas: SchemaSet
  clock: Clock
  version: Readonly<Record<string, string>>
}

class OpenApiDocuments {
  readonly #thread: DocumentThread
  readonly #clock: Clock
  /** When a document was first seen with its hash, in milliseconds. */
  readonly #since = new Map<string, { hash: string; at: number }>()
  /** Bytes that were compressed once, as long as the document lives. */
  readonly #compressed = new WeakMap<MadeDocument, Promise<Buffer>>()

  constructor({ registry, schemas, clock, version }: OpenApiParts) {
    this.#clock = clock
    this.#thread = new DocumentThread(
      { tables: schemas.folder, release: `${version['major']}.${version['minor']}` },
      {
        get generation() {
          return registry.generation
        },
        list: () => published(registry),
      },
    )
  }

  async index(): Promise<RouteAnswer> {
    const paths: Record<string, { serverRelativeURL: string }> = {}
    for (const [name, hash] of Object.entries(await this.#thread.hashes())) paths[name] = { serverRelativeURL: relativeUrl(name, hash) }
    return { contentType: 'text/plain; charset=utf-8', body: Buffer.from(JSON.stringify({ paths })) }
  }

  async v2(request: RouteRequest): Promise<RouteAnswer | undefined> {
    const vary = 'Accept-Encoding, Accept'
    const accepted = acceptedForm(request.accept, 'v2')
    if (!accepted) return { status: 406, contentType: '', headers: { vary } }
    const document = await this.#thread.document(V2, accepted.form)
    if (!document) return undefined
    const answer = this.#unlessKnown(request, V2, document, accepted.contentType, { vary })
    if (!answer.body || !request.acceptsGzip || document.bytes.length < GZIP_FROM_BYTES) return answer
    return { ...answer, headers: { ...answer.headers, 'content-encoding': 'gzip' }, body: await this.#compressedBytes(document) }
  }

  async v3(request: RouteRequest): Promise<RouteAnswer> {
    const name = request.parameters['name'] ?? ''
    const hashes = await this.#thread.hashes()
    const hash = hashes[name]
    if (hash === undefined) return { status: 404, contentType: '' }
    const vary = { vary: 'Accept' }
    const accepted = acceptedForm(request.accept, 'v3')
    if (!accepted) return { status: 406, contentType: '', headers: vary }
    const { contentType, form } = accepted
    const asked = request.query.get('hash') ?? ''
    if (asked !== '' && asked !== hash)
      return { status: 301, contentType, headers: { ...vary, etag: `"${hash}"`, location: relativeUrl(name, hash) } }
    const forever = { 'cache-control': 'public, immutable', expires: new Date(this.#clock.now() + YEAR_MS).toUTCString() }
    const document = await this.#thread.document(name, form)
    if (!document) return { status: 404, contentType: '' }
    return this.#unlessKnown(request, name, document, contentType, asked === '' ? vary : { ...vary, ...forever })
  }

  /** The document, or that the client has it: by its entity tag, else by its time. */
  #unlessKnown(
    { ifNoneMatch, ifModifiedSince }: RouteRequest,
    name: string,
    document: MadeDocument,
    contentType: string,
    extra: Record<string, string>,
  ): RouteAnswer {
    const etag = `"${document.hash}"`
    const since = this.#sinceWhen(name, document.hash)
    const headers = { etag, ...extra }
    const fresh =
      ifNoneMatch === undefined ? Date.parse(ifModifiedSince ?? '') >= Math.floor(since / 1000) * 1000 : isKnown(ifNoneMatch, etag)
    if (fresh) return { status: 304, contentType: '', headers }
    return {
      contentType,
      headers: { ...headers, 'last-modified': new Date(since).toUTCString() },
      body: Buffer.from(document.bytes.buffer),
    }
  }

  #compressedBytes(document: MadeDocument): Promise<Buffer> {
    const known = this.#compressed.get(document)
    if (known) return known
    const made = compress(document.bytes, { level: constants.Z_BEST_SPEED })
    this.#compressed.set(document, made)
    return made
  }

  #sinceWhen(name: string, hash: string): number {
    const known = this.#since.get(name)
    if (known?.hash === hash) return known.at
    const at = this.#clock.now()
    this.#since.set(name, { hash, at })
    return at
  }
}

const relativeUrl = (name: string, hash: string): string => `/openapi/v3/${name}?hash=${hash}`

/** The routes of both versions. Nothing is made, and no thread runs, before the first request. */
export const openApiRoutes = (parts: OpenApiParts): DocumentRoute[] => {
  const documents = new OpenApiDocuments(parts)
  return [
    { path: '/openapi/v2', answer: (request) => documents.v2(request) },
    { path: '/openapi/v3', answer: () => documents.index() },
    { path: '/openapi/v3/*name', answer: (request) => documents.v3(request) },
  ]
}
