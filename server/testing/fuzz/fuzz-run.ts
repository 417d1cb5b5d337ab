// Runs a subject for a while, one seed a case, and reports the first case whose oracle is broken: its seed alone replays it.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { machineNow } from '../../../apimachinery/machine-clock.ts'
import { FuzzRandom } from './fuzz-random.ts'
import { FuzzFailure, type FuzzSubject } from './fuzz-subject.ts'

const MOST_MILLISECONDS = 1000
const WARM_UP_CASES = 200
const MOST_GROWTH_BYTES = 96 * 1024 * 1024
const SHOWN = 4000
/** Subjects that answer at once give the event loop a turn this often. */
const TURN_CASES = 100

export interface Outcome {
  cases: number
  failure?: string
}

const built = [Object, Array, Function, String, Number, Boolean, Map, Set, Promise, RegExp, Error]
const members = (): string => built.map(({ prototype }) => Reflect.ownKeys(prototype).map(String).join()).join(';')
const CLEAN = members()

const heapBytes = (): number => {
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
  return process.memoryUsage().heapUsed
}

const text = (input: unknown): string => {
  if (input === undefined) return 'none yet'
  const whole = Buffer.isBuffer(input)
    ? `base64 ${input.toString('base64')}`
    : typeof input === 'string'
      ? JSON.stringify(input)
      : JSON.stringify(input, (_, member: unknown) => (typeof member === 'bigint' ? `${member}n` : member))
  return whole.length > SHOWN ? `${whole.slice(0, SHOWN)} ... (${whole.length} characters)` : whole
}

/** One case. Resolves to what is wrong with it. */
const failureOf = async (subject: FuzzSubject, seed: number): Promise<string | undefined> => {
  let input: unknown
  const fail = (why: string): string => `${subject.name} --seed ${seed}: ${why}\n  input: ${text(input)}`
  const start = machineNow()
  try {
    const running = subject.run({ random: new FuzzRandom(seed), show: (given) => (input = given) })
    if (running) await running
  } catch (error) {
    return fail(error instanceof FuzzFailure ? error.message : `undeclared error: ${(error as Error).stack ?? String(error)}`)
  }
  const took = machineNow() - start
  if (took > MOST_MILLISECONDS) return fail(`took ${Math.round(took)} ms`)
  if (members() !== CLEAN) return fail('a built-in prototype has been changed')
  return undefined
}

/** Cases from a first seed on until the time is over or one fails; `begin` is told each seed before its case. */
export const runSubject = async (
  subject: FuzzSubject,
  seconds: number,
  firstSeed: number,
  begin: (seed: number) => void,
): Promise<Outcome> => {
  const end = machineNow() + seconds * 1000
  let before = 0
  let cases = 0
  for (; machineNow() < end || cases === 0; cases++) {
    begin(firstSeed + cases)
    const failure = await failureOf(subject, firstSeed + cases)
    if (failure !== undefined) return { cases, failure }
    if (cases === WARM_UP_CASES) before = heapBytes()
    if (cases % TURN_CASES === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  const grown = cases > WARM_UP_CASES ? heapBytes() - before : 0
  if (grown > MOST_GROWTH_BYTES)
    return { cases, failure: `${subject.name} --seed ${firstSeed}: kept ${Math.round(grown / 1e6)} MB after ${cases} cases` }
  return { cases }
}
