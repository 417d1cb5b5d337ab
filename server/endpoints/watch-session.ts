// One watch: events of one resource, filtered and framed for one client. Frames are made once for all watchers of the same form;
// what gathers in a turn goes out in one write. A slow reader is ended, never skipped.
import { after, every, type Timer } from '../../apimachinery/machine-clock.ts'
import type { ResponseStream } from '../http/exchange.ts'
import type { EncodedItem } from '../registry/encoding.ts'
import type { Entry, ResourceStore } from '../registry/resource-store.ts'
import { fitsSelectors, type Selection } from '../registry/selection.ts'
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
/** One more bookmark this long before the end. */
const LAST_BOOKMARK_MS = 2000
const PIECE_BYTES = 128 * 1024

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
  /** What keys begin with. */
  readonly #prefix: string
  /** Names of frames in events. */
  readonly #frameKeys: Readonly<Record<EventType, string>>
  readonly #timers: Timer[] = []
  #waiting: Buffer[] = []
  #waitingBytes = 0
  #unlisten: (() => void) | undefined
  #ended = false
  /** The initial state is still on its way: what happens meanwhile waits. */
  #starting = false
  /** Revision of the last bookmark. */
  #marked = 0

  constructor(store: ResourceStore, stream: ResponseStream, framing: Framing, options: WatchOptions) {
    this.#store = store
    this.#stream = stream
    this.#framing = framing
    this.#options = options
    this.#prefix = store.prefix(options.selection.namespace)
    const { form } = framing
    this.#frameKeys = { ADDED: `${form} ADDED`, MODIFIED: `${form} MODIFIED`, DELETED: `${form} DELETED` }
  }

  /** Begins to follow what comes after a revision, which may lie ahead; call in the same turn in which past events were taken. */
  follow(from: number): void {
    if (this.#ended) return
    this.#marked = Math.max(from, this.#store.revision)
    this.#unlisten = this.#store.cache.listen((event) => {
      if (event.revision > from) this.deliver(event)
    })
    this.#options.open.add(this)
    const { bookmarks, timeoutMs } = this.#options
    this.#timers.push(after(timeoutMs, () => this.end()))
    if (!bookmarks) return
    this.#timers.push(every(BOOKMARK_MS, () => this.#bookmark()))
    if (timeoutMs > LAST_BOOKMARK_MS) this.#timers.push(after(timeoutMs - LAST_BOOKMARK_MS, () => this.#bookmark()))
  }

  /** How far the watch is, unless that was said already. */
  #bookmark(): void {
    const { revision } = this.#store
    if (revision <= this.#marked) return
    this.#marked = revision
    this.#push(this.#framing.bookmark(revision, false))
  }

  /** An event of the cache, as far as it concerns the selection: entering is ADDED, leaving is DELETED. */
  deliver(event: CacheEvent<EncodedItem>): void {
    const { entry, previous, revision } = event
    if (!((entry ?? previous) as Entry).key.startsWith(this.#prefix)) return
    const { selection } = this.#options
    const now = entry !== undefined && fitsSelectors(selection, entry)
    const before = previous !== undefined && fitsSelectors(selection, previous)
    if (!now && !before) return
    const type = now ? (before ? 'MODIFIED' : 'ADDED') : 'DELETED'
    const item = now ? entry.item : (previous as Entry).item
    const key = this.#frameKeys[type]
    event.frames ??= new Map()
    let frame = event.frames.get(key)
    if (!frame) {
      frame = this.#framing.frame(type, item, revision)
      event.frames.set(key, frame)
    }
    this.#push(frame)
  }

  /** Sends a state, each entry as if it had just been added, as fast as the client takes it; then a bookmark if one is asked for. */
  state(entries: readonly Entry[], revision: number, bookmark: boolean): void {
    this.#starting = true
    const sent = this.#stream.writePieces(this.#statePieces(entries, revision, bookmark))
    const go = (): void => {
      this.#starting = false
      this.flush()
    }
    sent.then(go, () => this.#abandon())
  }

  /** A state's frames, joined to pieces where the stream allows. */
  *#statePieces(entries: readonly Entry[], revision: number, bookmark: boolean): Generator<Buffer> {
    const pieceBytes = this.#stream.messages ? 0 : PIECE_BYTES
    let frames: Buffer[] = []
    let bytes = 0
    for (const entry of entries) {
      if (this.#ended) return
      const frame = this.#framing.frame('ADDED', entry.item, entry.revision)
      this.#options.meter.sent(frame.length)
      frames.push(frame)
      bytes += frame.length
      if (bytes < pieceBytes) continue
      yield Buffer.concat(frames, bytes)
      frames = []
      bytes = 0
    }
    if (bookmark) frames.push(this.#framing.bookmark(revision, true))
    if (frames.length > 0) yield Buffer.concat(frames)
  }

  error(frame: Buffer): void {
    this.#push(frame)
    this.end()
  }

  #push(frame: Buffer): void {
    if (this.#ended) return
    this.#waiting.push(frame)
    this.#waitingBytes += frame.length
    this.#options.meter.sent(frame.length)
    dirty.add(this)
    if (scheduled) return
    scheduled = true
    setImmediate(flushAll)
  }

  flush(): void {
    const waiting = this.#waiting
    if (waiting.length === 0) return
    if (this.#stream.pendingBytes() + this.#waitingBytes > MAX_PENDING_BYTES) return this.#abandon()
    if (this.#starting) return
    this.#waiting = []
    this.#waitingBytes = 0
    if (this.#stream.messages) for (const frame of waiting) this.#stream.write(frame)
    else this.#stream.write(joined(waiting))
  }

  /** Ends without what the client did not take. */
  #abandon(): void {
    this.#waiting = []
    this.#waitingBytes = 0
    this.end()
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
