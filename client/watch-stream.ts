// A watch's answer as events: JSON objects, one a line. The reader sets the pace, within a bound of what waits.
import type { ClientHttp2Stream } from 'node:http2'
import { parseOwnJson } from '../apimachinery/json-parse.ts'
import type { KubeObject } from '../apimachinery/kube-object.ts'
import { type Status, StatusError } from '../apimachinery/status-error.ts'
import { ConnectionError } from './connection.ts'

export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'
  object: KubeObject
}

const NEWLINE = 0x0a
/** No object is that large: a line beyond it is no event. */
const MAX_LINE_BYTES = 32 * 1024 * 1024

/** An ERROR event is thrown as the server's StatusError; a stream that breaks off as ConnectionError. */
export async function* watchEvents(stream: ClientHttp2Stream, signal?: AbortSignal): AsyncGenerator<WatchEvent, void> {
  let rest: Buffer[] = []
  let waiting = 0
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      let from = 0
      for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, from)) {
        const line = rest.length === 0 ? piece.subarray(from, end) : Buffer.concat([...rest, piece.subarray(from, end)])
        rest = []
        waiting = 0
        from = end + 1
        if (line.length > 0) yield eventOf(line.toString())
      }
      if (from < piece.length) {
        rest.push(piece.subarray(from))
        waiting += piece.length - from
        if (waiting > MAX_LINE_BYTES) throw new ConnectionError('a watch event is too long')
      }
    }
  } catch (error) {
    if (signal?.aborted) throw signal.reason
    throw error instanceof StatusError || error instanceof ConnectionError ? error : new ConnectionError((error as Error).message)
  } finally {
    stream.destroy()
  }
  signal?.throwIfAborted()
}

const eventOf = (text: string): WatchEvent => {
  const event = parseOwnJson(text) as unknown as WatchEvent | { type: 'ERROR'; object: Status }
  if (event.type !== 'ERROR') return event
  const { code = 500, reason = '', message = '', details } = event.object
  throw new StatusError(code, reason, message, details)
}
