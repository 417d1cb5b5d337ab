// A server with upstream's components on it: controller manager, scheduler and kwok, which plays the nodes' kubelets. The same for both
// sides, so that what differs is the server's.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { RunningServer } from '../differential/server-process.ts'

const STOP_MS = 10_000
const SCRIPT = resolve(import.meta.dirname, '../reference/reference.sh')

/** Where reference.sh puts upstream's programs. */
export const BINARIES = join(process.env['DINGHY_REFERENCE'] ?? join(homedir(), '.cache/kubernetes-reference'), 'bin')

/** The administrator's, with the same names whichever server it points to. */
export const kubeconfigFor = (port: number, certificates: string): string => {
  const encoded = (name: string): string => readFileSync(join(certificates, name)).toString('base64')
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'harbour',
    clusters: [{ name: 'harbour', cluster: { server: `https://127.0.0.1:${port}`, 'certificate-authority-data': encoded('ca.crt') } }],
    users: [{ name: 'pilot', user: { 'client-certificate-data': encoded('admin.crt'), 'client-key-data': encoded('admin.key') } }],
    contexts: [{ name: 'harbour', context: { cluster: 'harbour', user: 'pilot' } }],
  }
  return JSON.stringify(config)
}

const programs = (kubeconfig: string, certificates: string, stages: string): Record<string, string[]> => ({
  'kube-controller-manager': [
    `--kubeconfig=${kubeconfig}`,
    '--leader-elect=false',
    '--secure-port=0',
    '--use-service-account-credentials',
    `--root-ca-file=${join(certificates, 'ca.crt')}`,
    `--service-account-private-key-file=${join(certificates, 'sa.key')}`,
    `--cluster-signing-cert-file=${join(certificates, 'ca.crt')}`,
    `--cluster-signing-key-file=${join(certificates, 'ca.key')}`,
    // Nodes that nobody plays are part of the sessions and must stay as they were made.
    '--node-monitor-grace-period=24h',
    '--node-startup-grace-period=24h',
    '--kube-api-qps=200',
    '--kube-api-burst=400',
  ],
  'kube-scheduler': [`--kubeconfig=${kubeconfig}`, '--leader-elect=false', '--secure-port=0'],
  kwok: [
    `--kubeconfig=${kubeconfig}`,
    `--config=${stages}`,
    '--manage-nodes-with-label-selector=played-by=kwok',
    '--node-lease-duration-seconds=40',
    '--node-ip=127.0.0.1',
    '--server-address=127.0.0.1:0',
    // Nobody listens there: no kubelet can be reached.
    '--node-port=1',
  ],
})

export class Components {
  readonly #children: { readonly name: string; readonly process: ChildProcess; readonly end: Promise<void> }[] = []

  /** Starts all of them, logging to `folder`. */
  constructor(server: RunningServer, certificates: string, folder: string) {
    const kubeconfig = join(folder, 'components.kubeconfig')
    writeFileSync(kubeconfig, kubeconfigFor(server.port, certificates), { mode: 0o600 })
    const stages = join(folder, 'stages.yaml')
    writeFileSync(stages, execFileSync(SCRIPT, ['stages']))
    for (const [name, flags] of Object.entries(programs(kubeconfig, certificates, stages))) {
      const program = join(BINARIES, name)
      if (!existsSync(program)) throw new Error(`there is no ${program}: reference.sh build ${name}`)
      const log = openSync(join(folder, `${name}.log`), 'w')
      const child = spawn(program, flags, { stdio: ['ignore', log, log] })
      closeSync(log)
      this.#children.push({ name, process: child, end: new Promise((settle) => child.once('exit', () => settle())) })
    }
  }

  /** Names of those that ended by themselves. */
  ended(): string[] {
    return this.#children.filter(({ process: child }) => child.exitCode !== null || child.signalCode !== null).map(({ name }) => name)
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.#children.map(async ({ process: child, end }) => {
        if (child.exitCode !== null || child.signalCode !== null) return
        child.kill('SIGTERM')
        const hard = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
        await end
        clearTimeout(hard)
      }),
    )
  }
}
