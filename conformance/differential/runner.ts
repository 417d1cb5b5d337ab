// Sends every case to both servers, in lanes so that neither waits for the other long, and hands each pair of answers to the scoreboard.
import { compareAnswers, type Outcome } from './comparison.ts'
import type { Answer, HttpRequest } from './http-client.ts'
import type { Masker } from './masks.ts'
import type { Scoreboard } from './scoreboard.ts'
import type { RunningServer } from './server-process.ts'
import { Session } from './session.ts'
import type { Case, Step } from './step.ts'

/** A lane's cases run one after another; lanes share no objects, so they may overlap. */
export interface Lane {
  readonly name: string
  readonly cases: readonly Case[]
}

export interface Exchange {
  readonly step: Step
  readonly request: HttpRequest
  readonly real: Answer
  readonly other: Answer
  readonly outcome: Outcome
  /** The servers parted over this object before: a write of it that one took and the other refused. */
  readonly follows: boolean
}

export interface RunResult {
  readonly exchanges: readonly Exchange[]
  /** Requests that got no answer at all from the other server. */
  readonly silent: readonly Exchange[]
  /** Why the run stopped before its end: the other server died or no longer answers. */
  readonly broken: string | undefined
}

const LANES_AT_ONCE = 3

/** Resources that loops inside the real server write to after a request: the next request waits until they have. */
const SETTLES = ['customresourcedefinitions', 'apiservices', 'flowschemas', 'prioritylevelconfigurations', 'validatingadmissionpolicies']
const SETTLE_MS = 250
const settles = ({ method, resource, settles = false }: Step): boolean =>
  settles || (method !== 'GET' && SETTLES.some((plural) => resource.startsWith(plural)))
/** After so many requests without an answer the other server counts as hung. */
const MOST_SILENT = 20

export class Runner {
  readonly #real: RunningServer
  readonly #other: RunningServer
  readonly #masker: Masker
  readonly #scoreboard: Scoreboard
  readonly #exchanges: Exchange[] = []
  #silent = 0
  #unanswered = 0
  #broken: string | undefined

  constructor(real: RunningServer, other: RunningServer, masker: Masker, scoreboard: Scoreboard) {
    this.#real = real
    this.#other = other
    this.#masker = masker
    this.#scoreboard = scoreboard
  }

  async run(lanes: readonly Lane[]): Promise<RunResult> {
    const waiting = [...lanes]
    const work = async (): Promise<void> => {
      for (let lane = waiting.shift(); lane; lane = waiting.shift()) for (const one of lane.cases) await this.#case(one)
    }
    await Promise.all(Array.from({ length: LANES_AT_ONCE }, work))
    return { exchanges: this.#exchanges, silent: this.#exchanges.filter(({ other }) => other.code === 0), broken: this.#broken }
  }

  #settle(): Promise<void> {
    return new Promise((done) => setTimeout(done, SETTLE_MS))
  }

  async #case(one: Case): Promise<void> {
    const sessions = { real: new Session(), other: new Session() }
    const parted = new Set<string>()
    for (const step of one.steps) {
      const request = sessions.real.address(step, sessions.real)
      const otherRequest = sessions.other.address(step, sessions.real)
      // Nothing to edit: the real server refused to make it.
      if (!request || !otherRequest) continue
      if (this.#other.ended() !== undefined)
        this.#broken ??= `${this.#other.name} ended with ${this.#other.ended()} before ${step.method} ${step.path} (${one.name})`
      if (this.#broken !== undefined) return
      const [real, other] = await Promise.all([this.#real.client.send(request), this.#other.client.send(otherRequest)])
      if (real.code === 0) {
        // It panics on some requests and hangs up: there is nothing to compare with.
        if (++this.#unanswered > MOST_SILENT) throw new Error(`the real server gave no answer to ${step.method} ${step.path}: ${real.text}`)
        console.log(
          `no answer from ${this.#real.name} to ${step.method} ${step.path} (${step.note}); ours gave ${other.code}: ${other.text.slice(0, 300)}`,
        )
        continue
      }
      if (real.code < 300 && settles(step)) await this.#settle()
      sessions.real.note(step, real)
      sessions.other.note(step, other)
      this.#masker.hideNamesAfter(/"generateName":"([^"]+)"/.exec(request.body ?? '')?.[1] ?? '')
      if (other.code === 0 && ++this.#silent > MOST_SILENT)
        this.#broken ??= `no answer to ${MOST_SILENT} requests, the last ${step.method} ${step.path}`
      const outcome = compareAnswers(real, other, step, this.#masker)
      this.#scoreboard.record(step.resource, step.verb, outcome)
      const subject = step.subject ?? step.path
      this.#exchanges.push({ step, request, real, other, outcome, follows: parted.has(subject) })
      if (step.method !== 'GET' && real.code < 300 !== other.code < 300) parted.add(subject)
    }
  }
}
