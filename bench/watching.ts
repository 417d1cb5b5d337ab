// Many watchers on the pods while some of them are written: counts every event that comes and times how long it took.
import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2'
import type { PhaseResult } from './phases.ts'
import { NAMESPACE, podName } from './pods.ts'
import { percentile, type Request, run, send } from './requests.ts'

const PODS = `/api/v1/namespaces/${NAMESPACE}/pods`
const CONCURRENCY = 8
const MOST_WAIT_MS = 120_000
const NEWLINE = 10
/** Watchers whose events are read for the time they were sent; the others' are only counted. */
const TIMED_EVERY = 20
const SENT = /"bench\/sent":"([\d.]+)"/

export class Watching {
  readonly #sessions: readonly ClientHttp2Session[]
  readonly #writes: Request[]
  readonly #latencies: number[] = []
  readonly #streams: ClientHttp2Stream[] = []
  #watchers = 0
  #delivered = 0
  #bytes = 0
  #complete: (() => void) | undefined

  /** Opens the watches from the present state and gets ready to write. */
  static async open(sessions: readonly ClientHttp2Session[], watchers: number, writes: number): Promise<Watching> {
    const requests: Request[] = []
    const list = await send(sessions[0] as ClientHttp2Session, { method: 'GET', path: `${PODS}?limit=1` }, true)
    const { resourceVersion } = (JSON.parse((list.body as Buffer).toString()) as { metadata: { resourceVersion: string } }).metadata
    for (let index = 0; index < writes; index++) {
      const path = `${PODS}/${podName(index)}`
      const { body } = await send(sessions[0] as ClientHttp2Session, { method: 'GET', path }, true)
      requests.push({ method: 'PUT', path, body: (body as Buffer).toString() })
    }
    const watching = new Watching(sessions, requests)
    await Promise.all(Array.from({ length: watchers }, (_, index) => watching.#watch(index, resourceVersion)))
    return watching
  }

  constructor(sessions: readonly ClientHttp2Session[], writes: Request[]) {
    this.#sessions = sessions
    this.#writes = writes
  }

  #watch(index: number, resourceVersion: string): Promise<void> {
    this.#watchers++
    const session = this.#sessions[index % this.#sessions.length] as ClientHttp2Session
    const stream = session.request({ ':path': `${PODS}?watch=true&resourceVersion=${resourceVersion}`, accept: 'application/json' })
    this.#streams.push(stream)
    let rest = ''
    stream.on('data', (chunk: Buffer) => {
      this.#bytes += chunk.length
      if (index % TIMED_EVERY === 0) {
        const lines = (rest + chunk.toString()).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) this.#time(line)
      }
      for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) this.#delivered++
      if (this.#delivered >= this.#expected) this.#complete?.()
    })
    return new Promise((resolve, reject) => {
      stream.on('error', reject)
      stream.on('response', (headers) =>
        headers[':status'] === 200 ? resolve() : reject(new Error(`a watch was answered ${headers[':status']}`)),
      )
    })
  }

  #time(line: string): void {
    const sent = SENT.exec(line)?.[1]
    if (!line.startsWith('{"type":"MODIFIED"') || sent === undefined) throw new Error(`an unexpected event: ${line.slice(0, 300)}`)
    this.#latencies.push(performance.now() - Number(sent))
  }

  get #expected(): number {
    return this.#writes.length * this.#watchers
  }

  async run(): Promise<PhaseResult> {
    const began = performance.now()
    const all = new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(false), MOST_WAIT_MS)
      this.#complete = () => {
        clearTimeout(timer)
        resolve(true)
      }
    })
    // The time is put in when the request goes out, so the requests are made while they are taken.
    const stamped = this.#writes.map((write) => ({
      ...write,
      get body(): string {
        return (write.body as string).replace('"annotations":{', `"annotations":{"bench/sent":"${performance.now()}",`)
      },
    }))
    await run(this.#sessions, stamped, CONCURRENCY)
    if (!(await all)) throw new Error(`only ${this.#delivered} of ${this.#expected} events came`)
    const seconds = (performance.now() - began) / 1000
    if (this.#delivered !== this.#expected) throw new Error(`${this.#delivered} events came instead of ${this.#expected}`)
    for (const stream of this.#streams) stream.removeAllListeners('data').destroy()
    const sorted = this.#latencies.toSorted((left, right) => left - right)
    return {
      count: this.#delivered,
      seconds,
      p50Ms: percentile(sorted, 0.5),
      p99Ms: percentile(sorted, 0.99),
      bytes: this.#bytes / this.#delivered,
      note: `${this.#watchers} watchers, ${this.#writes.length} updates, all arrived`,
    }
  }
}
