// A whole server for tests: memory store, a port of its own, an administrator's client over HTTP/1.1 or HTTP/2.

import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:http2'
import { request as httpsRequest } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { type ApiServer, startApiServer } from '../api-server.ts'
import { parseConfig, type ServerConfig } from '../config.ts'
import { ResourceStore } from '../registry/resource-store.ts'
import { frozen } from './frozen.ts'

// What is not to be changed can't be in tests: updates share parts with what stands there.
const { view } = ResourceStore.prototype
ResourceStore.prototype.view = function (entry) {
  return frozen(view.call(this, entry))
}

export interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
  // Tests look into answers freely.
  body: Record<string, unknown> & { metadata: Record<string, unknown>; items: Record<string, unknown>[]; message: string; reason: string }
}

export interface RequestOptions {
  headers?: Record<string, string>
  /** 'admin' by default; 'none' sends no certificate. */
  as?: 'admin' | 'none'
  raw?: string | Buffer
}

export interface WatchEvent {
  type: string
  object: Record<string, unknown> & { metadata: Record<string, unknown>; code?: number }
}

export class TestServer {
  readonly server: ApiServer
  readonly #folder: string

  private constructor(server: ApiServer, folder: string) {
    this.server = server
    this.#folder = folder
  }

  static async start(...flags: string[]): Promise<TestServer> {
    const folder = mkdtempSync(join(tmpdir(), 'dinghy-test-'))
    const config = parseConfig([`--data-dir=${folder}`, '--secure-port=0', '--store=memory', ...flags]) as ServerConfig
    const quiet = {
      info: () => undefined,
      warn: () => undefined,
      error: (message: string, error: unknown) => process.stderr.write(`${message} ${String(error)}\n`),
    }
    const server = await startApiServer(config, quiet)
    await server.cluster.bootstrap.check()
    return new TestServer(server, folder)
  }

  get port(): number {
    return this.server.port
  }

  #tls(as: 'admin' | 'none'): { ca: string; cert?: string; key?: string } {
    const { authority = '', admin } = this.server.certificates
    return as === 'admin' && admin ? { ca: authority, cert: admin.certificate, key: admin.key } : { ca: authority }
  }

  /** One request over HTTP/1.1. Objects are sent as JSON. */
  send(method: string, path: string, body?: unknown, options: RequestOptions = {}): Promise<Answer> {
    const payload = options.raw ?? (body === undefined ? undefined : JSON.stringify(body))
    const headers = {
      ...(payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(payload)) }),
      ...options.headers,
    }
    return new Promise((resolve, reject) => {
      const request = httpsRequest(
        { host: '127.0.0.1', port: this.port, path, method, headers, agent: false, ...this.#tls(options.as ?? 'admin') },
        (response) => {
          const pieces: Buffer[] = []
          response.on('data', (piece: Buffer) => pieces.push(piece))
          response.on('end', () => {
            const bytes = Buffer.concat(pieces)
            const plain = response.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes
            resolve(answer(response.statusCode ?? 0, response.headers, plain.toString()))
          })
        },
      )
      request.on('error', reject)
      request.end(payload)
    })
  }

  /** A watch over HTTP/2; `next(count)` waits for that many events. */
  watch(
    path: string,
    headers: Record<string, string> = {},
  ): { next(count: number): Promise<WatchEvent[]>; ended: Promise<void>; close(): void } {
    const session = connect(`https://127.0.0.1:${this.port}`, this.#tls('admin'))
    const stream = session.request({ ':path': path, ...headers })
    const events: WatchEvent[] = []
    let rest = ''
    let wake = (): void => undefined
    const ended = new Promise<void>((resolve) => stream.once('close', () => resolve()))
    stream.on('data', (piece: Buffer) => {
      rest += piece.toString()
      const lines = rest.split('\n')
      rest = lines.pop() ?? ''
      events.push(...lines.map((line) => JSON.parse(line) as WatchEvent))
      wake()
    })
    const next = async (count: number): Promise<WatchEvent[]> => {
      while (events.length < count) await new Promise<void>((resolve) => void (wake = resolve))
      return events.splice(0, count)
    }
    return { next, ended, close: () => session.destroy() }
  }

  async stop(): Promise<void> {
    await this.server.stop()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

const answer = (status: number, headers: Answer['headers'], text: string): Answer => {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    body = undefined
  }
  return { status, headers, text, body: body as Answer['body'] }
}

export const configMap = (name: string, extra: object = {}, data: Record<string, string> = {}): object => ({
  kind: 'ConfigMap',
  apiVersion: 'v1',
  metadata: { name, ...extra },
  data,
})
