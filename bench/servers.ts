// The two servers, started alike: same certificates, same flags where both have them, empty data, loopback.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createPublicKey } from 'node:crypto'
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { ClientHttp2Session } from 'node:http2'
import { Agent, get } from 'node:https'
import { createServer } from 'node:net'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type KeyPair, makeCertificate } from '../certs/authority.ts'
import { clusterCertificates } from '../certs/cluster-certificates.ts'
import { openSessions, type Request, type Response, send } from './requests.ts'

export type ServerName = 'kube-apiserver' | 'dinghy'

export interface Credentials {
  folder: string
  ca: string
  certificate: string
  key: string
  /** Who makes the load: no administrator, but one of a group that a binding gives its rights, so that RBAC is asked for each request. */
  user: KeyPair
}

const USERS_GROUP = 'bench'

export interface RunningServer {
  name: ServerName
  port: number
  /** The API server first; etcd, where there is one, behind it. */
  pids: number[]
  startSeconds: number
  stop(): Promise<void>
}

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const START_TIMEOUT_MS = 90_000
const POLL_MS = 5

const binaries = (): string => join(process.env['DINGHY_REFERENCE'] ?? join(homedir(), '.cache/kubernetes-reference'), 'bin')

export const makeCredentials = async (folder: string): Promise<Credentials> => {
  const made = await clusterCertificates({ folder, dns: ['localhost', 'kubernetes.default.svc'], ip: ['127.0.0.1'], now: Date.now() })
  // kube-apiserver reads signing keys in SEC 1 and checking keys as public ones.
  writeFileSync(join(folder, 'sa.pub'), createPublicKey(made.serviceAccountKey).export({ type: 'spki', format: 'pem' }))
  const subject = { commonName: 'load', organizations: [USERS_GROUP] }
  const user = await makeCertificate(made.authority, subject, {}, ['client'], Date.now())
  return { folder, ca: made.authority.certificate, certificate: made.admin.certificate, key: made.admin.key, user }
}

/** Admission plug-ins that are on by default upstream and that ours lacks, so that both do the same work. */
const pluginsToDisable = (): string => {
  const list = join(ROOT, 'conformance/reference/admission-plugins-ours-lacks.txt')
  if (existsSync(list))
    return readFileSync(list, 'utf8')
      .split('\n')
      .map((line) => line.replace(/#.*/, '').trim())
      .filter((name) => name !== '')
      .join(',')
  const help = execFileSync(join(binaries(), 'kube-apiserver'), ['--help'], { maxBuffer: 2 ** 24 }).toString()
  return (/default enabled plugins list \(([^)]*)\)/.exec(help)?.[1] ?? '').replaceAll(' ', '')
}

const freePorts = async (count: number): Promise<number[]> => {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer().listen(0, '127.0.0.1', () => resolve(server))
        }),
    ),
  )
  const ports = servers.map((server) => (server.address() as { port: number }).port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

const commonFlags = (port: number, { folder }: Credentials): string[] => [
  `--secure-port=${port}`,
  '--bind-address=127.0.0.1',
  `--tls-cert-file=${folder}/apiserver.crt`,
  `--tls-private-key-file=${folder}/apiserver.key`,
  `--client-ca-file=${folder}/ca.crt`,
  `--service-account-key-file=${folder}/sa.pub`,
  `--service-account-signing-key-file=${folder}/sa.key`,
  '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
  '--service-cluster-ip-range=10.96.0.0/16',
  '--authorization-mode=Node,RBAC',
]

const launch = (command: string, flags: string[], log: string): ChildProcess => {
  const out = openSync(log, 'w')
  return spawn(command, flags, { stdio: ['ignore', out, out] })
}

const isReady = (port: number, credentials: Credentials, agent: Agent): Promise<boolean> =>
  new Promise((resolve) => {
    const request = get(
      `https://127.0.0.1:${port}/readyz`,
      { agent, ca: credentials.ca, cert: credentials.certificate, key: credentials.key, timeout: 1000 },
      (response) => {
        response.resume()
        response.on('end', () => resolve(response.statusCode === 200))
      },
    )
    request.on('error', () => resolve(false))
    request.on('timeout', () => request.destroy())
  })

const stopAll = async (children: readonly ChildProcess[]): Promise<void> => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    const exited = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
    await exited
    clearTimeout(timer)
  }
}

