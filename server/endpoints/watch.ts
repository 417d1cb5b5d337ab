// WATCH: from a state or from a revision, then on. Upstream: k8s.io/apiserver/pkg/endpoints/handlers/watch.go, storage/cacher.
import { parseResourceVersion } from '../../apimachinery/resource-version.ts'
import { StatusError, unreasoned } from '../../apimachinery/status-error.ts'
import { baseHeaders } from '../http/response.ts'
import type { ResourceStore } from '../registry/resource-store.ts'
import { select } from '../registry/selection.ts'
import { StoreError, type StoreEvent } from '../storage/store.ts'
import { type ListOptions, listOptions } from './options.ts'
import { notOlderThan } from './read.ts'
import { representation } from './representation.ts'
import type { Scope } from './scope.ts'
import { errorFrame, framing } from './watch-framing.ts'
import { WatchSession } from './watch-session.ts'

const MIN_TIMEOUT_SECONDS = 1800

const tooOld = (asked: number, oldest: number): StatusError =>
  new StatusError(410, 'Expired', `too old resource version: ${asked} (${oldest})`)

const watchRevision = (text: string): number => {
  if (text === '') return 0
  const revision = parseResourceVersion(text)
  if (revision === undefined)
    throw unreasoned(
      `resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`,
    )
  return revision
}

export const watchObjects = async (scope: Scope): Promise<void> => {
  const { context, definition } = scope
  const options = listOptions(context.info.query, definition, true)
  const wanted = representation(context.exchange.headers.accept?.replaceAll(';stream=watch', ''))
  const store = scope.parts.storeOf(definition)
  const from = watchRevision(options.resourceVersion)
  if (from > 0) await notOlderThan(scope, from)
  const past = from > 0 && options.sendInitialEvents !== true ? await history(store, from) : undefined
  const stream = context.exchange.stream(200, baseHeaders(context, 'application/json'))
  const timeoutSeconds = options.timeoutSeconds || MIN_TIMEOUT_SECONDS + scope.parts.write.random.below(MIN_TIMEOUT_SECONDS)
  const selection = { namespace: context.info.namespace, labels: options.labels, fields: options.fields }
  if (definition.scope === 'Namespaced' && context.info.name !== '' && options.fields.length === 0)
    selection.fields = [{ field: 'metadata.name', equal: true, value: context.info.name }]
  const session = new WatchSession(store, stream, framing(scope, wanted), {
    selection,
    bookmarks: options.allowWatchBookmarks,
    timeoutMs: timeoutSeconds * 1000,
    open: scope.parts.openWatches,
    meter: scope.parts.watchMeter(context.info.group, scope.version.name, definition.plural),
  })
  context.exchange.onClose(() => session.end())
  if (past instanceof StatusError) return session.error(errorFrame(past.status))
  begin(session, store, selection, options, from, past)
}

/** Everything in one turn, so that nothing falls between the past and the live. */
const begin = (
  session: WatchSession,
  store: ResourceStore,
  selection: Parameters<typeof select>[1],
  options: ListOptions,
  from: number,
  past: Past | undefined,
): void => {
  if (past) {
    for (const event of past.events) session.deliver(store.cache.historic(event))
    const rest = store.cache.eventsAfter(past.upTo)
    if (!rest) return session.error(errorFrame(tooOld(from, past.upTo).status))
    for (const event of rest) session.deliver(event)
  } else if (from === 0 || options.sendInitialEvents === true) {
    if (options.sendInitialEvents !== false) for (const entry of select(store, selection)) session.added(entry)
    if (options.sendInitialEvents === true && options.allowWatchBookmarks) session.bookmark(store.revision, true)
  } else {
    const rest = store.cache.eventsAfter(from)
    if (!rest) return session.error(errorFrame(tooOld(from, store.revision).status))
    for (const event of rest) session.deliver(event)
  }
  session.follow()
}

interface Past {
  events: StoreEvent[]
  upTo: number
}

/** What the store remembers beyond the cache's window: undefined when the window is enough. */
const history = async (store: ResourceStore, from: number): Promise<Past | StatusError | undefined> => {
  if (store.cache.eventsAfter(from)) return undefined
  const events: StoreEvent[] = []
  const controller = new AbortController()
  const upTo = store.revision
  try {
    for await (const batch of store.store.watch(store.prefix(''), from, controller.signal)) {
      events.push(...batch.events.filter((event) => event.revision <= upTo))
      if (batch.revision >= upTo) break
    }
  } catch (error) {
    if (error instanceof StoreError && error.code === 'Compacted') return tooOld(from, store.store.compactedRevision())
    throw store.mapped('', error)
  } finally {
    controller.abort()
  }
  return { events, upTo }
}
