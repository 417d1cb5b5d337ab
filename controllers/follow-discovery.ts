// For controllers of all kinds: asks from time to time what is served, so that kinds may come and go.
import { delay } from '../client/connection.ts'
import type { Discovery } from '../client/discovery.ts'
import type { ControllerContext } from './reconciler.ts'

const PERIOD_MS = 30_000
/** After a discovery that failed. */
const RETRY_MS = 1000

/**
 * Until the signal. `follow` resolves once what is served is listed. What cannot be listed holds nobody up for longer than a period:
 * `followed` is called then too.
 */
export const followDiscovery = async (
  { discover, timers, log }: ControllerContext,
  follow: (discovery: Discovery) => Promise<void>,
  followed: () => void,
  signal: AbortSignal,
): Promise<void> => {
  const pause = (milliseconds: number): Promise<void> => delay(timers, milliseconds, signal).catch(() => undefined)
  while (!signal.aborted) {
    let wait = PERIOD_MS
    try {
      await Promise.race([follow(await discover(signal)), pause(PERIOD_MS)])
      followed()
    } catch (error) {
      if (signal.aborted) return
      log.error('what is served could not be learned', error)
      wait = RETRY_MS
    }
    await pause(wait)
  }
}
