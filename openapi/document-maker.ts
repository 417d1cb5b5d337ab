// All OpenAPI documents of a set of resources, by name, as bytes: JSON or gnostic's protobuf. Runs in document-worker.ts.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ApiRoute } from './api-route.ts'
import type { DefinitionSources } from './definitions.ts'
import { loadDescriptions } from './descriptions.ts'
import { type DocumentForm, type MadeDocument, V2 } from './document-protocol.ts'
import { documentV2 } from './document-v2.ts'
import { documentV3 } from './document-v3.ts'
import { GnosticEncoder } from './gnostic-encoder.ts'
import { gnosticV2 } from './gnostic-v2.ts'
import { gnosticV3 } from './gnostic-v3.ts'
import { type PublishedResource, resourceRoutes } from './resource-routes.ts'
import { SchemaSet } from './schema-set.ts'
import { groupVersionPath, resourceListRoute, serverRoutes } from './server-routes.ts'

interface DocumentRoutes {
  routes: ApiRoute[]
  groupVersion?: string
}

export class DocumentMaker {
  readonly #sources: DefinitionSources
  readonly #release: string

  /** `tables` is the minor's folder, `release` its number: 1.36. */
  constructor(tables: string, release: string) {
    this.#release = release
    this.#sources = {
      schemas: new SchemaSet(tables),
      sharedKinds: JSON.parse(readFileSync(join(tables, 'shared-kinds.json'), 'utf8')) as DefinitionSources['sharedKinds'],
      descriptions: loadDescriptions(tables),
    }
  }

  /** The version 3 documents there are, with the hash of each. */
  hashes(resources: readonly PublishedResource[]): Record<string, string> {
    const hashes: Record<string, string> = {}
    for (const [name, content] of [...this.#routes(resources)].sort(([a], [b]) => (a < b ? -1 : 1)))
      hashes[name] = hashOf(this.#json(content))
    return hashes
  }

  /** A document's bytes; undefined: there is none of that name. */
  make(resources: readonly PublishedResource[], name: string, form: DocumentForm): MadeDocument | undefined {
    const routes = this.#routes(resources)
    const content = routes.get(name)
    if (name !== V2 && !content) return undefined
    const document = content
      ? this.#document(content)
      : documentV2(
          [...routes.values()].flatMap((each) => each.routes),
          this.#sources,
          this.#release,
        )
    const json = Buffer.from(JSON.stringify(document))
    // A copy of its own memory, so that it can be handed to another thread.
    const bytes = form === 'json' ? json : new GnosticEncoder(content ? gnosticV3 : gnosticV2).encode(document)
    return { hash: hashOf(json), bytes: new Uint8Array(bytes) }
  }

  #document({ routes, groupVersion }: DocumentRoutes): object {
    return documentV3(routes, this.#sources, this.#release, groupVersion)
  }

  #json(content: DocumentRoutes): Buffer {
    return Buffer.from(JSON.stringify(this.#document(content)))
  }

  #routes(resources: readonly PublishedResource[]): Map<string, DocumentRoutes> {
    const documents = new Map<string, DocumentRoutes>()
    for (const [name, routes] of serverRoutes(resources)) documents.set(name, { routes })
    for (const resource of resources) {
      const { group, version } = resource
      const name = groupVersionPath(group, version)
      const groupVersion = group === '' ? version : `${group}/${version}`
      const document = documents.get(name) ?? { routes: [resourceListRoute(group, version)], groupVersion }
      document.routes.push(...resourceRoutes(this.#sources.schemas, resource))
      documents.set(name, document)
    }
    return documents
  }
}

const hashOf = (bytes: Uint8Array): string => createHash('sha512').update(bytes).digest('hex').toUpperCase()
