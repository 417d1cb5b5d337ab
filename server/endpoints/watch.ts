// WATCH: from a state or from a revision, then on. Upstream: k8s.io/apiserver/pkg/endpoints/handlers/watch.go, storage/cacher.
import { StatusError } from '../../apimachinery/status-error.ts'
import { baseHeaders } from '../http/response.ts'
import type { ResourceStore } from '../registry/resource-store.ts'
import { select } from '../registry/selection.ts'
import { StoreError, type StoreEvent } from '../storage/store.ts'
import { type ListOptions, listOptions } from './options.ts'
import { freshRevision, notOlderThan } from './read.ts'
import { representation } from './representation.ts'
import { requestApiVersion, type Scope } from './scope.ts'
import { errorFrame, framing, watchContentType } from './watch-framing.ts'
import { WatchSession } from './watch-session.ts'

const MIN_TIMEOUT_SECONDS = 1800

const tooOld = (asked: number, oldest: number): StatusError =>
  new StatusError(410, 'Expired', `too old resource version: ${asked} (${oldest})`)

export const watchObjects = async (scope: Scope): Promise<void> => {
  const { context, definition } = scope
  const options = listOptions(context.info.query, definition, requestApiVersion(scope), true)
  const wanted = representation(context.exchange.headers.accept, true)
  const contentType = watchContentType(wanted)
  const failed = (error: StatusError): Buffer => errorFrame(scope, wanted, error.status)
  const store = scope.parts.storeOf(definition)
  const from = freshRevision(options.resourceVersion)
  const past = from > 0 && options.sendInitialEvents !== true ? await history(store, from) : undefined
  const stream = context.exchange.stream(200, baseHeaders(context, contentType))
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
  if (past instanceof StatusError) return session.error(failed(past))
  if (options.sendInitialEvents === true && from > store.revision) {
    const late = await tooFarAhead(scope, from)
    if (late) return session.error(failed(late))
  }
  begin(session, store, selection, options, from, past, failed)
}

/** Waits for a state that is not older than a revision; the error when that takes too long. */
const tooFarAhead = async (scope: Scope, revision: number): Promise<StatusError | undefined> => {
  try {
    await notOlderThan(scope, revision)
    return undefined
  } catch (error) {
    if (error instanceof StatusError) return error
    throw error
  }
}

/** Everything in one turn, so that nothing falls between the past and the live. */
const begin = (
  session: WatchSession,
  store: ResourceStore,
  selection: Parameters<typeof select>[1],
  options: ListOptions,
  from: number,
  past: Past | undefined,
  failed: (error: StatusError) => Buffer,
): void => {
  if (past) {
    for (const event of past.events) session.deliver(store.cache.historic(event))
    const rest = store.cache.eventsAfter(past.upTo)
    if (!rest) return session.error(failed(tooOld(from, past.upTo)))
    for (const event of rest) session.deliver(event)
  } else if (options.sendInitialEvents === true) session.state(select(store, selection), store.revision, options.allowWatchBookmarks)
  else if (from > 0) {
    const rest = store.cache.eventsAfter(from)
    if (!rest) return session.error(failed(tooOld(from, store.revision)))
    for (const event of rest) session.deliver(event)
  }
  session.follow(from)
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
