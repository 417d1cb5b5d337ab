// The kube-apiserver command: flags in, a server until a signal.
import { startApiServer } from './api-server.ts'
import { ConfigError, parseConfig } from './config.ts'
import { makeLog, surviveFaults } from './log.ts'
import { explainStartFailure } from './start-failure.ts'

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
  const log = makeLog(config.verbosity)
  surviveFaults(log)
  try {
    const server = await startApiServer(config, log)
    log.info(`serving on https://${config.bindAddress}:${server.port}`)
    await new Promise((resolve) => {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, resolve)
    })
    await server.stop()
    return 0
  } catch (error) {
    process.stderr.write(`Error: ${explainStartFailure(error, config)}\n`)
    return 1
  }
}
