// Upstream's own manifests, read at run time from its module's folder: what its tests and examples feed a server. Each document is made,
// read, listed in a no-change update and deleted, in the suite's namespace.
import { type Dirent, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { apiVersionOf, collectionPath, nameOf, type Resource } from './facts.ts'
import type { Json } from './json-value.ts'
import { isObject, type JsonObject, objectAt, textAt } from './json-value.ts'
import type { Case, Step } from './step.ts'

const FOLDERS = ['hack/testdata', 'test/fixtures', 'test/e2e/testing-manifests']

const filesUnder = (folder: string): string[] =>
  (readdirSync(folder, { withFileTypes: true, recursive: true }) as Dirent[])
    .filter((entry) => entry.isFile() && /\.(ya?ml|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()

const documentsOf = (file: string): JsonObject[] => {
  const found: JsonObject[] = []
  try {
    for (const document of parseAllDocuments(readFileSync(file, 'utf8'), { logLevel: 'silent' })) {
      if (document.errors.length > 0) continue
      const value = document.toJS() as Json
      if (!isObject(value)) continue
      const items = value['kind'] === 'List' ? value['items'] : undefined
      found.push(...(Array.isArray(items) ? items.filter(isObject) : [value]))
    }
  } catch {
    // A template or a binary that merely ends in .yaml is no manifest.
  }
  return found
}

const casesOf = (document: JsonObject, resource: Resource, namespace: string, source: string): Case => {
  if (resource.scope === 'Namespaced') document['metadata'] = { ...objectAt(document, 'metadata'), namespace }
  const collection = collectionPath(resource, namespace)
  const name = textAt(document, 'metadata', 'name')
  const path = `${collection}/${name}`
  const common = { resource: nameOf(resource), note: source, subject: path }
  const steps: Step[] = [{ ...common, verb: 'create', method: 'POST', path: collection, body: JSON.stringify(document) }]
  if (name !== '' && resource.verbs.includes('get')) {
    steps.push({ ...common, verb: 'get', method: 'GET', path })
    steps.push({ ...common, verb: 'update', method: 'PUT', path, edit: (held) => held })
    steps.push({ ...common, verb: 'delete', method: 'DELETE', path: `${path}?gracePeriodSeconds=0&propagationPolicy=Background` })
  }
  return { name: `manifest ${source} ${name}`, steps }
}

export interface Manifests {
  readonly cases: readonly Case[]
  /** Documents of kinds that are not served by default, by kind. */
  readonly skipped: ReadonlyMap<string, number>
}

export const manifestCases = (
  upstream: string,
  resources: readonly Resource[],
  namespace: string,
  wanted: (resource: string) => boolean,
): Manifests => {
  const byKind = new Map(resources.map((resource) => [`${apiVersionOf(resource)} ${resource.kind}`, resource]))
  const skipped = new Map<string, number>()
  const cases: Case[] = []
  for (const folder of FOLDERS)
    for (const file of filesUnder(join(upstream, folder)))
      documentsOf(file).forEach((document, index) => {
        const kind = `${textAt(document, 'apiVersion')} ${textAt(document, 'kind')}`
        const resource = byKind.get(kind)
        if (!resource) skipped.set(kind, (skipped.get(kind) ?? 0) + 1)
        else if (wanted(nameOf(resource))) cases.push(casesOf(document, resource, namespace, `${file.slice(upstream.length + 1)}#${index}`))
      })
  return { cases, skipped }
}
