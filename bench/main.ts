// The same load on kube-apiserver with etcd and on ours, in one run: start, memory, CPU time and latency of each kind of request,
// with the ratio and its target beside. Both get the same certificates, flags and requests; the client is a process of its own.
// Knows both servers only as processes and an API. node main.ts [--quick] [--json FILE] [--only dinghy|kube-apiserver]
import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { FULL, type Order, PHASES, type PhaseResult, QUICK, type Report, type Sizes } from './phases.ts'
import { cpuSeconds, residentMiB } from './process-stats.ts'
import { type PhaseFigures, printReport, type ServerFigures } from './report.ts'
import { bindUsers, type Credentials, fetchText, makeCredentials, type RunningServer, type ServerName, startServer } from './servers.ts'

const STARTS = 3
const SETTLE_MS = 300
/** prom-client's. It forgets at each scrape what it measured. */
const STALL_RESOLUTION_MS = 10

const say = (text: string): void => {
  process.stderr.write(`${text}\n`)
}

const order = (load: ChildProcess, message: Order): Promise<PhaseResult | null> =>
  new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('the load process ended'))
    load.once('exit', ended)
    load.once('message', (report: Report) => {
      load.off('exit', ended)
      if ('failed' in report) reject(new Error(report.failed))
      else resolve(report.done)
    })
    load.send(message)
  })

/** The longest stall since the last call, in milliseconds, as the server's metrics have it; undefined where they do not. */
const takeStall = async (server: RunningServer, credentials: Credentials): Promise<number | undefined> => {
  if (server.name !== 'dinghy') return undefined
  const text = await fetchText(server.port, '/metrics', credentials)
  const seconds = /^nodejs_eventloop_lag_max_seconds ([\d.e+-]+)$/m.exec(text)?.[1]
  // The histogram holds whole timer intervals: what is beyond the timer's resolution is the stall.
  return seconds === undefined ? undefined : Math.max(0, Number(seconds) * 1000 - STALL_RESOLUTION_MS)
}

const startAndRest = async (
  name: ServerName,
  folder: string,
  credentials: Credentials,
  sizes: Sizes,
): Promise<Omit<ServerFigures, 'phases' | 'loadedMiB'>> => {
  const starts: number[] = []
  for (let attempt = 1; ; attempt++) {
    const server = await startServer(name, join(folder, name), credentials)
    try {
      starts.push(server.startSeconds)
      if (attempt < STARTS) continue
      say(`${name}: starts ${starts.map((seconds) => seconds.toFixed(2)).join(', ')} s; resting ${sizes.idleSeconds} s`)
      const before = cpuSeconds(server.pids)
      await sleep(sizes.idleSeconds * 1000)
      return {
        name,
        startSeconds: starts.toSorted((left, right) => left - right)[Math.floor(STARTS / 2)] as number,
        serverMiB: residentMiB(server.pids.slice(0, 1)),
        allMiB: residentMiB(server.pids),
        idleCpuPercent: ((cpuSeconds(server.pids) - before) / sizes.idleSeconds) * 100,
      }
    } finally {
      await server.stop()
    }
  }
}

const measure = async (server: RunningServer, load: ChildProcess, credentials: Credentials): Promise<PhaseFigures[]> => {
  const figures: PhaseFigures[] = []
  for (const phase of PHASES) {
    const prepared = await order(load, { type: 'prepare', phase: phase.name })
    await sleep(SETTLE_MS)
    await takeStall(server, credentials)
    const before = cpuSeconds(server.pids)
    const result = (await order(load, { type: 'run', phase: phase.name })) as PhaseResult
    const cpu = cpuSeconds(server.pids) - before
    const stallMs = await takeStall(server, credentials)
    figures.push({
      ...result,
      phase: phase.name,
      cpuSeconds: cpu,
      note: result.note || (prepared?.note ?? ''),
      ...(stallMs === undefined ? {} : { stallMs }),
    })
    say(`${server.name}: ${phase.title}: ${result.count} in ${result.seconds.toFixed(2)} s, ${cpu.toFixed(2)} s of CPU`)
  }
  return figures
}

const loaded = async (
  name: ServerName,
  folder: string,
  credentials: Credentials,
  sizes: Sizes,
): Promise<Pick<ServerFigures, 'phases' | 'loadedMiB'>> => {
  const server = await startServer(name, join(folder, name), credentials)
  const load = fork(new URL('load.ts', import.meta.url), { execArgv: [], env: {} })
  try {
    await bindUsers(server.port, credentials)
    const { ca, user } = credentials
    await order(load, { type: 'connect', port: server.port, ca, cert: user.certificate, key: user.key, sizes })
    return { phases: await measure(server, load, credentials), loadedMiB: residentMiB(server.pids) }
  } finally {
    load.kill()
    await server.stop()
  }
}

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'string' }, only: { type: 'string' } },
})
const sizes = values.quick ? QUICK : FULL
const folder = mkdtempSync(join(tmpdir(), 'dinghy-bench-'))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
const credentials = await makeCredentials(join(folder, 'certs'))
const servers: ServerFigures[] = []
for (const name of (['kube-apiserver', 'dinghy'] as const).filter((one) => values.only === undefined || values.only === one)) {
  servers.push({ ...(await startAndRest(name, folder, credentials, sizes)), ...(await loaded(name, folder, credentials, sizes)) })
}
const missed = printReport(servers)
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ sizes, servers, missed }, null, 2)}\n`)
