// Is what the server acknowledged still there after a crash? Three parts: a loop of kill -9 on the server as it ships; a shorter one
// where a crash also drops what was never synced, as a power cut does; and the same on a server whose store does not sync, which must
// fail, or the second part proves nothing. Exits non-zero when any part is not as expected.
// node main.ts [--rounds 200] [--shim-rounds 20] [--seed N]
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type LoopResult, printResult, runKillLoop, SOURCES } from './kill-loop.ts'
import { buildLibrary, copySources } from './unsynced-build.ts'

type Outcome = 'passed' | 'failed' | 'skipped'

const say = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

const crashes = async (rounds: number, seed: number): Promise<Outcome> => {
  const result = await runKillLoop({ rounds, seed, root: SOURCES })
  printResult('kill loop', result)
  return result.violations.length === 0 ? 'passed' : 'failed'
}

const powerCuts = async (root: string, library: string, rounds: number, seed: number): Promise<{ result: LoopResult; syncs: number }> => {
  const countFile = `${root}.syncs`
  const result = await runKillLoop({ rounds, seed, root, environment: { LD_PRELOAD: library, UNSYNCED_COUNT: countFile } })
  return { result, syncs: existsSync(countFile) ? statSync(countFile).size : 0 }
}

const withUnsynced = async (rounds: number, seed: number): Promise<Outcome[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'dinghy-unsynced-'))
  try {
    const library = buildLibrary(folder)
    if ('impossible' in library) {
      say(`power cuts: skipped, because ${library.impossible}\ncounter-proof: skipped for the same reason`)
      return ['skipped', 'skipped']
    }
    const copies = copySources(SOURCES, folder)
    const synced = await powerCuts(copies.synced, library.path, rounds, seed)
    printResult('power cuts, synchronous=FULL', synced.result)
    say(`  ${synced.syncs} syncs of the log`)
    const unsynced = await powerCuts(copies.unsynced, library.path, rounds, seed)
    printResult('counter-proof, synchronous=OFF (must lose writes)', unsynced.result)
    say(`  ${unsynced.syncs} syncs of the log`)
    // A library that was not loaded would count nothing, and the first part would pass for the wrong reason; so would the second by a
    // server that did not even start.
    const lost = unsynced.result.lost > 0
    return [synced.result.violations.length === 0 && synced.syncs > 0 ? 'passed' : 'failed', lost ? 'passed' : 'failed']
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '200' }, 'shim-rounds': { type: 'string', default: '20' }, seed: { type: 'string' } },
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
say(`seed ${seed}`)
const outcomes = [await crashes(Number(values.rounds), seed), ...(await withUnsynced(Number(values['shim-rounds']), seed))]
const count = (outcome: Outcome): number => outcomes.filter((one) => one === outcome).length
say(`${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`)
process.exitCode = count('failed') === 0 ? 0 : 1
