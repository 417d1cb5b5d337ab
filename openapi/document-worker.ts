// The thread that makes OpenAPI documents: parsing tables and writing megabytes of JSON would hold up every request on the main one.
import { parentPort, workerData } from 'node:worker_threads'
import { DocumentMaker } from './document-maker.ts'
import type { DocumentAnswer, DocumentRequest, WorkerInput } from './document-protocol.ts'

const port = parentPort
if (!port) throw new Error('document-worker runs as a worker thread')

const { tables, release } = workerData as WorkerInput
const maker = new DocumentMaker(tables, release)

port.on('message', ({ id, resources, wanted }: DocumentRequest) => {
  try {
    if (wanted === 'hashes') port.postMessage({ id, hashes: maker.hashes(resources) } satisfies DocumentAnswer)
    else {
      const document = maker.make(resources, wanted.name, wanted.form)
      port.postMessage({ id, document } satisfies DocumentAnswer, document ? [document.bytes.buffer] : [])
    }
  } catch (error) {
    port.postMessage({ id, error: (error as Error).message } satisfies DocumentAnswer)
  }
})
