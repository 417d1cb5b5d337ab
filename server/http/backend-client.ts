// Requests of the server's own to kubelets, pods and services: one connection each, dialed and shaken hands with in time, and what comes
// back as a stream. Upstream: the transports of pkg/kubelet/client and the upgrade-aware proxy's dialer.
import type { ClientRequest, IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import type { Duplex, Readable } from 'node:stream'
import { after } from '../../apimachinery/machine-clock.ts'
import { BackendFault, backendFault, hostPort } from './backend-fault.ts'

/** Until there is a connection. */
const DIAL_MS = 30_000
/** Until the other side has proved who it is. */
const HANDSHAKE_MS = 10_000

export interface BackendRequest {
  method: string
  scheme: 'http' | 'https'
  host: string
  /** '' for the scheme's own. */
  port: string
  /** Escaped, with its query. */
  path: string
  trust: 'kubelet' | 'unchecked kubelet' | 'anybody'
  /** Names and values in turn; Host among them. */
  headers: readonly string[]
  body?: Readable
  /** Whether the headers ask to change the protocol. */
  isUpgrade?: boolean
  /** Aborts it. */
  signal: AbortSignal
}

export interface BackendAnswer {
  status: number
  headers: IncomingMessage['headers']
  /** Names and values in turn, as sent. */
  rawHeaders: readonly string[]
  body: Readable
  /** The connection, where it changed its protocol, and what came after the answer's head. */
  upgraded?: { socket: Duplex; head: Buffer }
}

export interface KubeletCredentials {
  /** PEM; '' for none. */
  certificate: string
  key: string
  /** PEM of who signs kubelets' certificates; '' where they are not checked. */
  authorities: string
}

/** Importing node's HTTP client costs every start; only servers that reach out need it. */
const clients = async (scheme: 'http' | 'https'): Promise<(options: object) => ClientRequest> =>
  scheme === 'https' ? (await import('node:https')).request : (await import('node:http')).request

export class BackendClient {
  readonly #credentials: KubeletCredentials

  constructor(credentials: KubeletCredentials) {
    this.#credentials = credentials
  }

  #tls({ trust, host }: BackendRequest): object {
    const { certificate, key, authorities } = this.#credentials
    const servername = isIP(host) ? '' : host
    if (trust === 'anybody') return { servername, rejectUnauthorized: false }
    const checked = trust === 'kubelet' && authorities !== ''
    return {
      servername,
      rejectUnauthorized: checked,
      ...(checked ? { ca: authorities } : {}),
      ...(certificate === '' ? {} : { cert: certificate, key }),
    }
  }

  /** Resolves with the answer's head. Rejects with BackendFault. */
  async send(request: BackendRequest): Promise<BackendAnswer> {
    const { method, scheme, host, port, path, headers, signal } = request
    const open = await clients(scheme)
    const sent = open({
      method,
      host,
      port: port === '' ? undefined : port,
      path,
      headers: [...headers],
      agent: false,
      signal,
      ...(scheme === 'https' ? this.#tls(request) : {}),
    })
    return await answerOf(sent, request)
  }
}

/** Ends a connection that does not come about in time. */
const watchDial = (sent: ClientRequest, { scheme, host, port }: BackendRequest): void => {
  let timer = after(DIAL_MS, () => sent.destroy(new BackendFault(`dial tcp ${hostPort(host, port)}: i/o timeout`, true)), true)
  sent.once('close', () => timer.cancel())
  sent.once('socket', (socket) => {
    socket.once('connect', () => {
      timer.cancel()
      if (scheme === 'https')
        timer = after(HANDSHAKE_MS, () => sent.destroy(new BackendFault('net/http: TLS handshake timeout', true)), true)
    })
    socket.once('secureConnect', () => timer.cancel())
  })
}

const answerOf = (sent: ClientRequest, request: BackendRequest): Promise<BackendAnswer> =>
  new Promise((resolve, reject) => {
    watchDial(sent, request)
    // A connection may break after its answer began: its body says so then.
    sent.on('error', (error) => reject(backendFault(error, request.isUpgrade === true || request.trust === 'anybody')))
    const head = (message: IncomingMessage): Omit<BackendAnswer, 'body'> => ({
      status: message.statusCode ?? 0,
      headers: message.headers,
      rawHeaders: message.rawHeaders,
    })
    sent.once('response', (message) => {
      message.on('error', () => undefined)
      resolve({ ...head(message), body: message })
    })
    sent.once('upgrade', (message, socket, rest) => {
      socket.on('error', () => socket.destroy())
      resolve({ ...head(message), body: message, upgraded: { socket, head: rest } })
    })
    const { body } = request
    if (!body) return void sent.end()
    body.once('error', () => sent.destroy())
    body.pipe(sent)
  })
