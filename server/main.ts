// The kube-apiserver command: flags in, a server until a signal.
import { ConfigError, parseConfig } from './config.ts'
import { serveUntilSignal } from './serve-until-signal.ts'

/** Runs the command; resolves to an exit code once the server has stopped. */
export const runApiServer = async (args: readonly string[]): Promise<number> => {
  let config: ReturnType<typeof parseConfig>
  try {
    config = parseConfig(args)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`Error: ${error.message}\n`)
    return 1
  }
  if ('print' in config) {
    process.stdout.write(`${config.print}\n`)
    return 0
  }
  const { bindAddress } = config
  return serveUntilSignal(config, { ready: ({ port }, log) => log.info(`serving on https://${bindAddress}:${port}`) })
}
