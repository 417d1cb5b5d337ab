// The dinghy command: `dinghy up` starts a server on this folder's data and says how to reach it;
// `dinghy apiserver` takes kube-apiserver's flags.
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Command } from 'commander'
import { writeKubeconfig } from '../certs/cluster-certificates.ts'
import { parseConfig, type ServerConfig } from '../server/config.ts'
import { runApiServer } from '../server/main.ts'
import { serveUntilSignal } from '../server/serve-until-signal.ts'

interface UpOptions {
  dataDir: string
  port: string
  store: string
}

const up = async ({ dataDir, port, store }: UpOptions): Promise<number> => {
  const folder = resolve(dataDir)
  const config = parseConfig([
    `--data-dir=${folder}`,
    `--secure-port=${port}`,
    `--store=${store}`,
    '--authorization-mode=RBAC',
  ]) as ServerConfig
  return serveUntilSignal(config, {
    prepare: () => void mkdirSync(folder, { recursive: true, mode: 0o700 }),
    ready: (server) => {
      const kubeconfig = join(folder, 'kubeconfig')
      const { authority, admin } = server.certificates
      if (authority && admin) writeKubeconfig(kubeconfig, `https://127.0.0.1:${server.port}`, authority, admin)
      process.stdout.write(
        `Dinghy is ready at https://127.0.0.1:${server.port}, its data in ${folder}\nPoint kubectl at it:\n\n  export KUBECONFIG=${kubeconfig}\n\n`,
      )
    },
  })
}

/** Runs the command line; resolves to an exit code. */
export const runDinghy = async (args: readonly string[]): Promise<number> => {
  if (args[0] === 'apiserver') return runApiServer(args.slice(1))
  let code = 0
  const command = new Command('dinghy').description('A Kubernetes-API-compatible control plane')
  command
    .command('up')
    .description('start a server and write a kubeconfig for it')
    .option('--data-dir <folder>', 'where state, certificates and kubeconfig are kept', '.dinghy')
    .option('--port <port>', 'port to listen on, on 127.0.0.1', '6443')
    .option('--store <store>', 'embedded, or memory to keep nothing', 'embedded')
    .action(async (options: UpOptions) => {
      code = await up(options)
    })
  command.command('apiserver').description("start a server with kube-apiserver's own flags")
  await command.parseAsync(args, { from: 'user' })
  return code
}
