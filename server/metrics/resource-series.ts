// What is counted by resource: events sent to watchers, and calls of the store. Users keep their meter, so that counting finds nothing.
import { family, Histogram, labelText } from './histogram.ts'

const EVENT_BYTES = [1024, 2048, 4096, 8192, 16_384, 32_768, 65_536, 131_072]
const STORE_SECONDS = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60]

/** Events of one resource and version. */
export interface WatchMeter {
  /** An event of so many bytes to so many watchers. */
  sent(bytes: number, watchers: number): void
}

export type StoreOperation = 'create' | 'update' | 'delete'

export class ResourceSeries {
  readonly #events = new Map<string, { labels: string; bytes: Histogram; meter: WatchMeter }>()
  readonly #calls = new Map<string, { labels: string; seconds: Histogram }>()

  /** Resources are the registry's, so that there are few. */
  watchMeter(group: string, version: string, resource: string): WatchMeter {
    const key = `${group}/${version}/${resource}`
    let found = this.#events.get(key)
    if (!found) {
      const bytes = new Histogram(EVENT_BYTES)
      found = {
        labels: labelText({ group, version, resource }),
        bytes,
        meter: { sent: (length, watchers) => bytes.observe(length, watchers) },
      }
      this.#events.set(key, found)
    }
    return found.meter
  }

  /** How long a call of the store took. */
  storeCall(operation: StoreOperation, group: string, resource: string, seconds: number): void {
    const key = `${operation} ${group}/${resource}`
    let found = this.#calls.get(key)
    if (!found) {
      found = { labels: labelText({ operation, group, resource }), seconds: new Histogram(STORE_SECONDS) }
      this.#calls.set(key, found)
    }
    found.seconds.observe(seconds)
  }

  render(): string {
    const events = [...this.#events.values()].filter(({ bytes }) => bytes.count > 0)
    const totals = events.map(({ labels, bytes }) => `apiserver_watch_events_total{${labels}} ${bytes.count}`)
    const sizes = events.flatMap(({ labels, bytes }) => bytes.lines('apiserver_watch_events_sizes', labels))
    const calls = [...this.#calls.values()].flatMap(({ labels, seconds }) => seconds.lines('etcd_request_duration_seconds', labels))
    return [
      family('apiserver_watch_events_total', 'counter', 'Events sent to watchers.', totals.sort()),
      family('apiserver_watch_events_sizes', 'histogram', 'Bytes of the events sent to watchers.', sizes),
      family('etcd_request_duration_seconds', 'histogram', 'Seconds that calls of the store took.', calls),
    ].join('')
  }
}
