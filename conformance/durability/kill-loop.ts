// The crash check: a server on one data folder is written to and killed with SIGKILL at a random moment, again and again. After each
// restart: nothing acknowledged is lost, no revision has two contents or goes down, and resumed watches have no gap and no repeat.
// Knows the server only as a process and an API. Run by main.ts, or alone: node kill-loop.ts --rounds 200 [--seed N]
import { mkdtempSync, rmSync } from 'node:fs'
import type { ClientHttp2Session } from 'node:http2'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { ask, COLLECTION, type ConfigMap, sequenceOf } from './api-client.ts'
import { Model, type Stored } from './model.ts'
import { freePort, type ServerOptions, ServerProcess } from './server-process.ts'
import { Watcher } from './watcher.ts'
import { put, type Random, seeded, writer } from './writers.ts'

export interface LoopOptions {
  rounds: number
  seed: number
  root: string
  environment?: Record<string, string>
}

export interface LoopResult {
  rounds: number
  violations: string[]
  acknowledged: number
  undecided: number
  /** How many of the violations are acknowledged writes gone. */
  lost: number
  seconds: number
}

export const SOURCES = fileURLToPath(new URL('../..', import.meta.url))

const CONNECTIONS = 4
const WRITERS = 12
const OBJECTS_PER_WRITER = 4
const WATCHERS = 3
const MOST_LOAD_MS = 350
const KILLED_AT_START_SHARE = 0.125
const MOST_START_MS = 600
const CATCH_UP_MS = 10_000

const listed = async (session: ClientHttp2Session): Promise<{ revision: number; objects: Map<string, Stored> }> => {
  const answer = await ask(session, 'GET', `${COLLECTION}?labelSelector=durability`)
  if (answer?.status !== 200) throw new Error(`list was answered ${answer?.status}: ${answer?.body.slice(0, 200)}`)
  const list = JSON.parse(answer.body) as { metadata: { resourceVersion: string }; items: ConfigMap[] }
  const objects = list.items.map(
    (item) => [item.metadata.name, { sequence: sequenceOf(item), revision: Number(item.metadata.resourceVersion) }] as const,
  )
  return { revision: Number(list.metadata.resourceVersion), objects: new Map(objects) }
}

class KillLoop {
  readonly model = new Model()
  readonly #server: ServerOptions
  readonly #random: Random
  #watchers: Watcher[] = []

  constructor(server: ServerOptions, random: Random) {
    this.#server = server
    this.#random = random
  }

  /** Starts, checks what is there, loads unless it is the last time, and kills. */
  async round(last: boolean): Promise<void> {
    if (this.#random() < KILLED_AT_START_SHARE) {
      const early = new ServerProcess(this.#server)
      await sleep(this.#random() * MOST_START_MS)
      await early.kill()
    }
    const server = new ServerProcess(this.#server)
    const sessions: ClientHttp2Session[] = []
    try {
      await server.ready()
      sessions.push(...(await Promise.all(Array.from({ length: CONNECTIONS + 1 }, () => server.connect()))))
      await this.#check(sessions)
      if (!last && this.model.violations.length === 0) await this.#load(server, sessions)
    } catch (error) {
      this.model.violation(`${(error as Error).message}`)
    } finally {
      await server.kill()
      for (const session of sessions) session.destroy()
      for (const watcher of this.#watchers) watcher.stop()
    }
  }

  async #check(sessions: readonly ClientHttp2Session[]): Promise<void> {
    const [first, watching] = [sessions[0] as ClientHttp2Session, sessions.at(-1) as ClientHttp2Session]
    const { revision, objects } = await listed(first)
    this.model.settle(revision, objects)
    if (this.#watchers.length === 0)
      this.#watchers = Array.from({ length: WATCHERS }, (_, index) => new Watcher(`watcher ${index}`, this.model, revision, objects))
    for (const watcher of this.#watchers) watcher.resume(watching)
    const marker = await put(first, this.model, 'marker')
    if (marker === undefined) throw new Error('the first write after the restart had no answer')
    for (const watcher of this.#watchers) {
      if (await watcher.reached(marker, CATCH_UP_MS)) watcher.compare()
      else this.model.violation(`a watcher did not reach revision ${marker} in ${CATCH_UP_MS} ms`)
    }
    this.model.puts = new Map()
    this.model.deletes = new Map()
  }

  async #load(server: ServerProcess, sessions: readonly ClientHttp2Session[]): Promise<void> {
    let stopped = false
    const writers = Array.from({ length: WRITERS }, (_, index) => {
      const names = Array.from({ length: OBJECTS_PER_WRITER }, (__, object) => `object-${index}-${object}`)
      return writer(sessions[index % CONNECTIONS] as ClientHttp2Session, this.model, names, this.#random, () => stopped)
    })
    await sleep(this.#random() * MOST_LOAD_MS)
    // The answers that the kernel already has still come in: they are acknowledgements like any other.
    const closed = sessions.map(
      (session) =>
        new Promise<void>((resolve) => (session.closed || session.destroyed ? resolve() : session.once('close', () => resolve()))),
    )
    await server.kill()
    stopped = true
    await Promise.all([...writers, ...closed])
  }
}

/** Runs the rounds; ends at the first one with a violation. */
export const runKillLoop = async ({ rounds, seed, root, environment = {} }: LoopOptions): Promise<LoopResult> => {
  const folder = mkdtempSync(join(tmpdir(), 'dinghy-durability-'))
  const began = performance.now()
  try {
    const loop = new KillLoop(
      { root, dataDir: join(folder, 'data'), certDir: join(folder, 'certs'), port: await freePort(), environment },
      seeded(seed),
    )
    let done = 0
    for (; done <= rounds && loop.model.violations.length === 0; done++) await loop.round(done === rounds)
    const { violations, acknowledged, undecided, lost } = loop.model
    return {
      rounds: violations.length === 0 ? rounds : done,
      violations,
      acknowledged,
      undecided,
      lost,
      seconds: (performance.now() - began) / 1000,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** One line, and the violations under it. */
export const printResult = (name: string, result: LoopResult): void => {
  const { rounds, violations, acknowledged, undecided, seconds } = result
  const load = `${acknowledged} acknowledged writes, ${undecided} cut off by the kill, ${seconds.toFixed(1)} s`
  process.stdout.write(`${name}: ${rounds} rounds, ${violations.length} violations; ${load}\n`)
  for (const text of violations.slice(0, 10)) process.stdout.write(`  ${text}\n`)
  if (violations.length > 10) process.stdout.write(`  and ${violations.length - 10} more\n`)
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { rounds: { type: 'string', default: '200' }, seed: { type: 'string' } } })
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
  process.stdout.write(`seed ${seed}\n`)
  const result = await runKillLoop({ rounds: Number(values.rounds), seed, root: SOURCES })
  printResult('kill loop', result)
  process.exitCode = result.violations.length === 0 ? 0 : 1
}
