// Ends a fuzz run whose case never ends, and names its seed: the thread that hangs cannot.
import { writeSync } from 'node:fs'
import { workerData } from 'node:worker_threads'

/** Two numbers: which subject, which seed; the subject is -1 when all is done. */
const { state, names } = workerData as { state: Int32Array; names: readonly string[] }
const PATIENCE_MS = 20_000

for (;;) {
  const [subject, seed] = [Atomics.load(state, 0), Atomics.load(state, 1)]
  if (subject === -1) break
  if (Atomics.wait(state, 1, seed, PATIENCE_MS) !== 'timed-out') {
    Atomics.wait(state, 0, subject, 500)
    continue
  }
  writeSync(2, `${names[subject] ?? ''} --seed ${seed}: has run for ${PATIENCE_MS / 1000} s\n`)
  process.kill(process.pid, 'SIGKILL')
}
