// Fuzzing of all that reads bytes from clients. `--seconds N` in total (20 minutes by default), `--seed N` for the first case of each
// subject, `--only NAME`. A failing case prints its seed; `--only NAME --seed N --seconds 0` runs that case alone.
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { systemRandom } from '../../../apimachinery/random.ts'
import { runSubject } from './fuzz-run.ts'
import { subjects } from './subjects.ts'

const { values } = parseArgs({ options: { seconds: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string' } } })
const chosen = subjects.filter(({ name }) => values.only === undefined || name === values.only)
if (chosen.length === 0) throw new Error(`no subject ${values.only}; there are ${subjects.map(({ name }) => name).join(', ')}`)
const seconds = Number(values.seconds ?? 20 * 60)
const seed = Number(values.seed ?? systemRandom.below(1_000_000_000))
if (!Number.isFinite(seconds) || !Number.isInteger(seed)) throw new Error('--seconds and --seed are numbers')

const state = new Int32Array(new SharedArrayBuffer(8))
const watchdog = new Worker(new URL('./watchdog-worker.ts', import.meta.url), {
  workerData: { state, names: chosen.map(({ name }) => name) },
})
let failed = 0
console.log(`fuzz: ${chosen.length} subjects, ${seconds} s, --seed ${seed}`)
for (const [index, subject] of chosen.entries()) {
  Atomics.store(state, 0, index)
  const begin = (next: number): void => {
    Atomics.store(state, 1, next)
    Atomics.notify(state, 1)
  }
  const { cases, failure } = await runSubject(subject, seconds / chosen.length, seed, begin)
  await subject.stop?.()
  console.log(
    `${failure === undefined ? 'ok    ' : 'FAILED'} ${subject.name}: ${cases} cases${failure === undefined ? '' : `\n${failure}`}`,
  )
  if (failure !== undefined) failed++
}
Atomics.store(state, 0, -1)
Atomics.notify(state, 0)
Atomics.notify(state, 1)
await watchdog.terminate()
console.log(`${chosen.length - failed} of ${chosen.length} subjects held`)
process.exitCode = failed > 0 ? 1 : 0
