// The few requests that the durability check needs, over HTTP/2. An answer counts only when its last byte is here.
import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2'

export interface ConfigMap {
  metadata: { name: string; resourceVersion: string }
  data?: Record<string, string>
}

export interface Answer {
  status: number
  body: string
}

export const COLLECTION = '/api/v1/namespaces/default/configmaps'

/** Resolves to undefined when the connection broke before the answer was whole: nobody knows then what became of it. */
export const ask = (session: ClientHttp2Session, method: string, path: string, body?: object): Promise<Answer | undefined> =>
  new Promise((resolve) => {
    if (session.closed || session.destroyed) return resolve(undefined)
    let stream: ClientHttp2Stream
    try {
      stream = session.request({
        ':method': method,
        ':path': path,
        accept: 'application/json',
        ...(body ? { 'content-type': 'application/json' } : {}),
      })
    } catch {
      return resolve(undefined)
    }
    let status = 0
    let whole = false
    const chunks: Buffer[] = []
    stream.on('response', (headers) => {
      status = headers[':status'] ?? 0
    })
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('end', () => {
      whole = status !== 0
    })
    stream.on('error', () => {
      whole = false
    })
    stream.on('close', () => resolve(whole && stream.rstCode === 0 ? { status, body: Buffer.concat(chunks).toString() } : undefined))
    stream.end(body ? JSON.stringify(body) : undefined)
  })

/** The number a config map carries: every write of the run has its own. */
export const sequenceOf = (object: ConfigMap): number => Number(object.data?.['sequence'])

export const configMap = (name: string, sequence: number): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, labels: { durability: 'true' } },
  data: { sequence: String(sequence), filler: 'x'.repeat(200 + (sequence % 7) * 300) },
})
