// How a component on this machine is, by what it answers. Upstream: pkg/probe/http.

import type { BackendClient } from './backend-client.ts'
import { BackendFault } from './backend-fault.ts'

/** Nobody waits longer for a component, and no more of its answer is told. */
const PROBE_MS = 20_000
const MAX_BODY_BYTES = 10 * 1024

const bodyOf = async (body: AsyncIterable<Buffer>): Promise<string> => {
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of body) {
    pieces.push(piece)
    length += piece.length
    if (length >= MAX_BODY_BYTES) break
  }
  return Buffer.concat(pieces).subarray(0, MAX_BODY_BYTES).toString()
}

/** Asks once; the words of a failure are Go's. */
export const probeHealth = async (client: BackendClient, url: string): Promise<{ isHealthy: boolean; message: string }> => {
  const { hostname, port, pathname } = new URL(url)
  const headers = ['Host', `${hostname}:${port}`, 'User-Agent', 'kube-probe/1.36', 'Accept', '*/*', 'Connection', 'close']
  const signal = AbortSignal.timeout(PROBE_MS)
  try {
    const answer = await client.send({
      method: 'GET',
      scheme: 'https',
      host: hostname,
      port,
      path: pathname,
      trust: 'anybody',
      headers,
      signal,
    })
    const body = await bodyOf(answer.body as AsyncIterable<Buffer>)
    const isHealthy = answer.status >= 200 && answer.status < 400
    return { isHealthy, message: isHealthy ? body : `HTTP probe failed with statuscode: ${answer.status}` }
  } catch (error) {
    if (!(error instanceof BackendFault)) throw error
    return { isHealthy: false, message: `Get "${url}": ${error.message}` }
  }
}
