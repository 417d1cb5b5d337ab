// Two connections as one: what comes in at one goes out at the other, as fast as that takes it.
import type { Duplex } from 'node:stream'

/** Resolves when both are done. The end of one is the other's; so is its failure. */
export const joinStreams = (one: Duplex, other: Duplex): Promise<void> =>
  new Promise((resolve) => {
    let open = 2
    const closed = (peer: Duplex) => (): void => {
      // What was taken in already still goes out.
      if (peer.destroyed) peer.destroy()
      else peer.end()
      if (--open === 0) resolve()
    }
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const) {
      from.on('error', () => from.destroy())
      from.once('close', closed(to))
      from.pipe(to)
    }
  })
