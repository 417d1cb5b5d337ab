// One server as a client sees it: HTTPS with a client certificate, one answer a request, the body as it came and as JSON.
import { Agent, request } from 'node:https'
import { parse as parseYaml } from 'yaml'
import type { Json } from './json-value.ts'

const TIMEOUT_MS = 15_000
const LARGEST_BODY_BYTES = 64 * 1024 * 1024

export interface Credentials {
  readonly ca: Buffer
  readonly cert: Buffer
  readonly key: Buffer
}

export interface HttpRequest {
  readonly method: string
  readonly path: string
  readonly body?: string | undefined
  readonly contentType?: string | undefined
  readonly accept?: string | undefined
  readonly headers?: Readonly<Record<string, string | string[]>> | undefined
}

export interface Answer {
  /** 0 when no answer came: `text` then says why. */
  readonly code: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  readonly json: Json | undefined
}

const parsed = (text: string, type: string): Json | undefined => {
  try {
    return (type.startsWith('application/yaml') ? parseYaml(text, { schema: 'core' }) : JSON.parse(text)) as Json
  } catch {
    return undefined
  }
}

export class HttpClient {
  readonly #agent: Agent
  readonly #port: number

  constructor(port: number, credentials: Credentials) {
    this.#port = port
    this.#agent = new Agent({ keepAlive: true, maxSockets: 8, ...credentials })
  }

  /** Never rejects: a request that breaks or takes too long is an answer with code 0. */
  send(wanted: HttpRequest): Promise<Answer> {
    return new Promise((settle) => {
      const failed = (error: Error): void => settle({ code: 0, headers: {}, text: error.message, json: undefined })
      const headers: Record<string, string | number | string[]> = { ...wanted.headers, accept: wanted.accept ?? 'application/json' }
      if (wanted.body !== undefined) {
        headers['content-type'] = wanted.contentType ?? 'application/json'
        headers['content-length'] = Buffer.byteLength(wanted.body)
      }
      const { method, path } = wanted
      const outgoing = request(
        { host: '127.0.0.1', port: this.#port, method, path, agent: this.#agent, headers, timeout: TIMEOUT_MS },
        (answer) => {
          const chunks: Buffer[] = []
          let bytes = 0
          answer.on('data', (chunk: Buffer) => {
            bytes += chunk.length
            if (bytes > LARGEST_BODY_BYTES) outgoing.destroy(new Error('the answer is too large'))
            else chunks.push(chunk)
          })
          answer.on('error', failed)
          answer.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8')
            const flat = Object.fromEntries(
              Object.entries(answer.headers).map(([key, value]) => [key, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
            )
            settle({ code: answer.statusCode ?? 0, headers: flat, text, json: parsed(text, flat['content-type'] ?? '') })
          })
        },
      )
      outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)))
      outgoing.on('error', failed)
      outgoing.end(wanted.body)
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}
