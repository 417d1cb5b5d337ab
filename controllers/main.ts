// The kube-controller-manager command: flags in, controllers until a signal, or until another process leads.
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { after, type Timer } from '../apimachinery/machine-clock.ts'
import { systemRandom } from '../apimachinery/random.ts'
import { ApiClient } from '../client/api-client.ts'
import { EventBroadcaster } from '../client/event-recorder.ts'
import { readKubeconfig } from '../client/kubeconfig.ts'
import { LeaderElector } from '../client/leader-election.ts'
import { jsonLog } from './json-log.ts'
import { type ManagerParts, runControllers, userAgent } from './manager.ts'
import { type ManagerOptions, OptionsError, parseManagerOptions } from './options.ts'

const ALIVE_MS = 3_600_000

const partsOf = async (options: ManagerOptions): Promise<ManagerParts> => {
  if (options.kubeconfig === '') throw new OptionsError('--kubeconfig: name the file that says how to reach the cluster')
  const configured = await readKubeconfig(options.kubeconfig)
  const access = options.master === '' ? configured : { ...configured, server: options.master }
  const file = (path: string): string => (path === '' ? '' : readFileSync(path, 'utf8'))
  const rootCa = options.rootCaFile === '' ? (access.authority ?? '') : file(options.rootCaFile)
  return { access, options, rootCa, serviceAccountKey: file(options.serviceAccountPrivateKeyFile), log: jsonLog }
}

/** True once a leadership was lost; false after the signal. */
const lead = async (parts: ManagerParts, signal: AbortSignal): Promise<boolean> => {
  const { access, options, log } = parts
  const client = new ApiClient({ access, userAgent: userAgent('leader-election') })
  const events = new EventBroadcaster(client, (message, error) => log.error(message, error))
  const elector = new LeaderElector({
    client,
    namespace: options.leaseNamespace,
    name: options.leaseName,
    identity: `${hostname()}_${systemRandom.uuid()}`,
    recorder: events.recorder('kube-controller-manager'),
    leaseDurationMs: options.leaseDurationMs,
    renewDeadlineMs: options.renewDeadlineMs,
    retryPeriodMs: options.retryPeriodMs,
    newLeader: (identity) => log.info(`the leader is ${identity}`),
    failed: (message, error) => log.error(message, error),
  })
  await elector
    .run((leading) => runControllers(parts, leading), signal)
    .catch((error: unknown) => {
      if (!signal.aborted) throw error
    })
  client.close()
  return !signal.aborted
}

/** While a server is away nothing else keeps the process: its timers do not. */
const stayAlive = (): Timer => {
  let timer: Timer
  const wait = (): void => void (timer = after(ALIVE_MS, wait, true))
  wait()
  return { cancel: () => timer.cancel() }
}

/** Runs the command; resolves to an exit code. */
export const runControllerManager = async (args: readonly string[]): Promise<number> => {
  const stop = new AbortController()
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stop.abort(new Error(name)))
  const alive = stayAlive()
  try {
    const options = parseManagerOptions(args)
    if ('print' in options) {
      process.stdout.write(`${options.print}\n`)
      return 0
    }
    const parts = await partsOf(options)
    if (!options.leaderElect) {
      await runControllers(parts, stop.signal)
      return 0
    }
    if (!(await lead(parts, stop.signal))) return 0
    jsonLog.error('leaderelection lost', undefined)
    return 1
  } catch (error) {
    const { message, stack } = error as Error
    process.stderr.write(`Error: ${error instanceof OptionsError ? message : (stack ?? message)}\n`)
    return 1
  } finally {
    alive.cancel()
  }
}
