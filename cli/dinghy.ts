// The dinghy command: `dinghy up` starts a server on this folder's data and says how to reach it;
// `dinghy apiserver` takes kube-apiserver's flags,
// `dinghy controller-manager` kube-controller-manager's.
import { mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Command } from 'commander'
import { systemClock } from '../apimachinery/clock.ts'
import { componentCertificate, writeKubeconfig } from '../certs/cluster-certificates.ts'
import { type ControllerThread, startControllerThread } from '../controllers/controller-thread.ts'
import { type ManagerOptions, OptionsError, parseManagerOptions } from '../controllers/options.ts'
import type { ApiServer } from '../server/api-server.ts'
import { parseConfig, type ServerConfig } from '../server/config.ts'
import type { Log } from '../server/log.ts'
import { runApiServer } from '../server/main.ts'
import { serveUntilSignal } from '../server/serve-until-signal.ts'

interface UpOptions {
  dataDir: string
  port: string
  store: string
  controllers: string
}

/** Starts the controllers on a kubeconfig of their own, once the server takes requests. */
const startControllers = async (folder: string, server: ApiServer, log: Log, wanted: string): Promise<ControllerThread | undefined> => {
  const { authority, signingKey } = server.certificates
  if (!authority) return undefined
  const subject = { commonName: 'system:kube-controller-manager' }
  const certificate = await componentCertificate(join(folder, 'certs'), 'kube-controller-manager', subject, systemClock.now())
  const path = join(folder, 'controller-manager.kubeconfig')
  writeKubeconfig(path, `https://127.0.0.1:${server.port}`, authority, certificate, 'system:kube-controller-manager')
  const input = {
    kubeconfig: readFileSync(path, 'utf8'),
    serviceAccountKey: signingKey,
    flags: [`--controllers=${wanted}`, '--use-service-account-credentials'],
  }
  return startControllerThread(input, (error) => log.error('the controllers ended', error))
}

const up = async ({ dataDir, port, store, controllers }: UpOptions): Promise<number> => {
  const folder = resolve(dataDir)
  const { controllers: selected } = parseManagerOptions([`--controllers=${controllers}`]) as ManagerOptions
  let running: Promise<ControllerThread | undefined> | undefined
  const config = parseConfig([
    `--data-dir=${folder}`,
    `--secure-port=${port}`,
    `--store=${store}`,
    '--authorization-mode=RBAC',
  ]) as ServerConfig
  return serveUntilSignal(config, {
    prepare: () => void mkdirSync(folder, { recursive: true, mode: 0o700 }),
    ready: (server, log) => {
      const kubeconfig = join(folder, 'kubeconfig')
      const { authority, admin } = server.certificates
      if (authority && admin) writeKubeconfig(kubeconfig, `https://127.0.0.1:${server.port}`, authority, admin)
      process.stdout.write(
        `Dinghy is ready at https://127.0.0.1:${server.port}, its data in ${folder}\nPoint kubectl at it:\n\n  export KUBECONFIG=${kubeconfig}\n\n`,
      )
      if (selected.size === 0) return
      running = startControllers(folder, server, log, controllers).catch((error: unknown) => {
        log.error('the controllers could not be started', error)
        return undefined
      })
    },
    stopping: async () => (await running)?.stop(),
  })
}

/** Runs the command line; resolves to an exit code. */
export const runDinghy = async (args: readonly string[]): Promise<number> => {
  if (args[0] === 'apiserver') return runApiServer(args.slice(1))
  if (args[0] === 'controller-manager') return (await import('../controllers/main.ts')).runControllerManager(args.slice(1))
  let code = 0
  const command = new Command('dinghy').description('A Kubernetes-API-compatible control plane')
  command
    .command('up')
    .description('start a server and write a kubeconfig for it')
    .option('--data-dir <folder>', 'where state, certificates and kubeconfig are kept', '.dinghy')
    .option('--port <port>', 'port to listen on, on 127.0.0.1', '6443')
    .option('--store <store>', 'embedded, or memory to keep nothing', 'embedded')
    .option('--controllers <names>', 'as of kube-controller-manager: * for all, a name, or a name after - to leave out', '*')
    .action(async (options: UpOptions) => {
      code = await up(options).catch((error: unknown) => {
        if (!(error instanceof OptionsError)) throw error
        process.stderr.write(`Error: ${error.message}\n`)
        return 1
      })
    })
  command.command('apiserver').description("start a server with kube-apiserver's own flags")
  command.command('controller-manager').description("run the controllers against any server, with kube-controller-manager's own flags")
  await command.parseAsync(args, { from: 'user' })
  return code
}
