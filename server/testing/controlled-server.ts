// Controllers on a test's server, with time that moves on only while something is waited for.
import { SteppedClock } from '../../apimachinery/clock.ts'
import type { KubeObject } from '../../apimachinery/kube-object.ts'
import { after, SteppedTimers } from '../../apimachinery/machine-clock.ts'
import { StatusError } from '../../apimachinery/status-error.ts'
import type { ApiClient } from '../../client/api-client.ts'
import type { ApiResource, ObjectName } from '../../client/resource.ts'
import { runControllers } from '../../controllers/manager.ts'
import { type ManagerOptions, parseManagerOptions } from '../../controllers/options.ts'
import { accessTo, clientOf } from './test-client.ts'
import { TestServer } from './test-server.ts'

const STEP_MS = 100
const MAX_TURNS = 20_000
const START = '2026-01-02T03:04:05Z'

export class ControlledServer {
  readonly client: ApiClient
  readonly clock = new SteppedClock(Date.parse(START))
  /** What the controllers said of errors. */
  readonly errors: string[] = []
  readonly #server: TestServer
  readonly #timers = new SteppedTimers()
  readonly #stop = new AbortController()
  readonly #running: Promise<void>

  private constructor(server: TestServer, controllers: string, flags: readonly string[]) {
    this.#server = server
    this.client = clientOf(server)
    const access = accessTo(server)
    const options = parseManagerOptions([`--controllers=${controllers}`, ...flags]) as ManagerOptions
    const log = { info: () => undefined, error: (message: string, error: unknown) => void this.errors.push(`${message}: ${error}`) }
    const { signingKey } = server.server.certificates
    const parts = { access, options, rootCa: access.authority ?? '', serviceAccountKey: signingKey, log }
    this.#running = runControllers({ ...parts, clock: this.clock, timers: this.#timers }, this.#stop.signal)
  }

  static async start(controllers: string, ...flags: string[]): Promise<ControlledServer> {
    return new ControlledServer(await TestServer.start('--authorization-mode=RBAC'), controllers, flags)
  }

  async stop(): Promise<void> {
    this.#stop.abort(new Error('enough'))
    await this.#running
    this.client.close()
    await this.#server.stop()
  }

  async find(resource: ApiResource, name: ObjectName): Promise<KubeObject | undefined> {
    return this.client.get(resource, name).catch((error: unknown) => {
      if (!(error instanceof StatusError) || error.code !== 404) throw error
      return undefined
    })
  }

  /** Moves time on until the answer is something. */
  async until<T>(what: string, ask: () => Promise<T | undefined | false>): Promise<T> {
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      const answer = turn % 10 === 0 && (await ask())
      if (answer !== false && answer !== undefined) return answer
      await new Promise<void>((resolve) => void after(1, resolve, true))
      this.#timers.step(STEP_MS)
      this.clock.step(STEP_MS)
    }
    throw new Error(`waited in vain for ${what}; errors: ${this.errors.join('; ')}`)
  }

  /** Moves time on until an object is gone. */
  async gone(resource: ApiResource, name: ObjectName): Promise<void> {
    await this.until(`the end of ${resource.resource} ${name.name}`, async () => (await this.find(resource, name)) === undefined)
  }
}
