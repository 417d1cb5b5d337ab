// The server's log: one JSON object a line on standard error, by pino.
import { pino } from 'pino'

export interface Log {
  info(message: string): void
  warn(message: string): void
  error(message: string, error: unknown): void
}

/** Verbosity as kube's --v: 0 tells what a person must know, 4 and above everything. */
export const makeLog = (verbosity: number): Log => {
  const logger = pino(
    { level: verbosity >= 4 ? 'debug' : 'info', base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ fd: 2, sync: true }),
  )
  return {
    info: (message) => logger.info(message),
    warn: (message) => logger.warn(message),
    error: (message, error) => logger.error({ err: error }, message),
  }
}

/** A fault outside every guard is a bug: logged with its stack; the process lives on for everyone else. */
export const surviveFaults = (log: Log): void => {
  process.on('uncaughtException', (error) => log.error('uncaught', error))
  process.on('unhandledRejection', (error) => log.error('unhandled rejection', error))
}
