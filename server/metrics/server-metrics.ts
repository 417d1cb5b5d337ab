// /metrics under upstream's names. What requests touch is counted in plain numbers; prom-client, which knows the process, is loaded on the
// first scrape.
import type { Registry } from 'prom-client'
import { family, labelText } from './histogram.ts'
import { InflightRequests } from './inflight-requests.ts'
import { RequestSeries } from './request-series.ts'
import { ResourceSeries } from './resource-series.ts'

/** What only a scrape asks for. */
export interface ScrapedFacts {
  /** /version's answer. */
  version: Readonly<Record<string, string>>
  objects(): Iterable<{ group: string; resource: string; count: number }>
  /** Bytes of the database's file; undefined where there is none. */
  storageBytes(): Promise<number | undefined>
}

/** Upstream's, which is one of the text format's. */
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores'

const buildInfo = (version: ScrapedFacts['version']): string => {
  const labels: Record<string, string> = {}
  for (const name of ['major', 'minor', 'gitVersion', 'gitCommit', 'gitTreeState', 'buildDate', 'goVersion', 'compiler', 'platform'])
    labels[name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] = version[name] ?? ''
  return family('kubernetes_build_info', 'gauge', 'What this server is built from, always 1.', [
    `kubernetes_build_info{${labelText(labels)}} 1`,
  ])
}

export class ServerMetrics {
  readonly requests = new RequestSeries()
  readonly inflight = new InflightRequests()
  readonly resources = new ResourceSeries()
  #process: Promise<Registry> | undefined

  async render(facts: ScrapedFacts): Promise<{ contentType: string; text: string }> {
    this.#process ??= this.#processRegistry()
    const ofProcess = await (await this.#process).metrics()
    const text = [
      this.requests.render(),
      this.inflight.render(),
      this.resources.render(),
      await this.#storage(facts),
      buildInfo(facts.version),
      `${ofProcess.trimEnd()}\n`,
    ].join('')
    return { contentType: CONTENT_TYPE, text }
  }

  async #processRegistry(): Promise<Registry> {
    const { Registry: MetricsRegistry, collectDefaultMetrics } = (await import('prom-client')).default
    const registry: Registry = new MetricsRegistry()
    collectDefaultMetrics({ register: registry })
    return registry
  }

  /** The first of the two counts of objects is the older name, which dashboards still ask for. */
  async #storage({ objects, storageBytes }: ScrapedFacts): Promise<string> {
    const counted = [...objects()]
    const older = counted.map(
      ({ group, resource, count }) =>
        `apiserver_storage_objects{${labelText({ resource: group === '' ? resource : `${resource}.${group}` })}} ${count}`,
    )
    const newer = counted.map(({ group, resource, count }) => `apiserver_resource_objects{${labelText({ group, resource })}} ${count}`)
    const bytes = await storageBytes()
    const size = bytes === undefined ? [] : [`apiserver_storage_size_bytes{storage_cluster_id="etcd-0"} ${bytes}`]
    return [
      family('apiserver_storage_objects', 'gauge', 'Objects stored, by resource.', older.sort()),
      family('apiserver_resource_objects', 'gauge', 'Objects stored, by group and resource.', newer.sort()),
      family('apiserver_storage_size_bytes', 'gauge', 'Bytes of the database on disk.', size),
    ].join('')
  }
}
