// The frames of a watch in each form: objects, tables (columns only in the first), metadata alone.
import { writeJson } from '../../apimachinery/json-write.ts'
import { apiVersionOf, type KubeObject } from '../../apimachinery/kube-object.ts'
import { objectBytes } from '../codec/encoded-item.ts'
import { watchFrame } from '../codec/protobuf-frames.ts'
import { tableOf, tableRow } from '../codec/table.ts'
import { JSON_TYPE, PROTOBUF_TYPE } from '../http/response.ts'
import type { EncodedItem } from '../registry/encoding.ts'
import type { Framing } from './event-frames.ts'
import { isStoredVersion, metadataOnly, objectOf } from './objects.ts'
import { itemRow, tableOptions } from './present.ts'
import { itemEnvelope, objectEnvelope } from './protobuf-answers.ts'
import { notNegotiable, type Representation } from './representation.ts'
import { requestApiVersion, type Scope, STATUS } from './scope.ts'

const line = (type: string, object: object): Buffer => Buffer.from(`{"type":"${type}","object":${writeJson(object)}}\n`)

/** An object of the kind with nothing in it but a revision: what bookmarks carry. */
const bookmarkObject = (scope: Scope, revision: number, initialEventsEnd: boolean): KubeObject => {
  const zero = scope.parts.encoding.canonical(scope.version.schema, {
    kind: scope.version.kind,
    apiVersion: requestApiVersion(scope),
    metadata: {},
  })
  zero.metadata = {
    resourceVersion: String(revision),
    ...(initialEventsEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}),
  }
  return zero
}

/** An object of the stored version with nothing in it. */
const zeroStored = (scope: Scope): KubeObject => {
  const { storage } = scope.definition
  if (storage === 'virtual') throw new Error(`${scope.definition.plural} stores nothing`)
  const empty = { kind: storage.kind, apiVersion: apiVersionOf(storage.group, storage.version), metadata: {} }
  return scope.parts.encoding.canonical(storage.schema, empty)
}

/** An ERROR event's frame. */
export const errorFrame = (scope: Scope, wanted: Representation, status: object): Buffer =>
  wanted.format === 'protobuf' ? watchFrame('ERROR', objectEnvelope(scope.parts.schemas.type(STATUS), status)) : line('ERROR', status)

/** A watch's own answer to Accept: YAML cannot be streamed. */
export const watchContentType = (wanted: Representation): string => {
  if (wanted.format === 'yaml') throw notNegotiable(true)
  return wanted.format === 'protobuf' ? `${PROTOBUF_TYPE};stream=watch` : JSON_TYPE
}

export const framing = (scope: Scope, wanted: Representation): Framing => {
  if (wanted.format === 'protobuf') return protobufFraming(scope, wanted)
  if (wanted.shape === 'table') return tableFraming(scope, wanted)
  if (wanted.shape === 'metadata') {
    return {
      form: `metadata ${wanted.metaVersion}`,
      frame: (type, item, revision) => line(type, metadataOnly(scope, objectOf(scope, item, revision), wanted.metaVersion)),
      bookmark: (revision, end) => line('BOOKMARK', metadataOnly(scope, bookmarkObject(scope, revision, end), wanted.metaVersion)),
    }
  }
  const stored = isStoredVersion(scope)
  return {
    form: `object ${scope.definition.group}/${scope.version.name}`,
    frame: (type, item, revision) =>
      stored ? objectBytes(item, revision, `{"type":"${type}","object":`, '}\n') : line(type, objectOf(scope, item, revision)),
    bookmark: (revision, end) => line('BOOKMARK', bookmarkObject(scope, revision, end)),
  }
}

/** Each watcher's first event has the columns, so frames are its own. */
const tableFraming = (scope: Scope, wanted: Representation): Framing => {
  const options = tableOptions(scope)
  let first = true
  const table = (rows: object[], metadata: object): object => {
    const made = tableOf(scope.definition, rows, metadata, wanted.metaVersion, first)
    first = false
    return made
  }
  const row = (item: EncodedItem, revision: number): object =>
    itemRow(scope, item, revision, wanted.metaVersion, { ...options, now: scope.parts.clock.now() })
  return {
    form: `table ${scope.context.id}`,
    frame: (type, item, revision) => line(type, table([row(item, revision)], { resourceVersion: String(revision) })),
    bookmark: (revision, end) => {
      const shown = bookmarkObject(scope, revision, end)
      // A bookmark always says which it is: no row is without its object.
      const includeObject = options.includeObject === 'Object' ? 'Object' : 'Metadata'
      const stored = { ...zeroStored(scope), metadata: shown.metadata }
      const made = tableRow(scope.definition, stored, () => shown, wanted.metaVersion, { includeObject, now: options.now })
      return line('BOOKMARK', table([made], { resourceVersion: String(revision) }))
    },
  }
}

const protobufFraming = (scope: Scope, wanted: Representation): Framing => {
  const { schema } = scope.version
  const isMetadata = wanted.shape === 'metadata'
  const bookmarkEnvelope = (object: KubeObject): Buffer =>
    isMetadata
      ? objectEnvelope(scope.parts.schemas.type('meta/v1.PartialObjectMetadata'), metadataOnly(scope, object, wanted.metaVersion))
      : objectEnvelope(schema, object)
  return {
    form: `protobuf ${isMetadata ? `metadata ${wanted.metaVersion}` : `${scope.definition.group}/${scope.version.name}`}`,
    frame: (type, item, revision) => watchFrame(type, itemEnvelope(scope, item, revision, wanted)),
    bookmark: (revision, end) => watchFrame('BOOKMARK', bookmarkEnvelope(bookmarkObject(scope, revision, end))),
  }
}
