// Starts and ends the servers that are compared, each as a process of its own on a free loopback port. Knows their flags, not what they
// are asked. The real one and its certificates come from reference.sh; ours is given the same certificates.
import { execFile, spawn } from 'node:child_process'
import { createWriteStream, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { type Credentials, HttpClient } from './http-client.ts'

const run = promisify(execFile)
const ROOT = resolve(import.meta.dirname, '../..')
const REFERENCE = join(ROOT, 'conformance/reference')
const SCRIPT = join(REFERENCE, 'reference.sh')
const READY_TIMEOUT_MS = 60_000
const STOP_TIMEOUT_MS = 10_000
/** Ports that people and other suites expect for themselves. */
const RESERVED_PORTS = [6443, 6643, 7443, 7479, 7480, 22379, 26443]
/** Where free ports are looked for; DINGHY_PORTS=17100-17199 sets others, for several runs on one machine. */
const [FIRST_PORT = 18_000, LAST_PORT = 23_999] = (process.env['DINGHY_PORTS'] ?? '18000-23999').split('-').map(Number)

export interface RunningServer {
  readonly name: string
  readonly port: number
  readonly client: HttpClient
  /** Exit code once it ended on its own, undefined while it runs. */
  readonly ended: () => number | string | undefined
  readonly stop: () => Promise<void>
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((settle) => {
    const probe = createServer()
    probe.once('error', () => settle(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => settle(true)))
  })

/** A port that is free together with the one after it (etcd's peers use that). */
const freePorts = async (): Promise<number> => {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = FIRST_PORT + Math.floor((Math.random() * (LAST_PORT - FIRST_PORT)) / 2) * 2
    if (RESERVED_PORTS.includes(port) || RESERVED_PORTS.includes(port + 1)) continue
    if ((await isFree(port)) && (await isFree(port + 1))) return port
  }
  throw new Error('no free port found')
}

const credentialsIn = (directory: string): Credentials => ({
  ca: readFileSync(join(directory, 'ca.crt')),
  cert: readFileSync(join(directory, 'admin.crt')),
  key: readFileSync(join(directory, 'admin.key')),
})

/** Ends what was started in the directory, if anything was: also a start that was cut short. */
export const endReal = async (directory: string): Promise<void> => {
  if (existsSync(directory)) await run(SCRIPT, ['down', directory])
}

/** etcd and kube-apiserver, without the admission plug-ins that ours does not have yet. */
export const startReal = async (name: string, directory: string, certificates: string | undefined): Promise<RunningServer> => {
  const lacking = readFileSync(join(REFERENCE, 'admission-plugins-ours-lacks.txt'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
  const port = await freePorts()
  const env = {
    ...process.env,
    EXTRA: lacking.length === 0 ? '' : `--disable-admission-plugins=${lacking.join(',')}`,
    ...(certificates === undefined ? {} : { CERTIFICATES: certificates }),
  }
  const stop = (): Promise<void> => endReal(directory)
  try {
    await run(SCRIPT, ['up', directory, String(port), String(await freePorts())], { env })
  } catch (error) {
    await stop().catch(() => undefined)
    throw error
  }
  return { name, port, client: new HttpClient(port, credentialsIn(directory)), ended: () => undefined, stop }
}

const oursArguments = (port: number, directory: string, certificates: string): string[] => [
  `--secure-port=${port}`,
  '--bind-address=127.0.0.1',
  `--tls-cert-file=${join(certificates, 'serving.crt')}`,
  `--tls-private-key-file=${join(certificates, 'serving.key')}`,
  `--client-ca-file=${join(certificates, 'ca.crt')}`,
  `--service-account-key-file=${join(certificates, 'sa.key')}`,
  `--service-account-signing-key-file=${join(certificates, 'sa.key')}`,
  '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
  '--service-cluster-ip-range=10.96.0.0/16',
  '--authorization-mode=Node,RBAC',
  `--data-dir=${join(directory, 'data')}`,
]

const untilReady = async (server: RunningServer): Promise<void> => {
  const deadline = Date.now() + READY_TIMEOUT_MS
  while (Date.now() < deadline) {
    if (server.ended() !== undefined) throw new Error(`${server.name} ended with ${server.ended()} before it was ready`)
    const answer = await server.client.send({ method: 'GET', path: '/readyz' }).catch(() => undefined)
    if (answer?.code === 200) return
    await new Promise((settle) => setTimeout(settle, 50))
  }
  await server.stop()
  throw new Error(`${server.name} was not ready within ${READY_TIMEOUT_MS} ms`)
}

/** The launcher, which takes the bundle if there is one, or, past it, the sources. */
const oursCommand = (fromSources: boolean): [program: string, before: string[]] =>
  fromSources
    ? [process.execPath, ['--disable-warning=ExperimentalWarning', join(ROOT, 'cli/main.ts'), 'kube-apiserver']]
    : [join(ROOT, 'bin/kube-apiserver'), []]

/** Ours, logging to `directory`/ours.log. */
export const startOurs = async (directory: string, certificates: string, fromSources: boolean): Promise<RunningServer> => {
  mkdirSync(directory, { recursive: true })
  const port = await freePorts()
  const log = createWriteStream(join(directory, 'ours.log'))
  const [program, before] = oursCommand(fromSources)
  const child = spawn(program, [...before, ...oursArguments(port, directory, certificates)], { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.pipe(log, { end: false })
  child.stderr.pipe(log, { end: false })
  let ended: number | string | undefined
  const exit = new Promise<void>((settle) => {
    child.once('exit', (code, signal) => {
      ended = code ?? signal ?? 'unknown'
      settle()
    })
  })
  const stop = async (): Promise<void> => {
    if (ended !== undefined) return
    child.kill('SIGTERM')
    const hard = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
    await exit
    clearTimeout(hard)
  }
  const server: RunningServer = { name: 'ours', port, client: new HttpClient(port, credentialsIn(certificates)), ended: () => ended, stop }
  await untilReady(server)
  return server
}

/** The folder of upstream's module, for its manifests. */
export const upstreamFolder = async (): Promise<string> => (await run(SCRIPT, ['source'])).stdout.trim()

export interface BothServers {
  readonly real: RunningServer
  readonly ours: RunningServer
}

export interface BothOptions {
  /** Keys, logs and data of both are below it; the certificates, which both have, in `real`. */
  readonly folder: string
  readonly realName?: string
  /** Ours from its sources, even where a bundle was built. */
  readonly fromSources: boolean
}

/** Runs something with both servers on empty stores, and ends them whatever comes of it. */
export const withBoth = async <T>(
  { folder, realName = 'real', fromSources }: BothOptions,
  run: (servers: BothServers) => Promise<T>,
): Promise<T> => {
  const certificates = join(folder, 'real')
  try {
    const real = await startReal(realName, certificates, undefined)
    const ours = await startOurs(join(folder, 'ours'), certificates, fromSources)
    try {
      return await run({ real, ours })
    } finally {
      for (const server of [real, ours]) server.client.close()
      await ours.stop()
      await real.stop()
    }
  } finally {
    await endReal(certificates).catch(() => undefined)
  }
}
