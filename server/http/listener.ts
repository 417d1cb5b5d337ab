// The one port: TLS, HTTP/2 and HTTP/1.1 side by side, client certificates asked for but not demanded.
// Plain HTTP on it gets upstream's 400. Upstream: k8s.io/apiserver/pkg/server/secure_serving.go.

import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2'
import { createServer, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { after } from '../../apimachinery/machine-clock.ts'
import type { Exchange } from './exchange.ts'
import { Http1Exchange } from './http1-exchange.ts'
import { Http2Exchange } from './http2-exchange.ts'
import { mayChangeProtocol, upgradeTaker } from './upgrade-exchange.ts'

export interface ListenerOptions {
  address: string
  port: number
  certificate: string
  key: string
  /** Authorities that client certificates are checked against. */
  clientAuthorities: string[]
  handle(exchange: Exchange): void
}

const TLS_HANDSHAKE = 0x16
const MAX_STREAMS = 1000
/** Beyond, connections are closed as they come. */
const MAX_CONNECTIONS = 16_384
/** Of one request, upstream's; nghttp2 takes no single header longer than 64 KiB. */
const MAX_HEADER_BYTES = 1024 * 1024
const MAX_HEADERS = 20_000
/** For the first byte, and again for a request's headers. */
const HEADERS_MS = 32_000
/** Between two requests on one HTTP/1.1 connection. */
const IDLE_MS = 90_000
/** How often slow clients are looked for. */
const CHECK_MS = 5000
/** Options of node:http that node:http2 hands on. */
const http1Limits = {
  maxHeaderSize: MAX_HEADER_BYTES,
  headersTimeout: HEADERS_MS,
  keepAliveTimeout: IDLE_MS,
  connectionsCheckingInterval: CHECK_MS,
}
/** AES-128 first, as Go's servers have it: encryption is most of what a large answer costs. */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':')
const PLAIN_HTTP_ANSWER = 'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n'

export interface Listener {
  readonly port: number
  /** Stops taking connections; resolves when those open are done or `graceMs` is over. */
  close(graceMs: number): Promise<void>
}

interface Connections {
  /** HTTP/2's: a stop asks them to end. */
  sessions: Set<ServerHttp2Session>
  /** HTTP/1.1 ones without a request: a stop may close them at once. */
  idle: Set<Socket>
  /** The others end with their request from then on. */
  closing: boolean
}

const secureServer = (options: ListenerOptions, connections: Connections): Http2SecureServer => {
  const server = createSecureServer({
    allowHTTP1: true,
    cert: options.certificate,
    key: options.key,
    requestCert: true,
    rejectUnauthorized: false,
    minVersion: 'TLSv1.2',
    ciphers: CIPHERS,
    honorCipherOrder: true,
    ...(options.clientAuthorities.length > 0 ? { ca: options.clientAuthorities } : {}),
    maxSessionMemory: 1024,
    maxHeaderListPairs: MAX_HEADERS,
    settings: { initialWindowSize: 1024 * 1024, maxConcurrentStreams: MAX_STREAMS, maxHeaderListSize: MAX_HEADER_BYTES },
    ...http1Limits,
  })
  // Node would drop headers past 2,000 without a word; their bytes are bounded. From 24.9 on it asks which upgrades to bother with.
  Object.assign(server, { maxHeadersCount: 0, shouldUpgradeCallback: mayChangeProtocol })
  // Node would build its compatibility objects for each HTTP/2 request once a 'request' listener is there; streams are handled below.
  server.removeAllListeners('newListener')
  server.on('request', (request: unknown, response: unknown) => {
    const { socket } = request as IncomingMessage
    connections.idle.delete(socket)
    ;(response as ServerResponse).once('close', () => {
      if (socket.destroyed) return
      if (connections.closing) socket.end()
      else connections.idle.add(socket)
    })
    options.handle(new Http1Exchange(request as IncomingMessage, response as ServerResponse))
  })
  server.on('stream', (stream: ServerHttp2Stream, headers: unknown, _flags: unknown, rawHeaders: unknown) =>
    options.handle(new Http2Exchange(stream, headers as IncomingHttpHeaders, rawHeaders as string[])),
  )
  server.on('session', (session) => {
    connections.sessions.add(session)
    session.on('close', () => connections.sessions.delete(session))
    session.on('error', () => undefined)
  })
  const takeUpgrade = upgradeTaker()
  server.on(
    'upgrade' as never,
    ((request: IncomingMessage, socket: Duplex, head: Buffer) => {
      connections.idle.delete(request.socket)
      if (mayChangeProtocol(request)) void takeUpgrade(request, socket, head).then(options.handle)
      else socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n')
    }) as never,
  )
  // It never listens itself, and would not begin to look for slow HTTP/1.1 clients.
  server.emit('listening')
  server.on('sessionError', () => undefined)
  server.on('tlsClientError', (_error, socket) => socket.destroy())
  return server
}

/** Listens; rejects with node's error, EADDRINUSE among them. */
export const listen = async (options: ListenerOptions): Promise<Listener> => {
  const sockets = new Set<Socket>()
  const connections: Connections = { sessions: new Set(), idle: new Set(), closing: false }
  const { sessions, idle } = connections
  const secure = secureServer(options, connections)
  secure.on('secureConnection', (socket) => {
    if (socket.alpnProtocol !== 'h2') idle.add(socket)
    socket.once('close', () => idle.delete(socket))
  })
  const server: Server = createServer({ pauseOnConnect: false, noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
    const silence = after(HEADERS_MS, () => socket.destroy())
    socket.once('close', () => silence.cancel())
    socket.once('readable', () => {
      silence.cancel()
      firstBytes(socket, secure)
    })
  })
  server.maxConnections = MAX_CONNECTIONS
  server.once('close', () => secure.close())
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.address, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    close: async (graceMs) => {
      connections.closing = true
      const closed = new Promise((resolve) => server.close(resolve))
      for (const session of sessions) session.close()
      for (const socket of idle) socket.destroy()
      const timer = after(
        graceMs,
        () => {
          for (const socket of sockets) socket.destroy()
        },
        true,
      )
      await closed
      timer.cancel()
    },
  }
}

/** TLS goes on to the secure server; anything else is told so. */
const firstBytes = (socket: Socket, secure: Http2SecureServer): void => {
  const chunk = socket.read(1) as Buffer | null
  if (chunk === null) return
  if (chunk[0] === TLS_HANDSHAKE) {
    socket.unshift(chunk)
    secure.emit('connection', socket)
  } else {
    socket.resume()
    socket.end(PLAIN_HTTP_ANSWER)
  }
}
