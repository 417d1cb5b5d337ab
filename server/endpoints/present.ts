// An item's bytes in the version and shape a request asked for. The common case, JSON of the stored version, splices; others decode.
import { Document } from 'yaml'
import { writeJson } from '../../apimachinery/json-write.ts'
import type { KubeObject } from '../../apimachinery/kube-object.ts'
import { badRequest } from '../../apimachinery/status-error.ts'
import { objectBytes } from '../codec/encoded-item.ts'
import { type TableOptions, tableOf, tableRow } from '../codec/table.ts'
import { baseHeaders, sendJson } from '../http/response.ts'
import type { EncodedItem } from '../registry/encoding.ts'
import { type Representation, representation } from './representation.ts'
import { requestApiVersion, type Scope } from './scope.ts'

/** The object of an item in the request's version, canonical, with its resourceVersion. */
export const objectOf = (scope: Scope, item: EncodedItem, revision: number): KubeObject => {
  const object = scope.parts.encoding.decode(item.bytes, revision)
  if (revision === 0) delete object.metadata.resourceVersion
  const wanted = requestApiVersion(scope)
  if (object.apiVersion === wanted) return object
  return scope.parts.encoding.canonical(scope.version.schema, scope.definition.convert(object, wanted))
}

/** Whether stored bytes are in the request's version already. */
export const isStoredVersion = (scope: Scope): boolean => {
  const { storage, group } = scope.definition
  return storage !== 'virtual' && storage.group === group && storage.version === scope.version.name
}

/** ?includeObject for tables. Throws 400 for another value. */
export const tableOptions = (scope: Scope): TableOptions => {
  const include = scope.context.info.query.get('includeObject') ?? ''
  if (!['', 'None', 'Metadata', 'Object'].includes(include))
    throw badRequest(`unrecognized includeObject value: ${JSON.stringify(include)}`)
  return { includeObject: (include || 'Metadata') as TableOptions['includeObject'], now: scope.parts.clock.now() }
}

/** Metadata alone, as meta.k8s.io has it. */
export const metadataOnly = (object: KubeObject, metaVersion: string): object => ({
  kind: 'PartialObjectMetadata',
  apiVersion: `meta.k8s.io/${metaVersion}`,
  metadata: object.metadata,
})

/** An item as a row of a table. */
export const itemRow = (scope: Scope, item: EncodedItem, revision: number, metaVersion: string, options: TableOptions): object => {
  const stored = scope.parts.encoding.decode(item.bytes, revision)
  if (revision === 0) delete stored.metadata.resourceVersion
  return tableRow(scope.definition, stored, () => objectOf(scope, item, revision), metaVersion, options)
}

/** Bytes of one object in a shape, without newline. */
export const itemBytes = (scope: Scope, item: EncodedItem, revision: number, wanted: Representation): Buffer => {
  if (wanted.shape === 'object' && isStoredVersion(scope) && revision !== 0) return objectBytes(item, revision)
  if (wanted.shape === 'table') {
    const row = itemRow(scope, item, revision, wanted.metaVersion, tableOptions(scope))
    const metadata = { resourceVersion: revision === 0 ? '' : String(revision) }
    return Buffer.from(writeJson(tableOf(scope.definition, [row], metadata, wanted.metaVersion)))
  }
  const object = objectOf(scope, item, revision)
  return Buffer.from(writeJson(wanted.shape === 'metadata' ? metadataOnly(object, wanted.metaVersion) : object))
}

/** Answers with one stored object. */
export const sendItem = (scope: Scope, code: number, item: EncodedItem, revision: number): Promise<void> => {
  const wanted = representation(scope.context.exchange.headers.accept)
  return sendBytes(scope, code, itemBytes(scope, item, revision, wanted), wanted)
}

/** Answers with an object that is not stored. */
export const sendMade = (scope: Scope, code: number, object: unknown): Promise<void> =>
  sendBytes(scope, code, Buffer.from(writeJson(object)), representation(scope.context.exchange.headers.accept))

/** JSON bytes in the format asked for. */
export const sendBytes = async (scope: Scope, code: number, bytes: Buffer, wanted: Representation): Promise<void> => {
  if (wanted.format === 'json') return sendJson(scope.context, code, bytes)
  const text = new Document(JSON.parse(bytes.toString('utf8')), { version: '1.1' }).toString({ lineWidth: 0 })
  scope.context.exchange.respond(code, baseHeaders(scope.context, 'application/yaml'), Buffer.from(text))
}
