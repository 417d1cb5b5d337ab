// Watches of one resource that are told the same: each event is looked at once for all of them, and what they are told together is one
// buffer, whose writes are all that a further watcher costs.
import { after, machineNow } from '../../apimachinery/machine-clock.ts'
import { turns } from '../../apimachinery/turns.ts'
import type { EncodedItem } from '../registry/encoding.ts'
import type { ResourceStore } from '../registry/resource-store.ts'
import type { CacheEvent, WatchCache } from '../storage/watch-cache.ts'
import type { EventFrames } from './event-frames.ts'
import { flushAtTurnEnd, flushSoon } from './turn-end.ts'

export interface GroupMember {
  /** Takes frames: one by one, and all in one buffer. */
  take(frames: readonly Buffer[], joined: Buffer): void
}

/** Told of each frame's size and how many it is sent to. */
export interface WatchMeter {
  sent(bytes: number, watchers: number): void
}

/** So many are told of every turn. */
const MOST_TOLD_AT_ONCE = 16
/** A write costs some ten microseconds whatever it carries: a large group's events gather for much longer after the last ones. */
const GATHER_MS_EACH = 0.25
const MOST_GATHER_MS = 50
/**
 * Written in one turn, to as many as that makes: what is written is copied and encrypted before the turn ends, and more of it would leave
 * the processor's caches between the two.
 */
const MOST_TURN_BYTES = 512 * 1024

/** How long a group's events gather, in milliseconds, counted from the last time it was told some. */
const gatherMs = (members: number): number => (members <= MOST_TOLD_AT_ONCE ? 0 : Math.min(MOST_GATHER_MS, members * GATHER_MS_EACH))

/** What a group is being told, and who is yet to be. */
interface Round {
  frames: readonly Buffer[]
  joined: Buffer
  rest: Iterator<GroupMember>
  done(): void
}

const groups = new WeakMap<WatchCache<EncodedItem>, Map<string, WatchGroup>>()

export const joinedFrames = (frames: readonly Buffer[]): Buffer => (frames.length === 1 ? (frames[0] as Buffer) : Buffer.concat(frames))

export class WatchGroup {
  readonly #frames: EventFrames
  readonly #meter: WatchMeter
  readonly #members = new Set<GroupMember>()
  readonly #end: () => void
  readonly #atTurnEnd = { flush: () => this.#begin() }
  #waiting: Buffer[] = []
  #round: Round | undefined
  #scheduled = false
  /** Machine time until which events gather. */
  #gathersUntil = 0

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
    this.#schedule()
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    if (this.#members.size <= MOST_TOLD_AT_ONCE) return flushSoon(this.#atTurnEnd)
    const gathers = this.#gathersUntil - machineNow()
    if (gathers <= 0) flushAtTurnEnd(this.#atTurnEnd)
    else after(gathers, () => this.#begin())
  }

  /** Tells what waits, a turn's share of members after another. */
  #begin(): void {
    const frames = this.#waiting
    if (this.#round || frames.length === 0) return
    this.#waiting = []
    this.#round = { frames, joined: joinedFrames(frames), rest: this.#members.values(), done: turns.longJob() }
    this.#gathersUntil = machineNow() + gatherMs(this.#members.size)
    this.#tell(MOST_TURN_BYTES)
  }

  /** Goes on with the round, for so many bytes in this turn. */
  #tell(mostBytes: number): void {
    const round = this.#round
    if (!round) return
    const { frames, joined, rest } = round
    let bytes = 0
    for (let next = rest.next(); !next.done; next = rest.next()) {
      next.value.take(frames, joined)
      bytes += joined.length
      if (bytes >= mostBytes) return void setImmediate(() => this.#tell(mostBytes))
    }
    round.done()
    this.#round = undefined
    this.#scheduled = false
    if (this.#waiting.length > 0) this.#schedule()
  }

  /** All members have what waits when this returns. */
  flush(): void {
    this.#tell(Number.POSITIVE_INFINITY)
    this.#begin()
    this.#tell(Number.POSITIVE_INFINITY)
  }

  /** What waits is not for the member any more. */
  leave(member: GroupMember): void {
    this.#members.delete(member)
    if (this.#members.size === 0) this.#end()
  }
}
