// The load process: asks what main.ts orders over its IPC channel and reports the timings. Apart from main, so that the client's
// work is on nobody's account but its own.
import type { ClientHttp2Session } from 'node:http2'
import type { Order, PhaseName, PhaseResult, Report, Sizes } from './phases.ts'
import { APPS, HASH, NAMESPACE, NODES, pod, podName } from './pods.ts'
import { openSessions, percentile, type Request, run, send } from './requests.ts'
import { Watching } from './watching.ts'

const SESSIONS = 4
const CONCURRENCY = 16
const LIST_CONCURRENCY = 2
const PAGE = 500
const PODS = `/api/v1/namespaces/${NAMESPACE}/pods`
const PROTOBUF = 'application/vnd.kubernetes.protobuf'
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io'

/** Stands once in every pod, and in the same bytes in JSON and protobuf. */
let configHash = HASH

const patched = (index: number): Request => ({
  method: 'PATCH',
  path: `${PODS}/${podName(index)}`,
  headers: { 'content-type': 'application/strategic-merge-patch+json' },
  body: JSON.stringify({
    metadata: { annotations: { 'example.test/patched': String(index) } },
    spec: { containers: [{ name: 'proxy', image: 'example.test/shop/proxy:2.14.4' }] },
  }),
})

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index))
const listRequest = (query: string, headers: Record<string, string> = {}): Request => ({ method: 'GET', path: `${PODS}${query}`, headers })

class Load {
  readonly #sessions: readonly ClientHttp2Session[]
  readonly #sizes: Sizes
  #watching: Watching | undefined
  /** Bodies and continue tokens made before a phase is measured. */
  #requests: Request[] = []

  constructor(sessions: readonly ClientHttp2Session[], sizes: Sizes) {
    this.#sessions = sessions
    this.#sizes = sizes
  }

