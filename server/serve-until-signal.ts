// A server's life in a process of its own: started, told of, and stopped by a signal.
import { setFlagsFromString } from 'node:v8'
import { type ApiServer, startApiServer } from './api-server.ts'
import type { ServerConfig } from './config.ts'
import { type Log, makeLog, surviveFaults } from './log.ts'
import { explainStartFailure } from './start-failure.ts'

export interface ServeHooks {
  /** Runs first; what it throws is told like any other failure to start. */
  prepare?(): void
  /** Runs once the server takes requests. */
  ready(server: ApiServer, log: Log): void
  /** Runs after the signal, while the server still takes requests. */
  stopping?(): Promise<void>
}

/**
 * How much bytecode V8 inlines into one optimized function. Its default, 920, is for small programs with few hot functions: a server has
 * many lukewarm ones, and compiling them takes more than a tenth of what it does in its first minutes.
 */
const MOST_INLINED_BYTECODE = 200

/**
 * By how much the heap may grow between two collections of all of it, in percent of what the last one left. V8 decides by itself that less
 * is right the slower the heap grows, and counts what objects have outside of it, as stored bytes are, only since then: it would collect a
 * small heap for little, again and again, and marking it is as much work as a hundred requests.
 */
const HEAP_GROWTH_PERCENT = 300

/** Resolves to an exit code: 0 after a signal, 1 with its reason on standard error. */
export const serveUntilSignal = async (config: ServerConfig, hooks: ServeHooks): Promise<number> => {
  const log = makeLog(config.verbosity)
  surviveFaults(log)
  try {
    hooks.prepare?.()
    const server = await startApiServer(config, log)
    // Not before: code that was kept from earlier runs is only good for the flags it was made with.
    setFlagsFromString(`--max-inlined-bytecode-size-cumulative=${MOST_INLINED_BYTECODE}`)
    setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH_PERCENT}`)
    hooks.ready(server, log)
    await new Promise((resolve) => {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, resolve)
    })
    await hooks.stopping?.()
    await server.stop()
    return 0
  } catch (error) {
    process.stderr.write(`Error: ${explainStartFailure(error, config)}\n`)
    return 1
  }
}
