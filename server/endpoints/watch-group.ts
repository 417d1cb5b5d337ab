// Watches of one resource that are told the same: each event is looked at once for all of them, and what they are told in a turn is one
// buffer, whose writes are all that a further watcher costs.
import type { EncodedItem } from '../registry/encoding.ts'
import type { ResourceStore } from '../registry/resource-store.ts'
import type { CacheEvent, WatchCache } from '../storage/watch-cache.ts'
import type { EventFrames } from './event-frames.ts'
import { flushAtTurnEnd } from './turn-end.ts'

export interface GroupMember {
  /** Takes the frames of a turn: one by one, and all in one buffer. */
  take(frames: readonly Buffer[], joined: Buffer): void
}

/** Told of each frame's size and how many it is sent to. */
export interface WatchMeter {
  sent(bytes: number, watchers: number): void
}

const groups = new WeakMap<WatchCache<EncodedItem>, Map<string, WatchGroup>>()

export const joinedFrames = (frames: readonly Buffer[]): Buffer => (frames.length === 1 ? (frames[0] as Buffer) : Buffer.concat(frames))

export class WatchGroup {
  readonly #frames: EventFrames
  readonly #meter: WatchMeter
  readonly #members = new Set<GroupMember>()
  readonly #end: () => void
  #waiting: Buffer[] = []

  /** Adds a watch that has been told of everything up to now. Others of its group have what they wait for first. */
  static join(store: ResourceStore, frames: EventFrames, meter: WatchMeter, member: GroupMember): WatchGroup {
    let known = groups.get(store.cache)
    if (!known) groups.set(store.cache, (known = new Map()))
    let group = known.get(frames.key)
    if (!group) known.set(frames.key, (group = new WatchGroup(store, frames, meter, known)))
    group.flush()
    group.#members.add(member)
    return group
  }

  private constructor(store: ResourceStore, frames: EventFrames, meter: WatchMeter, known: Map<string, WatchGroup>) {
    this.#frames = frames
    this.#meter = meter
    const unlisten = store.cache.listen((event) => this.#deliver(event))
    this.#end = () => {
      unlisten()
      known.delete(frames.key)
    }
  }

  #deliver(event: CacheEvent<EncodedItem>): void {
    const frame = this.#frames.of(event)
    if (!frame) return
    this.#waiting.push(frame)
    this.#meter.sent(frame.length, this.#members.size)
    flushAtTurnEnd(this)
  }

  flush(): void {
    const waiting = this.#waiting
    if (waiting.length === 0) return
    this.#waiting = []
    const joined = joinedFrames(waiting)
    for (const member of this.#members) member.take(waiting, joined)
  }

  /** What waits is not for the member any more. */
  leave(member: GroupMember): void {
    this.#members.delete(member)
    if (this.#members.size === 0) this.#end()
  }
}
