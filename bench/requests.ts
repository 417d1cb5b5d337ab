// The client of the load: requests over a few HTTP/2 sessions, so many at a time, each timed until its last byte.
import { type ClientHttp2Session, connect } from 'node:http2'

export interface Request {
  method: string
  path: string
  body?: string | Buffer
  headers?: Record<string, string>
}

export interface Response {
  status: number
  bytes: number
  encoding: string
  body: Buffer | undefined
}

export interface Timings {
  requests: number
  seconds: number
  p50Ms: number
  p99Ms: number
  bytes: number
}

const WINDOW = 16 * 1024 * 1024

export const openSessions = (count: number, port: number, tls: { ca: string; cert: string; key: string }): Promise<ClientHttp2Session[]> =>
  Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ClientHttp2Session>((resolve, reject) => {
          const session = connect(`https://127.0.0.1:${port}`, { ...tls, maxSessionMemory: 1024, settings: { initialWindowSize: WINDOW } })
          session.once('error', reject)
          session.once('connect', () => {
            session.setLocalWindowSize(WINDOW)
            resolve(session)
          })
        }),
    ),
  )

export const send = (session: ClientHttp2Session, { method, path, body, headers }: Request, keep: boolean): Promise<Response> =>
  new Promise((resolve, reject) => {
    const stream = session.request({
      ':method': method,
      ':path': path,
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    })
    const response: Response = { status: 0, bytes: 0, encoding: '', body: undefined }
    const chunks: Buffer[] = []
    stream.on('response', (answered) => {
      response.status = answered[':status'] ?? 0
      response.encoding = String(answered['content-encoding'] ?? '')
    })
    stream.on('data', (chunk: Buffer) => {
      response.bytes += chunk.length
      if (keep) chunks.push(chunk)
    })
    stream.on('error', reject)
    stream.on('end', () => resolve(keep ? { ...response, body: Buffer.concat(chunks) } : response))
    stream.end(body)
  })

export const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0

/** Sends all requests, `concurrency` at a time. Throws when one is answered with an error. */
export const run = async (sessions: readonly ClientHttp2Session[], requests: readonly Request[], concurrency: number): Promise<Timings> => {
  const times: number[] = []
  let [next, bytes] = [0, 0]
  const began = performance.now()
  const worker = async (index: number): Promise<void> => {
    const session = sessions[index % sessions.length] as ClientHttp2Session
    while (next < requests.length) {
      const request = requests[next++] as Request
      const start = performance.now()
      const response = await send(session, request, false)
      if (response.status >= 300) {
        const { body } = await send(session, { ...request, method: 'GET' }, true)
        throw new Error(`${request.method} ${request.path} was answered ${response.status}: ${body?.toString().slice(0, 300)}`)
      }
      times.push(performance.now() - start)
      bytes += response.bytes
    }
  }
  await Promise.all(Array.from({ length: concurrency }, (_, index) => worker(index)))
  const seconds = (performance.now() - began) / 1000
  times.sort((left, right) => left - right)
  return { requests: times.length, seconds, p50Ms: percentile(times, 0.5), p99Ms: percentile(times, 0.99), bytes }
}