  get #first(): ClientHttp2Session {
    return this.#sessions[0] as ClientHttp2Session
  }

  async #make(path: string, kind: string, name: string): Promise<void> {
    const body = JSON.stringify({ apiVersion: 'v1', kind, metadata: { name } })
    const made = await send(this.#first, { method: 'POST', path, body }, false)
    if (made.status !== 201) throw new Error(`the ${kind} was answered ${made.status}`)
  }

  async prepare(phase: PhaseName): Promise<void> {
    const { pods, gets, lists, selections, changes, watchers, watchedWrites } = this.#sizes
    const one = (index: number): Request => ({ method: 'GET', path: `${PODS}/${podName((index * 7919) % pods)}` })
    if (phase === 'create') {
      await this.#make('/api/v1/namespaces', 'Namespace', NAMESPACE)
      // No controller runs beside either server: pods act as this account.
      await this.#make(`/api/v1/namespaces/${NAMESPACE}/serviceaccounts`, 'ServiceAccount', 'default')
    }
    if (phase === 'watch') this.#watching = await Watching.open(this.#sessions, watchers, watchedWrites)
    if (phase === 'update' || phase === 'update-protobuf') {
      this.#requests = await this.#updates(phase === 'update' ? 'application/json' : PROTOBUF)
      return
    }
    const lister: Partial<Record<PhaseName, () => Request[]>> = {
      create: () => times(pods, (index) => ({ method: 'POST', path: PODS, body: JSON.stringify(pod(index)) })),
      get: () => times(gets, one),
      list: () => times(lists, () => listRequest('')),
      'list-gzip': () => times(lists, () => listRequest('', { 'accept-encoding': 'gzip' })),
      'list-table': () => times(lists, () => listRequest('', { accept: TABLE })),
      'list-label': () => times(selections, (index) => listRequest(`?labelSelector=app%3Dapp-${index % APPS}`)),
      'list-field': () => times(selections, (index) => listRequest(`?fieldSelector=spec.nodeName%3Dnode-${index % NODES}`)),
      'get-protobuf': () => times(gets, (index) => ({ ...one(index), headers: { accept: PROTOBUF } })),
      'list-protobuf': () => times(lists, () => listRequest('', { accept: PROTOBUF })),
      patch: () => times(changes, patched),
      delete: () => times(pods, (index) => ({ method: 'DELETE', path: `${PODS}/${podName(index)}?gracePeriodSeconds=0` })),
    }
    this.#requests = lister[phase]?.() ?? []
  }

  async run(phase: PhaseName): Promise<PhaseResult> {
    if (phase === 'watch') return (this.#watching as Watching).run()
    if (phase === 'list-pages') return this.#pages()
    const concurrency = phase.startsWith('list') ? LIST_CONCURRENCY : CONCURRENCY
    const timings = await run(this.#sessions, this.#requests, concurrency)
    return {
      count: timings.requests,
      seconds: timings.seconds,
      p50Ms: timings.p50Ms,
      p99Ms: timings.p99Ms,
      bytes: timings.bytes / timings.requests,
      note: '',
    }
  }

  /** Asks one list again and counts what is in it, outside the measured time. */
  async check(phase: PhaseName): Promise<string> {
    const request = this.#requests[0]
    if (!phase.startsWith('list') || !request || request.headers?.['accept'] === PROTOBUF) return ''
    const { encoding } = await send(this.#first, request, false)
    const { 'accept-encoding': _, ...headers } = request.headers ?? {}
    const { body } = await send(this.#first, { ...request, headers }, true)
    const list = JSON.parse((body as Buffer).toString()) as { items?: unknown[]; rows?: unknown[] }
    const packed = encoding === '' ? (phase === 'list-gzip' ? ', not compressed' : '') : `, ${encoding}`
    return `${(list.items ?? list.rows ?? []).length} items${packed}`
  }

  /** The pods as they stand, one annotation turned round: the same length in every encoding. */
  async #updates(mediaType: string): Promise<Request[]> {
    const requests: Request[] = []
    for (let index = 0; index < this.#sizes.changes; index++) {
      const path = `${PODS}/${podName(index)}`
      const body = (await send(this.#first, { method: 'GET', path, headers: { accept: mediaType } }, true)).body as Buffer
      const at = body.indexOf(configHash)
      if (at < 0) throw new Error(`${path} has no hash to change`)
      body.write([...configHash].reverse().join(''), at)
      requests.push({ method: 'PUT', path, body, headers: { accept: mediaType, 'content-type': mediaType } })
    }
    // Back again for the next phase that updates.
    configHash = [...configHash].reverse().join('')
    return requests
  }

  async #pages(): Promise<PhaseResult> {
    const durations: number[] = []
    let [bytes, items] = [0, 0]
    const began = performance.now()
    for (let sweep = 0; sweep < this.#sizes.sweeps; sweep++) {
      items = 0
      for (let token = ''; ; ) {
        const start = performance.now()
        const { status, body } = await send(
          this.#first,
          listRequest(`?limit=${PAGE}${token === '' ? '' : `&continue=${encodeURIComponent(token)}`}`),
          true,
        )
        durations.push(performance.now() - start)
        if (status !== 200 || !body) throw new Error(`a page was answered ${status}`)
        bytes += body.length
        const page = JSON.parse(body.toString()) as { metadata: { continue?: string }; items: unknown[] }
        items += page.items.length
        token = page.metadata.continue ?? ''
        if (token === '') break
      }
    }
    const seconds = (performance.now() - began) / 1000
    const sorted = durations.toSorted((left, right) => left - right)

    return {
      count: durations.length,
      seconds,
      p50Ms: percentile(sorted, 0.5),
      p99Ms: percentile(sorted, 0.99),
      bytes: bytes / durations.length,
      note: `${items} items in all pages`,
    }
  }
}

let load: Load | undefined

const obey = async (order: Order): Promise<PhaseResult | null> => {
  if (order.type === 'connect') {
    load = new Load(await openSessions(SESSIONS, order.port, { ca: order.ca, cert: order.cert, key: order.key }), order.sizes)
    return null
  }
  if (!load) throw new Error('not connected')
  if (order.type === 'prepare') {
    await load.prepare(order.phase)
    return { count: 0, seconds: 0, p50Ms: 0, p99Ms: 0, bytes: 0, note: await load.check(order.phase) }
  }
  return load.run(order.phase)
}

process.on('message', (order: Order) => {
  obey(order).then(
    (done) => process.send?.({ done } satisfies Report),
    (error: unknown) => process.send?.({ failed: String((error as Error).stack ?? error) } satisfies Report),
  )
})
