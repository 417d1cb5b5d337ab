// One page of a list: which entries, at which revision, and the token for the rest.
import { badRequest, StatusError } from '../../apimachinery/status-error.ts'
import type { Entry, ResourceStore } from '../registry/resource-store.ts'
import { type Selection, select, selects } from '../registry/selection.ts'
import { StoreError } from '../storage/store.ts'
import { continueAfter, keyBefore, readContinueToken, writeContinueToken } from './continue-token.ts'
import type { ListOptions } from './options.ts'
import { notOlderThan, queriedRevision } from './read.ts'
import type { Scope } from './scope.ts'

export interface Page {
  entries: readonly Entry[]
  revision: number
  continueToken: string
  remaining: number | undefined
  /** No selector left anything out. */
  unselected: boolean
}

/** Marks a token whose pages need not agree with the first. */
const INCONSISTENT = -1
const EXPIRED =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.'

const expiredToken = (start: string): StatusError => {
  const error = new StatusError(410, 'Expired', EXPIRED)
  error.status.metadata = {
    ...error.status.metadata,
    continue: writeContinueToken({ revision: INCONSISTENT, start }),
  } as typeof error.status.metadata
  return error
}

/** Entries as they stood at a revision: from a kept snapshot, the cache if nothing changed since, else the store's history. */
const entriesAt = async (store: ResourceStore, revision: number, after: string): Promise<Entry[] | undefined> => {
  const kept = store.cache.snapshot(revision)
  if (kept) return kept.filter((entry) => entry.key > after)
  if (store.cache.eventsAfter(revision)?.length === 0 && revision <= store.revision) return store.cache.range(store.prefix(''), after)
  try {
    const { objects } = await store.store.list(store.prefix(''), { atRevision: revision, ...(after === '' ? {} : { after }) })
    return objects.map((object) => store.entry(object))
  } catch (error) {
    if (error instanceof StoreError && error.code === 'Compacted') return undefined
    throw store.mapped('', error)
  }
}

/** The page a list asks for; version 0 gets everything at once, as from upstream's cache. Throws StatusError. */
export const listPage = async (scope: Scope, store: ResourceStore, asked: ListOptions): Promise<Page> => {
  const whole = asked.resourceVersion === '0' && asked.continueToken === ''
  const options = whole ? { ...asked, limit: 0 } : asked
  const selection: Selection = { namespace: scope.context.info.namespace, labels: options.labels, fields: options.fields }
  if (options.continueToken !== '') return continued(scope, store, selection, options)
  if (options.resourceVersion !== '' && options.resourceVersion !== '0') {
    const revision = queriedRevision(options.resourceVersion)
    await notOlderThan(scope, revision)
    if (options.resourceVersionMatch === 'Exact' || (options.resourceVersionMatch === '' && options.limit > 0)) {
      const at = await entriesAt(store, revision, '')
      if (!at) throw new StatusError(410, 'Expired', `The resourceVersion for the provided list is too old.`)
      return paged(
        store,
        at.filter((entry) => selects(store, selection, entry)),
        revision,
        selection,
        options,
      )
    }
  }
  const revision = store.revision
  const entries = select(store, selection)
  if (options.limit > 0 && entries.length > options.limit) store.cache.keepSnapshot(revision, store.cache.range(store.prefix('')))
  return paged(store, entries, revision, selection, options)
}

const continued = async (scope: Scope, store: ResourceStore, selection: Selection, options: ListOptions): Promise<Page> => {
  const token = readContinueToken(options.continueToken)
  if (options.resourceVersion !== '' && options.resourceVersion !== '0')
    throw badRequest('specifying resource version is not allowed when using continue')
  const after = store.prefix('') + keyBefore(token)
  if (token.revision < 0) return paged(store, select(store, selection, after), store.revision, selection, options)
  await notOlderThan(scope, token.revision)
  const entries = await entriesAt(store, token.revision, after)
  if (!entries) throw expiredToken(token.start)
  return paged(
    store,
    entries.filter((entry) => selects(store, selection, entry)),
    token.revision,
    selection,
    options,
  )
}

const paged = (store: ResourceStore, entries: readonly Entry[], revision: number, selection: Selection, { limit }: ListOptions): Page => {
  const unselected = selection.labels.length === 0 && selection.fields.length === 0
  if (limit === 0 || entries.length <= limit) return { entries, revision, continueToken: '', remaining: undefined, unselected }
  const page = entries.slice(0, limit)
  const last = (page.at(-1) as Entry).key.slice(store.prefix('').length)
  return {
    entries: page,
    revision,
    continueToken: continueAfter(revision, last),
    remaining: unselected ? entries.length - limit : undefined,
    unselected,
  }
}
