// The embedded store's writer thread: opens the file, says where it stands, then answers one request after another.
import { parentPort, workerData } from 'node:worker_threads'
import { EmbeddedDatabase } from './embedded-database.ts'
import type { OpenMessage, ReplyMessage, RequestMessage, RequestName, WorkerInput } from './embedded-protocol.ts'
import { StoreError } from './store.ts'

const port = parentPort
if (!port) throw new Error('embedded-worker runs as a worker thread')

const answer = (database: EmbeddedDatabase, message: RequestMessage): ReplyMessage => {
  try {
    const handlers = database as unknown as Record<RequestName, (input: unknown) => unknown>
    return { id: message.id, out: handlers[message.name](message.in) }
  } catch (error) {
    return { id: message.id, error: error instanceof StoreError ? error.code : 'Failed', message: (error as Error).message }
  }
}

try {
  const { file, cluster } = workerData as WorkerInput
  const database = new EmbeddedDatabase(file, cluster)
  port.on('message', (message: RequestMessage) => {
    port.postMessage(answer(database, message))
    if (message.name === 'close') port.close()
  })
  port.postMessage({
    opened: { revision: database.revision, compacted: database.compacted, pragmas: database.pragmas(), samples: database.samples() },
  } satisfies OpenMessage)
} catch (error) {
  const code = error instanceof StoreError ? error.code : 'Failed'
  port.postMessage({ refused: { code, message: (error as Error).message } } satisfies OpenMessage)
  port.close()
}
