// A watch that lives through restarts: it resumes after the last revision it saw and must miss nothing and repeat nothing.
import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2'
import { COLLECTION, type ConfigMap, sequenceOf } from './api-client.ts'
import type { Model, Stored } from './model.ts'

interface WatchEvent {
  type: string
  object: ConfigMap
}

export class Watcher {
  readonly #name: string
  readonly #model: Model
  readonly #objects: Map<string, Stored>
  #last: number
  #puts = new Map<number, number>()
  #deletes = new Set<number>()
  #stream: ClientHttp2Stream | undefined
  #rest = ''
  #wake: (() => void) | undefined

  constructor(name: string, model: Model, revision: number, objects: ReadonlyMap<string, Stored>) {
    this.#name = name
    this.#model = model
    this.#last = revision
    this.#objects = new Map(objects)
  }

  resume(session: ClientHttp2Session): void {
    const from = this.#last
    this.#rest = ''
    const stream = session.request({
      ':path': `${COLLECTION}?watch=true&resourceVersion=${from}&labelSelector=durability`,
      accept: 'application/json',
    })
    this.#stream = stream
    stream.setEncoding('utf8')
    stream.on('response', (headers) => {
      if (headers[':status'] !== 200) this.#model.violation(`${this.#name}: resuming at ${from} was answered ${headers[':status']}`)
    })
    stream.on('error', () => undefined)
    stream.on('data', (text: string) => {
      const lines = (this.#rest + text).split('\n')
      this.#rest = lines.pop() ?? ''
      for (const line of lines) this.#take(line, from)
      this.#wake?.()
    })
  }

  #take(line: string, from: number): void {
    const event = JSON.parse(line) as WatchEvent
    const said = `${this.#name} (resumed at ${from})`
    if (event.type === 'ERROR') return this.#model.violation(`${said}: ERROR ${line.slice(0, 300)}`)
    const { name, resourceVersion } = event.object.metadata
    const [revision, sequence] = [Number(resourceVersion), sequenceOf(event.object)]
    if (revision <= this.#last) this.#model.violation(`${said}: ${event.type} ${name} at revision ${revision} after ${this.#last}`)
    this.#last = Math.max(this.#last, revision)
    this.#model.saw(revision, name, sequence, event.type === 'DELETED')
    const before = this.#objects.get(name)
    if ((before === undefined) !== (event.type === 'ADDED'))
      this.#model.violation(`${said}: ${event.type} ${name}, which ${before ? 'exists' : 'does not exist'}`)
    if (event.type === 'DELETED') {
      if (before && before.sequence !== sequence)
        this.#model.violation(`${said}: DELETED ${name} carries sequence ${sequence}, not ${before.sequence}`)
      this.#objects.delete(name)
      this.#deletes.add(sequence)
    } else {
      this.#objects.set(name, { sequence, revision })
      this.#puts.set(revision, sequence)
    }
  }

  /** Waits until a revision was seen; false when time is up. */
  async reached(revision: number, timeoutMs: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMs
    while (this.#last < revision) {
      const left = deadline - performance.now()
      if (left <= 0) return false
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      this.#wake = undefined
    }
    return true
  }

  /** Every write that happened was seen exactly once, and nothing else was. */
  compare(): void {
    const { puts, deletes } = this.#model
    const complain = (text: string): void => this.#model.violation(`${this.#name}: ${text}`)
    for (const [revision, put] of puts)
      if (this.#puts.get(revision) !== put.sequence) complain(`never saw ${put.name} with sequence ${put.sequence} at revision ${revision}`)
    for (const [revision, sequence] of this.#puts)
      if (!puts.has(revision)) complain(`saw sequence ${sequence} at revision ${revision}, which did not happen`)
    for (const [sequence, name] of deletes)
      if (!this.#deletes.has(sequence)) complain(`never saw the deletion of ${name} with sequence ${sequence}`)
    for (const sequence of this.#deletes)
      if (!deletes.has(sequence)) complain(`saw the deletion of sequence ${sequence}, which did not happen`)
    for (const [name, stored] of this.#model.objects())
      if (this.#objects.get(name)?.revision !== stored.revision) complain(`has another state of ${name} than the list`)
    if (this.#objects.size !== this.#model.objects().size)
      complain(`has ${this.#objects.size} objects, the list ${this.#model.objects().size}`)
    this.#puts = new Map()
    this.#deletes = new Set()
  }

  stop(): void {
    this.#stream?.destroy()
  }
}
