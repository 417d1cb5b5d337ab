// Machine time: deadlines of I/O, watch timeouts, background sweeps, measurements. Never what an object's timestamp is made from.

export interface Timer {
  cancel(): void
}

/** Runs once after a delay; keeps the process alive only where told to. */
export const after = (milliseconds: number, run: () => void, keepAlive = false): Timer => {
  const handle = setTimeout(run, Math.min(milliseconds, 0x7fffffff))
  if (!keepAlive) handle.unref()
  return { cancel: () => clearTimeout(handle) }
}

/** Runs again and again; never keeps the process alive by itself. */
export const every = (milliseconds: number, run: () => void): Timer => {
  const handle = setInterval(run, milliseconds)
  handle.unref()
  return { cancel: () => clearInterval(handle) }
}

/** Monotonic milliseconds, for measuring. */
export const machineNow = (): number => performance.now()
