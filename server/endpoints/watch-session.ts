// One watch: a state or past events for one client, then what its group is told, bookmarks between. A slow reader is ended, never skipped.
import { after, every, type Timer } from '../../apimachinery/machine-clock.ts'
import type { ResponseStream } from '../http/exchange.ts'
import type { EncodedItem } from '../registry/encoding.ts'
import type { Entry, ResourceStore } from '../registry/resource-store.ts'
import type { Selection } from '../registry/selection.ts'
import type { CacheEvent } from '../storage/watch-cache.ts'
import { EventFrames, type Framing } from './event-frames.ts'
import type { OpenWatches } from './open-watches.ts'
import { flushSoon } from './turn-end.ts'
import { joinedFrames, WatchGroup, type WatchMeter } from './watch-group.ts'

export interface WatchOptions {
  selection: Selection
  bookmarks: boolean
  timeoutMs: number
  meter: WatchMeter
  open: OpenWatches
}

const MAX_PENDING_BYTES = 64 * 1024 * 1024
const BOOKMARK_MS = 60_000
/** One more bookmark this long before the end. */
const LAST_BOOKMARK_MS = 2000
const PIECE_BYTES = 128 * 1024

export class WatchSession {
  readonly #store: ResourceStore
  readonly #stream: ResponseStream
  readonly #framing: Framing
  readonly #options: WatchOptions
  readonly #frames: EventFrames
  readonly #timers: Timer[] = []
  #waiting: Buffer[] = []
  #waitingBytes = 0
  #group: WatchGroup | undefined
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
    this.#frames = new EventFrames(store, framing, options.selection)
  }

  /** Begins to follow what comes after a revision, which may lie ahead; call in the same turn in which past events were taken. */
  follow(from: number): void {
    if (this.#ended) return
    this.#marked = Math.max(from, this.#store.revision)
    const { bookmarks, meter, open, timeoutMs } = this.#options
    if (from <= this.#store.revision) this.#group = WatchGroup.join(this.#store, this.#frames, meter, this)
    else {
      this.#unlisten = this.#store.cache.listen((event) => {
        if (event.revision > from) this.deliver(event)
      })
    }
    open.add(this)
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

  /** An event of the cache, as far as it concerns the selection. */
  deliver(event: CacheEvent<EncodedItem>): void {
    const frame = this.#frames.of(event)
    if (frame) this.#push(frame)
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
      this.#options.meter.sent(frame.length, 1)
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

  /** A frame of its own, after those of its group. */
  #push(frame: Buffer): void {
    this.#group?.flush()
    if (this.#ended) return
    this.#waiting.push(frame)
    this.#waitingBytes += frame.length
    this.#options.meter.sent(frame.length, 1)
    flushSoon(this)
  }

  take(frames: readonly Buffer[], joined: Buffer): void {
    if (this.#waiting.length === 0 && !this.#starting) return this.#send(frames, joined)
    this.#waiting.push(...frames)
    this.#waitingBytes += joined.length
    this.flush()
  }

  flush(): void {
    const waiting = this.#waiting
    if (waiting.length === 0) return
    if (this.#starting) {
      if (this.#stream.pendingBytes() + this.#waitingBytes > MAX_PENDING_BYTES) this.#abandon()
      return
    }
    this.#waiting = []
    this.#waitingBytes = 0
    this.#send(waiting, joinedFrames(waiting))
  }

  #send(frames: readonly Buffer[], joined: Buffer): void {
    if (this.#stream.pendingBytes() + joined.length > MAX_PENDING_BYTES) this.#abandon()
    else if (this.#stream.messages) for (const frame of frames) this.#stream.write(frame)
    else this.#stream.write(joined)
  }

  /** Ends without what the client did not take. */
  #abandon(): void {
    this.#waiting = []
    this.#waitingBytes = 0
    this.#finish()
  }

  end(): void {
    this.#group?.flush()
    this.flush()
    this.#finish()
  }

  #finish(): void {
    if (this.#ended) return
    this.#ended = true
    this.#group?.leave(this)
    this.#unlisten?.()
    this.#options.open.drop(this)
    for (const timer of this.#timers) timer.cancel()
    this.#stream.end()
  }
}
