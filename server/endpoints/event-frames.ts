// What a watch is told of an event: whether it concerns the selection, and its frame, made once for all watchers of the same form.
import type { EncodedItem } from '../registry/encoding.ts'
import type { Entry, ResourceStore } from '../registry/resource-store.ts'
import { fitsSelectors, type Selection } from '../registry/selection.ts'
import type { CacheEvent } from '../storage/watch-cache.ts'

export type EventType = 'ADDED' | 'MODIFIED' | 'DELETED'

/** How a watcher's events are written. */
export interface Framing {
  /** Watchers of one form share frames. */
  form: string
  frame(type: EventType, item: EncodedItem, revision: number): Buffer
  bookmark(revision: number, initialEventsEnd: boolean): Buffer
}

export class EventFrames {
  /** The same for all watches of a resource that are told the same. */
  readonly key: string
  readonly #framing: Framing
  readonly #selection: Selection
  /** What keys begin with. */
  readonly #prefix: string
  /** Names of frames in events. */
  readonly #names: Readonly<Record<EventType, string>>

  constructor(store: ResourceStore, framing: Framing, selection: Selection) {
    const { form } = framing
    this.key = JSON.stringify([form, selection])
    this.#framing = framing
    this.#selection = selection
    this.#prefix = store.prefix(selection.namespace)
    this.#names = { ADDED: `${form} ADDED`, MODIFIED: `${form} MODIFIED`, DELETED: `${form} DELETED` }
  }

  /** Undefined for an event that does not concern the selection: entering it is ADDED, leaving it is DELETED. */
  of(event: CacheEvent<EncodedItem>): Buffer | undefined {
    const { entry, previous, revision } = event
    if (!((entry ?? previous) as Entry).key.startsWith(this.#prefix)) return undefined
    const now = entry !== undefined && fitsSelectors(this.#selection, entry)
    const before = previous !== undefined && fitsSelectors(this.#selection, previous)
    if (!now && !before) return undefined
    const type = now ? (before ? 'MODIFIED' : 'ADDED') : 'DELETED'
    const name = this.#names[type]
    event.frames ??= new Map()
    let frame = event.frames.get(name)
    if (!frame) {
      frame = this.#framing.frame(type, now ? entry.item : (previous as Entry).item, revision)
      event.frames.set(name, frame)
    }
    return frame
  }
}
