// An item's bytes in the version and shape a request asked for. The common case, JSON of the stored version, splices; others decode.
import { writeJson } from '../../apimachinery/json-write.ts'
import type { Frozen, KubeObject, ValueMap } from '../../apimachinery/kube-object.ts'
import { badRequest } from '../../apimachinery/status-error.ts'
import type { TypeSchema } from '../../openapi/schema-set.ts'
import { objectBytes } from '../codec/encoded-item.ts'
import { writeMessage } from '../codec/protobuf-writer.ts'
import { type TableOptions, tableOf, tableRow } from '../codec/table.ts'
import { baseHeaders, JSON_TYPE, sendWhole, YAML_TYPE, yamlOf } from '../http/response.ts'
import type { EncodedItem } from '../registry/encoding.ts'
import { checkForm, isStoredVersion, metadataOnly, objectOf } from './objects.ts'
import { itemEnvelope, keepMessage, listAnswer, objectEnvelope, sendMessages, sendProtobuf } from './protobuf-answers.ts'
import { type Representation, representation } from './representation.ts'
import { requestApiVersion, type Scope } from './scope.ts'

/** ?includeObject for tables. Throws 400 for another value. */
export const tableOptions = (scope: Scope): TableOptions => {
  const include = scope.context.info.query.get('includeObject') ?? ''
  if (!['', 'None', 'Metadata', 'Object'].includes(include))
    throw badRequest(
      `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(include)}: must be 'Metadata', 'Object', 'None', or empty`,
    )
  return { includeObject: (include || 'Metadata') as TableOptions['includeObject'], now: scope.parts.clock.now() }
}

/** An item as a row of a table. */
export const itemRow = (scope: Scope, item: EncodedItem, revision: number, metaVersion: string, options: TableOptions): object => {
  const stored = scope.parts.encoding.decode(item.bytes, revision)
  if (revision === 0) delete stored.metadata.resourceVersion
  return tableRow(scope.definition, stored, () => objectOf(scope, item, revision), metaVersion, options)
}

/** Bytes of one object in a shape. */
export const itemBytes = (scope: Scope, item: EncodedItem, revision: number, wanted: Representation): Buffer => {
  if (wanted.shape === 'object' && isStoredVersion(scope) && revision !== 0) return objectBytes(item, revision, '', '\n')
  if (wanted.shape === 'table') {
    const row = itemRow(scope, item, revision, wanted.metaVersion, tableOptions(scope))
    const metadata = { resourceVersion: revision === 0 ? '' : String(revision) }
    return jsonLine(tableOf(scope.definition, [row], metadata, wanted.metaVersion))
  }
  const object = objectOf(scope, item, revision)
  return jsonLine(wanted.shape === 'metadata' ? metadataOnly(scope, object, wanted.metaVersion) : object)
}

/** Answers with one stored object; `made` is the same in the storage version, where it was just written. */
export const sendItem = (scope: Scope, code: number, item: EncodedItem, revision: number, made?: Frozen<KubeObject>): Promise<void> => {
  const wanted = representation(scope.context.exchange.headers.accept)
  checkForm(scope, wanted, false)
  if (wanted.format === 'protobuf') {
    if (made && wanted.shape === 'object' && isStoredVersion(scope)) keepMessage(scope, item, revision, made)
    return sendProtobuf(scope, code, itemEnvelope(scope, item, revision, wanted))
  }
  return sendBytes(scope, code, itemBytes(scope, item, revision, wanted), wanted)
}

/** Answers with an object that is not stored; `schema` is its type. */
export const sendMade = (scope: Scope, code: number, made: object, madeSchema: TypeSchema): Promise<void> => {
  const wanted = representation(scope.context.exchange.headers.accept)
  const isShown = wanted.shape !== 'metadata' || (made as KubeObject).kind === 'Status'
  if (!isShown) checkForm(scope, wanted, false)
  const object = isShown ? made : metadataOnly(scope, made as KubeObject, wanted.metaVersion)
  const schema = isShown ? madeSchema : scope.parts.schemas.type('meta/v1.PartialObjectMetadata')
  if (wanted.format === 'protobuf') return sendProtobuf(scope, code, objectEnvelope(schema, object))
  return sendBytes(scope, code, jsonLine(object), wanted)
}

/** Answers with a list of objects that are no longer, or never were, stored. */
export const sendMadeList = (scope: Scope, metadata: ValueMap, items: readonly object[]): Promise<void> => {
  const wanted = representation(scope.context.exchange.headers.accept)
  if (wanted.format === 'protobuf') {
    const messages = items.map((item) => writeMessage(scope.version.schema, item as ValueMap))
    return sendMessages(scope, listAnswer(scope, wanted, metadata, messages))
  }
  const list = { kind: scope.definition.listKind, apiVersion: requestApiVersion(scope), metadata, items }
  return sendBytes(scope, 200, jsonLine(list), wanted)
}

/** Answers with a table, which has no protobuf form. */
export const sendTable = (scope: Scope, table: object): Promise<void> =>
  sendBytes(scope, 200, jsonLine(table), representation(scope.context.exchange.headers.accept))

const jsonLine = (value: object): Buffer => Buffer.from(`${writeJson(value)}\n`)

/** JSON bytes, newline included, in the format asked for. */
export const sendBytes = async (scope: Scope, code: number, bytes: Buffer, wanted: Representation): Promise<void> => {
  if (wanted.format === 'json') return sendWhole(scope.context, code, JSON_TYPE, bytes)
  scope.context.exchange.respond(code, baseHeaders(scope.context, YAML_TYPE), yamlOf(bytes))
}
