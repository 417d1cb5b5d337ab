// A controller manager as a process: upstream's or ours, on a server of either kind, with the same controllers.
import { spawn } from 'node:child_process'
import { createWriteStream, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '../..')
const REFERENCE = process.env['DINGHY_REFERENCE'] ?? join(homedir(), '.cache/kubernetes-reference')
const STOP_MS = 10_000

export interface ControllerProcess {
  stop(): Promise<void>
}

/** Controllers that both have; what else upstream's runs would change what is compared. */
const CONTROLLERS = [
  'serviceaccount-token-controller',
  'serviceaccount-controller',
  'root-ca-certificate-publisher-controller',
  'namespace-controller',
  'resourcequota-controller',
  'garbage-collector-controller',
  'persistentvolumeclaim-protection-controller',
  'persistentvolume-protection-controller',
  'clusterrole-aggregation-controller',
  'ttl-after-finished-controller',
  'pod-garbage-collector-controller',
  'endpointslice-controller',
]

/** A kubeconfig for the administrator's certificate in a folder. */
export const kubeconfigFor = (port: number, certificates: string, path: string): string => {
  const encoded = (name: string): string => readFileSync(join(certificates, name)).toString('base64')
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'it',
    clusters: [{ name: 'it', cluster: { server: `https://127.0.0.1:${port}`, 'certificate-authority-data': encoded('ca.crt') } }],
    users: [{ name: 'it', user: { 'client-certificate-data': encoded('admin.crt'), 'client-key-data': encoded('admin.key') } }],
    contexts: [{ name: 'it', context: { cluster: 'it', user: 'it' } }],
  }
  writeFileSync(path, JSON.stringify(config))
  return path
}

/** `whose` controllers, logging to `log`. */
export const startControllers = (whose: 'ours' | 'real', kubeconfig: string, certificates: string, log: string): ControllerProcess => {
  const program = whose === 'ours' ? join(ROOT, 'bin/kube-controller-manager') : join(REFERENCE, 'bin/kube-controller-manager')
  if (!existsSync(program)) throw new Error(`there is no ${program}`)
  const flags = [
    `--kubeconfig=${kubeconfig}`,
    `--controllers=${CONTROLLERS.join(',')}`,
    '--leader-elect=false',
    '--max-endpoints-per-slice=5',
    // Each controller has the rights that its role gives it, no more.
    '--use-service-account-credentials=true',
    `--root-ca-file=${join(certificates, 'ca.crt')}`,
    `--service-account-private-key-file=${join(certificates, 'sa.key')}`,
    // Upstream's own bound of requests would make a thousand deletions last minutes; it serves nothing to anybody here.
    ...(whose === 'real' ? ['--kube-api-qps=1000', '--kube-api-burst=2000', '--secure-port=0'] : []),
  ]
  const child = spawn(program, flags, { stdio: ['ignore', 'pipe', 'pipe'] })
  const output = createWriteStream(log)
  child.stdout.pipe(output, { end: false })
  child.stderr.pipe(output, { end: false })
  let ended = false
  const exit = new Promise<void>((settle) => {
    child.once('exit', () => {
      ended = true
      settle()
    })
  })
  const stop = async (): Promise<void> => {
    if (ended) throw new Error(`${whose} controllers ended by themselves; see ${log}`)
    child.kill('SIGTERM')
    const hard = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
    await exit
    clearTimeout(hard)
  }
  return { stop }
}
