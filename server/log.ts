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
