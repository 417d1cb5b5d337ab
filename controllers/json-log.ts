// The controllers' log: one JSON object a line on standard error, as the server's.
import { writeSync } from 'node:fs'
import { systemClock } from '../apimachinery/clock.ts'
import type { ControllerLog } from './reconciler.ts'

const STANDARD_ERROR = 2

const line = (level: string, message: string, more: object): void => {
  try {
    writeSync(STANDARD_ERROR, `${JSON.stringify({ level, time: new Date(systemClock.now()).toISOString(), ...more, msg: message })}\n`)
  } catch {
    // A closed or full pipe: nobody reads, nothing is lost to anyone.
  }
}

export const jsonLog: ControllerLog = {
  info: (message) => line('info', message, {}),
  error: (message, error) =>
    line('error', message, { err: error instanceof Error ? { message: error.message, stack: error.stack } : error }),
}
