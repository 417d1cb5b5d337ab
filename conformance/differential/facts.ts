// What Kubernetes serves by default and how its types look, from the tables under openapi/. Data only: nothing of our server's code.
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const TABLES = resolve(import.meta.dirname, '../../openapi/v1.36')

export interface Resource {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly plural: string
  readonly scope: 'Namespaced' | 'Cluster'
  readonly type: string
  readonly verbs: readonly string[]
  readonly subresources?: Readonly<Record<string, { readonly kind: string; readonly verbs: readonly string[] }>>
}

export interface Field {
  readonly name: string
  readonly type: string
}

type Row = [name: string, goName: string, type: string, ...rest: unknown[]]
interface Table {
  named: Record<string, string>
  structs: Record<string, Row[]>
}

/** Served without being asked for: neither alpha nor beta. */
export const servedResources = (): Resource[] =>
  (JSON.parse(readFileSync(join(TABLES, 'resources.json'), 'utf8')) as Resource[]).filter(
    (resource) => !/alpha|beta/.test(resource.version),
  )

export const apiVersionOf = (resource: Resource): string =>
  resource.group === '' ? resource.version : `${resource.group}/${resource.version}`

/** `deployments.apps`, with the version where one resource has several. */
export const nameOf = (resource: Resource): string =>
  `${resource.plural}${resource.group === '' ? '' : `.${resource.group}`}${resource.group === 'autoscaling' ? `/${resource.version}` : ''}`

export const collectionPath = (resource: Resource, namespace: string): string => {
  const root = resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`
  return resource.scope === 'Namespaced' && namespace !== ''
    ? `${root}/namespaces/${namespace}/${resource.plural}`
    : `${root}/${resource.plural}`
}

export class TypeTables {
  readonly #tables = new Map<string, Table | undefined>()

  #table(packageName: string): Table | undefined {
    if (!this.#tables.has(packageName)) {
      let table: Table | undefined
      try {
        table = JSON.parse(readFileSync(join(TABLES, 'types', `${packageName.replaceAll('/', '.')}.json`), 'utf8')) as Table
      } catch {
        table = undefined
      }
      this.#tables.set(packageName, table)
    }
    return this.#tables.get(packageName)
  }

  /** A struct's fields with inlined ones flattened, or undefined for anything that is not a struct. */
  fieldsOf(type: string): Field[] | undefined {
    const bare = type.replace(/^\*/, '')
    const at = bare.lastIndexOf('.')
    const rows = at < 0 ? undefined : this.#table(bare.slice(0, at))?.structs[bare.slice(at + 1)]
    return rows?.flatMap(([name, , fieldType]) => (name === '' ? (this.fieldsOf(fieldType) ?? []) : [{ name, type: fieldType }]))
  }

  /** What a named scalar is underneath: 'core/v1.Protocol' is 'string'. */
  underlying(type: string): string {
    const bare = type.replace(/^\*/, '')
    const at = bare.lastIndexOf('.')
    return (at < 0 ? undefined : this.#table(bare.slice(0, at))?.named[bare.slice(at + 1)]) ?? bare
  }
}
