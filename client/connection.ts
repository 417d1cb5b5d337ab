// HTTP/2 to one API server: sessions that are opened when needed and again when lost, each for at most so many streams as Go's servers
// take. Usually that is one; a program with more watches than streams gets another. Knows bytes and headers, no objects.
// Upstream: golang.org/x/net/http2's transport, with the health check of k8s.io/apimachinery/pkg/util/net/http.go.
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants, type IncomingHttpHeaders } from 'node:http2'
import { machineTimers, type Timer, type Timers } from '../apimachinery/machine-clock.ts'
import type { ClusterAccess } from './kubeconfig.ts'

/** The server could not be reached, or went away in the middle. */
export class ConnectionError extends Error {}

export interface RequestSpec {
  method: string
  path: string
  headers?: Record<string, string>
  body?: string
  signal?: AbortSignal | undefined
}

export interface Response {
  status: number
  headers: IncomingHttpHeaders
  stream: ClientHttp2Stream
}

/** Go's servers take 100 streams of a connection; a few are left for requests that must not wait for a watch to end. */
const MAX_STREAMS = 90
const MAX_SESSIONS = 16
const FIRST_BACKOFF_MS = 50
const MAX_BACKOFF_MS = 5000
const CONNECT_MS = 10_000
/** Silence after which a session is asked whether it lives, and how long it may take to say so. */
const SILENCE_MS = 30_000
const PING_MS = 15_000
const WINDOW_BYTES = 4 * 1024 * 1024
const SESSION_MEMORY_MB = 256

interface Session {
  readonly http2: ClientHttp2Session
  streams: number
  closed: boolean
  /** Resolves once connected. */
  readonly ready: Promise<void>
}

export class Connection {
  readonly #access: ClusterAccess
  readonly #timers: Timers
  #sessions: Session[] = []
  #backoffMs = 0
  #notBefore = 0
  #closed = false

  constructor(access: ClusterAccess, timers: Timers = machineTimers) {
    this.#access = access
    this.#timers = timers
  }

  /** Sends a request; resolves with the head of its answer. Rejects with ConnectionError, or the signal's reason. */
  async request(spec: RequestSpec): Promise<Response> {
    spec.signal?.throwIfAborted()
    const session = await this.#session(spec.signal)
    session.streams++
    try {
      await session.ready
      spec.signal?.throwIfAborted()
      return await this.#exchange(session, spec)
    } catch (error) {
      session.streams--
      throw error instanceof ConnectionError || spec.signal?.aborted ? error : new ConnectionError((error as Error).message)
    }
  }

