// One watch: events of one resource, filtered and framed for one client. Frames are made once for all watchers of the same form;
// what gathers in a turn goes out in one write. A slow reader is ended, never skipped.
import { after, every, type Timer } from '../../apimachinery/machine-clock.ts'
import type { ResponseStream } from '../http/exchange.ts'
import type { EncodedItem } from '../registry/encoding.ts'
import type { Entry, ResourceStore } from '../registry/resource-store.ts'
import { type Selection, selects } from '../registry/selection.ts'
import type { CacheEvent } from '../storage/watch-cache.ts'
import type { OpenWatches } from './open-watches.ts'

export type EventType = 'ADDED' | 'MODIFIED' | 'DELETED'

/** How a watcher's events are written. */
export interface Framing {
  /** Watchers of one form share frames. */
  form: string
  frame(type: EventType, item: EncodedItem, revision: number): Buffer
  bookmark(revision: number, initialEventsEnd: boolean): Buffer
}

export interface WatchOptions {
  selection: Selection
  bookmarks: boolean
  timeoutMs: number
  /** Told of each event. */
  meter: { sent(bytes: number): void }
  open: OpenWatches
}

const MAX_PENDING_BYTES = 64 * 1024 * 1024
const BOOKMARK_MS = 60_000

/** Sessions with bytes to write, emptied once a turn. */
const dirty = new Set<WatchSession>()
let scheduled = false

/** Watchers that wait for the same frames get them from one joined buffer. */
let lastFrames: readonly Buffer[] = []
let lastJoined: Buffer = Buffer.alloc(0)

const joined = (frames: readonly Buffer[]): Buffer => {
  if (frames.length === 1) return frames[0] as Buffer
  if (frames.length !== lastFrames.length || frames.some((frame, index) => frame !== lastFrames[index])) {
    lastFrames = frames
    lastJoined = Buffer.concat(frames)
  }
  return lastJoined
}

const flushAll = (): void => {
  scheduled = false
  for (const session of dirty) session.flush()
  dirty.clear()
  lastFrames = []
}

export class WatchSession {
  readonly #store: ResourceStore
  readonly #stream: ResponseStream
  readonly #framing: Framing
  readonly #options: WatchOptions
  readonly #timers: Timer[] = []
  #waiting: Buffer[] = []
  #unlisten: (() => void) | undefined
  #ended = false

  constructor(store: ResourceStore, stream: ResponseStream, framing: Framing, options: WatchOptions) {
    this.#store = store
    this.#stream = stream
    this.#framing = framing
    this.#options = options
  }

  /** Begins to follow; call in the same turn in which past events were taken. */
  follow(): void {
    if (this.#ended) return
    this.#unlisten = this.#store.cache.listen((event) => this.deliver(event))
    this.#timers.push(after(this.#options.timeoutMs, () => this.end()))
    if (this.#options.bookmarks)
      this.#timers.push(every(BOOKMARK_MS, () => this.#push(this.#framing.bookmark(this.#store.revision, false))))
    this.#options.open.add(this)
  }

  /** An event of the cache, as far as it concerns the selection: entering is ADDED, leaving is DELETED. */
  deliver(event: CacheEvent<EncodedItem>): void {
    const { entry, previous, revision } = event
    const { selection } = this.#options
    const now = entry !== undefined && selects(this.#store, selection, entry)
    const before = previous !== undefined && selects(this.#store, selection, previous)
    if (!now && !before) return
    const type = now ? (before ? 'MODIFIED' : 'ADDED') : 'DELETED'
    const item = now ? entry.item : (previous as Entry).item
    const key = `${this.#framing.form} ${type}`
    event.frames ??= new Map()
    let frame = event.frames.get(key)
    if (!frame) {
      frame = this.#framing.frame(type, item, revision)
      event.frames.set(key, frame)
    }
    this.#push(frame)
  }

  /** A state's entry, as if it had just been added. */
  added(entry: Entry): void {
    this.#push(this.#framing.frame('ADDED', entry.item, entry.revision))
  }

  bookmark(revision: number, initialEventsEnd: boolean): void {
    this.#push(this.#framing.bookmark(revision, initialEventsEnd))
  }

  error(frame: Buffer): void {
    this.#push(frame)
    this.end()
  }

  #push(frame: Buffer): void {
    if (this.#ended) return
    this.#waiting.push(frame)
    this.#options.meter.sent(frame.length)
    dirty.add(this)
    if (scheduled) return
    scheduled = true
    setImmediate(flushAll)
  }

  flush(): void {
    const waiting = this.#waiting
    if (waiting.length === 0) return
    this.#waiting = []
    if (this.#stream.pendingBytes() > MAX_PENDING_BYTES) this.end()
    else if (this.#stream.messages) for (const frame of waiting) this.#stream.write(frame)
    else this.#stream.write(joined(waiting))
  }

  end(): void {
    if (this.#ended) return
    this.flush()
    this.#ended = true
    this.#unlisten?.()
    this.#options.open.drop(this)
    for (const timer of this.#timers) timer.cancel()
    this.#stream.end()
  }
}
