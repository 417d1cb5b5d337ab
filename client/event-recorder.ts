// Events as upstream's controllers record them: the same one again raises a count, many alike become one, and who says too much of one
// object is not heard for a while. Recording never fails a reconcile. Upstream: k8s.io/client-go/tools/record.
import { type Clock, formatTime, systemClock } from '../apimachinery/clock.ts'
import type { KubeObject } from '../apimachinery/kube-object.ts'
import { StatusError } from '../apimachinery/status-error.ts'
import type { ApiClient } from './api-client.ts'
import type { ApiResource } from './resource.ts'

export interface ObjectReference {
  kind: string
  apiVersion: string
  namespace?: string
  name: string
  uid?: string
  resourceVersion?: string
  fieldPath?: string
}

export interface EventRecorder {
  event(about: ObjectReference, type: 'Normal' | 'Warning', reason: string, message: string): void
}

const EVENTS: ApiResource = { group: '', version: 'v1', resource: 'events', kind: 'Event', namespaced: true }
const MAX_KNOWN = 4096
/** Of one source about one object: so many at once, then one in five minutes. */
const SPAM_BURST = 25
const SPAM_MS = 300_000
/** So many messages of one reason within ten minutes become one event. */
const ALIKE = 10
const ALIKE_MS = 600_000
const MAX_WAITING = 1000

class Recent<T> {
  readonly #entries = new Map<string, T>()
  get(key: string): T | undefined {
    const value = this.#entries.get(key)
    if (value !== undefined) this.set(key, value)
    return value
  }
  set(key: string, value: T): void {
    this.#entries.delete(key)
    this.#entries.set(key, value)
    if (this.#entries.size <= MAX_KNOWN) return
    const [oldest] = this.#entries.keys()
    if (oldest !== undefined) this.#entries.delete(oldest)
  }
  delete(key: string): void {
    this.#entries.delete(key)
  }
}

interface Observed {
  count: number
  firstTimestamp: string
  name: string
}

/** What the correlation of one event came to. */
interface Correlated {
  event: KubeObject
  /** Set where the event exists already. */
  patch?: Record<string, unknown>
  key: string
}

/** Which events are told, and as what; apart from sending so that it can be tested. */
class EventCorrelator {
  readonly #clock: Clock
  readonly #observed = new Recent<Observed>()
  readonly #alike = new Recent<{ messages: Set<string>; last: number }>()
  readonly #spam = new Recent<{ tokens: number; at: number }>()
  #sequence = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Undefined: too many. */
  correlate(component: string, about: ObjectReference, type: string, reason: string, message: string): Correlated | undefined {
    const now = this.#clock.now()
    const object = [component, about.kind, about.namespace, about.name, about.uid, about.apiVersion, type].join('\0')
    const alike = this.#isOneOfMany(`${object}\0${reason}`, message, now)
    const said = alike ? `(combined from similar events): ${message}` : message
    const key = alike ? `${object}\0${reason}` : `${object}\0${about.fieldPath ?? ''}\0${reason}\0${message}`
    const known = this.#observed.get(key)
    if (!this.#isAllowed(object, now)) return undefined
    const time = formatTime(now)
    const event = this.#event(component, about, { type, reason, message: said, now })
    if (!known) {
      this.#observed.set(key, { count: 1, firstTimestamp: time, name: event.metadata.name ?? '' })
      return { event, key }
    }
    known.count++
    event.metadata.name = known.name
    Object.assign(event, { count: known.count, firstTimestamp: known.firstTimestamp })
    return { event, key, patch: { count: known.count, lastTimestamp: time, message: said } }
  }

  /** The event could not be written: the next one is a first. */
  forget(key: string): void {
    this.#observed.delete(key)
  }

  #event(component: string, about: ObjectReference, said: { type: string; reason: string; message: string; now: number }): KubeObject {
    const time = formatTime(said.now)
    const namespace = about.namespace || 'default'
    // Upstream names events by the nanosecond; a counter stands in for what milliseconds lack.
    const stamp = BigInt(said.now) * 1_000_000n + BigInt(this.#sequence++ % 1_000_000)
    return {
      kind: 'Event',
      apiVersion: 'v1',
      metadata: { name: `${about.name}.${stamp.toString(16)}`, namespace },
      involvedObject: about,
      reason: said.reason,
      message: said.message,
      source: { component },
      firstTimestamp: time,
      lastTimestamp: time,
      count: 1,
      type: said.type,
      reportingComponent: component,
      reportingInstance: '',
    }
  }

  #isOneOfMany(key: string, message: string, now: number): boolean {
    let record = this.#alike.get(key)
    if (!record || now - record.last > ALIKE_MS) record = { messages: new Set(), last: now }
    record.messages.add(message)
    record.last = now
    this.#alike.set(key, record)
    if (record.messages.size < ALIKE) return false
    const [first] = record.messages
    if (first !== undefined) record.messages.delete(first)
    return true
  }

  #isAllowed(key: string, now: number): boolean {
    const bucket = this.#spam.get(key) ?? { tokens: SPAM_BURST, at: now }
    bucket.tokens = Math.min(SPAM_BURST, bucket.tokens + (now - bucket.at) / SPAM_MS)
    bucket.at = now
    this.#spam.set(key, bucket)
    if (bucket.tokens < 1) return false
    bucket.tokens--
    return true
  }
}

/** Writes the events of all components of a program, in order; those that cannot be kept waiting are dropped. */
export class EventBroadcaster {
  readonly #client: ApiClient
  readonly #correlator: EventCorrelator
  readonly #failed: (message: string, error: unknown) => void
  #last: Promise<void> = Promise.resolve()
  #waiting = 0

  constructor(client: ApiClient, failed: (message: string, error: unknown) => void, clock: Clock = systemClock) {
    this.#client = client
    this.#correlator = new EventCorrelator(clock)
    this.#failed = failed
  }

  recorder(component: string): EventRecorder {
    return {
      event: (about, type, reason, message) => {
        const correlated = this.#correlator.correlate(component, about, type, reason, message)
        if (!correlated || this.#waiting >= MAX_WAITING) return
        this.#waiting++
        this.#last = this.#last.then(() => this.#write(correlated)).finally(() => this.#waiting--)
      },
    }
  }

  /** Resolves once all events so far are written or given up. */
  written(): Promise<void> {
    return this.#last
  }

  async #write({ event, patch, key }: Correlated): Promise<void> {
    try {
      const { namespace, name = '' } = event.metadata
      if (patch) {
        try {
          await this.#client.patch(EVENTS, { namespace, name }, patch, { type: 'strategic' })
          return
        } catch (error) {
          if (!(error instanceof StatusError) || error.code !== 404) throw error
        }
      }
      await this.#client.create(EVENTS, event)
    } catch (error) {
      this.#correlator.forget(key)
      this.#failed('an event could not be written', error)
    }
  }
}