  /** Ends all sessions; what runs fails. */
  close(): void {
    this.#closed = true
    for (const { http2 } of this.#sessions) http2.destroy()
    this.#sessions = []
  }

  #exchange(session: Session, { method, path, headers = {}, body, signal }: RequestSpec): Promise<Response> {
    const token = this.#access.token?.()
    const stream = session.http2.request(
      { ':method': method, ':path': path, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
      { endStream: body === undefined },
    )
    return new Promise((resolve, reject) => {
      let answered = false
      const abort = (): void => stream.close(constants.NGHTTP2_CANCEL)
      signal?.addEventListener('abort', abort, { once: true })
      stream.on('response', (head) => {
        answered = true
        resolve({ status: Number(head[':status']), headers: head, stream })
      })
      stream.on('error', (error) => reject(new ConnectionError(error.message)))
      stream.on('close', () => {
        signal?.removeEventListener('abort', abort)
        if (answered) session.streams--
        else reject(signal?.aborted ? signal.reason : new ConnectionError('the stream ended without an answer'))
        if (session.closed && session.streams === 0) session.http2.destroy()
      })
      if (body !== undefined) stream.end(body)
    })
  }

  async #session(signal: AbortSignal | undefined): Promise<Session> {
    const waitMs = this.#notBefore - this.#timers.now()
    if (waitMs > 0 && !this.#sessions.some(({ closed }) => !closed)) await delay(this.#timers, waitMs, signal)
    if (this.#closed) throw new ConnectionError('the connection was closed')
    const open = this.#sessions.filter(({ closed }) => !closed)
    const limit = ({ http2 }: Session): number => Math.min(MAX_STREAMS, http2.remoteSettings?.maxConcurrentStreams ?? MAX_STREAMS)
    const found = open.find((session) => session.streams < limit(session))
    if (found) return found
    if (open.length >= MAX_SESSIONS) return open.reduce((least, other) => (other.streams < least.streams ? other : least))
    return this.#open()
  }

  #open(): Session {
    const { server, authority, insecure, serverName, certificate, key } = this.#access
    const http2 = connect(server, {
      ...(authority === undefined ? {} : { ca: authority }),
      ...(certificate === undefined || key === undefined ? {} : { cert: certificate, key }),
      ...(serverName === undefined ? {} : { servername: serverName }),
      rejectUnauthorized: insecure !== true,
      maxSessionMemory: SESSION_MEMORY_MB,
      settings: { initialWindowSize: WINDOW_BYTES, enablePush: false },
    })
    const ready = new Promise<void>((resolve, reject) => {
      http2.once('connect', () => {
        http2.setLocalWindowSize(WINDOW_BYTES)
        this.#backoffMs = 0
        resolve()
      })
      http2.once('close', () => reject(new ConnectionError('the connection was lost')))
      http2.once('error', (error) => reject(new ConnectionError(error.message)))
    })
    ready.catch(() => this.#failed())
    const session: Session = { http2, streams: 0, closed: false, ready }
    const lose = (): void => {
      session.closed = true
      this.#sessions = this.#sessions.filter((other) => other !== session)
    }
    http2.on('goaway', lose)
    http2.on('error', lose)
    http2.on('close', lose)
    this.#sessions.push(session)
    this.#watchOver(session)
    return session
  }

  /** The next try waits, twice as long each time, up to a bound. */
  #failed(): void {
    if (this.#notBefore > this.#timers.now()) return
    this.#backoffMs = Math.min(MAX_BACKOFF_MS, this.#backoffMs === 0 ? FIRST_BACKOFF_MS : this.#backoffMs * 2)
    this.#notBefore = this.#timers.now() + this.#backoffMs
  }

  /** Ends a session that does not connect, or that has become silent and answers no ping. */
  #watchOver({ http2 }: Session): void {
    let deadline: Timer = this.#timers.after(CONNECT_MS, () => http2.destroy(new ConnectionError('the server did not answer')))
    let beat: Timer | undefined
    const listen = (): void => {
      beat = this.#timers.after(SILENCE_MS, () => {
        if (http2.destroyed) return
        deadline = this.#timers.after(PING_MS, () => http2.destroy(new ConnectionError('the server fell silent')))
        http2.ping((error) => {
          deadline.cancel()
          if (!error) listen()
        })
      })
    }
    http2.once('connect', () => {
      deadline.cancel()
      listen()
    })
    http2.once('close', () => {
      deadline.cancel()
      beat?.cancel()
    })
  }
}

/** Resolves after a while; rejects with the signal's reason when that comes first. */
export const delay = (timers: Timers, milliseconds: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const abort = (): void => {
      timer.cancel()
      reject(signal?.reason)
    }
    const timer = timers.after(milliseconds, () => {
      signal?.removeEventListener('abort', abort)
      resolve()
    })
    signal?.addEventListener('abort', abort, { once: true })
  })

/** Everything an answer holds, as text. */
export const textOf = (stream: ClientHttp2Stream): Promise<string> =>
  new Promise((resolve, reject) => {
    const pieces: Buffer[] = []
    stream.on('data', (piece: Buffer) => pieces.push(piece))
    stream.on('end', () => resolve(Buffer.concat(pieces).toString()))
    stream.on('error', (error) => reject(new ConnectionError(error.message)))
    stream.on('aborted', () => reject(new ConnectionError('the answer broke off')))
    stream.on('close', () => reject(new ConnectionError('the answer broke off')))
  })
