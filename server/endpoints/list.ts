// LIST: the entries' bytes joined, or a Table, or metadata alone. Large lists go out in pieces, as the client takes them.
import { writeJson } from '../../apimachinery/json-write.ts'
import type { ValueMap } from '../../apimachinery/kube-object.ts'
import { itemLength, metadataEnd, metadataText, writeItem } from '../codec/encoded-item.ts'
import { tableOf } from '../codec/table.ts'
import { baseHeaders, compresses, JSON_TYPE, sendPacked, sendPieces, wantsPretty } from '../http/response.ts'
import type { Entry } from '../registry/resource-store.ts'
import { listPage, type Page } from './list-page.ts'
import { isStoredVersion, metadataOnly, objectOf } from './objects.ts'
import { listOptions } from './options.ts'
import { sendBytes, tableOptions } from './present.ts'
import { itemMessage, listAnswer, sendProtobuf } from './protobuf-answers.ts'
import { type Representation, representation } from './representation.ts'
import { requestApiVersion, type Scope } from './scope.ts'
import { isKnown, rowText } from './table-rows.ts'

const PIECE_BYTES = 512 * 1024
/** Long lists give way to others after this much work; an object that must be decoded counts for several that need not. */
const TURN_WORK = 1000
const DECODE_WORK = 10
/** Lists from this long on are compressed run by run, and the runs kept. */
const KEPT_RUN_ENTRIES = 64

const listMetadata = (page: Page): ValueMap => ({
  resourceVersion: String(page.revision),
  ...(page.continueToken === '' ? {} : { continue: page.continueToken }),
  ...(page.remaining === undefined ? {} : { remainingItemCount: page.remaining }),
})

export const listObjects = async (scope: Scope): Promise<void> => {
  const options = listOptions(scope.context.info.query, scope.definition, requestApiVersion(scope), false)
  const wanted = representation(scope.context.exchange.headers.accept)
  return sendPage(scope, await listPage(scope, scope.parts.storeOf(scope.definition), options), wanted)
}

/** Answers with a page in the form asked for. */
export const sendPage = async (scope: Scope, page: Page, wanted: Representation): Promise<void> => {
  if (wanted.format === 'protobuf') return sendMessages(scope, page, wanted)
  if (wanted.shape === 'object' && wanted.format === 'json' && isStoredVersion(scope) && !wantsPretty(scope.context))
    return sendJoined(scope, page)
  return sendBytes(scope, 200, await decodedList(scope, page, wanted), wanted)
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Lists that need their objects: other versions, tables, metadata, people's formats. */
const decodedList = async (scope: Scope, page: Page, wanted: Representation): Promise<Buffer> => {
  const metadata = listMetadata(page)
  const options = tableOptions(scope)
  const pieces: string[] = []
  const head =
    wanted.shape === 'table'
      ? writeJson(tableOf(scope.definition, [], metadata, wanted.metaVersion)).slice(0, -2)
      : listHead(scope, wanted, metadata)
  let work = 0
  for (const entry of page.entries) {
    if (work >= TURN_WORK) {
      work = 0
      await turn()
    }
    work += wanted.shape === 'table' && isKnown(entry) ? 1 : DECODE_WORK
    pieces.push(decodedItem(scope, entry, wanted, options))
  }
  return Buffer.from(`${head}${pieces.join(',')}]}`)
}

const listHead = (scope: Scope, wanted: Representation, metadata: ValueMap): string => {
  const identity =
    wanted.shape === 'metadata'
      ? { kind: 'PartialObjectMetadataList', apiVersion: `meta.k8s.io/${wanted.metaVersion}` }
      : { kind: scope.definition.listKind, apiVersion: requestApiVersion(scope) }
  return `${writeJson({ ...identity, metadata }).slice(0, -1)},"items":[`
}

const decodedItem = (scope: Scope, entry: Entry, wanted: Representation, options: ReturnType<typeof tableOptions>): string => {
  const { metaVersion, shape } = wanted
  if (shape === 'table' && options.includeObject !== 'Object')
    return rowText(scope, entry, metaVersion, options.includeObject === 'Metadata', options.now)
  if (shape === 'metadata' && isStoredVersion(scope)) {
    const metadata = metadataText(entry.item, entry.revision, metadataEnd(entry.item))
    return `{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/${metaVersion}","metadata":${metadata}}`
  }
  const object = objectOf(scope, entry.item, entry.revision)
  if (shape === 'table') return `${rowText(scope, entry, metaVersion, false, options.now).slice(0, -'null}'.length)}${writeJson(object)}}`
  if (shape === 'metadata') return writeJson(metadataOnly(object, metaVersion))
  const { kind: _, apiVersion: __, ...item } = object
  return writeJson(item)
}

const sendJoined = async (scope: Scope, page: Page): Promise<void> => {
  const { context } = scope
  const head = Buffer.from(listHead(scope, { format: 'json', shape: 'object', metaVersion: 'v1' }, listMetadata(page)))
  let length = head.length + 3
  for (const entry of page.entries) length += itemLength(entry.item, entry.revision) + 1
  if (page.entries.length > 0) length--
  const headers = baseHeaders(context, JSON_TYPE)
  if (page.unselected && page.entries.length >= KEPT_RUN_ENTRIES && compresses(context, length)) {
    const packed = await scope.parts.gzipBlocks.list(head, page.entries, TAIL)
    return sendPacked(context, 200, headers, packed.length, packed.pieces)
  }
  await sendPieces(context, 200, headers, length, joinedPieces(head, page.entries))
}

/** Entries as list items, with commas between them. */
export const joinedItems = (entries: readonly Entry[]): Buffer => {
  const [, ...pieces] = joinedPieces(TAIL, entries)
  return Buffer.concat(pieces.slice(0, -1))
}

/** Lists in protobuf: what is not encoded yet takes turns with other requests. */
const sendMessages = async (scope: Scope, page: Page, wanted: Representation): Promise<void> => {
  const messages: Buffer[] = []
  let work = 0
  for (const entry of page.entries) {
    if (work >= TURN_WORK) {
      work = 0
      await turn()
    }
    work += scope.parts.messages.has(entry.item) ? 1 : DECODE_WORK
    messages.push(itemMessage(scope, entry.item, entry.revision, wanted))
  }
  return sendProtobuf(scope, 200, listAnswer(scope, wanted, listMetadata(page), messages))
}

const TAIL = Buffer.from(']}\n')

/** The list's bytes in pieces of bounded size, each item copied once. */
function* joinedPieces(head: Buffer, entries: readonly Entry[]): Generator<Buffer> {
  yield head
  for (let at = 0; at < entries.length; ) {
    let size = 0
    let end = at
    for (; end < entries.length && size < PIECE_BYTES; end++) {
      const entry = entries[end] as Entry
      size += itemLength(entry.item, entry.revision) + 1
    }
    const piece = Buffer.allocUnsafe(size)
    let written = 0
    for (; at < end; at++) {
      const entry = entries[at] as Entry
      written = writeItem(entry.item, entry.revision, piece, written)
      if (at < entries.length - 1) piece[written++] = 0x2c
    }
    yield piece.subarray(0, written)
  }
  yield TAIL
}