/** One answer, asked for as the admin, over the protocol of the load: another would have code of its own compiled between. */
const asAdmin = async (port: number, { ca, certificate: cert, key }: Credentials, request: Request): Promise<Response> => {
  const [session] = (await openSessions(1, port, { ca, cert, key })) as [ClientHttp2Session]
  try {
    return await send(session, request, true)
  } finally {
    session.close()
  }
}

/** The body of one answer, asked for as the admin. */
export const fetchText = async (port: number, path: string, credentials: Credentials): Promise<string> =>
  String((await asAdmin(port, credentials, { method: 'GET', path })).body)

/** Binds those who make the load to the role that has all rights, as the admin. */
export const bindUsers = async (port: number, credentials: Credentials): Promise<void> => {
  const group = 'rbac.authorization.k8s.io'
  const binding = {
    metadata: { name: USERS_GROUP },
    roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ apiGroup: group, kind: 'Group', name: USERS_GROUP }],
  }
  const path = `/apis/${group}/v1/clusterrolebindings`
  const { status } = await asAdmin(port, credentials, { method: 'POST', path, body: JSON.stringify(binding) })
  if (status !== 201) throw new Error(`the binding was answered ${status}`)
}

/** Starts a server on an empty folder and waits until it is ready. */
export const startServer = async (name: ServerName, folder: string, credentials: Credentials): Promise<RunningServer> => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const [port, client, peer] = (await freePorts(3)) as [number, number, number]
  const disabled = name === 'dinghy' ? '' : pluginsToDisable()
  const began = performance.now()
  const children: ChildProcess[] = []
  if (name === 'dinghy') {
    children.push(
      launch(
        join(ROOT, 'bin/kube-apiserver'),
        [...commonFlags(port, credentials), `--data-dir=${join(folder, 'data')}`],
        join(folder, 'log'),
      ),
    )
  } else {
    const [clientUrl, peerUrl] = [`http://127.0.0.1:${client}`, `http://127.0.0.1:${peer}`]
    const etcd = launch(
      join(binaries(), 'etcd'),
      [
        `--data-dir=${join(folder, 'etcd')}`,
        `--listen-client-urls=${clientUrl}`,
        `--advertise-client-urls=${clientUrl}`,
        `--listen-peer-urls=${peerUrl}`,
        `--initial-advertise-peer-urls=${peerUrl}`,
        `--initial-cluster=default=${peerUrl}`,
      ],
      join(folder, 'etcd.log'),
    )
    const flags = [
      ...commonFlags(port, credentials),
      `--etcd-servers=${clientUrl}`,
      '--advertise-address=127.0.0.1',
      '--allow-privileged=true',
      `--disable-admission-plugins=${disabled}`,
    ]
    children.push(launch(join(binaries(), 'kube-apiserver'), flags, join(folder, 'log')), etcd)
  }
  // A run that is broken off leaves no server behind.
  const endWithRun = (): void => {
    for (const child of children) child.kill('SIGKILL')
  }
  process.once('exit', endWithRun)
  const stop = async (): Promise<void> => {
    await stopAll(children)
    process.off('exit', endWithRun)
  }
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  while (!(await isReady(port, credentials, agent))) {
    if (children.some((child) => child.exitCode !== null) || performance.now() - began > START_TIMEOUT_MS) {
      await stop()
      throw new Error(`${name} did not start: ${readFileSync(join(folder, 'log'), 'utf8').slice(-2000)}`)
    }
    await sleep(POLL_MS)
  }
  const startSeconds = (performance.now() - began) / 1000
  agent.destroy()
  return { name, port, pids: children.map((child) => child.pid as number), startSeconds, stop }
}
