// OpenAPI documents on demand, made in a thread of their own that starts with the first question. Thread and documents go when nobody has
// asked for a while. Hashes are small and stay until the resources change.
import { Worker } from 'node:worker_threads'
import { after, type Timer } from '../apimachinery/machine-clock.ts'
import type { DocumentAnswer, DocumentForm, DocumentRequest, MadeDocument, WorkerInput } from './document-protocol.ts'
import type { PublishedResource } from './resource-routes.ts'

/** What the documents speak of, and a number that rises when that changes. */
export interface PublishedResources {
  readonly generation: number
  list(): PublishedResource[]
}

/** Documents go when nobody asked for one for so long, the thread itself sooner: a client asks for several, then for none. */
const IDLE_MS = 120_000
const THREAD_IDLE_MS = 10_000
const THREAD_MEMORY_MB = 256
const THREAD_YOUNG_MB = 16

interface Waiting {
  resolve(answer: DocumentAnswer): void
  reject(error: Error): void
}

export class DocumentThread {
  readonly #input: WorkerInput
  readonly #resources: PublishedResources
  readonly #waiting = new Map<number, Waiting>()
  readonly #documents = new Map<string, Promise<MadeDocument | undefined>>()
  #hashes: Promise<Record<string, string>> | undefined
  #generation = -1
  #worker: Worker | undefined
  #idle: Timer | undefined
  #resting: Timer | undefined
  #lastId = 0

  constructor(input: WorkerInput, resources: PublishedResources) {
    this.#input = input
    this.#resources = resources
  }

  /** The version 3 documents there are, by name, with the hash of each. */
  hashes(): Promise<Record<string, string>> {
    this.#asked()
    this.#hashes ??= this.#kept(
      this.#ask('hashes').then(({ hashes = {} }) => hashes),
      () => {
        this.#hashes = undefined
      },
    )
    return this.#hashes
  }

  /** A document; undefined: there is none of that name. */
  document(name: string, form: DocumentForm): Promise<MadeDocument | undefined> {
    this.#asked()
    const key = `${form} ${name}`
    const known = this.#documents.get(key)
    if (known) return known
    const made = this.#kept(
      this.#ask({ name, form }).then(({ document }) => {
        // Names are clients' to choose: what is not there is not kept.
        if (!document && this.#documents.get(key) === made) this.#documents.delete(key)
        return document
      }),
      () => this.#documents.delete(key),
    )
    this.#documents.set(key, made)
    return made
  }

  /** Whether the thread runs. */
  get running(): boolean {
    return this.#worker !== undefined
  }

  /** Ends the thread and forgets what it made. */
  release(): void {
    this.#idle?.cancel()
    this.#resting?.cancel()
    this.#documents.clear()
    const worker = this.#worker
    this.#worker = undefined
    for (const { reject } of this.#waiting.values()) reject(new Error('the OpenAPI thread was stopped'))
    this.#waiting.clear()
    void worker?.terminate()
  }

  /** With nobody waiting the thread holds no process, and ends in a while. */
  #rest(worker: Worker): void {
    worker.unref()
    this.#resting = after(THREAD_IDLE_MS, () => {
      if (this.#worker === worker) this.#worker = undefined
      void worker.terminate()
    })
  }

  /** A failure is not kept. */
  #kept<T>(made: Promise<T>, forget: () => void): Promise<T> {
    made.catch(forget)
    return made
  }

  #asked(): void {
    const { generation } = this.#resources
    if (generation !== this.#generation) {
      this.#documents.clear()
      this.#hashes = undefined
      this.#generation = generation
    }
    this.#idle?.cancel()
    this.#idle = after(IDLE_MS, () => this.release())
  }

  #ask(wanted: DocumentRequest['wanted']): Promise<DocumentAnswer> {
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#resting?.cancel()
      const worker = this.#running()
      // It holds the process only while somebody waits.
      worker.ref()
      worker.postMessage({ id, resources: this.#resources.list(), wanted } satisfies DocumentRequest)
    })
  }

  #running(): Worker {
    if (this.#worker) return this.#worker
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    const worker = new Worker(new URL(`./document-worker.${extension}`, import.meta.url), {
      workerData: this.#input,
      execArgv: ['--disable-warning=ExperimentalWarning'],
      resourceLimits: { maxYoungGenerationSizeMb: THREAD_YOUNG_MB, maxOldGenerationSizeMb: THREAD_MEMORY_MB },
    })
    worker.on('message', (answer: DocumentAnswer) => {
      const waiting = this.#waiting.get(answer.id)
      this.#waiting.delete(answer.id)
      if (this.#waiting.size === 0) this.#rest(worker)
      if (answer.error === undefined) waiting?.resolve(answer)
      else waiting?.reject(new Error(answer.error))
    })
    worker.on('error', (error) => {
      if (this.#worker !== worker) return
      this.#worker = undefined
      for (const { reject } of this.#waiting.values()) reject(error)
      this.#waiting.clear()
    })
    this.#worker = worker
    return worker
  }
}
