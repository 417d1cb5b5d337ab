// LIST: the entries' bytes joined, or a Table, or metadata alone. Large lists go out in pieces, as the client takes them.
import { writeJson } from '../../apimachinery/json-write.ts'
import type { ValueMap } from '../../apimachinery/kube-object.ts'
import { type TableOptions, tableOf } from '../codec/table.ts'
import { bodyOf, type PartedBody, wholeBody } from '../http/piece-pool.ts'
import { baseHeaders, compresses, JSON_TYPE, sendPacked, sendParted, wantsPretty } from '../http/response.ts'
import type { Entry } from '../registry/resource-store.ts'
import { itemsBody, LIST_TAIL, listBody, type TextPart, textsBody } from './list-body.ts'
import { listPage, type Page } from './list-page.ts'
import { checkForm, isStoredVersion, metadataOnly, objectOf } from './objects.ts'
import { listOptions } from './options.ts'
import { sendBytes, tableOptions } from './present.ts'
import { itemMessage, listAnswer, sendMessages } from './protobuf-answers.ts'
import { type Representation, representation } from './representation.ts'
import { requestApiVersion, type Scope } from './scope.ts'
import { inRowOrder, isKnown, metadataPart, rowPart } from './table-rows.ts'

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
  checkForm(scope, wanted, true)
  if (wanted.format === 'protobuf') return sendMessagePage(scope, page, wanted)
  const { context, parts } = scope
  const plain = wanted.format === 'json' && !wantsPretty(context)
  const headers = baseHeaders(context, JSON_TYPE)
  if (wanted.shape !== 'object' || !isStoredVersion(scope)) {
    const body = await decodedList(scope, page, wanted)
    return plain ? sendParted(context, 200, headers, body, parts.pieces) : sendBytes(scope, 200, wholeBody(body), wanted)
  }
  const head = listHead(scope, wanted, listMetadata(page))
  const body = listBody(head, itemsBody(page.entries))
  if (!plain) return sendBytes(scope, 200, wholeBody(body), wanted)
  if (page.unselected && page.entries.length >= KEPT_RUN_ENTRIES && compresses(context, body.length)) {
    const packed = await parts.gzipBlocks.list(Buffer.from(head), page.entries, LIST_TAIL)
    return sendPacked(context, 200, headers, bodyOf(packed), parts.pieces)
  }
  return sendParted(context, 200, headers, body, parts.pieces)
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Lists that need their objects, or some of them: other versions, tables, metadata. */
const decodedList = async (scope: Scope, page: Page, wanted: Representation): Promise<PartedBody> => {
  const metadata = listMetadata(page)
  const options = tableOptions(scope)
  const texts: TextPart[] = []
  const head =
    wanted.shape === 'table'
      ? writeJson(tableOf(scope.definition, [], metadata, wanted.metaVersion)).slice(0, -2)
      : listHead(scope, wanted, metadata)
  let work = 0
  for (const entry of wanted.shape === 'table' ? inRowOrder(scope, page.entries) : page.entries) {
    if (work >= TURN_WORK) {
      work = 0
      await turn()
    }
    work += wanted.shape === 'table' && isKnown(entry) ? 1 : DECODE_WORK
    texts.push(decodedItem(scope, entry, wanted, options))
  }
  return listBody(head, textsBody(texts))
}

const listHead = (scope: Scope, wanted: Representation, metadata: ValueMap): string => {
  const identity =
    wanted.shape === 'metadata'
      ? { kind: 'PartialObjectMetadataList', apiVersion: `meta.k8s.io/${wanted.metaVersion}` }
      : { kind: scope.definition.listKind, apiVersion: requestApiVersion(scope) }
  return `${writeJson({ ...identity, metadata }).slice(0, -1)},"items":[`
}

const decodedItem = (scope: Scope, entry: Entry, wanted: Representation, options: TableOptions): TextPart => {
  const { metaVersion, shape } = wanted
  if (shape === 'table' && options.includeObject !== 'Object')
    return rowPart(scope, entry, metaVersion, options.now, options.includeObject === 'Metadata' ? 'metadata' : undefined)
  if (shape === 'metadata' && isStoredVersion(scope)) return metadataPart(scope, entry, metaVersion)
  const object = objectOf(scope, entry.item, entry.revision)
  if (shape === 'table') return rowPart(scope, entry, metaVersion, options.now, writeJson(object))
  if (shape === 'metadata') return { before: writeJson(metadataOnly(scope, object, metaVersion)) }
  const { kind: _, apiVersion: __, ...item } = object
  return { before: writeJson(item) }
}

/** Entries as list items, with commas between them. */
export const joinedItems = (entries: readonly Entry[]): Buffer => wholeBody(itemsBody(entries))

/** Lists in protobuf: what is not encoded yet takes turns with other requests. */
const sendMessagePage = async (scope: Scope, page: Page, wanted: Representation): Promise<void> => {
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
  return sendMessages(scope, listAnswer(scope, wanted, listMetadata(page), messages))
}
