// One server process on one data folder: started by the launcher, asked for its certificates, killed the hard way.
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { type ClientHttp2Session, connect } from 'node:http2'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export interface ServerOptions {
  /** Folder of the sources or of a copy: its bin/ is started. */
  root: string
  dataDir: string
  /** Certificates, made by the server on its first start and kept apart from the data. */
  certDir: string
  port: number
  environment: Record<string, string>
}

const START_TIMEOUT_MS = 20_000
const LOG_KEPT = 4000

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port'))))
    })
  })

export class ServerProcess {
  readonly #options: ServerOptions
  readonly #child: ChildProcess
  readonly #exited: Promise<void>
  #log = ''
  #serving = false

  constructor(options: ServerOptions) {
    this.#options = options
    const flags = [
      `--secure-port=${options.port}`,
      '--bind-address=127.0.0.1',
      `--cert-dir=${options.certDir}`,
      `--data-dir=${options.dataDir}`,
    ]
    this.#child = spawn(join(options.root, 'bin/kube-apiserver'), flags, {
      env: { ...process.env, ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const note = (chunk: Buffer): void => {
      this.#log = (this.#log + chunk.toString()).slice(-LOG_KEPT)
      if (this.#log.includes('serving on')) this.#serving = true
    }
    this.#child.stdout?.on('data', note)
    this.#child.stderr?.on('data', note)
    // A run that is broken off leaves no server behind.
    const endWithRun = (): void => void this.#child.kill('SIGKILL')
    process.once('exit', endWithRun)
    this.#exited = new Promise((resolve) => {
      this.#child.once('close', () => {
        process.off('exit', endWithRun)
        resolve()
      })
    })
  }

  /** Resolves once it serves. Rejects, with its last words, when it ends instead. */
  async ready(): Promise<void> {
    const deadline = performance.now() + START_TIMEOUT_MS
    while (!this.#serving) {
      if (this.#child.exitCode !== null) throw new Error(`the server ended at its start with code ${this.#child.exitCode}: ${this.#log}`)
      if (performance.now() > deadline) throw new Error(`the server did not start: ${this.#log}`)
      await sleep(3)
    }
  }

  get log(): string {
    return this.#log
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGKILL')
    await this.#exited
  }

  /** A session as the cluster's admin. */
  connect(): Promise<ClientHttp2Session> {
    const read = (name: string): Buffer => readFileSync(join(this.#options.certDir, name))
    const session = connect(`https://127.0.0.1:${this.#options.port}`, {
      ca: read('ca.crt'),
      cert: read('admin.crt'),
      key: read('admin.key'),
    })
    return new Promise((resolve, reject) => {
      session.once('error', reject)
      session.once('connect', () => {
        session.on('error', () => undefined)
        resolve(session)
      })
    })
  }
}
