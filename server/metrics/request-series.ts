// What is counted of requests, by upstream's labels. The counters of one kind of request are made once and found by a text key.
// Upstream: k8s.io/apiserver/pkg/endpoints/metrics/metrics.go.
import { family, Histogram, labelText } from './histogram.ts'

/** A request as the labels tell it. */
export interface RequestLabels {
  verb: string
  dryRun: string
  group: string
  version: string
  resource: string
  subresource: string
  scope: string
  component: string
}

/** The counters of one kind of request. */
export interface RequestCounters {
  /** A request that is over. */
  finished(code: number, seconds: number, bytes: number): void
}

const SECONDS = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60]
const BYTES = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]
const READS = new Set(['GET', 'LIST'])
/** More kinds of requests than a server's resources, verbs and subresources make. */
const MAX_SERIES = 10_000

class Series implements RequestCounters {
  readonly labels: Omit<RequestLabels, 'dryRun'>
  readonly dryRun: string
  readonly codes = new Map<number, number>()
  readonly seconds = new Histogram(SECONDS)
  /** Of reads only. */
  readonly bytes: Histogram | undefined

  constructor({ dryRun, ...labels }: RequestLabels) {
    this.labels = labels
    this.dryRun = dryRun
    this.bytes = READS.has(labels.verb) ? new Histogram(BYTES) : undefined
  }

  finished(code: number, seconds: number, bytes: number): void {
    this.codes.set(code, (this.codes.get(code) ?? 0) + 1)
    this.seconds.observe(seconds)
    this.bytes?.observe(bytes)
  }
}

export class RequestSeries {
  readonly #series = new Map<string, Series>()
  readonly #longRunning = new Map<string, { labels: string; count: number }>()

  /** The counters made under a key of the caller's, if there are any yet. */
  known(key: string): RequestCounters | undefined {
    return this.#series.get(key)
  }

  /** Makes counters under a key; undefined when there are too many. */
  add(key: string, labels: RequestLabels): RequestCounters | undefined {
    if (this.#series.size >= MAX_SERIES) return undefined
    const series = new Series(labels)
    this.#series.set(key, series)
    return series
  }

  /** One that stays open begins (+1) or ends (-1). */
  longRunning(request: Omit<RequestLabels, 'dryRun'>, change: 1 | -1): void {
    const { verb, group, version, resource, subresource, scope, component } = request
    const key = `${verb} ${group} ${version} ${resource} ${subresource} ${scope}`
    let gauge = this.#longRunning.get(key)
    if (!gauge) {
      if (this.#longRunning.size >= MAX_SERIES) return
      gauge = { labels: labelText({ verb, group, version, resource, subresource, scope, component }), count: 0 }
      this.#longRunning.set(key, gauge)
    }
    gauge.count += change
  }

  render(): string {
    const all = [...this.#series.values()]
    const totals = all.flatMap(({ labels, dryRun, codes }) =>
      [...codes].map(
        ([code, count]) => `apiserver_request_total{${labelText({ ...labels, dry_run: dryRun, code: String(code) })}} ${count}`,
      ),
    )
    const durations = all.flatMap(({ labels, dryRun, seconds }) =>
      seconds.lines('apiserver_request_duration_seconds', labelText({ ...labels, dry_run: dryRun })),
    )
    const sizes = all.flatMap(({ labels, bytes }) => bytes?.lines('apiserver_response_sizes', labelText({ ...labels })) ?? [])
    const open = [...this.#longRunning.values()].map(({ labels, count }) => `apiserver_longrunning_requests{${labels}} ${count}`)
    return [
      family('apiserver_request_total', 'counter', 'Requests answered, by what they asked and the code of the answer.', totals.sort()),
      family('apiserver_request_duration_seconds', 'histogram', 'Seconds until an answer was complete.', durations),
      family('apiserver_response_sizes', 'histogram', 'Bytes of the answers to reads.', sizes),
      family('apiserver_longrunning_requests', 'gauge', 'Requests that stay open now: watches.', open.sort()),
    ].join('')
  }
}
