// GET of one object and of a status: the bytes that stand in the cache.
import { parseResourceVersion } from '../../apimachinery/resource-version.ts'
import { badRequest, timeout, unreasoned } from '../../apimachinery/status-error.ts'
import { sendItem } from './present.ts'
import type { Scope } from './scope.ts'

const FRESH_TIMEOUT_MS = 3000

/** Waits until the caches are not older than a revision. Throws 504 in upstream's words when that takes too long. */
export const notOlderThan = async (scope: Scope, revision: number): Promise<void> => {
  const store = scope.parts.storeOf(scope.definition)
  if (revision <= store.revision || (await scope.parts.waitFor(revision, FRESH_TIMEOUT_MS))) return
  throw timeout(`Too large resource version: ${revision}, current: ${store.revision}`, 1, [
    { reason: 'ResourceVersionTooLarge', message: 'Too large resource version' },
  ])
}

const malformed = (text: string): string =>
  `resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: ${
    /^\d+$/.test(text) ? 'value out of range' : 'invalid syntax'
  }`

/** A resourceVersion of a list's query. Throws 400 in upstream's words. */
export const queriedRevision = (text: string): number => {
  const revision = parseResourceVersion(text)
  if (revision === undefined) throw badRequest(`invalid resource version: ${malformed(text)}`)
  return revision
}

/** A resourceVersion of a get's or watch's query, 0 when there is none. Throws the bare error that upstream lets through. */
export const freshRevision = (text: string): number => {
  if (text === '') return 0
  const revision = parseResourceVersion(text)
  if (revision === undefined) throw unreasoned(malformed(text))
  return revision
}

export const getObject = async (scope: Scope): Promise<void> => {
  const { info } = scope.context
  const asked = info.query.get('resourceVersion') ?? ''
  if (asked !== '' && asked !== '0') await notOlderThan(scope, freshRevision(asked))
  const entry = scope.parts.storeOf(scope.definition).require(info.namespace, info.name)
  return sendItem(scope, 200, entry.item, entry.revision)
}
