// Messages around objects: lists and watch events, joined from objects that are encoded already.
// Upstream: k8s.io/apimachinery/pkg/apis/meta/v1 WatchEvent, pkg/runtime/serializer/protobuf.
import type { ValueMap } from '../../apimachinery/kube-object.ts'
import type { TypeSchema } from '../../openapi/schema-set.ts'
import { envelopeAround, writeMessage } from './protobuf-writer.ts'

const METADATA_TAG = 0x0a
const ITEMS_TAG = 0x12
const LENGTH_BYTES = 4

const varint = (value: number): number[] => {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80)
  bytes.push(rest)
  return bytes
}

const prefixed = (tag: number, length: number): Buffer => Buffer.from([tag, ...varint(length)])

/** A list in its envelope, in pieces; the items are messages. Every list keeps its metadata in field 1 and its items in field 2. */
export const listMessage = (
  apiVersion: string,
  listKind: string,
  listMeta: TypeSchema,
  metadata: ValueMap,
  items: readonly Buffer[],
): Buffer[] => {
  const meta = writeMessage(listMeta, metadata)
  const pieces = [prefixed(METADATA_TAG, meta.length), meta]
  for (const item of items) pieces.push(prefixed(ITEMS_TAG, item.length), item)
  let length = 0
  for (const piece of pieces) length += piece.length
  const { before, after } = envelopeAround(apiVersion, listKind, length)
  return [before, ...pieces, after]
}

/** A watch event as it stands on the wire: its length in four bytes, then a WatchEvent whose object is an envelope of its own. */
export const watchFrame = (type: string, envelope: Buffer): Buffer => {
  const head = Buffer.from([METADATA_TAG, ...varint(type.length), ...Buffer.from(type)])
  const raw = prefixed(METADATA_TAG, envelope.length)
  const object = prefixed(ITEMS_TAG, raw.length + envelope.length)
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeUInt32BE(head.length + object.length + raw.length + envelope.length)
  return Buffer.concat([length, head, object, raw, envelope])
}
