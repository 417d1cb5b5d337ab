// Answers in protobuf: objects, lists, watch events and metadata alone, from messages that are kept beside the items.
import type { Frozen, KubeObject, ObjectMeta, ValueMap } from '../../apimachinery/kube-object.ts'
import type { TypeSchema } from '../../openapi/schema-set.ts'
import { metadataEnd, metadataText } from '../codec/encoded-item.ts'
import { metadataAlone } from '../codec/metadata-alone.ts'
import { listMessage } from '../codec/protobuf-frames.ts'
import { writeEnvelope, writeMessage } from '../codec/protobuf-writer.ts'
import { bodyOf } from '../http/piece-pool.ts'
import { baseHeaders, PROTOBUF_TYPE, sendParted, sendWhole } from '../http/response.ts'
import type { EncodedItem } from '../registry/encoding.ts'
import { isStoredVersion, objectOf } from './objects.ts'
import type { Representation } from './representation.ts'
import { requestApiVersion, type Scope } from './scope.ts'

const metadataSchema = (scope: Scope): TypeSchema => scope.parts.schemas.type('meta/v1.PartialObjectMetadata')

/** An item's metadata as a message of PartialObjectMetadata. */
const metadataMessage = (scope: Scope, item: EncodedItem, revision: number): Buffer => {
  const metadata =
    isStoredVersion(scope) && revision !== 0
      ? JSON.parse(metadataText(item, revision, metadataEnd(item)))
      : objectOf(scope, item, revision).metadata
  return writeMessage(metadataSchema(scope), { metadata: metadataAlone(scope.definition, metadata as ObjectMeta) } as unknown as ValueMap)
}

/** An item as a message of the shape asked for, without envelope. */
export const itemMessage = (scope: Scope, item: EncodedItem, revision: number, wanted: Representation): Buffer => {
  if (wanted.shape === 'metadata') return metadataMessage(scope, item, revision)
  // Not to be changed, which writing does not.
  const decode = (): Frozen<KubeObject> =>
    isStoredVersion(scope) && revision !== 0 ? scope.parts.encoding.view(item, revision) : objectOf(scope, item, revision)
  return scope.parts.messages.message(item, scope.version.schema, revision, decode)
}

/** Encodes what was just written from the tree it was made of, which spares reading the item back. */
export const keepMessage = (scope: Scope, item: EncodedItem, revision: number, made: Frozen<KubeObject>): void => {
  const metadata = { ...made.metadata, resourceVersion: String(revision) }
  scope.parts.messages.message(item, scope.version.schema, revision, () => ({ ...made, metadata }) as KubeObject)
}

/** An item in its envelope. */
export const itemEnvelope = (scope: Scope, item: EncodedItem, revision: number, wanted: Representation): Buffer => {
  const message = itemMessage(scope, item, revision, wanted)
  if (wanted.shape === 'metadata') return writeEnvelope(`meta.k8s.io/${wanted.metaVersion}`, 'PartialObjectMetadata', message)
  return writeEnvelope(requestApiVersion(scope), scope.version.kind, message)
}

/** An object that is not stored, in its envelope. */
export const objectEnvelope = (schema: TypeSchema, object: object): Buffer => {
  const { apiVersion = '', kind = '' } = object as Partial<KubeObject>
  return writeEnvelope(apiVersion, kind, writeMessage(schema, object as ValueMap))
}

/** A list of messages in its envelope. */
export const listAnswer = (scope: Scope, wanted: Representation, metadata: ValueMap, items: readonly Buffer[]): Buffer[] => {
  const listMeta = scope.parts.schemas.type('meta/v1.ListMeta')
  return wanted.shape === 'metadata'
    ? listMessage(`meta.k8s.io/${wanted.metaVersion}`, 'PartialObjectMetadataList', listMeta, metadata, items)
    : listMessage(requestApiVersion(scope), scope.definition.listKind, listMeta, metadata, items)
}

/** Sends one message in its envelope. */
export const sendProtobuf = ({ context }: Scope, code: number, envelope: Buffer): Promise<void> =>
  sendWhole(context, code, PROTOBUF_TYPE, envelope)

/** Sends a list of messages. */
export const sendMessages = ({ context, parts }: Scope, list: readonly Buffer[]): Promise<void> =>
  sendParted(context, 200, baseHeaders(context, PROTOBUF_TYPE), bodyOf(list), parts.pieces)
