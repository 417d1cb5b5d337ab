// /metrics under upstream's names. prom-client is loaded on the first scrape; until then counts are kept in plain maps.
import type { Registry } from 'prom-client'

interface RequestKey {
  verb: string
  group: string
  version: string
  resource: string
  subresource: string
  scope: string
}

interface Series extends RequestKey {
  count: number
  seconds: number
  buckets: number[]
}

const BUCKETS = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60]
const LABELS = ['verb', 'group', 'version', 'resource', 'subresource', 'scope'] as const
const MAX_SERIES = 5000

/** Counts requests; `render` writes the exposition format. */
export class ServerMetrics {
  readonly #series = new Map<string, Series>()
  #inflight = 0
  #registry: Promise<Registry> | undefined
  readonly #objects: () => ReadonlyMap<string, number>

  /** `objects` gives how many objects each resource has. */
  constructor(objects: () => ReadonlyMap<string, number>) {
    this.#objects = objects
  }

  started(): void {
    this.#inflight++
  }

  finished(key: RequestKey, seconds: number): void {
    this.#inflight--
    const id = `${key.verb} ${key.group} ${key.version} ${key.resource} ${key.subresource} ${key.scope}`
    let series = this.#series.get(id)
    if (!series) {
      if (this.#series.size >= MAX_SERIES) return
      series = { ...key, count: 0, seconds: 0, buckets: BUCKETS.map(() => 0) }
      this.#series.set(id, series)
    }
    series.count++
    series.seconds += seconds
    const bucket = BUCKETS.findIndex((limit) => seconds <= limit)
    if (bucket >= 0) series.buckets[bucket] = (series.buckets[bucket] as number) + 1
  }

  async render(): Promise<{ contentType: string; text: string }> {
    this.#registry ??= this.#register()
    const registry = await this.#registry
    return { contentType: registry.contentType, text: `${await registry.metrics()}\n${this.#requests()}` }
  }

  /** Gauges read what they show when they are scraped. */
  async #register(): Promise<Registry> {
    const { Registry: MetricsRegistry, Gauge, collectDefaultMetrics } = (await import('prom-client')).default
    const registry: Registry = new MetricsRegistry()
    collectDefaultMetrics({ register: registry })
    const [inflight, objects] = [(): number => this.#inflight, this.#objects]
    new Gauge({
      name: 'apiserver_current_inflight_requests',
      help: 'Requests being answered now.',
      registers: [registry],
      collect() {
        this.set(inflight())
      },
    })
    new Gauge({
      name: 'apiserver_resource_objects',
      help: 'Objects stored, by resource.',
      labelNames: ['resource'],
      registers: [registry],
      collect() {
        for (const [resource, count] of objects()) this.set({ resource }, count)
      },
    })
    return registry
  }

  #requests(): string {
    const lines = [
      '# HELP apiserver_request_duration_seconds Seconds until the answer was complete.',
      '# TYPE apiserver_request_duration_seconds histogram',
    ]
    for (const series of this.#series.values()) {
      const labels = LABELS.map((label) => `${label}=${JSON.stringify(series[label])}`).join(',')
      let sum = 0
      for (const [index, limit] of BUCKETS.entries()) {
        sum += series.buckets[index] as number
        lines.push(`apiserver_request_duration_seconds_bucket{${labels},le="${limit}"} ${sum}`)
      }
      lines.push(`apiserver_request_duration_seconds_bucket{${labels},le="+Inf"} ${series.count}`)
      lines.push(
        `apiserver_request_duration_seconds_sum{${labels}} ${series.seconds}`,
        `apiserver_request_duration_seconds_count{${labels}} ${series.count}`,
      )
    }
    return `${lines.join('\n')}\n`
  }
}
