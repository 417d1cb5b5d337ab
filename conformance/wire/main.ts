// The resourceVersion tables of KEP-2340, row by row, on ours and on the real kube-apiserver: the same question must get the same answer.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BothServers, withBoth } from '../differential/server-process.ts'
import { revisionRows } from './revision-rows.ts'

/** How many rows are answered in another way than by the real one. */
const compare = async ({ real, ours }: BothServers): Promise<number> => {
  let failed = 0
  const [wanted, given] = [await revisionRows(real.client), await revisionRows(ours.client)]
  const answers = new Map(given.map(({ asked, answered }) => [asked, answered]))
  for (const { asked, answered } of wanted) {
    const own = answers.get(asked)
    answers.delete(asked)
    if (own === answered) continue
    failed++
    console.log(`${asked}\n  real: ${answered}\n  ours: ${own}`)
  }
  for (const [asked, own] of answers) console.log(`${asked}\n  real was not asked\n  ours: ${own}`)
  failed += answers.size
  console.log(`resourceVersion rows: ${wanted.length + answers.size - failed} passed, ${failed} failed`)
  return wanted.length === 0 ? failed + 1 : failed
}

const folder = mkdtempSync(join(tmpdir(), 'dinghy-wire-'))
try {
  process.exitCode = (await withBoth({ folder, fromSources: false }, compare)) > 0 ? 1 : 0
} finally {
  rmSync(folder, { recursive: true, force: true })
}
