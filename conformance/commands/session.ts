// A person at one server's keyboard: runs shell lines with stock kubectl, in a folder and a home of their own.
import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const LIMIT_MS = 60_000
/** How long a line may wait for what controllers have to do first. */
const PATIENCE_MS = 20_000
const POLL_MS = 100
const FUNCTIONS = join(import.meta.dirname, 'session.sh')
const LARGEST_OUTPUT_BYTES = 8 * 1024 * 1024

/** Stands for the exit code of a command that had to be ended. */
export const NO_END = 'no end'

export interface Outcome {
  /** Exit code, the signal's name, or NO_END. */
  readonly code: number | string
  readonly stdout: string
  readonly stderr: string
}

export class Session {
  readonly folder: string
  readonly #environment: Record<string, string>

  /** `binaries` stands first on the path; the kubeconfig is copied in, since commands may change it. */
  constructor(folder: string, kubeconfig: string, binaries: string) {
    this.folder = folder
    const home = join(folder, 'home')
    const work = join(folder, 'work')
    for (const each of [home, work]) mkdirSync(each, { recursive: true })
    writeFileSync(join(home, 'config'), kubeconfig, { mode: 0o600 })
    this.#environment = {
      PATH: `${binaries}:${process.env['PATH'] ?? ''}`,
      HOME: home,
      KUBECONFIG: join(home, 'config'),
      LC_ALL: 'C',
      TERM: 'dumb',
    }
  }

  write(files: Readonly<Record<string, string>>, subject: string): void {
    const work = join(this.folder, 'work', subject)
    mkdirSync(work, { recursive: true })
    for (const [name, text] of Object.entries(files)) {
      const path = join(work, name)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, text)
    }
  }

  /** Runs a line in the subject's folder. */
  run(line: string, subject: string, stdin = ''): Promise<Outcome> {
    return new Promise((settle) => {
      const cwd = join(this.folder, 'work', subject)
      const child = spawn('bash', ['-c', `source ${FUNCTIONS}; ${line}`], { cwd, env: this.#environment, detached: true })
      const output = { stdout: '', stderr: '' }
      for (const name of ['stdout', 'stderr'] as const)
        child[name].setEncoding('utf8').on('data', (piece: string) => {
          if (output[name].length < LARGEST_OUTPUT_BYTES) output[name] += piece
        })
      let late = false
      const limit = setTimeout(() => {
        late = true
        // The line and all that it started are one process group.
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      }, LIMIT_MS)
      child.stdin.on('error', () => undefined).end(stdin)
      child.once('close', (code, signal) => {
        clearTimeout(limit)
        settle({ code: late ? NO_END : (code ?? signal ?? 'unknown'), ...output })
      })
    })
  }

  /** Runs a line that must succeed; throws what it said. */
  async must(line: string, subject: string): Promise<void> {
    const { code, stdout, stderr } = await this.run(line, subject)
    if (code !== 0) throw new Error(`${this.folder}: ${line}\nended with ${code}\n${stdout}${stderr}`)
  }

  /** Runs a line until it succeeds; throws what it said last when that takes too long. */
  async until(line: string, subject: string): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS
    for (;;) {
      const { code, stdout, stderr } = await this.run(line, subject)
      if (code === 0) return
      if (Date.now() > deadline) throw new Error(`${this.folder}: waited in vain for ${line}\n${stdout}${stderr}`)
      await new Promise((next) => setTimeout(next, POLL_MS))
    }
  }
}
